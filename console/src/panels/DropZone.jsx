import { useState } from 'react'

const TYPES = 'image/jpeg,image/png,image/webp,image/avif,image/gif'

/** A place to drop files on, or to choose them in. Calls `onFiles` with a list of files. */
export function DropZone({ onFiles }) {
  const [isOver, setIsOver] = useState(false)
  const mark = (over) => (event) => {
    event.preventDefault() // or the browser would open the picture in the place of the console
    setIsOver(over)
  }
  const drop = (event) => {
    mark(false)(event)
    onFiles(event.dataTransfer.files)
  }
  const choose = ({ target }) => {
    onFiles(Array.from(target.files))
    target.value = '' // the same picture can be chosen again
  }
  return (
    <label className="console-drop" data-over={isOver} onDragOver={mark(true)} onDragLeave={mark(false)} onDrop={drop}>
      Drop pictures here, or choose them
      <input type="file" accept={TYPES} multiple onChange={choose} />
      <small>JPEG, PNG, WebP, AVIF or GIF, up to 10 MB each.</small>
    </label>
  )
}
