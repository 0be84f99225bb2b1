/**
 * Accepting signed GitHub deliveries of about 9 KB, durable before 202: the product, what Node can do without storing anything,
 * and what one would otherwise put a webhook into. All in one run and in turns; the loader and every contender are processes of
 * their own on one machine.
 */
import { withClient } from '#kernel/database/index.ts'
import { type Child, startChild } from '../support/child.ts'
import { benchDatabase, benchServer, checkpoint, plainDatabase } from '../support/database.ts'
import type { LoaderGiven, LoadJob, LoadResult } from '../support/load.ts'
import { median } from '../support/median.ts'
import { freePort } from '../support/ports.ts'
import { startRedis } from '../support/redis.ts'
import type { PeerGiven } from './peer.ts'
import { type Api, startApi } from './product.ts'
import type { StoreName } from './stores.ts'

const secret = 'a webhook secret of the benchmarks'
const path = '/api/v1/webhooks/github'
const connectionCounts = [64, 256] as const

export type ContenderName = 'product' | 'product, 2 processes' | StoreName
export type IntakeRow = {
  readonly contender: ContenderName
  readonly connections: number
  readonly perSecond: number
  readonly p50Ms: number
  readonly p99Ms: number
}
export type IntakeFigures = {
  readonly rounds: number
  readonly seconds: number
  readonly rows: readonly IntakeRow[]
  /** At half of what the product accepted at 64 connections. */
  readonly half: { readonly rate: number; readonly p50Ms: number; readonly p99Ms: number }
  readonly redis: string | undefined
}

type Contender = {
  readonly name: ContenderName
  readonly ports: readonly number[]
  readonly databaseUrl: string
  reset(): Promise<unknown>
  /** NaN for who stores nothing. */
  stored(): Promise<number>
}

export async function run({ quick = false, only = '', profile = '' } = {}): Promise<IntakeFigures> {
  const rounds = quick ? 1 : 5
  const times = quick ? { warmUpMs: 300, measureMs: 1000 } : { warmUpMs: 400, measureMs: 2000 }
  const server = await benchServer()
  const closing: (() => Promise<unknown>)[] = [server.stop]
  try {
    const redis = await startRedis(server.folder)
    if (redis) closing.unshift(redis.stop)
    const loader = await startChild(new URL('../support/loader.ts', import.meta.url), {
      path,
      secret,
    } satisfies LoaderGiven)
    closing.unshift(loader.stop)
    const contenders = await startAll({ ...server, redisPort: redis?.port, closing, only, profile })

    for (const contender of contenders) await once(loader, contender, { connections: 64, rate: null, ...times })
    const results = new Map<string, LoadResult[]>()
    for (let round = 0; round < rounds; round++)
      for (const connections of connectionCounts)
        for (const contender of contenders) {
          const result = await once(loader, contender, { connections, rate: null, ...times })
          const key = `${contender.name}/${connections}`
          results.set(key, [...(results.get(key) ?? []), result])
        }
    const rows = connectionCounts.flatMap((connections) =>
      contenders.map(({ name }) => ({
        contender: name,
        connections,
        ...middle(results.get(`${name}/${connections}`)!),
      })),
    )

    const product = contenders.find(({ name }) => name === 'product')!
    const rate = Math.round(rows.find((row) => row.contender === 'product')!.perSecond / 2)
    const halves: LoadResult[] = []
    for (let round = 0; round < rounds; round++)
      halves.push(await once(loader, product, { connections: 64, rate, ...times }))
    return { rounds, seconds: times.measureMs / 1000, rows, half: { rate, ...middle(halves) }, redis: redis?.version }
  } finally {
    for (const close of closing) await close()
  }
}

const middle = (results: readonly LoadResult[]) => ({
  perSecond: median(results.map(({ perSecond }) => perSecond)),
  p50Ms: median(results.map(({ p50Ms }) => p50Ms)),
  p99Ms: median(results.map(({ p99Ms }) => p99Ms)),
})

/** One turn on an empty queue. Every 202 must be a row afterwards, and nothing but 202 may come. */
async function once(loader: Child, contender: Contender, job: Omit<LoadJob, 'ports'>): Promise<LoadResult> {
  await contender.reset()
  await checkpoint(contender.databaseUrl)
  const result = await loader.ask<LoadResult>({ ...job, ports: contender.ports } satisfies LoadJob)
  const { '202': accepted = 0, ...others } = result.statuses
  if (Object.keys(others).length > 0)
    throw new Error(`${contender.name} did not answer 202 only: ${JSON.stringify(result.statuses)}`)
  const stored = await contender.stored()
  if (!Number.isNaN(stored) && stored !== accepted)
    throw new Error(`${contender.name} accepted ${accepted} and stored ${stored}`)
  return result
}

type Starting = {
  url: string
  folder: string
  redisPort: number | undefined
  closing: (() => Promise<unknown>)[]
  only: string
  profile: string
}

async function startAll({ redisPort, closing, only, profile, ...server }: Starting): Promise<Contender[]> {
  const nodeFlags = profile ? ['--cpu-prof', `--cpu-prof-dir=${profile}`] : []
  const wanted = (name: ContenderName) => name.startsWith(only) || name === 'product' || name === 'nothing'
  const bench = await benchDatabase(server.url, 'daytwo_bench_intake')
  closing.unshift(bench.drop)
  const apis: Api[] = []
  for (let n = 0; n < 2; n++) {
    const api = await startApi({ databaseUrl: bench.url, secret, folder: server.folder, nodeFlags })
    closing.unshift(api.stop)
    apis.push(api)
  }
  const product = (name: ContenderName, count: number): Contender => ({
    name,
    ports: apis.slice(0, count).map(({ port }) => port),
    databaseUrl: bench.adminUrl,
    reset: () =>
      withClient(bench.adminUrl, (admin) => admin.query('truncate event_queue, payload_segment, source_activity')),
    stored: () =>
      withClient(bench.adminUrl, async (admin) => {
        const { rows } = await admin.query(`select count(*) as n from event_queue e
          join payload_segment s on s.tenant_id = e.tenant_id and s.id = e.segment_id`)
        return Number(rows[0].n)
      }),
  })

  const peer = async (store: StoreName, database: string): Promise<Contender> => {
    const port = await freePort()
    const given: PeerGiven = { store, port, path, secret, databaseUrl: database, redisPort: redisPort ?? 0 }
    const child = await startChild(new URL('./peer.ts', import.meta.url), given)
    closing.unshift(child.stop)
    const ask = <T>(question: string) => child.ask<T>(question)
    const stored = async () => (store === 'nothing' ? Number.NaN : ask<number>('stored'))
    return { name: store, ports: [port], databaseUrl: server.url, reset: () => ask('reset'), stored }
  }
  const contenders: Contender[] = [await peer('nothing', ''), product('product', 1), product('product, 2 processes', 2)]
  if (redisPort !== undefined && wanted('bullmq')) contenders.push(await peer('bullmq', ''))
  for (const name of ['pg-boss', 'graphile-worker'] as const) {
    if (!wanted(name)) continue
    const database = await plainDatabase(server.url, `daytwo_bench_${name.replace('-', '_')}`)
    closing.unshift(database.drop)
    // One after the other: both would make the schema.
    for (const store of [name, `${name} batched`] as const) contenders.push(await peer(store, database.url))
  }
  return contenders.filter(({ name }) => wanted(name))
}
