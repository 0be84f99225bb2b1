import { deepEqual, equal, ok } from 'node:assert/strict'
import { test } from 'node:test'
import type { Context } from '#kernel/context/index.ts'
import { makeHttp } from '#kernel/http/index.ts'
import { writeSetting } from '#kernel/settings/index.ts'
import { silentLog, testDatabase } from '#test/support/database.ts'
import { bandsVersionSetting } from './bands.ts'
import { rollUp } from './roll-up.ts'
import { doraRoutes } from './routes.ts'
import { type DoraReply, doraReply, type LeadTimeReply, type OverviewReply } from './schemas.ts'

const { database, sql, tenant } = await testDatabase()

/** Whom the stub authenticator lets in; undefined is a request without credentials. */
let caller: Context | undefined
const http = await makeHttp({
  log: silentLog,
  requestTimeoutMs: 10_000,
  authenticators: [async () => caller],
  production: false,
})
await http.register(async (scope) => doraRoutes({ database })(scope as typeof http), { prefix: '/api/v1' })

async function get<T>(
  ctx: Context | undefined,
  path: string,
): Promise<{ status: number; body: T & { type?: string; errors?: { pointer: string }[] } }> {
  caller = ctx
  const reply = await http.inject({ url: `/api/v1${path}` })
  return { status: reply.statusCode, body: reply.json() }
}

const key = (ctx: Context, streams?: string[], permissions = ['metrics:read']): Context => ({
  tenantId: ctx.tenantId,
  actor: { type: 'key', id: 'k', name: 'a key' },
  permissions: new Set(permissions),
  ...(streams ? { streams: new Set(streams) } : {}),
})

/** A tenant with the delivery stream `web` and the tech stream `go`; each of `days` has a deployment of web with two changes. */
async function withDeployments(days: string[], timeZone = 'UTC'): Promise<Context> {
  const ctx = await tenant(timeZone)
  const of = [ctx.tenantId]
  await sql(
    `insert into stream (tenant_id, id, kind, name) values ($1, 'web', 'delivery', 'Web'), ($1, 'go', 'tech', 'Go')`,
    of,
  )
  await sql(
    `insert into stream_source (tenant_id, stream_id, kind, value) values ($1, 'web', 'repository', 'acme/web')`,
    of,
  )
  await sql(
    `insert into deployment_records (tenant_id, source, external_id, repository, service, environment, status, finished_at, counted)
    select $1, 'api', day, 'acme/web', 'acme/web', 'production', 'success', day::date + time '12:00', true from unnest($2::text[]) day`,
    [ctx.tenantId, days],
  )
  await sql(
    `insert into changes (tenant_id, repository, sha, deployment_id, committed_at, clock, lead_seconds, coding_seconds, origin)
    select tenant_id, repository, external_id || n, id, finished_at, 'committed', n * 3600, 600, 'derived'
    from deployment_records, generate_series(1, 2) n where tenant_id = $1`,
    of,
  )
  await database.tenantTx(ctx, (tx) =>
    rollUp(
      tx,
      days.flatMap((day) => ['all', 'web', 'go'].map((stream) => ({ stream, day }))),
    ),
  )
  return ctx
}

const march = ['2026-03-02', '2026-03-03', '2026-03-09', '2026-03-10', '2026-03-11']
const window = 'from=2026-03-02&to=2026-03-15'

test('[D6] /metrics/dora answers with five metrics, a series and a histogram of the window', async () => {
  const ctx = await withDeployments(march)
  const { status, body } = await get<DoraReply>(key(ctx), `/metrics/dora?stream=web&${window}`)
  equal(status, 200)
  doraReply.parse(body)
  deepEqual(
    body.metrics.map(({ name, value, n, state }) => [name, value, n, state]),
    [
      ['deployment_frequency', 2, 5, 'ok'],
      ['change_lead_time', 3600, 10, 'ok'],
      ['change_failure_rate', 0, 5, 'ok'],
      ['failed_deployment_recovery_time', null, 0, 'insufficient_data'],
      ['deployment_rework_rate', 0, 5, 'ok'],
    ],
  )
  deepEqual(
    body.series.map(({ from, deployments }) => [from, deployments]),
    [
      ['2026-03-02', 2],
      ['2026-03-09', 3],
    ],
  )
  equal(
    body.lead_time_distribution.reduce((sum, { count }) => sum + count, 0),
    10,
  )
  const everything = await get<DoraReply>(key(ctx), `/metrics/dora?${window}&interval=month`)
  deepEqual([everything.body.stream, everything.body.metrics, everything.body.series.length], ['all', body.metrics, 1])
})

test('[D6] without a window it is the last ninety days of the tenant', async () => {
  const ctx = await withDeployments([], 'Pacific/Kiritimati')
  const { body } = await get<DoraReply>(key(ctx), '/metrics/dora')
  const [row] = await sql(`select (now() at time zone 'Pacific/Kiritimati')::date::text as today`)
  deepEqual([body.to, body.time_zone], [row!.today, 'Pacific/Kiritimati'])
  equal((Date.parse(body.to) - Date.parse(body.from)) / 86_400_000, 89)
})

test('[D3] [D6] days that have not begun are no idle days: a window beyond today says what the one until today says', async () => {
  const dayAt = (days: number) => new Date(Date.now() + days * 86_400_000).toISOString().slice(0, 10)
  const days = Array.from({ length: 14 }, (_, n) => dayAt(n - 13))
  const ctx = await withDeployments(days)
  const ask = (to: number) => get<DoraReply>(key(ctx), `/metrics/dora?from=${dayAt(-13)}&to=${dayAt(to)}&interval=day`)
  const [until, beyond] = [(await ask(0)).body, (await ask(28)).body]
  equal(beyond.to, dayAt(28))
  deepEqual([beyond.metrics, beyond.series], [until.metrics, until.series])
  equal(beyond.metrics[0]!.details.deployments_per_day, 1)
  equal(beyond.series.at(-1)!.from, dayAt(0))
  const ahead = await get<DoraReply>(key(ctx), `/metrics/dora?from=${dayAt(5)}&to=${dayAt(9)}`)
  deepEqual([ahead.status, ahead.body.metrics[0]!.value], [200, null])
})

