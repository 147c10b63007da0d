import { element } from './elements.js'

/** A control with its label, what helps to fill it in, and room for what is wrong with it. */
export function field(name, label, control, hint = '') {
  Object.assign(control, { name, id: name })
  control.setAttribute('aria-describedby', `${name}-hint ${name}-wrong`)
  const named = element('label', { htmlFor: name }, label)
  return element('div', {}, named, control, element('small', { id: `${name}-hint` }, hint), wrong(name))
}

/** Room for what is wrong with a field. */
export function wrong(name) {
  return element('div', { id: `${name}-wrong`, className: 'wrong' })
}

/** A form; `send(data)` answers with what is wrong, as `{message, path}`, which is shown at the field it names. */
export function form(parts, submit, send, ...others) {
  const sender = element('button', { type: 'submit', className: 'main' }, submit)
  const rest = element('div', { className: 'wrong', role: 'alert' })
  const made = element('form', {}, ...parts, rest, element('div', { className: 'row' }, sender, ...others))
  made.addEventListener('submit', async (event) => {
    event.preventDefault()
    const data = new FormData(made)
    setBusy(made, true)
    const problems = await send(data)
    setBusy(made, false)
    tell(made, rest, problems)
  })
  return made
}

function setBusy(made, isBusy) {
  for (const button of made.querySelectorAll('button')) button.disabled = isBusy
}

function tell(made, rest, problems) {
  for (const place of made.querySelectorAll('.wrong')) place.replaceChildren()
  for (const control of made.querySelectorAll('[aria-invalid]')) control.removeAttribute('aria-invalid')
  for (const { message, path = [] } of problems) {
    const name = CSS.escape(path.at(-1) ?? '')
    made.querySelector(`#${name || 'nothing'}`)?.setAttribute('aria-invalid', 'true')
    const place = made.querySelector(`#${name}-wrong`) ?? rest
    place.append(element('p', {}, message))
  }
  made.querySelector('[aria-invalid]')?.focus()
}
