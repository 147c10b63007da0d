import { useEffect } from 'react'
import { followBookings, useBookings } from '../bookings.js'
import { useSession } from '../session.js'
import { Booking } from './Booking.jsx'
import { Problems } from './Problems.jsx'

const Icon = (props) => (
  <svg viewBox="0 0 24 24" fill="none" stroke="currentColor" strokeWidth="1.5" {...props}>
    <path d="M4 6h16v14H4zM4 10h16M8 3v5M16 3v5M8 15l2.5 2.5L16 13" />
  </svg>
)

/** What is booked for today, and what of later days waits for an answer, as it comes in. */
function Bookings() {
  const { user } = useSession()
  const isStaff = user !== null && user.role !== 'MEMBER'
  return (
    <section className="console-panel" aria-label="Bookings today">
      <h2>Bookings today</h2>
      {isStaff ? <Followed /> : <p>Sign in as staff first.</p>}
    </section>
  )
}

function Followed() {
  const { day, timeZone, today, waiting, problems } = useBookings()
  useEffect(followBookings, [])
  return (
    <>
      {day && (
        <p>
          {day}, {timeZone}
        </p>
      )}
      <Problems problems={problems} />
      <List label="Booked for today" page={today} when={timeOf} none="Nothing is booked for today.">
        These are the first 100: the operation Bookings of a day shows all.
      </List>
      <h3>Waiting for an answer</h3>
      <List label="Waiting for an answer" page={waiting} when={dayAndTimeOf} none="No booking of a later day waits.">
        These are the first 50: answer them, and the others follow.
      </List>
    </>
  )
}

/** The bookings of a page; `children` is said where there are more, `none` where there are none. */
function List({ label, page, when, none, children }) {
  return (
    <>
      <ul className="console-bookings" aria-live="polite" aria-label={label}>
        {page?.nodes.map((booking) => (
          <Booking key={booking.id} booking={booking} when={when(booking)} />
        ))}
      </ul>
      {page?.nodes.length === 0 && <p>{none}</p>}
      {page?.pageInfo.hasNextPage && <p>{children}</p>}
    </>
  )
}

const timeOf = ({ localStart }) => localStart.slice(-5)
const dayAndTimeOf = ({ localStart }) => localStart.replace('T', ' ')

export const bookingsPlugin = { title: 'Bookings today', icon: Icon, content: Bookings }
