import { multipart } from './files.js'
import { post, problemsIn } from './graphql.js'
import { fetchAsViewer } from './session.js'
import { createStore } from './store.js'

const UPLOAD = `mutation UploadImage($file: Upload!, $purpose: ImagePurpose!, $altText: String) {
  uploadImage(file: $file, purpose: $purpose, altText: $altText) {
    image { id key width height byteSize }
    userErrors { code message }
  }
}`

const uploads = createStore([])
let count = 0

/** The uploads of this page, newest first: `{number, name, preview, image, problems}`, `image` null until it came. */
export const useUploads = uploads.use

/** Upload pictures one after the other. */
export async function upload(files, purpose, altText) {
  const begun = Array.from(files, (file) => ({ file, number: begin(file) }))
  for (const { file, number } of begun) {
    const request = { query: UPLOAD, variables: { purpose, altText: altText || null } }
    const answer = await post(multipart(request, 'file', file), {}, fetchAsViewer)
    finish(number, answer.data?.uploadImage?.image ?? null, problemsIn(answer, 'uploadImage'))
  }
}

function begin(file) {
  const number = ++count
  const preview = URL.createObjectURL(file)
  uploads.set([{ number, name: file.name, preview, image: null, problems: [] }, ...uploads.get()])
  return number
}

function finish(number, image, problems) {
  uploads.set(uploads.get().map((one) => (one.number === number ? { ...one, image, problems } : one)))
}
