import { constants, cp, mkdir, readdir, rename, rm, stat } from 'node:fs/promises'
import { basename, join } from 'node:path'
import { ownUid } from './account.ts'
import { findCluster } from './cluster-path.ts'
import { unlessMissing } from './errors.ts'
import { chownTree, syncFolder } from './files.ts'
import { claim } from './owner.ts'
import { clearLeftovers } from './postmaster.ts'
import type { Log } from './types.ts'

const kept = 3
const partial = '.partial'

/**
 * Copies the stopped cluster to `<dataDir>/backups/<timestamp>-<label>/postgres` and keeps the newest three copies.
 * Returns the path of the copy, or undefined if there is no cluster yet; throws if a server is in use. Where the file
 * system can share blocks (btrfs, XFS, APFS) this takes neither time nor space. To restore, put a copy in the place of
 * the cluster.
 */
export async function backupCluster(dataDir: string, label: string, log: Log): Promise<string | undefined> {
  const clusterDir = await findCluster(dataDir)
  if (!clusterDir || !(await unlessMissing(stat(clusterDir)))) return undefined
  const result = await claim(clusterDir, 'command')
  if ('owner' in result) {
    throw new Error(`The database is in use by process ${result.owner.pid}; it can be copied only while it is stopped.`)
  }
  try {
    await clearLeftovers(clusterDir, log)
    const folder = join(dataDir, 'backups')
    await mkdir(folder, { recursive: true, mode: 0o700 })
    log(`copying the database cluster to ${folder}`)
    const copy = await copyCluster(clusterDir, folder, label)
    await removeOldest(folder)
    return copy
  } finally {
    await result.ownership.release()
  }
}

async function copyCluster(clusterDir: string, folder: string, label: string): Promise<string> {
  const name = `${new Date().toISOString().replaceAll(/[:.]/g, '-')}-${label.replaceAll(/[^A-Za-z0-9_.-]+/g, '-')}`
  const draft = join(folder, `${name}${partial}`)
  try {
    await mkdir(draft, { mode: 0o700 })
    const target = join(draft, 'postgres')
    await cp(clusterDir, target, { recursive: true, mode: constants.COPYFILE_FICLONE, verbatimSymlinks: true })
    const { uid, gid } = await stat(clusterDir)
    if (ownUid() === 0) await chownTree(target, uid, gid)
    await rename(draft, join(folder, name))
    await syncFolder(folder)
  } catch (error) {
    await rm(draft, { recursive: true, force: true })
    throw error
  }
  return join(folder, name, basename(clusterDir))
}

// Names begin with the time, so their order is that of age. Copies that were interrupted do not count.
async function removeOldest(folder: string): Promise<void> {
  const names = (await readdir(folder)).filter((name) => /^\d{4}-\d\d-\d\dT/.test(name)).sort()
  const complete = names.filter((name) => !name.endsWith(partial))
  const unwanted = [...names.filter((name) => name.endsWith(partial)), ...complete.slice(0, -kept)]
  for (const name of unwanted) await rm(join(folder, name), { recursive: true, force: true })
}
