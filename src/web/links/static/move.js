import { ask, change } from './ask.js'
import { button, element } from './elements.js'
import { field, form, wrong } from './form.js'
import { dayOf, moment, time } from './formats.js'
import { say } from './texts.js'

/** Another day, its free times, and the button that moves the booking there. */
export function move(booking, { by, settle }, keep) {
  const { startsAt, timeZone, version } = booking
  const day = element('input', { type: 'date', required: true, min: dayOf(new Date(), timeZone) })
  const times = element('div', { 'aria-live': 'polite' })
  const offer = async () => {
    const asked = day.value
    const offered = asked ? await freeTimes(booking, asked) : ''
    if (day.value === asked) times.replaceChildren(offered)
  }
  const send = async (data) => {
    const chosen = data.get('startsAt')
    if (!chosen) return [{ message: say.choose }]
    const problems = await change('reschedule', { by, startsAt: chosen, expectedVersion: version })
    const alternatives = problems.flatMap((problem) => problem.alternatives ?? [])
    if (alternatives.length > 0) times.replaceChildren(instead(alternatives, timeZone))
    return settle(problems, say.moved(moment(chosen, timeZone)))
  }
  day.value = dayOf(new Date(startsAt), timeZone)
  day.addEventListener('change', offer)
  offer()
  const heading = element('h2', { tabIndex: -1 }, say.move)
  const parts = [field('day', say.day, day), times]
  return element('section', {}, heading, form(parts, say.moveNow, send, button(say.keep, keep)))
}

async function freeTimes({ service, partySize, options, timeZone }, day) {
  const optionIds = options.flatMap(({ option }) => option?.id ?? [])
  const { data, errors } = await ask('slots', { service: service.id, day, partySize, optionIds })
  const slots = data?.service?.slots ?? []
  if (slots.length === 0) return element('p', {}, errors?.[0].message ?? say.noTimes)
  const choices = slots.map(({ startsAt }) => choice(startsAt, time(startsAt, timeZone)))
  const legend = element('legend', {}, say.times(timeZone))
  return element('fieldset', {}, legend, element('div', { className: 'row' }, choices), wrong('startsAt'))
}

function choice(startsAt, text) {
  const control = element('input', { type: 'radio', name: 'startsAt', value: startsAt, required: true })
  return element('label', { className: 'choice' }, control, text)
}

/** What is still free where somebody else was faster: each a button that moves the booking there. */
function instead(slots, timeZone) {
  const chosen = element('input', { type: 'hidden', name: 'startsAt' })
  const take = (startsAt) => () => {
    chosen.value = startsAt
    chosen.form.requestSubmit()
    chosen.value = ''
  }
  const offers = slots.map(({ startsAt }) => button(moment(startsAt, timeZone), take(startsAt)))
  return element('section', {}, element('p', {}, say.alternatives), chosen, offers)
}
