/** Script and style sizes (gzip) of what a first look loads: the frame, the overview, and its plots after it. */
import { readFileSync } from 'node:fs'
import { fileURLToPath } from 'node:url'
import { gzipSync } from 'node:zlib'

type Chunk = { file: string; imports?: string[]; css?: string[] }
const dist = fileURLToPath(new URL('../dist/', import.meta.url))
const manifest: Record<string, Chunk> = JSON.parse(readFileSync(`${dist}.vite/manifest.json`, 'utf8'))

function filesOf(key: string, into = new Set<string>()): Set<string> {
  const chunk = manifest[key]
  if (!chunk || into.has(chunk.file)) return into
  into.add(chunk.file)
  for (const css of chunk.css ?? []) into.add(css)
  for (const imported of chunk.imports ?? []) filesOf(imported, into)
  return into
}

const kilobytes = (files: Iterable<string>, ending: string) =>
  [...files]
    .filter((file) => file.endsWith(ending))
    .reduce((sum, file) => sum + gzipSync(readFileSync(dist + file), { level: 9 }).length, 0) / 1000

/** Cumulated gzip sizes in kB (1000 bytes). */
function firstLoad() {
  const files = filesOf('index.html')
  const frame = kilobytes(files, '.js')
  filesOf('src/features/delivery/overview/overview-page.tsx', files)
  const overview = kilobytes(files, '.js')
  const css = kilobytes(files, '.css')
  for (const plot of ['trend', 'histogram', 'stages']) filesOf(`src/ui/plots/${plot}.tsx`, files)
  return { frame, overview, css, withPlots: kilobytes(files, '.js') }
}

if (import.meta.main) console.table(firstLoad())
