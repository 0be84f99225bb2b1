/** Script and style sizes (gzip) of what a first look loads: the frame, home, then the delivery overview and its plots. */
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

/** Gzip sizes in kB (1000 bytes) of a first look at one address each. */
function firstLoad() {
  const look = (...entries: string[]) => {
    const files = filesOf('index.html')
    for (const entry of entries) filesOf(entry, files)
    return { script: kilobytes(files, '.js'), style: kilobytes(files, '.css') }
  }
  const frame = 'src/app/signed-in.tsx'
  const overview = 'src/features/delivery/overview/overview-page.tsx'
  return {
    'sign-in': look('src/features/auth/sign-in-page.tsx'),
    home: look(frame, 'src/features/home/home-page.tsx'),
    delivery: look(frame, overview),
    'delivery with plots': look(
      frame,
      overview,
      ...['trend', 'histogram', 'stages'].map((plot) => `src/ui/plots/${plot}.tsx`),
    ),
  }
}

if (import.meta.main) console.table(firstLoad())
