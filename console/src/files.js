import { getOperationAST, print } from 'graphql'

const FILE = /^Upload!?$/

/** The names of an operation's variables that are files. */
export function fileVariables(document, operationName) {
  const operation = document && getOperationAST(document, operationName)
  const files = operation?.variableDefinitions?.filter(({ type }) => FILE.test(print(type))) ?? []
  return files.map(({ variable }) => variable.name.value)
}

/** Have a file chosen; null where none was. Browsers allow it only right after a click or a key. */
export function chooseFile() {
  const input = document.createElement('input')
  input.type = 'file'
  return new Promise((resolve) => {
    input.addEventListener('change', () => resolve(input.files[0]))
    input.addEventListener('cancel', () => resolve(null))
    input.click()
  })
}

/** The GraphQL multipart request: `{query, variables, …}`, which of its variables is the file, the file. */
export function multipart(request, variable, file) {
  const parts = new FormData()
  const variables = { ...request.variables, [variable]: null }
  parts.append('operations', JSON.stringify({ ...request, variables }))
  parts.append('map', JSON.stringify({ file: [`variables.${variable}`] }))
  parts.append('file', file)
  return parts
}
