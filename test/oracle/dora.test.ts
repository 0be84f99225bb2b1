import { deepEqual, equal, match, ok } from 'node:assert/strict'
import { test } from 'node:test'
import type { Context } from '#kernel/context/index.ts'
import { makeEventLog } from '#kernel/events/index.ts'
import { makeHttp } from '#kernel/http/index.ts'
import { drain, makeEngine, type Work } from '#kernel/work/index.ts'
import { deliveryDora } from '#modules/delivery/dora/index.ts'
import { deliveryFacts, factsRecorded } from '#modules/delivery/facts/index.ts'
import { silentLog, testDatabase } from '#test/support/database.ts'
import { clocks, random, randomDerived, randomHistory, scopes, shuffled } from './dora-history.ts'
import { type Derived, derive, type Figures, figures, type History } from './dora-oracle.ts'

const { database, sql, tenant } = await testDatabase()
const eventLog = makeEventLog()
const facts = deliveryFacts.start({ database, eventLog, hashPerson: (login) => login })
const dora = deliveryDora.start({ database, eventLog })
const subscribers = [...(facts.subscribers ?? []), ...(dora.subscribers ?? [])]
eventLog.connect(subscribers)
const engines = subscribers.map(({ work }) => makeEngine(work as unknown as Work, database, silentLog))
const [materialize] = dora.schedules ?? []

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
async function asked(ctx: Context, stream: string, from: string, to: string): Promise<Figures> {
  caller = ctx
  const query = { from, to, ...(stream === 'all' ? {} : { stream }) }
  const reply = await http.inject({ url: '/api/v1/metrics/dora', query })
  equal(reply.statusCode, 200, reply.body)
  const { metrics } = reply.json<{ metrics: Metric[] }>()
  return Object.fromEntries(
    metrics.map(({ name, value, n, coverage, details }) => [name, { value, n, coverage, details }]),
  )
}

/** Ages run while we compare: they may differ by a minute on a slow machine, everything else not at all. */
function sameFigures(actual: Figures, expected: Figures, where: string) {
  for (const [metric, { details }] of Object.entries(expected))
    for (const [name, age] of Object.entries(details)) {
      const other = actual[metric]?.details[name]
      if (!name.startsWith('oldest_') || typeof age !== 'number' || typeof other !== 'number') continue
      ok(Math.abs(age - other) < 60, `${where}: ${name} ${other}, expected ${age}`)
      details[name] = other
    }
  deepEqual(actual, expected, where)
}

async function insert(table: string, ctx: Context, rows: readonly Record<string, unknown>[]) {
  if (rows.length === 0) return
  const names = ['tenant_id', ...new Set(rows.flatMap(Object.keys))].join(', ')
  const json = JSON.stringify(rows.map((row) => ({ tenant_id: ctx.tenantId, ...row })))
  await sql(
    `insert into ${table} (${names}) select ${names} from jsonb_populate_recordset(null::${table}, $1::jsonb)`,
    [json],
  )
}

async function insertStreams(ctx: Context, streams: History['streams']) {
  await insert(
    'stream',
    ctx,
    streams.map(({ id }) => ({ id, kind: 'delivery', name: id, created_at: new Date() })),
  )
  const sources = streams.flatMap(({ id, sources }) => sources.map((source) => ({ stream_id: id, ...source })))
  await insert('stream_source', ctx, sources)
}

