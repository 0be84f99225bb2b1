import { readFile, stat } from 'node:fs/promises'
import { dirname } from 'node:path'
import { unlessMissing } from './errors.ts'
import type { Account } from './types.ts'

/** Our own uid; -1 where the platform has none. */
export const ownUid = (): number => process.getuid?.() ?? -1

/**
 * The account to run PostgreSQL as, or undefined for our own. As root: whoever owns the existing cluster (the server
 * refuses data of another), else `daytwo`, else `nobody`. Accounts are never created.
 */
export async function chooseAccount(clusterDir: string | undefined): Promise<Account | undefined> {
  const owner = clusterDir ? await unlessMissing(stat(clusterDir)) : undefined
  if (ownUid() !== 0) {
    if (owner && owner.uid !== ownUid()) throw new Error(foreignCluster(clusterDir, owner.uid))
    return undefined
  }
  const accounts = parseAccounts(await readFile('/etc/passwd', 'utf8'))
  if (owner && owner.uid !== 0) {
    const known = accounts.find((account) => account.uid === owner.uid)
    return known ?? { name: `uid ${owner.uid}`, uid: owner.uid, gid: owner.gid }
  }
  const account =
    accounts.find(({ name }) => name === 'daytwo') ?? accounts.find(({ name, uid }) => name === 'nobody' && uid !== 0)
  if (account) return account
  throw new Error('PostgreSQL does not run as root and there is no account "daytwo" or "nobody". Create one of them.')
}

function foreignCluster(clusterDir: string | undefined, uid: number): string {
  return (
    `The database cluster ${clusterDir} belongs to uid ${uid}, but this process runs as uid ${ownUid()}. ` +
    'Start daytwo as root or as that account.'
  )
}

/** Accounts of a passwd(5) text. macOS writes uids as negative 32-bit numbers; stat reports them unsigned. */
export function parseAccounts(passwd: string): Account[] {
  return passwd.split('\n').flatMap((line) => {
    const [name, , uid, gid] = line.split(':')
    if (!name || !uid || !gid || name.startsWith('#')) return []
    return [{ name, uid: Number(uid) >>> 0, gid: Number(gid) >>> 0 }]
  })
}

/** Options of `spawn` that make the child run as the account; spawn wants signed 32-bit ids. */
export function runAs(account: Account | undefined): {
  uid?: number
  gid?: number
  cwd: string
  env: NodeJS.ProcessEnv
} {
  // A fixed environment: no locale, PGOPTIONS or home of ours reaches the server; "/" is a folder every account may enter.
  const base = { cwd: '/', env: { HOME: '/', LC_ALL: 'C', TZ: 'UTC', PATH: '/usr/bin:/bin' } }
  return account ? { ...base, uid: account.uid | 0, gid: account.gid | 0 } : base
}

/**
 * Whether the account may enter every folder above `path` (which must exist) and `path` itself. Looks at permission
 * bits only: an ACL that grants more goes unseen, which merely sends the cluster to the system folder.
 */
export async function canReach(account: Account, path: string): Promise<boolean> {
  const { uid, gid, mode } = await stat(path)
  // Node drops supplementary groups when it changes the uid, so only the primary group counts.
  const shift = uid === account.uid ? 6 : gid === account.gid ? 3 : 0
  if (((mode >> shift) & 1) === 0) return false
  const parent = dirname(path)
  return parent === path || canReach(account, parent)
}
