import { language } from './texts.js'

const DAY = { year: 'numeric', month: 'long', day: 'numeric', weekday: 'long' }
const TIME = { hour: 'numeric', minute: '2-digit' }

/** Day and time in a zone, which is told: 'Monday, March 9, 2026 at 10:00 AM Korean Standard Time'. */
export function moment(instant, timeZone) {
  return format(instant, { ...DAY, ...TIME, timeZone, timeZoneName: 'long' })
}

/** The time alone; in the night when clocks are set back, an hour comes twice, and only its offset tells which. */
export function time(instant, timeZone) {
  return format(instant, { ...TIME, timeZone, timeZoneName: 'shortOffset' })
}

/** The day as the server and date fields write it: 2026-03-09. */
export function dayOf(instant, timeZone) {
  const parts = new Intl.DateTimeFormat('en', { year: 'numeric', month: '2-digit', day: '2-digit', timeZone })
  const { year, month, day } = Object.fromEntries(parts.formatToParts(instant).map(({ type, value }) => [type, value]))
  return `${year}-${month}-${day}`
}

export function money({ amount, currency }) {
  return new Intl.NumberFormat(language, { style: 'currency', currency }).format(amount)
}

function format(instant, options) {
  return new Intl.DateTimeFormat(language, options).format(new Date(instant))
}
