/** The day in a zone, written as 2026-03-09. */
export function dayIn(timeZone, instant = new Date()) {
  const { year, month, day } = parts(instant, { year: 'numeric', month: '2-digit', day: '2-digit', timeZone })
  return `${year}-${month}-${day}`
}

/** The day after, which may be of another month or year. */
export function dayAfter(day) {
  const next = new Date(`${day}T00:00:00Z`)
  next.setUTCDate(next.getUTCDate() + 1)
  return next.toISOString().slice(0, 10)
}

/** The instant at which a day begins in a zone, as text with its offset. */
export function beginningOf(day, timeZone) {
  const near = new Date(`${day}T00:00:00${offset(new Date(`${day}T00:00:00Z`), timeZone)}`)
  return `${day}T00:00:00${offset(near, timeZone)}` // where clocks are changed on that day, `near` is before that
}

function offset(instant, timeZone) {
  const { timeZoneName } = parts(instant, { timeZone, timeZoneName: 'longOffset' })
  return timeZoneName.slice('GMT'.length) || '+00:00'
}

function parts(instant, options) {
  const found = new Intl.DateTimeFormat('en', options).formatToParts(instant)
  return Object.fromEntries(found.map(({ type, value }) => [type, value]))
}
