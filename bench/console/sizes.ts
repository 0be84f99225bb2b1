/** What a first look at a page loads, as the build's manifest says: scripts and styles, compressed as they are sent. */
import { readFileSync } from 'node:fs'
import { fileURLToPath } from 'node:url'
import { gzipSync } from 'node:zlib'

type Chunk = { file: string; imports?: string[]; css?: string[] }
export type Size = {
  readonly page: string
  readonly scripts: number
  readonly scriptKb: number
  readonly styleKb: number
  /** With what comes after the page is there already. */
  readonly deferred: boolean
}

const overview = 'src/features/delivery/overview/overview-page.tsx'
const withPlots = 'delivery and its plots, which come after its figures'
const plots = ['trend', 'bars', 'stages'].map((plot) => `src/ui/plots/${plot}.tsx`)

/** Entries beyond `index.html` that each first look needs. */
const looks: Record<string, readonly string[]> = {
  'sign-in': ['src/features/auth/sign-in-page.tsx'],
  home: ['src/features/home/home-page.tsx'],
  delivery: [overview],
  [withPlots]: [overview, ...plots],
}

/** Gzip sizes in kB (1000 bytes). */
export function firstLoads(dist = fileURLToPath(new URL('../../console/dist/', import.meta.url))): Size[] {
  const manifest: Record<string, Chunk> = JSON.parse(readFileSync(`${dist}.vite/manifest.json`, 'utf8'))
  const collect = (key: string, into: Set<string>) => {
    const chunk = manifest[key]
    if (!chunk) throw new Error(`the console's build has no ${key}`)
    if (into.has(chunk.file)) return
    for (const file of [chunk.file, ...(chunk.css ?? [])]) into.add(file)
    for (const imported of chunk.imports ?? []) collect(imported, into)
  }
  const kilobytes = (files: readonly string[]) =>
    files.reduce((sum, file) => sum + gzipSync(readFileSync(dist + file), { level: 9 }).length, 0) / 1000
  return Object.entries(looks).map(([page, entries]) => {
    const files = new Set<string>()
    for (const entry of ['index.html', ...entries]) collect(entry, files)
    const scripts = [...files].filter((file) => file.endsWith('.js'))
    const styles = [...files].filter((file) => file.endsWith('.css'))
    return {
      page,
      scripts: scripts.length,
      scriptKb: kilobytes(scripts),
      styleKb: kilobytes(styles),
      deferred: page === withPlots,
    }
  })
}

if (import.meta.main) console.table(firstLoads(process.argv[2]))
