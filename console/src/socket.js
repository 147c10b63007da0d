import { createClient } from 'graphql-ws'
import { ENDPOINT } from './graphql.js'
import { renewWhatIsOld } from './session.js'

/** A client of the server's websocket, which is open only while something is followed. */
export function createSocket() {
  return createClient({ url: socketUrl })
}

/** Where subscriptions are followed: the websocket signs in by the cookie that it is opened with. */
async function socketUrl() {
  await renewWhatIsOld()
  return ENDPOINT.replace('http', 'ws')
}
