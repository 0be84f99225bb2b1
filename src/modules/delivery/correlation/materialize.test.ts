import { deepEqual, equal, match, ok } from 'node:assert/strict'
import { test } from 'node:test'
import type { Context } from '#kernel/context/index.ts'
import { makeEventLog } from '#kernel/events/index.ts'
import { makeHttp } from '#kernel/http/index.ts'
import { splitmix32 } from '#kernel/random/index.ts'
import { writeSetting } from '#kernel/settings/index.ts'
import { deliveryDora } from '#modules/delivery/dora/index.ts'
import { deliveryFlow } from '#modules/delivery/flow/index.ts'
import { silentLog, testDatabase } from '#test/support/database.ts'
import { materializeCrossStream, materializeTenant } from './materialize.ts'
import { correlationRoutes } from './routes.ts'
import { type CrossStreamPairReply, type CrossStreamReply, crossStreamPairReply, crossStreamReply } from './schemas.ts'
import { crossStreamWeeks } from './settings.ts'

const { database, sql, tenant } = await testDatabase()
const eventLog = makeEventLog()
const dora = deliveryDora.start({ database, eventLog }).port
const flow = deliveryFlow.start({ database, eventLog }).port
const deps = { database, dora, flow }

/** Whom the stub authenticator lets in. */
let caller: Context | undefined
const http = await makeHttp({
  log: silentLog,
  requestTimeoutMs: 10_000,
  authenticators: [async () => caller],
  production: false,
})
await http.register(async (scope) => correlationRoutes(database)(scope as typeof http), { prefix: '/api/v1' })

async function get<T>(ctx: Context | undefined, query = '', path = '/metrics/cross-stream') {
  caller = ctx
  const reply = await http.inject({ url: `/api/v1${path}${query}` })
  return { status: reply.statusCode, body: reply.json() as T & { errors?: { pointer: string }[] } }
}
const pair = (a: string, b: string) => `?a=${a}&b=${b}&measure_a=deployments&measure_b=deployments`
const getPair = (ctx: Context, query: string) => get<CrossStreamPairReply>(ctx, query, '/metrics/cross-stream/pair')

const key = (ctx: Context, streams?: string[], permissions = ['metrics:read']): Context => ({
  tenantId: ctx.tenantId,
  actor: { type: 'key', id: 'k', name: 'a key' },
  permissions: new Set(permissions),
  ...(streams ? { streams: new Set(streams) } : {}),
})

const weeks = 26
/** Deployments of a stream's repository: so many in each of the last full weeks, and twenty in the current one. */
async function stream(ctx: Context, id: string, counts: readonly number[], repository = `acme/${id}`) {
  const of = [ctx.tenantId, id]
  await sql(`insert into stream (tenant_id, id, kind, name) values ($1, $2, 'delivery', upper($2))`, of)
  await sql(`insert into stream_source (tenant_id, stream_id, kind, value) values ($1, $2, 'repository', $3)`, [
    ...of,
    repository,
  ])
  const rows = await sql(
    `insert into deployment_records (tenant_id, source, external_id, repository, service, environment, status, finished_at, counted)
    select $1, 'api', $2 || ' ' || week || ' ' || n, $3, $3, 'production', 'success',
      date_trunc('week', now() at time zone 'UTC')::timestamp at time zone 'UTC' - (${weeks} + 1 - week) * interval '7 days' + n * interval '3 hours', true
    from unnest($4::int[]) with ordinality as w(count, week), generate_series(1, w.count) as n
    returning finished_at::date::text as day`,
    [...of, repository, [...counts, 20]],
  )
  const days = [...new Set(rows.map(({ day }) => String(day)))].map((day) => ({ stream: id, day }))
  await database.tenantTx(ctx, (tx) => dora.rollUp(tx, days))
}

const random = splitmix32(41)
const upTo = (most: number) => Math.floor((random() / 0x1_0000_0000) * (most + 1))
const lead = Array.from({ length: weeks }, () => 2 + upTo(20))
const later = lead.map((_, week) => lead[week - 2] ?? upTo(20))
const other = Array.from({ length: weeks }, () => 2 + upTo(20))

async function threeStreams(): Promise<Context> {
  const ctx = await tenant()
  await stream(ctx, 'app', lead)
  await stream(ctx, 'web', later)
  await stream(ctx, 'zoo', other)
  return ctx
}

