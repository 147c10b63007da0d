import { explorerPlugin } from '@graphiql/plugin-explorer'
import { GraphiQL, HISTORY_PLUGIN } from 'graphiql'
import { useMemo } from 'react'
import { createFetcher } from './fetcher.js'
import gallery from './gallery.graphql?raw'
import { OperationName } from './OperationName.jsx'
import { bookingsPlugin } from './panels/Bookings.jsx'
import { operationsPlugin } from './panels/Operations.jsx'
import { signInPlugin } from './panels/SignIn.jsx'
import { uploadPlugin } from './panels/Upload.jsx'
import { mayIntrospect, useSession } from './session.js'
import { SignInPage } from './SignInPage.jsx'
import { storage } from './storage.js'

const PLUGINS = [signInPlugin, bookingsPlugin, uploadPlugin, operationsPlugin, HISTORY_PLUGIN, explorerPlugin()]

/** GraphiQL with our panels; outside development, for who has signed in. */
export function Console() {
  const session = useSession()
  const { environment, user } = session
  const fetcher = useMemo(createFetcher, [user?.id])
  if (user === null && environment !== 'development') return <SignInPage />
  return (
    <GraphiQL
      fetcher={fetcher}
      schema={mayIntrospect(session) ? undefined : null} // null: it is not asked for
      storage={storage}
      plugins={PLUGINS}
      defaultQuery={gallery}
      defaultEditorToolsVisibility="variables"
      shouldPersistHeaders={false} // they may hold an API key
    >
      <GraphiQL.Logo>
        <span className="console-logo">
          Studiograph console {user && <span className="console-name">· {user.displayName}</span>}
        </span>
      </GraphiQL.Logo>
      <OperationName />
    </GraphiQL>
  )
}
