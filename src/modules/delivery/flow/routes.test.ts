import { deepEqual, equal } from 'node:assert/strict'
import { test } from 'node:test'
import type { Context } from '#kernel/context/index.ts'
import { makeHttp } from '#kernel/http/index.ts'
import { silentLog } from '#test/support/database.ts'
import { flowRoutes } from './routes.ts'
import { type FlowReply, flowReply } from './schemas.ts'
import { flowBench, itemFacts } from './test-bench.ts'

const { database, flow, tenant, insert, stream, sql } = await flowBench()

/** Whom the stub authenticator lets in; undefined is a request without credentials. */
let caller: Context | undefined
const http = await makeHttp({
  log: silentLog,
  requestTimeoutMs: 10_000,
  authenticators: [async () => caller],
  production: false,
})
await http.register(async (scope) => flowRoutes(database)(scope as typeof http), { prefix: '/api/v1' })

type Body = FlowReply & { errors?: { pointer: string }[] }
async function get(ctx: Context | undefined, query = ''): Promise<{ status: number; body: Body }> {
  caller = ctx
  const reply = await http.inject({ url: `/api/v1/metrics/flow?${query}` })
  return { status: reply.statusCode, body: reply.json() }
}
const key = (ctx: Context, streams?: string[], permissions = ['metrics:read']): Context => ({
  tenantId: ctx.tenantId,
  actor: { type: 'key', id: 'k', name: 'a key' },
  permissions: new Set(permissions),
  ...(streams ? { streams: new Set(streams) } : {}),
})

/** A tenant with the stream `web` (the project SHOP) and a history in March 2026. */
async function withHistory(timeZone = 'UTC') {
  const ctx = await tenant(timeZone)
  await stream(ctx, 'web', ['jira_project', 'shop'])
  await sql(`insert into stream (tenant_id, id, kind, name) values ($1, 'go', 'tech', 'Go')`, [ctx.tenantId])
  const began = (at: string): [string, string] => ['indeterminate', `2026-03-${at}Z`]
  const done = (at: string): [string, string] => ['done', `2026-03-${at}Z`]
  const created = '2026-03-02T08:00Z'
  await insert(ctx, [
    // One, two, three, five and eight days.
    ...itemFacts('SHOP-1', created, ['new', created], began('03T09:00'), done('03T17:00')),
    ...itemFacts('SHOP-2', created, ['new', created], began('03T23:00'), done('04T01:00')),
    ...itemFacts(
      'SHOP-3',
      created,
      ['new', created],
      began('03T09:00'),
      done('04T09:00'),
      began('04T12:00'),
      done('05T09:00'),
    ),
    ...itemFacts('SHOP-4', created, ['new', created], began('04T09:00'), done('08T09:00')),
    ...itemFacts(
      'SHOP-5',
      created,
      ['new', created],
      began('04T09:00'),
      ['new', '2026-03-05T09:00Z'],
      began('10T09:00'),
      done('11T09:00'),
    ),
    // In progress since, not started, gone.
    ...itemFacts('SHOP-6', created, ['new', created], began('10T09:00')),
    ...itemFacts('SHOP-7', created, ['new', created]),
    ...itemFacts('SHOP-8', created, ['new', created], began('03T09:00'), ['deleted', '2026-03-06T09:00Z']),
    // Done when it was first heard of, in another project.
    ...itemFacts('PAY-1', null, done('06T09:00')),
  ])
  await flow.port.selfCheck()
  return ctx
}
const march = 'from=2026-03-02&to=2026-03-15'

