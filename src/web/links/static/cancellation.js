import { change } from './ask.js'
import { button, element } from './elements.js'
import { field, form } from './form.js'
import { say } from './texts.js'

/** The question whether to cancel, with room for a reason. `keep` leaves it as it is. */
export function cancellation({ version }, { by, settle }, keep) {
  const reason = field('reason', say.reason, element('textarea', { rows: 3, maxLength: 500 }))
  const send = async (data) => {
    const given = data.get('reason').trim() || null
    return settle(await change('cancel', { by, reason: given, expectedVersion: version }), say.cancelled)
  }
  const heading = element('h2', { tabIndex: -1 }, say.cancelAsked)
  return element('section', {}, heading, form([reason], say.cancelNow, send, button(say.keep, keep)))
}
