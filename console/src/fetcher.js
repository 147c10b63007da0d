import { createGraphiQLFetcher } from '@graphiql/toolkit'

export const fetcher = createGraphiQLFetcher({
  url: new URL('../graphql', location.href).href,
  enableIncrementalDelivery: false, // the server answers each request once: no @defer, no @stream
})
