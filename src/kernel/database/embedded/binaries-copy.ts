import { randomBytes } from 'node:crypto'
import { chmod, cp, lstat, readdir, rename, rm, stat } from 'node:fs/promises'
import { join } from 'node:path'
import type { Binaries } from './binaries.ts'
import { hasCode, unlessMissing } from './errors.ts'
import type { Log } from './types.ts'

const abandonedAfterMs = 10 * 60_000

/**
 * Copies PostgreSQL into `<folder>/bin-<version>` so that another account can run it; once per version. The folder
 * appears under its name only when it is complete, so that processes doing this at the same time do not disturb each
 * other.
 */
export async function copyBinaries(binaries: Binaries, folder: string, log: Log): Promise<string> {
  const target = join(folder, `bin-${binaries.version}`)
  if (await unlessMissing(stat(target))) return target
  log(`copying PostgreSQL to ${target}, where its account can reach it`)
  await removeAbandoned(folder)
  const partial = `${target}.partial-${randomBytes(4).toString('hex')}`
  try {
    await cp(binaries.native, partial, { recursive: true, verbatimSymlinks: true })
    await makeReadable(partial)
    await rename(partial, target)
  } catch (error) {
    await rm(partial, { recursive: true, force: true })
    if (!hasCode(error, 'ENOTEMPTY', 'EEXIST')) throw error
  }
  return target
}

// An install under umask 077 leaves files that only root can read.
async function makeReadable(folder: string): Promise<void> {
  await chmod(folder, 0o755)
  for (const entry of await readdir(folder, { recursive: true, withFileTypes: true })) {
    const path = join(entry.parentPath, entry.name)
    if (entry.isSymbolicLink()) continue
    const executable = entry.isDirectory() || ((await lstat(path)).mode & 0o100) !== 0
    await chmod(path, executable ? 0o755 : 0o644)
  }
}

async function removeAbandoned(folder: string): Promise<void> {
  for (const name of await readdir(folder)) {
    if (!/^bin-.*\.partial-/.test(name)) continue
    const found = await unlessMissing(stat(join(folder, name)))
    if (found && Date.now() - found.mtimeMs > abandonedAfterMs) {
      await rm(join(folder, name), { recursive: true, force: true })
    }
  }
}
