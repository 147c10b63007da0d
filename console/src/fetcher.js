import { createGraphiQLFetcher } from '@graphiql/toolkit'
import { chooseFile, fileVariables, multipart } from './files.js'
import { ENDPOINT, post } from './graphql.js'
import { fetchAsViewer } from './session.js'
import { createSocket } from './socket.js'

const NO_FILE = 'No file was chosen, so nothing was sent. Run it again and choose one.'
const SEVERAL_FILES = 'The console sends one file with an operation: leave one variable of the type Upload.'

/** How GraphiQL asks. It asks for the schema anew whenever it is given a new fetcher. */
export function createFetcher() {
  const fetcher = createGraphiQLFetcher({
    url: ENDPOINT,
    fetch: fetchAsViewer,
    wsClient: createSocket(),
    enableIncrementalDelivery: false, // the server answers each request once: no @defer, no @stream
  })
  return (request, options) => {
    const files = fileVariables(options?.documentAST, request.operationName)
    return files.length > 0 ? askWithFile(request, files, options.headers) : fetcher(request, options)
  }
}

/** The answer to an operation with a file, which is asked for first: variables are JSON, and cannot hold one. */
async function askWithFile(request, [variable, ...others], headers) {
  if (others.length > 0) return refusal(SEVERAL_FILES)
  const file = await chooseFile()
  return file ? post(multipart(request, variable, file), headers, fetchAsViewer) : refusal(NO_FILE)
}

const refusal = (message) => ({ errors: [{ message }] })
