import { Button } from '@graphiql/react'
import { useRef, useState } from 'react'

/** A text that one will want elsewhere, with a button that copies it. */
export function Copyable({ label, text }) {
  const field = useRef(null)
  const [isCopied, setIsCopied] = useState(false)
  const copy = async () => {
    field.current.select() // over plain http there is no clipboard: Ctrl-C then copies what is selected
    await navigator.clipboard?.writeText(text)
    setIsCopied(navigator.clipboard !== undefined)
  }
  return (
    <span className="console-copyable">
      <input ref={field} aria-label={label} readOnly value={text} onFocus={(event) => event.target.select()} />
      <Button type="button" onClick={copy} aria-label={`Copy: ${label}`}>
        {isCopied ? 'Copied' : 'Copy'}
      </Button>
    </span>
  )
}
