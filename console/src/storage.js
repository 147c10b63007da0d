const PREFIX = 'graphiql:' // what GraphiQL puts before each of its keys
const THEME = 'graphiql:theme'
const OWN_PREFIX = 'studiograph:'
const OWNER = 'studiograph:owner'
const LISTS = /^graphiql:(tabState|queries|favorites)$/ // JSON, with documents and variables as texts in it
const SECRET = /((?:password|token|secret)\w*"?\s*:\s*)(?:"""[^]*?"""|"(?:[^"\\\n]|\\.)*"?)/gi

let sealed = false

/** Where GraphiQL keeps tabs and history: the browser's own storage, which gets to see no secret. */
export const storage = {
  getItem: (key) => localStorage.getItem(key),
  setItem: (key, value) => sealed || localStorage.setItem(key, withoutSecrets(key, value)),
  removeItem: (key) => localStorage.removeItem(key),
  clear: () => remove((key) => key.startsWith(PREFIX)),
  get length() {
    return Object.keys(localStorage).filter((key) => key.startsWith(PREFIX)).length
  },
}

/** Keep from now on for `user` (null: nobody). True where what was kept belonged to somebody else, and is gone. */
export function keepFor(user) {
  const owner = localStorage.getItem(OWNER)
  const isAnothers = owner !== null && owner !== user?.id
  if (isAnothers) forget()
  if (user) localStorage.setItem(OWNER, user.id)
  return isAnothers
}

/** Forget what was kept and start anew, so that nothing of the last person's is left in memory either. */
export function startAnew() {
  forget()
  reload()
}

// Somebody signed in or out in another tab of the browser, which shares its cookies and its storage with this one.
addEventListener('storage', ({ key }) => key === OWNER && reload())

function reload() {
  sealed = true // GraphiQL writes its tabs half a second late
  location.reload()
}

function forget() {
  remove((key) => key !== THEME && (key.startsWith(PREFIX) || key.startsWith(OWN_PREFIX)))
}

function remove(isMeant) {
  Object.keys(localStorage).filter(isMeant).forEach((key) => localStorage.removeItem(key))
}

function withoutSecrets(key, value) {
  return LISTS.test(key) ? JSON.stringify(JSON.parse(value, withoutSecret)) : withoutSecret(key, value)
}

function withoutSecret(key, value) {
  if (key === 'headers') return null // an API key stands there
  return typeof value === 'string' ? value.replace(SECRET, '$1""') : value
}
