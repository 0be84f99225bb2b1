import { lstat, readlink, realpath } from 'node:fs/promises'
import { basename, dirname, join, resolve } from 'node:path'
import { unlessMissing } from './errors.ts'

/** Where the cluster is seen from the data folder: a folder, or a link to it in the system folder. */
export const clusterEntry = (dataDir: string): string => join(dataDir, 'postgres')

/**
 * Real path of this instance's cluster, or undefined if its place is not decided yet. The cluster itself may still be
 * missing (creation was interrupted), the folder around it not: a link into nowhere means lost data, and a fresh
 * cluster must not hide that.
 */
export async function findCluster(dataDir: string): Promise<string | undefined> {
  const entry = clusterEntry(dataDir)
  const found = await unlessMissing(lstat(entry))
  if (!found) return undefined
  if (!found.isSymbolicLink()) return realpath(entry)
  const target = resolve(dataDir, await readlink(entry))
  const folder = await unlessMissing(realpath(dirname(target)))
  if (folder) return join(folder, basename(target))
  throw new Error(
    `${entry} points to the database cluster ${target}, which is gone. ` +
      `Bring that folder back, or remove the link ${entry} to begin with an empty database.`,
  )
}
