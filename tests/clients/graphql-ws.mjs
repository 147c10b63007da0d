// graphql-ws: everything over one websocket, signed in as it begins.
import { createClient } from 'graphql-ws';
import WebSocket from 'ws';
import { codes, given, headers, MISTAKE, MUTATION, QUERY, SUBSCRIPTION, socketUrl, tell, variables } from './asked.mjs';

const client = createClient({ url: socketUrl, webSocketImpl: WebSocket, connectionParams: headers, retryAttempts: 0 });

async function first(request) {
  for await (const answer of client.iterate(request)) return answer;
}

tell({
  query: (await first({ query: QUERY })).data,
  mutation: (await first({ query: MUTATION, variables })).data,
  mistake: await first({ query: MISTAKE }).catch(codes),
  subscription: (await first({ query: SUBSCRIPTION })).data,
});
await client.dispose();
