import { useSession } from '../session.js'
import { Account } from './Account.jsx'
import { SignInForm } from './SignInForm.jsx'

const Icon = (props) => (
  <svg viewBox="0 0 24 24" fill="none" stroke="currentColor" strokeWidth="1.5" {...props}>
    <circle cx="12" cy="8" r="4" />
    <path d="M4 21c0-4.5 3.5-7 8-7s8 2.5 8 7" />
  </svg>
)

/** Who is signed in, or the form to do so. */
function SignIn() {
  const { user } = useSession()
  return (
    <section className="console-panel" aria-label="Sign in">
      <h2>{user ? 'Signed in' : 'Sign in'}</h2>
      {user ? <Account user={user} /> : <SignInForm />}
    </section>
  )
}

export const signInPlugin = { title: 'Sign in', icon: Icon, content: SignIn }