test('[D11] a planted relation stands first, with lag, n, p and q, under a definition that says it is no cause', async () => {
  const ctx = await threeStreams()
  const before = await get<CrossStreamReply>(key(ctx))
  deepEqual(
    [before.status, before.body.state, before.body.relations, before.body.as_of],
    [200, 'not_computed', [], null],
  )
  const run = await materializeTenant(deps, ctx.tenantId)
  equal(run!.tests, 27)
  const { status, body } = await get<CrossStreamReply>(key(ctx))
  equal(status, 200)
  crossStreamReply.parse(body)
  deepEqual(
    [body.state, body.weeks, body.streams, body.pairs, body.tests, body.n, body.stand_out, body.missing, body.coverage],
    ['ok', 26, 3, 3, 27, 3, 1, { insufficient: 72, pairs_sharing: 0, pairs_beyond: 0 }, 3 / 75],
  )
  const [first, second] = body.relations
  deepEqual(
    [first!.a, first!.b, first!.lag_weeks, first!.coefficient, first!.n, first!.stands_out],
    [
      { stream: 'app', name: 'APP', measure: 'deployments' },
      { stream: 'web', name: 'WEB', measure: 'deployments' },
      2,
      1,
      23,
      true,
    ],
  )
  ok(first!.p <= first!.q && first!.q < 1e-6 && first!.effective_n <= 23)
  ok(!second!.stands_out && second!.q > 0.05)
  match(body.causation, /says nothing about what causes what/)
  equal(body.definition, 'cross-stream/spearman-changes@2')
  const [window] = await sql(`select (date_trunc('week', now() at time zone 'UTC')::date - 1)::text as to`)
  equal(body.to, window!.to)

  const detail = await getPair(key(ctx), pair('app', 'web'))
  crossStreamPairReply.parse(detail.body)
  deepEqual([detail.body.relation, detail.body.lags.length], [first, 9])
  deepEqual(
    detail.body.series.map(({ a, b }) => [a, b]),
    lead.map((count, week) => [count, later[week]]),
  )
  equal(detail.body.series[0]!.week, body.from)
  equal(detail.body.lags[6]!.coefficient, 1)
})

test('[D11] what has not changed is not computed again; what has is replaced as a whole', async () => {
  const ctx = await threeStreams()
  ok(await materializeTenant(deps, ctx.tenantId))
  const stored = () =>
    sql('select xmin::text, c.* from cross_stream_correlation c where tenant_id = $1 order by place', [ctx.tenantId])
  const first = await stored()
  equal(await materializeTenant(deps, ctx.tenantId), null)
  deepEqual(await stored(), first)
  // Beside itself: the second writes the same over the first.
  await sql(`update cross_stream_run set digest = '' where tenant_id = $1`, [ctx.tenantId])
  await Promise.all([materializeTenant(deps, ctx.tenantId), materializeTenant(deps, ctx.tenantId)])
  const bare = (rows: Record<string, unknown>[]) => rows.map(({ xmin: _, ...row }) => row)
  deepEqual(bare(await stored()), bare(first))
  // A run that read later stays.
  await sql(`update cross_stream_run set digest = '', computed_at = now() + interval '1 hour' where tenant_id = $1`, [
    ctx.tenantId,
  ])
  equal(await materializeTenant(deps, ctx.tenantId), null)
  await sql('update cross_stream_run set computed_at = now() where tenant_id = $1', [ctx.tenantId])
  await database.tenantTx(ctx, (tx) => writeSetting(tx, { ...ctx, permissions: new Set(['*']) }, crossStreamWeeks, 12))
  equal((await materializeTenant(deps, ctx.tenantId))!.weeks, 12)
  ok((await stored()).every(({ n }) => Number(n) <= 11))
  await sql(`delete from stream where tenant_id = $1 and id = 'web'`, [ctx.tenantId])
  equal((await get<CrossStreamReply>(key(ctx))).body.n, 1, 'a stream that is gone is not shown')
  match(await materializeCrossStream(deps), /^\d+ of \d+ tenants computed/)
  equal((await stored()).length, 1)
})

test('[D11] one stream, one source, or too few weeks are no relations and no zeros', async () => {
  const ctx = await tenant()
  await stream(ctx, 'app', lead)
  await materializeTenant(deps, ctx.tenantId)
  const alone = (await get<CrossStreamReply>(key(ctx))).body
  deepEqual([alone.state, alone.pairs, alone.coverage, alone.n], ['insufficient_data', 0, null, 0])
  await stream(ctx, 'twin', other, 'acme/app')
  await stream(ctx, 'young', [...Array.from({ length: 20 }, () => 0), 3, 1, 4, 1, 5, 9])
  await materializeTenant(deps, ctx.tenantId)
  const { body } = await get<CrossStreamReply>(key(ctx))
  deepEqual(
    [body.state, body.pairs, body.tests, body.missing],
    ['insufficient_data', 2, 0, { insufficient: 50, pairs_sharing: 1, pairs_beyond: 0 }],
  )
})

