import { useEffect } from 'react'
import { followToday, useToday } from '../bookings.js'
import { useSession } from '../session.js'
import { Booking } from './Booking.jsx'
import { Problems } from './Problems.jsx'

const Icon = (props) => (
  <svg viewBox="0 0 24 24" fill="none" stroke="currentColor" strokeWidth="1.5" {...props}>
    <path d="M4 6h16v14H4zM4 10h16M8 3v5M16 3v5M8 15l2.5 2.5L16 13" />
  </svg>
)

/** What is booked for today, as it comes in. */
function Bookings() {
  const { user } = useSession()
  const isStaff = user !== null && user.role !== 'MEMBER'
  return (
    <section className="console-panel" aria-label="Bookings today">
      <h2>Bookings today</h2>
      {isStaff ? <Today /> : <p>Sign in as staff first.</p>}
    </section>
  )
}

function Today() {
  const { day, timeZone, bookings, hasMore, problems } = useToday()
  useEffect(followToday, [])
  return (
    <>
      {day && (
        <p>
          {day}, {timeZone}
        </p>
      )}
      <Problems problems={problems} />
      <ul className="console-bookings" aria-live="polite" aria-label="Booked for today">
        {bookings.map((booking) => (
          <Booking key={booking.id} booking={booking} />
        ))}
      </ul>
      {day && bookings.length === 0 && <p>Nothing is booked for today.</p>}
      {hasMore && <p>These are the first 100: the operation Bookings of a day shows all.</p>}
    </>
  )
}

export const bookingsPlugin = { title: 'Bookings today', icon: Icon, content: Bookings }
