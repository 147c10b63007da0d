import { useState } from 'react'
import { upload } from '../uploads.js'
import { DropZone } from './DropZone.jsx'

const PURPOSES = {
  DESIGN: 'A design',
  ITEM: 'An item of a collection',
  SERVICE: 'A service',
  GALLERY: 'A gallery',
  AVATAR: 'A member’s portrait',
  MEAL: 'A meal',
  TEMP: 'Not known yet',
}

/** What the pictures are for and what they show; choosing or dropping them sends them. */
export function UploadForm() {
  const [purpose, setPurpose] = useState('DESIGN')
  const [altText, setAltText] = useState('')
  return (
    <form onSubmit={(event) => event.preventDefault()}>
      <label>
        What it is for
        <select value={purpose} onChange={(event) => setPurpose(event.target.value)}>
          {Object.entries(PURPOSES).map(([value, text]) => (
            <option key={value} value={value}>
              {text}
            </option>
          ))}
        </select>
      </label>
      <label>
        What it shows, for those who cannot see it
        <input value={altText} maxLength={500} onChange={(event) => setAltText(event.target.value)} />
      </label>
      <DropZone onFiles={(files) => upload(files, purpose, altText)} />
    </form>
  )
}