test('[D6] /metrics/lead-time tells total and stages', async () => {
  const ctx = await withDeployments(march)
  const { status, body } = await get<LeadTimeReply>(key(ctx), `/metrics/lead-time?stream=web&${window}`)
  equal(status, 200)
  deepEqual(body.total, { p50: 3600, p75: 7200, p90: 7200, n: 10 })
  deepEqual(
    [body.stages.coding.p50, body.stages.pickup, body.coverage],
    [600, { p50: null, p75: null, p90: null, n: 0 }, 1],
  )
  deepEqual(
    body.series.map(({ n }) => n),
    [4, 6],
  )
})

test('[D6] /metrics/dora/streams lists all streams the caller may see, those without data too', async () => {
  const ctx = await withDeployments(march)
  const all = await get<OverviewReply>(key(ctx), `/metrics/dora/streams?${window}`)
  deepEqual(
    all.body.streams.map(({ stream, deployments }) => [stream, deployments]),
    [
      ['all', 5],
      ['web', 5],
      ['go', 0],
    ],
  )
  equal(all.body.streams[1]!.metrics.deployment_frequency.value, 2)
  equal(all.body.streams[2]!.metrics.deployment_frequency.state, 'insufficient_data')
  const some = await get<OverviewReply>(key(ctx, ['go']), `/metrics/dora/streams?${window}`)
  deepEqual(
    some.body.streams.map(({ stream }) => stream),
    ['go'],
  )
  const none = await get<OverviewReply>(key(ctx, []), `/metrics/dora/streams?${window}`)
  deepEqual([none.status, none.body.streams], [200, []])
})

test('[D3][D6] bands are those the tenant chose', async () => {
  const ctx = await withDeployments(march)
  equal((await get<{ version: string }>(key(ctx), '/metrics/bands')).body.version, 'devlake-2023')
  const before = await get<DoraReply>(key(ctx), `/metrics/dora?${window}`)
  await database.tenantTx(ctx, (tx) => writeSetting(tx, ctx, bandsVersionSetting, 'dora-2021'))
  const after = await get<DoraReply>(key(ctx), `/metrics/dora?${window}`)
  deepEqual([before.body.bands_version, after.body.bands_version], ['devlake-2023', 'dora-2021'])
  deepEqual([before.body.metrics[1]!.level, after.body.metrics[1]!.level], ['elite', 'high'])
})

const paths = ['/metrics/dora', '/metrics/lead-time', '/metrics/bands', '/metrics/dora/streams']

test('[D6] 401 without a caller, 403 without the permission', async () => {
  const ctx = await tenant()
  for (const path of paths) {
    equal((await get(undefined, path)).status, 401, path)
    equal((await get(key(ctx, undefined, ['delivery:read']), path)).status, 403, path)
    equal((await get(key(ctx), path)).status, 200, path)
  }
})

test("[D6] 403 for a stream that is not among the key's, or for everything", async () => {
  const ctx = await withDeployments(march)
  for (const path of ['/metrics/dora', '/metrics/lead-time']) {
    equal((await get(key(ctx, ['web']), `${path}?stream=web`)).status, 200)
    equal((await get(key(ctx, ['web']), `${path}?tech_stream=go`)).status, 403)
    equal((await get(key(ctx, ['web']), path)).status, 403)
    equal((await get(key(ctx, []), `${path}?stream=web`)).status, 403)
  }
})

test("[D6] 404 for no stream, a stream of the other kind, and another tenant's", async () => {
  const ctx = await withDeployments(march)
  const other = await tenant()
  for (const path of ['/metrics/dora', '/metrics/lead-time']) {
    equal((await get(key(ctx), `${path}?stream=nope`)).status, 404)
    equal((await get(key(ctx), `${path}?tech_stream=web`)).status, 404)
    equal((await get(key(other), `${path}?stream=web`)).status, 404)
  }
})

test('[D6] 422 names what is wrong with the question', async () => {
  const ctx = await withDeployments(march)
  const faults: [string, string][] = [
    ['from=2026-03-02&to=2026-03-01', 'query/from'],
    ['from=2020-01-01&to=2026-03-01', 'query/from'],
    ['from=yesterday', 'query/from'],
    ['stream=web&tech_stream=go', 'query/tech_stream'],
    ['interval=year', 'query/interval'],
  ]
  for (const path of ['/metrics/dora', '/metrics/lead-time'])
    for (const [query, pointer] of faults) {
      const { status, body } = await get(key(ctx), `${path}?${query}`)
      deepEqual([status, body.errors?.map((fault) => fault.pointer)], [422, [pointer]], query)
    }
})

test('[D3] as_of is when the newest roll-up used was computed', async () => {
  const ctx = await withDeployments(march)
  const { body } = await get<DoraReply>(key(ctx), `/metrics/dora?${window}`)
  const [row] = await sql('select max(computed_at) as at from dora_daily where tenant_id = $1', [ctx.tenantId])
  equal(body.as_of, (row!.at as Date).toISOString())
  ok(Date.now() - Date.parse((await get<DoraReply>(key(await tenant()), '/metrics/dora')).body.as_of) < 60_000)
})
