import { randomBytes } from 'node:crypto'
import { access, constants, realpath, stat, symlink } from 'node:fs/promises'
import { dirname, join } from 'node:path'
import { canReach, chooseAccount, ownUid } from './account.ts'
import type { Binaries } from './binaries.ts'
import { copyBinaries } from './binaries-copy.ts'
import { clusterEntry, findCluster } from './cluster-path.ts'
import { hasCode, unlessMissing } from './errors.ts'
import { chownTree, createFolder } from './files.ts'
import { type Account, defaultSystemDir, type EmbeddedOptions } from './types.ts'

/** Where everything of one instance is. `account` is set only when we are root. */
export type Place = { dataDir: string; clusterDir: string; binDir: string; account: Account | undefined }

/**
 * Decides and prepares the place of the cluster and of the programs. Both stay where they are unless we are root and
 * the account PostgreSQL runs as cannot get there (a clone below /root); then the system folder takes them.
 */
export async function settlePlace(o: EmbeddedOptions, binaries: Binaries): Promise<Place> {
  // 711: root's unprivileged account has to pass through; what is secret in there has its own mode.
  await createFolder(o.dataDir, ownUid() === 0 ? 0o711 : 0o700)
  const dataDir = await realpath(o.dataDir)
  const existing = await findCluster(dataDir)
  const account = await chooseAccount(existing)
  if (!account) {
    const clusterDir = existing ?? clusterEntry(dataDir)
    return { dataDir, clusterDir, binDir: join(binaries.native, 'bin'), account }
  }
  const clusterDir = existing ?? (await newPlace(dataDir, account, o.systemDir ?? defaultSystemDir))
  await handOver(clusterDir, account, o)
  return { dataDir, clusterDir, binDir: await reachableBin(dataDir, account, binaries, o), account }
}

async function newPlace(dataDir: string, account: Account, systemDir: string): Promise<string> {
  const entry = clusterEntry(dataDir)
  if (await canReach(account, dataDir)) return entry
  const folder = join(systemDir, randomBytes(8).toString('hex'))
  await createSystemFolder(systemDir, account, dataDir)
  if (!(await canReach(account, await realpath(systemDir)))) throw new Error(unreachable(account, dataDir, systemDir))
  await createFolder(folder, 0o711)
  const clusterDir = join(await realpath(folder), 'postgres')
  try {
    // Before the cluster exists, so that an interrupted creation is continued in the same place.
    await symlink(clusterDir, entry)
    return clusterDir
  } catch (error) {
    if (!hasCode(error, 'EEXIST')) throw error
    return (await findCluster(dataDir)) ?? clusterDir
  }
}

async function createSystemFolder(systemDir: string, account: Account, dataDir: string): Promise<void> {
  try {
    // Not its parents: where there is no /var/lib there is no place for us either.
    await createFolder(systemDir, 0o755, { recursive: false })
    await access(systemDir, constants.W_OK)
  } catch {
    throw new Error(unreachable(account, dataDir, systemDir))
  }
}

function unreachable(account: Account, path: string, systemDir: string): string {
  return (
    `PostgreSQL cannot run as root, and the account ${account.name} can reach neither ${path} nor ${systemDir} ` +
    '(which has to be writable for root). Set DAYTWO_DATA to a folder another user can reach, for example /srv/daytwo.'
  )
}

// Checks an existing cluster; one that belongs to root (restored with a plain copy) is given to the account.
async function handOver(clusterDir: string, account: Account, o: EmbeddedOptions): Promise<void> {
  const found = await unlessMissing(stat(clusterDir))
  if (!(await canReach(account, dirname(clusterDir)))) {
    throw new Error(
      `The account ${account.name}, which PostgreSQL runs as, cannot reach the database cluster ${clusterDir}. ` +
        'Move the data to a folder another user can reach and set DAYTWO_DATA to it.',
    )
  }
  if (found?.uid !== 0) return
  o.log(`giving the database cluster to the account ${account.name}`)
  await chownTree(clusterDir, account.uid, account.gid)
}

async function reachableBin(
  dataDir: string,
  account: Account,
  binaries: Binaries,
  o: EmbeddedOptions,
): Promise<string> {
  const bin = join(binaries.native, 'bin')
  const needed = [join(bin, 'postgres'), join(binaries.native, 'lib'), join(binaries.native, 'share', 'postgresql')]
  const reachable = await Promise.all(needed.map(async (path) => canReach(account, await realpath(path))))
  if (!reachable.includes(false)) return bin
  const systemDir = o.systemDir ?? defaultSystemDir
  try {
    await createSystemFolder(systemDir, account, dataDir)
    return join(await copyBinaries(binaries, systemDir, o.log), 'bin')
  } catch (error) {
    // No system folder: the data folder also does, if the account gets there.
    if (!(await canReach(account, dataDir))) throw error
    return join(await copyBinaries(binaries, dataDir, o.log), 'bin')
  }
}
