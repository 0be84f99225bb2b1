/** The product beside the oracle: facts are inserted as rows, derived and rolled up as workers do, and asked of over HTTP. */
import { deepEqual, equal, ok } from 'node:assert/strict'
import type { Context } from '#kernel/context/index.ts'
import { makeEventLog } from '#kernel/events/index.ts'
import { makeHttp } from '#kernel/http/index.ts'
import { drain, makeEngine, type Work } from '#kernel/work/index.ts'
import { deliveryDora } from '#modules/delivery/dora/index.ts'
import { deliveryFacts, factsRecorded } from '#modules/delivery/facts/index.ts'
import { silentLog, testDatabase } from '#test/support/database.ts'
import { random } from './dora-history.ts'
import type { Figures, History } from './dora-oracle.ts'

export const { database, sql, tenant } = await testDatabase()
const eventLog = makeEventLog()
const facts = deliveryFacts.start({ database, eventLog, hashPerson: (login) => login })
export const dora = deliveryDora.start({ database, eventLog })
const subscribers = [...(facts.subscribers ?? []), ...(dora.subscribers ?? [])]
eventLog.connect(subscribers)
const engines = subscribers.map(({ work }) => makeEngine(work as unknown as Work, database, silentLog))
export const [materialize] = dora.schedules ?? []

let caller: Context
const http = await makeHttp({
  log: silentLog,
  requestTimeoutMs: 30_000,
  authenticators: [async () => caller],
  production: false,
})
await http.register(async (scope) => dora.routes!(scope as typeof http), { prefix: '/api/v1' })

type Metric = {
  name: string
  value: number | null
  n: number
  coverage: number | null
  details: Record<string, number>
}

/** The five metrics as the API tells them, in the oracle's shape, and when they were read. */
export async function asked(ctx: Context, stream: string, from: string, to: string, asOf?: string): Promise<Figures> {
  caller = ctx
  const query = { from, to, ...(stream === 'all' ? {} : { stream }), ...(asOf ? { as_of: asOf } : {}) }
  const reply = await http.inject({ url: '/api/v1/metrics/dora', query })
  equal(reply.statusCode, 200, reply.body)
  const { metrics } = reply.json<{ metrics: Metric[] }>()
  return Object.fromEntries(
    metrics.map(({ name, value, n, coverage, details }) => [name, { value, n, coverage, details }]),
  )
}

/** Ages run while we compare: they may differ by a minute on a slow machine, everything else not at all. */
export function sameFigures(actual: Figures, expected: Figures, where: string) {
  for (const [metric, { details }] of Object.entries(expected))
    for (const [name, age] of Object.entries(details)) {
      const other = actual[metric]?.details[name]
      if (!name.startsWith('oldest_') || typeof age !== 'number' || typeof other !== 'number') continue
      ok(Math.abs(age - other) < 60, `${where}: ${name} ${other}, expected ${age}`)
      details[name] = other
    }
  deepEqual(actual, expected, where)
}

export async function insert(table: string, ctx: Context, rows: readonly Record<string, unknown>[]) {
  if (rows.length === 0) return
  const names = ['tenant_id', ...new Set(rows.flatMap(Object.keys))].join(', ')
  const json = JSON.stringify(rows.map((row) => ({ tenant_id: ctx.tenantId, ...row })))
  await sql(
    `insert into ${table} (${names}) select ${names} from jsonb_populate_recordset(null::${table}, $1::jsonb)`,
    [json],
  )
}

export async function insertStreams(ctx: Context, streams: History['streams']) {
  await insert(
    'stream',
    ctx,
    streams.map(({ id }) => ({ id, kind: 'delivery', name: id, created_at: new Date() })),
  )
  const sources = streams.flatMap(({ id, sources }) => sources.map((source) => ({ stream_id: id, ...source })))
  await insert('stream_source', ctx, sources)
}

export const insertLinks = (ctx: Context, links: History['byTicket']) =>
  insert(
    'pr_streams',
    ctx,
    links.map(({ repository, number, stream }) => ({
      repository,
      pr_number: number,
      stream_id: stream,
      ticket_key: 'TIC-1',
    })),
  )

