const NO_ANSWER = 'The server gave no answer. Try again; if that does not help, look at the server’s log.'

export const ENDPOINT = new URL('../graphql', location.href).href

/** `fetch`, with the header that tells the server that its own page asks, and no form on another's website. */
export function fetchFromConsole(url, init) {
  return fetch(url, { ...init, headers: { ...init.headers, 'x-studiograph-csrf': '1' } })
}

/** The answer to one GraphQL document; an error in it where none came. */
export function ask(query, variables, fetch) {
  return post(JSON.stringify({ query, variables }), { 'content-type': 'application/json' }, fetch)
}

/** The answer to a body that is GraphQL already, as JSON or as a form with files. */
export async function post(body, headers = {}, fetch = fetchFromConsole) {
  try {
    const response = await fetch(ENDPOINT, { method: 'POST', body, headers: { accept: 'application/json', ...headers } })
    return await response.json()
  } catch {
    return { errors: [{ message: NO_ANSWER }] }
  }
}

/** What is wrong with an answer, as `{code, message}`: the request's errors, then the user errors of one field. */
export function problemsIn(answer, field) {
  const errors = (answer.errors ?? []).map(({ message, extensions }) => ({ code: extensions?.code, message }))
  return [...errors, ...(answer.data?.[field]?.userErrors ?? [])]
}
