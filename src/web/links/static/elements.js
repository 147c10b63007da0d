/** An element with its properties (`aria…` and `role` are attributes) and what stands in it; null is left out. */
export function element(tag, properties = {}, ...children) {
  const made = document.createElement(tag)
  for (const [name, value] of Object.entries(properties)) {
    if (name in made) made[name] = value
    else made.setAttribute(name, value)
  }
  made.append(...children.flat().filter((child) => child !== null))
  return made
}

export function button(text, onclick) {
  return element('button', { type: 'button', onclick }, text)
}

/** Put something in the place of what the page shows, and lead those there who do not see it. */
export function show(heading, ...children) {
  document.title = heading
  const title = element('h1', { tabIndex: -1 }, heading)
  document.getElementById('page').replaceChildren(title, ...children.flat().filter((child) => child !== null))
  title.focus()
}

/** Say what has come of something; screen readers say it too. */
export function report(text) {
  document.getElementById('result').textContent = text
}