test('[D10] /metrics/flow answers with every figure of a stream, nothing counted twice', async () => {
  const ctx = await withHistory()
  const { status, body } = await get(key(ctx), `stream=web&${march}`)
  equal(status, 200)
  flowReply.parse(body)
  deepEqual(body.cycle_time, { p50: 3, p70: 5, p85: 8, p95: 8, mean: 3.8, n: 5, coverage: 1, state: 'ok' })
  deepEqual(body.sle, { percent: 85, days: 8 })
  deepEqual(body.wip, { open: 2, in_progress: 1 })
  deepEqual(body.throughput, { finished: 5, arrived: 7, per_week: 2.5, state: 'ok' })
  deepEqual(body.series, [
    {
      from: '2026-03-02',
      to: '2026-03-08',
      finished: 4,
      arrived_total: 7,
      started_total: 5,
      finished_total: 4,
      wip: 1,
    },
    {
      from: '2026-03-09',
      to: '2026-03-15',
      finished: 1,
      arrived_total: 7,
      started_total: 6,
      finished_total: 5,
      wip: 1,
    },
  ])
  deepEqual(
    [body.reopened, body.missing],
    [
      { finished: 1, open: 0 },
      { without_start: 0, without_creation: 0 },
    ],
  )
  deepEqual(
    body.scatter.points.map(({ key: item, finished_on, cycle_days }) => [item, finished_on, cycle_days]),
    [
      ['SHOP-5', '2026-03-11', 8],
      ['SHOP-4', '2026-03-08', 5],
      ['SHOP-3', '2026-03-05', 3],
      ['SHOP-2', '2026-03-04', 2],
      ['SHOP-1', '2026-03-03', 1],
    ],
  )
  const [oldest] = body.aging.items
  deepEqual(
    [body.aging.total, body.aging.passed, oldest!.key, oldest!.started_on, oldest!.passed],
    [1, { p50: 1, p70: 1, p85: 1 }, 'SHOP-6', '2026-03-10', 85],
  )
  // By the days of the cycle times: 19 days with an item in progress among 14, and 6 more of the open one.
  deepEqual(body.little, {
    mean_wip: 25 / 14,
    throughput_per_day: 5 / 14,
    mean_cycle_days: 3.8,
    implied_cycle_days: 5,
  })
  equal(body.flow_efficiency.state, 'ok')
  // In work 8, 2, 21 + 24, 96 and 24 + 24 of 8, 2, 48, 96 and 168 hours.
  equal(body.flow_efficiency.value, (8 + 2 + 45 + 96 + 48) / (8 + 2 + 48 + 96 + 168))
})

test('[D10] what has no known start is counted, said, and in no cycle time', async () => {
  const ctx = await withHistory()
  const { body } = await get(key(ctx), march)
  deepEqual([body.throughput.finished, body.cycle_time.n, body.cycle_time.coverage], [6, 5, 5 / 6])
  deepEqual(body.missing, { without_start: 1, without_creation: 1 })
  equal(body.scatter.total, 5)
})

test('[D10] nothing is insufficient data and never 0', async () => {
  const ctx = await tenant()
  const { status, body } = await get(key(ctx))
  equal(status, 200)
  deepEqual(body.cycle_time, {
    p50: null,
    p70: null,
    p85: null,
    p95: null,
    mean: null,
    n: 0,
    coverage: null,
    state: 'insufficient_data',
  })
  deepEqual([body.sle.days, body.throughput.per_week, body.throughput.state], [null, null, 'insufficient_data'])
  deepEqual(body.aging, { total: 0, oldest_days: null, passed: { p50: null, p70: null, p85: null }, items: [] })
  equal(body.flow_efficiency.state, 'not_measured')
  deepEqual([body.little.implied_cycle_days, body.little.throughput_per_day], [null, null])
  const ahead = await get(key(ctx), 'from=2199-01-01&to=2199-02-01')
  deepEqual([ahead.status, ahead.body.series, ahead.body.little.mean_wip], [200, [], null])
})

test('[D10] days are the tenant’s: the same hour is another day elsewhere', async () => {
  const cycles = async (timeZone: string) => {
    const ctx = await withHistory(timeZone)
    const { body } = await get(key(ctx), `stream=web&${march}`)
    return body.scatter.points.map(({ finished_on, cycle_days }) => `${finished_on.slice(8)} ${cycle_days}`)
  }
  // SHOP-2 was in work from 23:00 to 01:00 UTC.
  deepEqual(await cycles('America/New_York'), ['11 8', '08 5', '05 3', '03 1', '03 1'])
  deepEqual(await cycles('Asia/Tokyo'), ['11 8', '08 5', '05 3', '04 1', '04 2'])
})

test('[D10] [D6] 401, 403, 404 and 422 as all metrics', async () => {
  const ctx = await withHistory()
  const other = await tenant()
  equal((await get(undefined)).status, 401)
  equal((await get(key(ctx, undefined, ['delivery:read']))).status, 403)
  equal((await get(key(ctx, ['web']), 'stream=web')).status, 200)
  equal((await get(key(ctx, ['web']))).status, 403)
  equal((await get(key(ctx, ['web']), 'tech_stream=go')).status, 403)
  equal((await get(key(ctx), 'tech_stream=go')).status, 200)
  for (const query of ['stream=none', 'tech_stream=web', 'stream=go']) equal((await get(key(ctx), query)).status, 404)
  equal((await get(key(other), 'stream=web')).status, 404)
  const refused = await get(key(ctx), 'from=2026-03-02&to=2026-03-01')
  deepEqual([refused.status, refused.body.errors?.[0]?.pointer], [422, 'query/from'])
  equal((await get(key(ctx), 'interval=year')).status, 422)
})
