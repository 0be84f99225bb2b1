import { readdir, readFile } from 'node:fs/promises'
import { join } from 'node:path'
import { unlessMissing } from './errors.ts'

/**
 * Whether there is a cluster that our PostgreSQL can run (true) or none yet (false). Throws for anything else; never
 * changes anything, so it is asked before the first write.
 */
export async function isUsableCluster(clusterDir: string, major: number): Promise<boolean> {
  const version = (await unlessMissing(readFile(join(clusterDir, 'PG_VERSION'), 'utf8')))?.trim()
  if (version === String(major)) return true
  if (version !== undefined) {
    throw new Error(
      `The database cluster ${clusterDir} was made by PostgreSQL ${version}, but this release of daytwo runs ` +
        `PostgreSQL ${major}, which cannot open it. Nothing was changed. Either export your data with the release you ` +
        'used before and import it into a fresh instance of this one, or move the folder away to begin with an empty ' +
        'database.',
    )
  }
  const content = await unlessMissing(readdir(clusterDir))
  if (!content || content.length === 0) return false
  throw new Error(
    `${clusterDir} is not empty and not a database cluster (no PG_VERSION). Nothing was changed. ` +
      'Move it away, or restore the cluster from a backup.',
  )
}
