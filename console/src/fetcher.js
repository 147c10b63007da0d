import { createGraphiQLFetcher } from '@graphiql/toolkit'
import { ENDPOINT } from './graphql.js'
import { fetchAsViewer } from './session.js'
import { createSocket } from './socket.js'

/** How GraphiQL asks. It asks for the schema anew whenever it is given a new fetcher. */
export function createFetcher() {
  return createGraphiQLFetcher({
    url: ENDPOINT,
    fetch: fetchAsViewer,
    wsClient: createSocket(),
    enableIncrementalDelivery: false, // the server answers each request once: no @defer, no @stream
  })
}
