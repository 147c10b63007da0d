import { defineConfig } from 'vite'

export default defineConfig({
  base: './',
  oxc: { jsx: { runtime: 'automatic' } },
  worker: { format: 'es' },
  build: {
    outDir: process.env.CONSOLE_OUT ?? 'dist',
    emptyOutDir: true,
    assetsInlineLimit: 0, // every asset is a file of its own, so the page's policy needs no exception
    chunkSizeWarningLimit: 6000, // kB; Monaco, the editor, is that big
    rolldownOptions: {
      // React's "use client" marks hundreds of modules and means nothing to a page without a React server.
      onLog: (level, log, print) => log.code === 'MODULE_LEVEL_DIRECTIVE' || print(level, log),
    },
  },
})
