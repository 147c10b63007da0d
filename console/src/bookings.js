import { beginningOf, dayAfter, dayIn } from './days.js'
import { ask, problemsIn } from './graphql.js'
import { fetchAsViewer } from './session.js'
import { createSocket } from './socket.js'
import { createStore } from './store.js'

const STUDIO = 'query StudioClock { studio { timeZone } }'
const BOOKINGS = `query BookingsToday($today: BookingWhere, $waiting: BookingWhere) {
  today: bookings(first: 100, where: $today, orderBy: [{ field: STARTS_AT, direction: ASC }]) { ...Shown }
  waiting: bookings(first: 50, where: $waiting, orderBy: [{ field: STARTS_AT, direction: ASC }]) { ...Shown }
}
fragment Shown on BookingConnection {
  nodes { id code serviceName status localStart partySize customerName version }
  pageInfo { hasNextPage }
}`
const FOLLOW = 'subscription FollowBookings { bookingChanged { id } }'
const STEP = {
  confirm: 'mutation Confirm($id: ID!, $version: Int) { step: confirmBooking(id: $id, expectedVersion: $version)',
  decline: 'mutation Decline($id: ID!, $version: Int) { step: declineBooking(id: $id, expectedVersion: $version)',
  complete: 'mutation Complete($id: ID!, $version: Int) { step: completeBooking(id: $id, expectedVersion: $version)',
  cancel: 'mutation Cancel($id: ID!, $version: Int) { step: cancelBooking(by: { id: $id }, expectedVersion: $version)',
}

const NOT_FOLLOWED = 'This list no longer follows what changes. Close this panel, and open it again.'
const SETTLED = 1000 // ms; what happens while a subscription begins is not told of

const shown = createStore({ day: null, timeZone: null, today: null, waiting: null, problems: [] })
let reading = null
let isOld = false

/**
 * `{day, timeZone, today, waiting, problems}`: a page of the bookings of this day in the studio's zone, and one of those
 * of later days that wait for an answer, each in their order.
 */
export const useBookings = shown.use

/** Show these bookings, and each change of one, until the function that is returned is called. */
export function followBookings() {
  load()
  const socket = createSocket()
  const sink = { next: load, error: () => fail([{ message: NOT_FOLLOWED }]), complete: () => {} }
  socket.on('connected', () => setTimeout(load, SETTLED))
  socket.subscribe({ query: FOLLOW }, sink)
  return () => socket.dispose()
}

/** Take a booking a step further: 'confirm', 'decline', 'complete' or 'cancel'. Returns what was refused. */
export async function take(step, { id, version }) {
  const answer = await ask(`${STEP[step]} { userErrors { code message } } }`, { id, version }, fetchAsViewer)
  await load()
  return problemsIn(answer, 'step')
}

/** Read them; what is told of in the meantime is read once more, however much it is. */
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
  const [begins, ends] = [beginningOf(day, timeZone), beginningOf(dayAfter(day), timeZone)]
  const today = { startsAt: { gte: begins, lt: ends } }
  const waiting = { status: ['PENDING'], startsAt: { gte: ends } } // today's are among today's already
  const answer = await ask(BOOKINGS, { today, waiting }, fetchAsViewer)
  if (!answer.data?.today || !answer.data.waiting) return fail(problemsIn(answer))
  shown.set({ day, timeZone, ...answer.data, problems: [] })
}

function fail(problems) {
  shown.set({ ...shown.get(), problems })
}
