import 'graphiql/setup-workers/vite'
import 'graphiql/style.css'
import '@graphiql/plugin-explorer/style.css'
import './style.css'
import { explorerPlugin } from '@graphiql/plugin-explorer'
import { GraphiQL, HISTORY_PLUGIN } from 'graphiql'
import { createRoot } from 'react-dom/client'
import { fetcher } from './fetcher.js'
import gallery from './gallery.graphql?raw'

const plugins = [HISTORY_PLUGIN, explorerPlugin()]

createRoot(document.getElementById('console')).render(
  <GraphiQL fetcher={fetcher} plugins={plugins} defaultQuery={gallery}>
    <GraphiQL.Logo>Studiograph console</GraphiQL.Logo>
  </GraphiQL>,
)
