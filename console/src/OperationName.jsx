import { pick, useGraphiQL, useGraphiQLActions } from '@graphiql/react'
import { useEffect } from 'react'

/** Lets a tab run under its own operation's name at once: GraphiQL reads the name a moment after the tab was chosen. */
export function OperationName() {
  const { tabs, activeTabIndex } = useGraphiQL(pick('tabs', 'activeTabIndex'))
  const { setOperationName } = useGraphiQLActions()
  const { id, operationName } = tabs[activeTabIndex]
  useEffect(() => setOperationName(operationName), [id])
  return null
}
