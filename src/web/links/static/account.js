import { change } from './ask.js'
import { element, report, show } from './elements.js'
import { field, form } from './form.js'
import { say } from './texts.js'

/** Choose a new password. */
export function openReset(token) {
  const fields = [field('newPassword', say.newPassword, password(), say.passwordHint), field('again', say.again, password())]
  const send = async (data) => {
    const newPassword = data.get('newPassword')
    if (newPassword !== data.get('again')) return [{ message: say.differ, path: ['again'] }]
    return finish(await change('reset', { token, newPassword }), say.reset, say.wasReset)
  }
  show(say.reset, form(fields, say.resetNow, send))
}

/** Confirm an address; to open the link does not do so, for mail programs open links too. */
export function openVerification(token) {
  const send = async () => finish(await change('verify', { token }), say.verify, say.verified)
  show(say.verify, element('p', {}, say.verifyHint), form([], say.verifyNow, send))
}

function password() {
  return element('input', { type: 'password', autocomplete: 'new-password', required: true, maxLength: 128 })
}

/** Where nothing is wrong, it is done: there is nothing left to fill in. */
function finish(problems, heading, result) {
  if (problems.length === 0) {
    show(heading)
    report(result)
  }
  return problems
}
