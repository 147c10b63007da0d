import { language, say } from './texts.js'

const JSON_BOTH_WAYS = { accept: 'application/json', 'content-type': 'application/json', 'accept-language': language }

/** The answer to one of the documents beside this file; an error in it where none came. */
export async function ask(name, variables) {
  try {
    const query = await (await fetch(`/links/${name}.graphql`)).text()
    const response = await fetch('/graphql', {
      method: 'POST',
      headers: JSON_BOTH_WAYS,
      credentials: 'omit', // it is the link that allows this, whoever is signed in
      body: JSON.stringify({ query, variables }),
    })
    return await response.json()
  } catch {
    return { errors: [{ message: say.noAnswer }] }
  }
}

/** What was refused of a mutation, as `{message, path, …}`: nothing where it was done. */
export async function change(name, variables) {
  const { data, errors = [] } = await ask(name, variables)
  const payloads = Object.values(data ?? {}).filter(Boolean)
  return [...errors, ...payloads.flatMap(({ userErrors }) => userErrors)]
}
