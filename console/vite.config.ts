/** How the console is built: one page, hashed assets, plots and pages in chunks of their own. */
import { fileURLToPath } from 'node:url'
import react from '@vitejs/plugin-react'
import { defineConfig } from 'vite'

const root = fileURLToPath(new URL('.', import.meta.url))
const api = process.env.DAYTWO_API ?? 'http://127.0.0.1:3333'

export default defineConfig({
  root,
  base: '/',
  plugins: [react()],
  resolve: { alias: { '~': `${root}src` } },
  build: { outDir: 'dist', emptyOutDir: true, target: 'es2022', manifest: true, chunkSizeWarningLimit: 800 },
  server: { port: 5173, proxy: { '/api': api, '/auth': api, '/problems': api } },
})
