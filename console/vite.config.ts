/** How the console is built: one page, hashed assets only, plots and pages in chunks of their own. */
import { readFileSync } from 'node:fs'
import { fileURLToPath } from 'node:url'
import react from '@vitejs/plugin-react'
import { defineConfig, type Plugin } from 'vite'

const root = fileURLToPath(new URL('.', import.meta.url))
const api = process.env.DAYTWO_API ?? 'http://127.0.0.1:3333'

/** A classic script before everything else, as a hashed asset: it must run before the first paint, and inline it may not be. */
function earlyScript(path: string): Plugin {
  const name = path.split('/').at(-1)!
  return {
    name: 'daytwo:early-script',
    buildStart() {
      if (!this.meta.watchMode && this.environment.mode === 'build')
        this.emitFile({ type: 'asset', name, source: readFileSync(root + path, 'utf8') })
    },
    transformIndexHtml: {
      order: 'post',
      handler(_, { bundle }) {
        const emitted = Object.values(bundle ?? {}).find((file) => file.type === 'asset' && file.names.includes(name))
        return [{ tag: 'script', attrs: { src: `/${emitted?.fileName ?? path}` }, injectTo: 'head-prepend' }]
      },
    },
  }
}

export default defineConfig({
  root,
  base: '/',
  publicDir: false,
  plugins: [react(), earlyScript('src/app/color-scheme.js')],
  resolve: { alias: { '~': `${root}src` } },
  build: {
    outDir: 'dist',
    emptyOutDir: true,
    target: 'es2022',
    manifest: true,
    assetsInlineLimit: 0,
    chunkSizeWarningLimit: 800,
    // What every address needs is one file: dozens of small ones wait for each other's connection.
    rolldownOptions: { output: { codeSplitting: { groups: [{ name: 'start', tags: ['$initial'] }] } } },
  },
  server: { port: 5173, proxy: { '/api': api, '/auth': api, '/problems': api } },
})
