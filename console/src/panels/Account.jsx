import { Button } from '@graphiql/react'
import { useActionState } from 'react'
import { mayIntrospect, signOut, useSession } from '../session.js'
import { Problems } from './Problems.jsx'

/** Who is signed in, and the way out. */
export function Account({ user }) {
  const session = useSession()
  const [problems, submit, isPending] = useActionState(signOut, [])
  return (
    <form action={submit}>
      <dl>
        <dt>Name</dt>
        <dd>{user.displayName}</dd>
        <dt>User name</dt>
        <dd>{user.username}</dd>
        <dt>Role</dt>
        <dd>{user.role}</dd>
      </dl>
      {!mayIntrospect(session) && <p>Here the schema is shown to staff only. You can run operations all the same.</p>}
      <p>Signing out also clears the tabs and the history on this device.</p>
      <Problems problems={problems} />
      <Button type="submit" disabled={isPending}>
        Sign out
      </Button>
    </form>
  )
}
