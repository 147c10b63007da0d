import { createGraphiQLFetcher } from '@graphiql/toolkit'
import { createClient } from 'graphql-ws'
import { ENDPOINT } from './graphql.js'
import { fetchAsViewer, renewWhatIsOld } from './session.js'

/** How GraphiQL asks. It asks for the schema anew whenever it is given a new fetcher. */
export function createFetcher() {
  return createGraphiQLFetcher({
    url: ENDPOINT,
    fetch: fetchAsViewer,
    wsClient: createClient({ url: socketUrl }),
    enableIncrementalDelivery: false, // the server answers each request once: no @defer, no @stream
  })
}

/** Where subscriptions are followed: the websocket signs in by the cookie that it is opened with. */
async function socketUrl() {
  await renewWhatIsOld()
  return ENDPOINT.replace('http', 'ws')
}
