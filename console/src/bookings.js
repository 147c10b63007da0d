import { beginningOf, dayAfter, dayIn } from './days.js'
import { ask, problemsIn } from './graphql.js'
import { fetchAsViewer } from './session.js'
import { createSocket } from './socket.js'
import { createStore } from './store.js'

const STUDIO = 'query StudioClock { studio { timeZone } }'
const TODAY = `query BookingsToday($where: BookingWhere) {
  bookings(first: 100, where: $where, orderBy: [{ field: STARTS_AT, direction: ASC }]) {
    nodes { id code serviceName status localStart partySize customerName version }
    pageInfo { hasNextPage }
  }
}`
const FOLLOW = 'subscription FollowBookings { bookingChanged { id } }'
const STEP = {
  confirm: 'mutation Confirm($id: ID!, $version: Int) { step: confirmBooking(id: $id, expectedVersion: $version)',
  decline: 'mutation Decline($id: ID!, $version: Int) { step: declineBooking(id: $id, expectedVersion: $version)',
  cancel: 'mutation Cancel($id: ID!, $version: Int) { step: cancelBooking(by: { id: $id }, expectedVersion: $version)',
}

const NOT_FOLLOWED = 'This list no longer follows what changes. Close this panel, and open it again.'
const SETTLED = 1000 // ms; what happens while a subscription begins is not told of

const today = createStore({ day: null, timeZone: null, bookings: [], hasMore: false, problems: [] })
let reading = null
let isOld = false

/** `{day, timeZone, bookings, hasMore, problems}`: the bookings of this day in the studio's zone, in their order. */
export const useToday = today.use

/** Show today's bookings, and each change of one, until the function that is returned is called. */
export function followToday() {
  load()
  const socket = createSocket()
  const sink = { next: load, error: () => fail([{ message: NOT_FOLLOWED }]), complete: () => {} }
  socket.on('connected', () => setTimeout(load, SETTLED))
  socket.subscribe({ query: FOLLOW }, sink)
  return () => socket.dispose()
}

/** Take a booking a step further: 'confirm', 'decline' or 'cancel'. Returns what was refused. */
export async function take(step, { id, version }) {
  const answer = await ask(`${STEP[step]} { userErrors { code message } } }`, { id, version }, fetchAsViewer)
  await load()
  return problemsIn(answer, 'step')
}

/** Read the day; what is told of in the meantime is read once more, however much it is. */
function load() {
  isOld = true
  reading ??= readWhileOld().finally(() => (reading = null))
  return reading
}

async function readWhileOld() {
  while (isOld) {
    isOld = false
    await read()
  }
}

async function read() {
  const studio = await ask(STUDIO, {}, fetchAsViewer)
  if (!studio.data) return fail(problemsIn(studio))
  const { timeZone } = studio.data.studio
  const day = dayIn(timeZone)
  const startsAt = { gte: beginningOf(day, timeZone), lt: beginningOf(dayAfter(day), timeZone) }
  const answer = await ask(TODAY, { where: { startsAt } }, fetchAsViewer)
  const page = answer.data?.bookings
  if (!page) return fail(problemsIn(answer, 'bookings'))
  today.set({ day, timeZone, bookings: page.nodes, hasMore: page.pageInfo.hasNextPage, problems: [] })
}

function fail(problems) {
  today.set({ ...today.get(), problems })
}
