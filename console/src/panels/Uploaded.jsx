import { Copyable } from './Copyable.jsx'
import { Problems } from './Problems.jsx'

/** One picture: on its way, in the store with its new id, or refused. */
export function Uploaded({ name, preview, image, problems }) {
  const isUnderWay = !image && problems.length === 0
  return (
    <li aria-busy={isUnderWay}>
      <img src={preview} alt="" />
      <div>
        <strong>{name}</strong>
        {isUnderWay && <p>Uploading …</p>}
        {image && <Details image={image} name={name} />}
        <Problems problems={problems} />
      </div>
    </li>
  )
}

function Details({ image, name }) {
  return (
    <>
      <Copyable label={`Id of ${name}`} text={image.id} />
      <p>
        {image.width} × {image.height} pixels, {Math.ceil(image.byteSize / 1000)} kB
        <br />
        {image.key}
      </p>
    </>
  )
}