const insertLinks = (ctx: Context, links: History['byTicket']) =>
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
function rawFacts({ commits, pulls, deployments, incidents }: History) {
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

const dayAfter = (start: number, days: number) => new Date(start + days * 86_400_000).toISOString().slice(0, 10)

/** All of it, and windows that begin and end anywhere. */
const windows = (start: number, seed: number): [string, string][] => {
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

for (const seed of [1, 2, 3, 4, 5, 6])
  test(`[D3][D5] raw facts in any order come to the figures of a plain recomputation, history ${seed}`, async () => {
    const history = randomHistory(seed)
    const ctx = await tenant(history.timeZone)
    await insertStreams(ctx, history.streams)
    await insertLinks(ctx, history.byTicket)
    const dice = random(seed + 1000)
    const rest = shuffled(rawFacts(history), dice)
    while (rest.length > 0) {
      const batch = rest.splice(0, 1 + dice.below(80))
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
    const expected = derive(history)
    ok(expected.changes.length > 20 && expected.failures.length > 5, 'the history has something to measure')
    const start = clocks.find(({ timeZone }) => timeZone === history.timeZone)!.start
    for (const stream of scopes)
      for (const [from, to] of windows(start, seed)) {
        const now = new Date()
        sameFigures(
          await asked(ctx, stream, from, to),
          figures(expected, stream, from, to, now),
          `${stream} ${from} ${to}`,
        )
      }
    match(await materialize!.run(), / 0 roll-ups differed/)
  })

/** Writes deployments, with all that hangs on them, and incidents as derived rows; `drop` takes them out again. */
async function put(ctx: Context, derived: Derived, keys: ReadonlySet<string>): Promise<void> {
  const incidents = derived.incidents.filter(({ key }) => keys.has(key))
  await insert(
    'incidents',
    ctx,
    incidents.map((i) => ({
      source: 'api',
      incident_key: i.key,
      title: i.key,
      repository: i.repository,
      service: i.service,
      project_key: i.project,
      started_at: i.startedAt,
      resolved_at: i.resolvedAt,
      withdrawn: false,
      evidence: {},
    })),
  )
  const deployments = derived.deployments.filter(({ key }) => keys.has(key))
  await insert(
    'deployment_records',
    ctx,
    deployments.map((d) => ({
      source: 'api',
      external_id: d.key,
      repository: d.repository,
      service: d.service,
      environment: 'production',
      status: 'success',
      finished_at: d.finishedAt,
      counted: true,
      rework_reason: d.rework ? 'hotfix' : null,
      recorded_at: new Date(),
      ticket_links: [],
    })),
  )
  const rows = await sql('select id, external_id from deployment_records where tenant_id = $1', [ctx.tenantId])
  const ids = new Map(rows.map(({ id, external_id }) => [String(external_id), Number(id)]))
  await insert(
    'changes',
    ctx,
    derived.changes.flatMap((c, n) =>
      keys.has(c.deployment)
        ? {
            repository: c.repository,
            sha: `sha-${n}`,
            deployment_id: ids.get(c.deployment),
            committed_at: new Date(0),
            clock: 'committed',
            pr_number: c.pull,
            lead_seconds: c.lead,
            coding_seconds: c.coding,
            pickup_seconds: c.pickup,
            review_seconds: c.review,
            deploy_seconds: c.deploy,
            ticketed: c.ticketed,
            origin: 'derived',
          }
        : [],
    ),
  )
  await insert(
    'deployment_failures',
    ctx,
    derived.failures.flatMap((f, n) =>
      keys.has(f.deployment)
        ? {
            deployment_id: ids.get(f.deployment),
            cause: 'rollback',
            cause_key: String(n),
            recovered_at: f.recoveredAt,
            method: 'x',
            confidence: 1,
            evidence: {},
          }
        : [],
    ),
  )
}

async function drop(ctx: Context, keys: Iterable<string>) {
  const of = [ctx.tenantId, [...keys]]
  await sql('delete from incidents where tenant_id = $1 and incident_key = any ($2)', of)
  await sql('delete from deployment_records where tenant_id = $1 and external_id = any ($2)', of)
}

for (const seed of [11, 12, 13, 14])
  test(`[D5] roll-ups equal a recomputation whatever comes, goes and comes back, history ${seed}`, async () => {
    const { start, ...derived } = randomDerived(seed)
    const ctx = await tenant(derived.timeZone)
    const dice = random(seed + 1000)
    await insertStreams(ctx, derived.streams)
    await insertLinks(ctx, derived.byTicket)
    const dayOf = new Intl.DateTimeFormat('en-CA', { timeZone: derived.timeZone, dateStyle: 'short' })
    const keys = [...derived.deployments, ...derived.incidents].map(({ key }) => key)
    const at = new Map<string, Date>([
      ...derived.deployments.map(({ key, finishedAt }) => [key, finishedAt] as const),
      ...derived.incidents.map(({ key, startedAt }) => [key, startedAt] as const),
    ])
    const present = new Set<string>()
    for (let step = 0; step < 12; step++) {
      const touched = new Set(Array.from({ length: 1 + dice.below(20) }, () => dice.pick(keys)))
      const gone = touched.intersection(present)
      const came = touched.difference(present)
      await drop(ctx, gone)
      await put(ctx, derived, came)
      for (const key of gone) present.delete(key)
      for (const key of came) present.add(key)
      const days = new Set([...touched].map((key) => dayOf.format(at.get(key))))
      const pairs = [...days].flatMap((day) => scopes.map((stream) => ({ stream, day })))
      await database.tenantTx(ctx, (tx) => dora.port.rollUp(tx, shuffled(pairs, dice)))
      if (step % 3 !== 2) continue
      const now: Derived = {
        ...derived,
        deployments: derived.deployments.filter(({ key }) => present.has(key)),
        incidents: derived.incidents.filter(({ key }) => present.has(key)),
      }
      for (const stream of scopes)
        for (const [from, to] of windows(start, seed + step))
          sameFigures(
            await asked(ctx, stream, from, to),
            figures(now, stream, from, to, new Date()),
            `${stream} ${from} ${to}`,
          )
    }
    match(await materialize!.run(), / 0 roll-ups differed/)
    await drop(ctx, present)
    match(await materialize!.run(), / [1-9]\d* roll-ups differed/)
    deepEqual(await sql('select day from dora_daily where tenant_id = $1', [ctx.tenantId]), [])
  })
