import { execFile } from 'node:child_process'
import { randomBytes } from 'node:crypto'
import { chown, mkdir, readdir, rename, rm, writeFile } from 'node:fs/promises'
import { basename, dirname, join } from 'node:path'
import { promisify } from 'node:util'
import { runAs } from './account.ts'
import { syncFolder } from './files.ts'
import type { Place } from './place.ts'
import type { Log } from './types.ts'

const run = promisify(execFile)

const initdbArguments = [
  '--username=postgres',
  '--encoding=UTF8',
  // Part of PostgreSQL: sorts the same on every system, so no index breaks when the C library is updated.
  '--locale=C',
  '--locale-provider=builtin',
  '--builtin-locale=C.UTF-8',
  '--data-checksums',
  '--auth-host=scram-sha-256',
  '--auth-local=scram-sha-256',
]

/**
 * Creates the cluster, under another name until it is complete: interrupted at any point, it is done again from the
 * beginning. The name is new each time since an initdb whose parent was killed goes on for a moment.
 */
export async function initialiseCluster(place: Place, password: string, log: Log): Promise<void> {
  const { clusterDir, account } = place
  log('creating the database cluster')
  await removeAbandoned(clusterDir)
  const staging = `${clusterDir}.new.${randomBytes(4).toString('hex')}`
  const passwordFile = `${staging}.password`
  try {
    await mkdir(staging, { mode: 0o700 })
    await writeFile(passwordFile, password, { mode: 0o600, flag: 'wx' })
    if (account) for (const path of [staging, passwordFile]) await chown(path, account.uid, account.gid)
    const options = [...initdbArguments, `--pwfile=${passwordFile}`, `--pgdata=${staging}`]
    await run(join(place.binDir, 'initdb'), options, runAs(account))
    await rename(staging, clusterDir)
    await syncFolder(dirname(clusterDir))
  } catch (error) {
    await rm(staging, { recursive: true, force: true })
    throw new Error(`The database cluster could not be created: ${reason(error)}`, { cause: error })
  } finally {
    await rm(passwordFile, { force: true })
  }
}

function reason(error: unknown): string {
  const { stderr, message } = error as { stderr?: string; message: string }
  return stderr?.trim() || message
}

// An initdb that lost its parent may still be writing there; it fails as soon as it misses a file, so retrying helps. What
// resists is in nobody's way and goes the next time.
async function removeAbandoned(clusterDir: string): Promise<void> {
  const parent = dirname(clusterDir)
  for (const name of await readdir(parent)) {
    if (!name.startsWith(`${basename(clusterDir)}.new.`)) continue
    await rm(join(parent, name), { recursive: true, force: true, maxRetries: 10, retryDelay: 20 }).catch(() => {})
  }
}
