import { ask } from './ask.js'
import { cancellation } from './cancellation.js'
import { button, element, report, show } from './elements.js'
import { moment, money } from './formats.js'
import { move } from './move.js'
import { say } from './texts.js'

/** Show a booking, and what can be done with it. */
export async function openBooking(token, code) {
  await openAnew({ managed: { code, token } }, '')
}

/** Show it as it is now, with the result of what was tried. Forms `settle` what became of a try. */
async function openAnew(by, result) {
  const { data, errors } = await ask('booking', { by })
  report(result)
  if (errors) return show(say.booking, element('p', {}, errors[0].message), button(say.retry, () => openAnew(by, result)))
  const { booking, studio } = data
  if (!booking) return show(say.noBooking, element('p', {}, say.noBookingHint))
  const settle = async (problems, told) => {
    const stale = problems.find(({ currentVersion }) => currentVersion)
    if (stale || problems.length === 0) await openAnew(by, stale?.message ?? told)
    return problems
  }
  show(say.booking, details(booking), actions(booking, studio, { by, settle }))
}

function details(booking) {
  const { serviceName, startsAt, timeZone, partySize, options, price, status, code } = booking
  const told = [
    [say.service, serviceName],
    [say.time, `${moment(startsAt, timeZone)} (${timeZone})`],
    [say.party, partySize],
    [say.options, options.map(({ name }) => name).join(', ')],
    [say.price, price && money(price)],
    [say.status, say.statuses[status]],
    [say.code, code],
  ]
  return element('dl', {}, told.filter(([, value]) => value).map(([name, value]) => entry(name, value)))
}

function entry(name, value) {
  return element('div', {}, element('dt', {}, name), element('dd', {}, String(value)))
}

/** Buttons for what the customer may do; each opens a form in their place. Else, whom to ask. */
function actions(booking, studio, manage) {
  const { viewerCanReschedule, viewerCanCancel, cancellableUntil, timeZone } = booking
  if (!viewerCanReschedule && !viewerCanCancel) return closed(booking, studio)
  const place = element('section')
  const open = (opened) => {
    place.replaceChildren(opened)
    opened.querySelector('h2').focus()
  }
  const offer = () =>
    place.replaceChildren(
      ...[
        viewerCanCancel && cancellableUntil && element('p', {}, say.until(moment(cancellableUntil, timeZone))),
        viewerCanReschedule && button(say.move, () => open(move(booking, manage, offer))),
        viewerCanCancel && button(say.cancel, () => open(cancellation(booking, manage, offer))),
      ].filter(Boolean),
    )
  offer()
  return place
}

function closed({ status }, { email, phone }) {
  if (!['PENDING', 'CONFIRMED'].includes(status)) return null
  return element('p', {}, [say.askStudio, email, phone].filter(Boolean).join(' '))
}
