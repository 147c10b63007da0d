import { useSession } from '../session.js'
import { useUploads } from '../uploads.js'
import { Uploaded } from './Uploaded.jsx'
import { UploadForm } from './UploadForm.jsx'

const Icon = (props) => (
  <svg viewBox="0 0 24 24" fill="none" stroke="currentColor" strokeWidth="1.5" {...props}>
    <path d="M3 15v4a2 2 0 0 0 2 2h14a2 2 0 0 0 2-2v-4M12 16V3M7 8l5-5 5 5" />
  </svg>
)

/** Pictures go up here, several at once; operations then take their ids. */
function Upload() {
  const { user } = useSession()
  const uploads = useUploads()
  return (
    <section className="console-panel" aria-label="Upload">
      <h2>Upload</h2>
      {user ? <UploadForm /> : <p>Sign in first: the server takes pictures from members and staff.</p>}
      <ul className="console-uploads" aria-live="polite" aria-label="Uploaded pictures">
        {uploads.map((upload) => (
          <Uploaded key={upload.number} {...upload} />
        ))}
      </ul>
    </section>
  )
}

export const uploadPlugin = { title: 'Upload', icon: Icon, content: Upload }
