// Apollo Client: requests over HTTP, subscriptions by graphql-ws.
import { ApolloClient, ApolloLink, CombinedGraphQLErrors, gql, HttpLink, InMemoryCache } from '@apollo/client';
import { GraphQLWsLink } from '@apollo/client/link/subscriptions';
import { OperationTypeNode } from 'graphql';
import { createClient } from 'graphql-ws';
import { firstValueFrom } from 'rxjs';
import WebSocket from 'ws';
import { codes, given, headers, MISTAKE, MUTATION, QUERY, SUBSCRIPTION, socketUrl, tell, variables } from './asked.mjs';

const socket = createClient({ url: socketUrl, webSocketImpl: WebSocket, connectionParams: headers, retryAttempts: 0 });
const client = new ApolloClient({
  cache: new InMemoryCache(),
  link: ApolloLink.split(
    ({ operationType }) => operationType === OperationTypeNode.SUBSCRIPTION,
    new GraphQLWsLink(socket),
    new HttpLink({ uri: given.url, headers }),
  ),
});

function mistakeIn(error) {
  if (!CombinedGraphQLErrors.is(error)) throw error;
  return codes(error.errors);
}

tell({
  query: (await client.query({ query: gql(QUERY) })).data,
  mutation: (await client.mutate({ mutation: gql(MUTATION), variables })).data,
  mistake: await client.query({ query: gql(MISTAKE) }).catch(mistakeIn),
  subscription: (await firstValueFrom(client.subscribe({ query: gql(SUBSCRIPTION) }))).data,
});
client.stop();
await socket.dispose();
