// Apollo Client with automatic persisted queries: the document is sent once, from then on its hash, here by GET.
import { createHash } from 'node:crypto';
import { ApolloClient, gql, HttpLink, InMemoryCache } from '@apollo/client';
import { PersistedQueryLink } from '@apollo/client/link/persisted-queries';
import { given, headers, noting, QUERY, tell } from './asked.mjs';

const sha256 = (document) => createHash('sha256').update(document).digest('hex');

async function visit() {
  const seen = [];
  const client = new ApolloClient({
    cache: new InMemoryCache(),
    link: new PersistedQueryLink({ sha256, useGETForHashedQueries: true }).concat(
      new HttpLink({ uri: given.url, headers, fetch: noting(seen) }),
    ),
  });
  const { data } = await client.query({ query: gql(QUERY) });
  client.stop();
  return { query: data, seen };
}

tell({ first: await visit(), second: await visit() });
