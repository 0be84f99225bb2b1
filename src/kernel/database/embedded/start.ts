import { setTimeout as sleep } from 'node:timers/promises'
import { type Binaries, resolveBinaries } from './binaries.ts'
import { findCluster } from './cluster-path.ts'
import { initialiseCluster } from './initialise.ts'
import { claim, liveOwner, type Owner, type OwnerKind, type Ownership } from './owner.ts'
import { type Place, settlePlace } from './place.ts'
import { isPortFree, type PortChoice, portCandidates, readPortChoice, savePort } from './ports.ts'
import { clearLeftovers, readyPort } from './postmaster.ts'
import { launchServer, type ServerProcess } from './server-process.ts'
import type { EmbeddedOptions, EmbeddedServer } from './types.ts'
import { isUsableCluster } from './version.ts'

const defaultWaitMs = 15_000

/** Starts the instance's server and makes us its owner; what an owner that died left behind is taken over. */
export function startEmbedded(o: EmbeddedOptions): Promise<EmbeddedServer> {
  return obtain(o, 'instance')
}

/** For a command: uses the server of the running instance, else starts one that the command stops at its end. */
export function attachOrStart(o: EmbeddedOptions): Promise<EmbeddedServer> {
  return obtain(o, 'command')
}

/** The server of this data folder that a live process owns and that accepts connections. Changes nothing. */
export async function runningServer(dataDir: string): Promise<{ port: number } | undefined> {
  const clusterDir = await findCluster(dataDir)
  if (!clusterDir || !(await liveOwner(clusterDir))) return undefined
  const port = await readyPort(clusterDir)
  return port === undefined ? undefined : { port }
}

async function obtain(o: EmbeddedOptions, kind: OwnerKind): Promise<EmbeddedServer> {
  const binaries = await resolveBinaries()
  const existing = await findCluster(o.dataDir)
  if (existing) await isUsableCluster(existing, binaries.major)
  const place = await settlePlace(o, binaries)
  const result = await ownOrAttach(o, kind, place.clusterDir)
  if ('port' in result) return attached(o, result.port)
  try {
    return await startOwned(o, place, binaries, result.ownership)
  } catch (error) {
    await result.ownership.release()
    throw error
  }
}

async function ownOrAttach(
  o: EmbeddedOptions,
  kind: OwnerKind,
  clusterDir: string,
): Promise<{ ownership: Ownership } | { port: number }> {
  const waitMs = o.waitForOwnerMs ?? defaultWaitMs
  const deadline = Date.now() + waitMs
  for (let announced = false; ; await sleep(50)) {
    const result = await claim(clusterDir, kind)
    if ('ownership' in result) return result
    const { owner } = result
    // A command stops its server when it is done, under whoever attached to it; so that one is waited for.
    const port = kind === 'command' && owner.kind === 'instance' ? await readyPort(clusterDir) : undefined
    if (port !== undefined) return { port }
    if (Date.now() >= deadline) throw new Error(stillOwned(owner, clusterDir, waitMs))
    if (!announced) o.log(`waiting for ${describe(owner)}, which uses the database`)
    announced = true
  }
}

const describe = ({ kind, pid }: Owner) => `another daytwo ${kind === 'instance' ? 'instance' : 'command'} (pid ${pid})`

function stillOwned(owner: Owner, clusterDir: string, waitMs: number): string {
  return (
    `The database cluster ${clusterDir} is in use by ${describe(owner)}, running since ${owner.startedAt}; ` +
    `waited ${Math.round(waitMs / 1000)} s. Stop that process first.`
  )
}

async function startOwned(o: EmbeddedOptions, place: Place, binaries: Binaries, ownership: Ownership) {
  await clearLeftovers(place.clusterDir, o.log)
  if (!(await isUsableCluster(place.clusterDir, binaries.major))) await initialiseCluster(place, o.password, o.log)
  const choice = await readPortChoice(place.dataDir, o.preferredPort)
  const { server, port } = await launchOnFreePort(o, place, choice)
  try {
    await savePort(place.dataDir, choice, port)
    await ownership.setPort(port)
  } catch (error) {
    await server.shutDown()
    throw error
  }
  return owned(o, server, port, ownership)
}

/** Starts the server on the first port that works. `isFree` is what tests replace to lose the race for a port. */
export async function launchOnFreePort(o: EmbeddedOptions, place: Place, choice: PortChoice, isFree = isPortFree) {
  for (const port of portCandidates(choice)) {
    if (!(await isFree(port))) continue
    const server = await launchServer(place, port, o.settings, o.log)
    if (server) return { server, port }
  }
  throw new Error(`There is no free port for PostgreSQL from ${choice.preferred} on.`)
}

function serverUrl({ password }: EmbeddedOptions, port: number): string {
  return `postgresql://postgres:${encodeURIComponent(password)}@127.0.0.1:${port}/postgres`
}

function attached(o: EmbeddedOptions, port: number): EmbeddedServer {
  const exited = new Promise<never>(() => {})
  return { host: '127.0.0.1', port, url: serverUrl(o, port), owned: false, stop: async () => {}, exited }
}

function owned(o: EmbeddedOptions, server: ServerProcess, port: number, ownership: Ownership): EmbeddedServer {
  let stopping: Promise<void> | undefined
  const { promise: exited, resolve } = Promise.withResolvers<{ code: number | null }>()
  void server.ended.then(async (code) => {
    if (stopping) return
    // Given up at once, so that this very process can start the server again.
    await ownership.release().finally(() => resolve({ code }))
  })
  const stop = () => {
    stopping ??= server.shutDown().then(() => ownership.release())
    return stopping
  }
  return { host: '127.0.0.1', port, url: serverUrl(o, port), owned: true, stop, exited }
}
