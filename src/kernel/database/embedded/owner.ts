import { randomUUID } from 'node:crypto'
import { link, readFile, rename, rm, writeFile } from 'node:fs/promises'
import { dirname, join } from 'node:path'
import { setTimeout as sleep } from 'node:timers/promises'
import { hasCode, unlessMissing } from './errors.ts'
import { processIdentity } from './processes.ts'

/** An `instance` serves until it is stopped and may be used by commands; a `command` ends soon and may not. */
export type OwnerKind = 'instance' | 'command'

/** Content of `postgres.owner.json`. `identity` tells the process from a later one with the same pid. */
export type Owner = { pid: number; startedAt: string; port?: number; kind: OwnerKind; identity: string; token: string }

export type Ownership = { setPort(port: number): Promise<void>; release(): Promise<void> }

// Beside the cluster, not in the data folder: copies of a data folder may hold links to one and the same cluster.
const ownerFile = (clusterDir: string) => join(dirname(clusterDir), 'postgres.owner.json')

/** The live process that owns the cluster, if there is one. */
export async function liveOwner(clusterDir: string): Promise<Owner | undefined> {
  const owner = await readOwner(ownerFile(clusterDir))
  return owner && isAlive(owner) ? owner : undefined
}

/** Makes us the owner, or tells who is. Nobody else starts, stops or copies the cluster while we own it. */
export async function claim(clusterDir: string, kind: OwnerKind): Promise<{ ownership: Ownership } | { owner: Owner }> {
  const file = ownerFile(clusterDir)
  const identity = processIdentity(process.pid) ?? ''
  const me: Owner = { pid: process.pid, startedAt: new Date().toISOString(), kind, identity, token: randomUUID() }
  for (;;) {
    if (await createOnce(file, me)) return { ownership: ownership(file, me) }
    const owner = await readOwner(file)
    if (owner && isAlive(owner)) return { owner }
    await removeStale(file, me)
  }
}

function ownership(file: string, me: Owner): Ownership {
  return {
    async setPort(port) {
      const draft = `${file}.${me.token}`
      await writeFile(draft, JSON.stringify({ ...me, port }), { mode: 0o600 })
      await rename(draft, file)
    },
    async release() {
      if ((await readOwner(file))?.token === me.token) await rm(file, { force: true })
    },
  }
}

const isAlive = (owner: Owner) => processIdentity(owner.pid) === owner.identity

// A link appears with its content or not at all, and only if the name is free: two processes cannot both succeed.
async function createOnce(file: string, me: Owner): Promise<boolean> {
  const draft = `${file}.${me.token}`
  await writeFile(draft, JSON.stringify(me), { mode: 0o600 })
  try {
    await link(draft, file)
    return true
  } catch (error) {
    if (hasCode(error, 'EEXIST')) return false
    throw error
  } finally {
    await rm(draft, { force: true })
  }
}

// Removes the file of a dead owner. Under a lock, and only after looking again: whoever else saw the dead owner could
// otherwise remove the file of the one that replaced it.
async function removeStale(file: string, me: Owner): Promise<void> {
  const lock = `${file}.replacing`
  if (!(await createOnce(lock, me))) {
    // Held for a few file operations, so a dead holder means a crash in just that moment.
    if (await isStale(lock)) await rm(lock, { force: true })
    await sleep(5)
    return
  }
  try {
    if (await isStale(file)) await rm(file, { force: true })
  } finally {
    await rm(lock, { force: true })
  }
}

// One read decides: a file that is gone is not stale, a damaged one is.
async function isStale(file: string): Promise<boolean> {
  const text = await unlessMissing(readFile(file, 'utf8'))
  if (text === undefined) return false
  const owner = parseOwner(text)
  return !owner || !isAlive(owner)
}

async function readOwner(file: string): Promise<Owner | undefined> {
  return parseOwner(await unlessMissing(readFile(file, 'utf8')))
}

// Undefined also for a damaged file (power loss): nobody alive wrote that.
function parseOwner(text: string | undefined): Owner | undefined {
  try {
    return text === undefined ? undefined : (JSON.parse(text) as Owner)
  } catch {
    return undefined
  }
}
