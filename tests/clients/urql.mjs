// urql with subscriptions over its fetch: it accepts an event stream for queries too, and sends them by GET.
import { cacheExchange, Client, fetchExchange } from '@urql/core';
import { codes, given, headers, MISTAKE, MUTATION, noting, QUERY, SUBSCRIPTION, tell, variables } from './asked.mjs';

const seen = [];
const client = new Client({
  url: given.url,
  exchanges: [cacheExchange, fetchExchange],
  fetch: noting(seen),
  fetchOptions: { headers },
  fetchSubscriptions: true,
});

function firstEvent() {
  return new Promise((resolve) => {
    const { unsubscribe } = client.subscription(SUBSCRIPTION, {}).subscribe((answer) => {
      resolve(answer);
      setTimeout(unsubscribe);
    });
  });
}

async function data(answer) {
  const { data, error } = await answer;
  if (error) throw error;
  return data;
}

tell({
  query: await data(client.query(QUERY, {}).toPromise()),
  mutation: await data(client.mutation(MUTATION, variables).toPromise()),
  mistake: codes((await client.query(MISTAKE, {}).toPromise()).error.graphQLErrors),
  subscription: (await data(firstEvent())),
  seen,
});