/** Raw facts as rows, each with what its processor says it touched. */
export function rawFacts({ commits, pulls, deployments, incidents }: History) {
  const of = (repository: string) => ({ repositories: [repository], incidents: [] })
  const recorded_at = new Date()
  const pullRow = (pr: History['pulls'][number], action: string, at: Date) => ({
    table: 'pr_events',
    touched: of(pr.repository),
    row: {
      repository: pr.repository,
      pr_number: pr.number,
      action,
      occurred_at: at,
      head_ref: pr.headRef,
      head_sha: pr.headSha,
      merged: action === 'merged',
      merge_commit_sha: action === 'merged' ? pr.mergeSha : null,
      labels: pr.labels,
      ticket_keys: pr.ticket ? [pr.ticket] : [],
      review_state: action === 'reviewed' ? 'approved' : null,
      recorded_at,
    },
  })
  const incidentRow = (i: History['incidents'][number], action: string, at: Date) => ({
    table: 'incident_events',
    touched: { repositories: [], incidents: [{ source: 'api', key: i.key }] },
    row: {
      source: 'api',
      incident_key: i.key,
      action,
      occurred_at: at,
      title: i.key,
      repository: i.repository,
      service: i.service,
      project_key: i.project,
      deployment_sha: i.sha ?? null,
      recorded_at,
    },
  })
  return [
    ...commits.map((c) => ({
      table: 'commits',
      touched: of(c.repository),
      row: {
        repository: c.repository,
        sha: c.sha,
        parents: c.parents,
        committed_at: c.at,
        reverts: c.reverts ?? null,
        ticket_keys: c.ticket ? [c.ticket] : [],
        recorded_at,
      },
    })),
    ...pulls.flatMap((pr) => [
      pullRow(pr, 'opened', pr.openedAt),
      ...(pr.reviewedAt ? [pullRow(pr, 'reviewed', pr.reviewedAt)] : []),
      pullRow(pr, 'merged', pr.mergedAt),
    ]),
    ...deployments.map((d) => ({
      table: 'deployment_records',
      touched: of(d.repository),
      row: {
        source: 'github.deployment',
        external_id: d.key,
        repository: d.repository,
        service: d.service,
        environment: d.environment,
        sha: d.sha,
        ref: d.ref,
        status: d.succeeded ? 'success' : 'failure',
        finished_at: d.succeeded ? d.finishedAt : null,
        counted: false,
        ticket_links: [],
        recorded_at,
      },
    })),
    ...incidents.flatMap((i) => [
      incidentRow(i, 'opened', i.startedAt),
      ...(i.resolvedAt ? [incidentRow(i, 'resolved', i.resolvedAt)] : []),
    ]),
  ]
}

type Told = ReturnType<typeof rawFacts>

/** Records a batch of facts, says what they touched, and has all that follows derived and rolled up. */
export async function tell(ctx: Context, batch: Told): Promise<void> {
  for (const [table, rows] of Map.groupBy(batch, (fact) => fact.table))
    await insert(
      table,
      ctx,
      rows.map(({ row }) => row),
    )
  await database.tenantTx(ctx, (tx) =>
    eventLog.publish(tx, factsRecorded, {
      repositories: [...new Set(batch.flatMap(({ touched }) => touched.repositories))],
      incidents: batch.flatMap(({ touched }) => touched.incidents),
    }),
  )
  for (const engine of engines) equal((await drain(engine)).failed, 0)
}

const dayAfter = (start: number, days: number) => new Date(start + days * 86_400_000).toISOString().slice(0, 10)

/** All of it, and windows that begin and end anywhere. */
export const windows = (start: number, seed: number): [string, string][] => {
  const { below } = random(seed)
  const whole: [string, string] = [dayAfter(start, -20), dayAfter(start, 100)]
  return [
    whole,
    ...Array.from({ length: 3 }, (): [string, string] => {
      const first = below(30)
      return [dayAfter(start, first), dayAfter(start, first + below(25))]
    }),
  ]
}
