/** What the server refused, in its own words, each with its code. */
export function Problems({ problems }) {
  return (
    <div className="console-problems" role="alert">
      {problems.map(({ code, message }) => (
        <p key={`${code} ${message}`}>
          {message} {code && <code>{code}</code>}
        </p>
      ))}
    </div>
  )
}
