import 'graphiql/setup-workers/vite'
import 'graphiql/style.css'
import '@graphiql/plugin-explorer/style.css'
import './style.css'
import { createRoot } from 'react-dom/client'
import { Console } from './Console.jsx'
import { findOut } from './session.js'

await findOut()
createRoot(document.getElementById('console')).render(<Console />)
