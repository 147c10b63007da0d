import { Button } from '@graphiql/react'
import { useActionState } from 'react'
import { take } from '../bookings.js'
import { Problems } from './Problems.jsx'

const STEPS = { PENDING: { confirm: 'Confirm', decline: 'Decline' }, CONFIRMED: { complete: 'Complete', cancel: 'Cancel' } }
const QUESTIONS = {
  decline: (booking) => `Decline ${booking.code}? The customer is told.`,
  cancel: (booking) => `Cancel ${booking.code}? The customer is told.`,
}

/** One booking, with `when` it begins and what can be done with it. */
export function Booking({ booking, when }) {
  const { code, serviceName, status, partySize, customerName } = booking
  return (
    <li aria-label={code}>
      <strong>
        {when} {serviceName}
      </strong>
      <p>
        {customerName ?? 'No name'}, {partySize} {partySize === 1 ? 'person' : 'people'} · <code>{code}</code>
      </p>
      <p>{status}</p>
      <Steps booking={booking} />
    </li>
  )
}

function Steps({ booking }) {
  const [problems, submit, isPending] = useActionState((_, form) => attempt(form.get('step'), booking), [])
  return (
    <form action={submit}>
      <Problems problems={problems} />
      <div className="console-steps">
        {Object.entries(STEPS[booking.status] ?? {}).map(([step, label]) => (
          <Button key={step} type="submit" name="step" value={step} disabled={isPending} aria-label={`${label} ${booking.code}`}>
            {label}
          </Button>
        ))}
      </div>
    </form>
  )
}

function attempt(step, booking) {
  const isMeant = !QUESTIONS[step] || confirm(QUESTIONS[step](booking))
  return isMeant ? take(step, booking) : []
}