test('[D11] a key limited to streams sees only pairs of which both are its own', async () => {
  const ctx = await threeStreams()
  await materializeTenant(deps, ctx.tenantId)
  const pairsOf = async (streams: string[] | undefined, query = '') => {
    const { status, body } = await get<CrossStreamReply>(key(ctx, streams), query)
    return status === 200 ? [body.n, ...body.relations.map(({ a, b }) => `${a.stream} ${b.stream}`).sort()] : status
  }
  deepEqual(await pairsOf(undefined), [3, 'app web', 'app zoo', 'web zoo'])
  deepEqual(await pairsOf(undefined, '?stream=zoo'), [2, 'app zoo', 'web zoo'])
  deepEqual(await pairsOf(['app', 'web']), [1, 'app web'])
  deepEqual(await pairsOf(['app', 'zoo'], '?stream=zoo'), [1, 'app zoo'])
  deepEqual(await pairsOf(['app']), [0])
  equal(await pairsOf(['app'], '?stream=web'), 403)
  equal((await getPair(key(ctx, ['app', 'web']), pair('app', 'web'))).status, 200)
  equal((await getPair(key(ctx, ['app']), pair('app', 'web'))).status, 403)
  equal((await getPair(key(ctx, ['web']), pair('app', 'web'))).status, 403)
})

test('[D11] pages go on where the last ended; faults are named; nobody sees another tenant’s', async () => {
  const ctx = await threeStreams()
  await materializeTenant(deps, ctx.tenantId)
  const seen: number[] = []
  for (let cursor: number | null = 0; cursor !== null; ) {
    const { body }: { body: CrossStreamReply } = await get<CrossStreamReply>(key(ctx), `?limit=1&cursor=${cursor}`)
    seen.push(...body.relations.map(({ q }) => q))
    cursor = body.next_cursor
  }
  deepEqual(
    seen,
    (await get<CrossStreamReply>(key(ctx))).body.relations.map(({ q }) => q),
  )
  equal(seen.length, 3)
  for (const [query, pointer] of [
    ['?limit=0', 'query/limit'],
    ['?cursor=x', 'query/cursor'],
    ['?stream=a&tech_stream=b', 'query/tech_stream'],
  ] as const)
    deepEqual(
      [(await get(key(ctx), query)).status, (await get(key(ctx), query)).body.errors?.[0]?.pointer],
      [422, pointer],
    )
  equal((await get(key(ctx), '?stream=nope')).status, 404)
  equal((await get(key(ctx), '?tech_stream=app')).status, 404)
  equal((await get(undefined)).status, 401)
  equal((await get(key(ctx, undefined, ['delivery:read']))).status, 403)
  equal((await getPair(key(ctx), pair('web', 'app'))).status, 404, 'in the order it was computed')
  const stranger = await tenant()
  equal((await get<CrossStreamReply>(key(stranger))).body.n, 0)
  equal((await getPair(key(stranger), pair('app', 'web'))).status, 404)
})

test('[D11] weeks of the metrics: counts, failures and the median of each, idle ones too', async () => {
  const ctx = await tenant()
  await stream(ctx, 'app', [3, 0, 2])
  await sql(
    `insert into changes (tenant_id, repository, sha, deployment_id, committed_at, clock, lead_seconds, origin)
    select tenant_id, repository, external_id || n, id, finished_at, 'committed', n * 100, 'derived'
    from deployment_records, generate_series(1, 3) n where tenant_id = $1 and external_id like 'app 1 %'`,
    [ctx.tenantId],
  )
  const [{ from, to }] = (await sql(
    `select (date_trunc('week', now() at time zone 'UTC')::date - 182)::text as from, (date_trunc('week', now() at time zone 'UTC')::date - 162)::text as to`,
  )) as [{ from: string; to: string }]
  await database.tenantTx(ctx, async (tx) => {
    await dora.rollUp(tx, [{ stream: 'app', day: from }])
    const rows = await dora.weekly(tx, { streams: ['app', 'none'], from, to })
    deepEqual(
      rows.map(({ stream: of, deployments, failed, medianLeadSeconds }) => [
        of,
        deployments,
        failed,
        medianLeadSeconds,
      ]),
      [
        ['app', 3, 0, 200],
        ['app', 0, 0, null],
        ['app', 2, 0, null],
        ['none', 0, 0, null],
        ['none', 0, 0, null],
        ['none', 0, 0, null],
      ],
    )
    equal(rows[0]!.week, from)
  })
})
