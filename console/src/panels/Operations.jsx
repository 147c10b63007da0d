import { pick, UnStyledButton, useGraphiQL, useGraphiQLActions } from '@graphiql/react'
import { OPERATIONS } from '../operations.js'

const Icon = (props) => (
  <svg viewBox="0 0 24 24" fill="none" stroke="currentColor" strokeWidth="1.5" {...props}>
    <path d="m3 6 2 2 3-4M3 16l2 2 3-4M12 6h9M12 16h9" />
  </svg>
)

/** What an admin does every day, ready to be filled in and run. */
function Operations() {
  const open = useOpen()
  return (
    <section className="console-panel" aria-label="Operations">
      <h2>Operations</h2>
      <p>Each opens in a tab of its own. Fill in its variables, then run it.</p>
      <ul className="console-operations">
        {OPERATIONS.map((operation) => (
          <Operation key={operation.name} {...operation} onOpen={() => open(operation)} />
        ))}
      </ul>
    </section>
  )
}

function Operation({ name, title, summary, onOpen }) {
  const id = `summary-of-${name}`
  return (
    <li>
      <UnStyledButton type="button" aria-label={title} aria-describedby={id} onClick={onOpen}>
        <strong>{title}</strong>
        <small id={id}>{summary}</small>
      </UnStyledButton>
    </li>
  )
}

/** A function that opens an operation in a new tab of the editor. */
function useOpen() {
  const { addTab } = useGraphiQLActions()
  const { queryEditor, variableEditor } = useGraphiQL(pick('queryEditor', 'variableEditor'))
  return ({ query, variables }) => {
    addTab()
    queryEditor.setValue(query)
    variableEditor.setValue(variables)
    queryEditor.focus()
  }
}

export const operationsPlugin = { title: 'Operations', icon: Icon, content: Operations }
