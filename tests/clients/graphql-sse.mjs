// graphql-sse with distinct connections, its default: everything is an event stream.
import { createClient } from 'graphql-sse';
import { codes, given, headers, MISTAKE, MUTATION, QUERY, SUBSCRIPTION, tell, variables } from './asked.mjs';

const client = createClient({ url: given.url, headers, retryAttempts: 0 });

async function first(request) {
  for await (const answer of client.iterate(request)) return answer;
}

tell({
  query: (await first({ query: QUERY })).data,
  mutation: (await first({ query: MUTATION, variables })).data,
  mistake: codes((await first({ query: MISTAKE })).errors),
  subscription: (await first({ query: SUBSCRIPTION })).data,
});
client.dispose();
