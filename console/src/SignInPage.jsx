import { SignInForm } from './panels/SignInForm.jsx'

/** What stands in the place of GraphiQL until somebody has signed in. */
export function SignInPage() {
  return (
    <div className="graphiql-container console-page">
      <main className="console-card">
        <h1>Studiograph console</h1>
        <SignInForm />
      </main>
    </div>
  )
}
