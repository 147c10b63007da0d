import { Button } from '@graphiql/react'
import { useActionState } from 'react'
import { signIn, useSession } from '../session.js'
import { Problems } from './Problems.jsx'

/** User name and password; what the server refuses is shown as it says it. */
export function SignInForm() {
  const { ended } = useSession()
  const [{ username, problems }, submit, isPending] = useActionState(attempt, { username: '', problems: [] })
  return (
    <form action={submit}>
      {ended && <p role="status">Your session has ended. Sign in again.</p>}
      <label>
        User name
        <input name="username" autoComplete="username" autoCapitalize="none" autoFocus required defaultValue={username} />
      </label>
      <label>
        Password
        <input name="password" type="password" autoComplete="current-password" required />
      </label>
      <Problems problems={problems} />
      <Button type="submit" disabled={isPending}>
        Sign in
      </Button>
    </form>
  )
}

async function attempt(_, form) {
  const username = form.get('username')
  return { username, problems: await signIn(username, form.get('password')) }
}
