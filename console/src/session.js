import { ask, fetchFromConsole, problemsIn } from './graphql.js'
import { keepFor, startAnew } from './storage.js'
import { createStore } from './store.js'

const RENEW_AFTER = 10 * 60 * 1000 // ms; the cookie that gives access lives 15 minutes, the one that renews it 30 days
const RENEWED_AT = 'studiograph:renewed-at'
const VIEWER = 'viewer { user { id username displayName role } }'
const WHO = `query Who { ${VIEWER} }`
const LOG_IN = `mutation LogIn($input: LogInInput!) { logIn(input: $input) { ${VIEWER} userErrors { code message } } }`
const LOG_OUT = 'mutation LogOut { logOut { userErrors { code message } } }'
const REFRESH = `mutation Refresh { refreshSession { ${VIEWER} } }`

const session = createStore({ environment: null, user: null, ended: false })
let renewal = null

/** `{environment, user, ended}`; `ended`: somebody was signed in, and the server no longer knows them. */
export const useSession = session.use

/** Whether the schema may be asked for: in production by staff only. */
export function mayIntrospect({ environment, user }) {
  return environment === 'development' || (user !== null && user.role !== 'MEMBER')
}

/** Find out where we are and who is signed in, before anything is shown. */
export async function findOut() {
  const [environment, answer] = await Promise.all([askEnvironment(), ask(WHO)])
  const told = answer.data?.viewer ? answer.data : await refresh()
  const user = told?.viewer?.user ?? null
  if (told) keepFor(user) // no answer does not tell that somebody else is here
  session.set({ environment, user, ended: false })
}

/** Sign in by cookie, so that no token lies where a script could read it. Returns what was refused. */
export async function signIn(username, password) {
  const answer = await ask(LOG_IN, { input: { username, password, cookie: true } })
  const user = answer.data?.logIn?.viewer?.user
  if (user) {
    noteRenewal()
    become(user)
  }
  return problemsIn(answer, 'logIn')
}

/** Sign out, and leave nothing behind. Returns what was refused. */
export async function signOut() {
  const answer = await ask(LOG_OUT, {}, fetchAsViewer)
  const problems = problemsIn(answer, 'logOut')
  if (problems.length === 0 || session.get().user === null) startAnew()
  return problems
}

/** `fetch` for who is signed in: renews the session before it ends, and once more where the server says it has. */
export async function fetchAsViewer(url, init) {
  await renewWhatIsOld()
  const response = await fetchFromConsole(url, init)
  const repeats = session.get().user && (await wasRefused(response.clone())) && (await renew())
  return repeats ? fetchFromConsole(url, init) : response
}

/** Renew the session of who is signed in, before it ends. */
export async function renewWhatIsOld() {
  if (session.get().user && isOld()) await renew()
}

function isOld() {
  return Date.now() - Number(localStorage.getItem(RENEWED_AT)) > RENEW_AFTER
}

/** Whether nothing was done for want of a session: what was done in part is not done twice. */
async function wasRefused(response) {
  const { data, errors } = await response.json().catch(() => ({}))
  const isUnauthenticated = errors?.some((error) => error.extensions?.code === 'UNAUTHENTICATED')
  return Boolean(isUnauthenticated) && Object.values(data ?? {}).every((value) => value === null)
}

/** Renew the session; requests that find it old at the same time share one renewal. */
function renew() {
  renewal ??= renewNow().finally(() => (renewal = null))
  return renewal
}

async function renewNow() {
  const renewed = await refresh()
  if (renewed) become(renewed.viewer?.user ?? null) // no answer is no reason to end a session
  return Boolean(renewed?.viewer)
}

async function refresh() {
  const { data } = await ask(REFRESH)
  if (data?.refreshSession?.viewer) noteRenewal()
  return data?.refreshSession
}

function noteRenewal() {
  localStorage.setItem(RENEWED_AT, Date.now())
}

function become(user) {
  if (user && keepFor(user)) startAnew()
  session.set({ ...session.get(), user, ended: user === null })
}

async function askEnvironment() {
  try {
    const response = await fetch(new URL('../info', location.href))
    return (await response.json()).environment
  } catch {
    return null // then as in production
  }
}
