import { deepEqual, equal, match } from 'node:assert/strict'
import { test } from 'node:test'
import { sleep } from '#kernel/clock/index.ts'
import { withClient } from '#kernel/database/index.ts'
import { makeEventLog } from '#kernel/events/index.ts'
import { ensureSchedules, listSchedules, runSchedule } from '#kernel/schedule/index.ts'
import { drain, makeEngine, type Work } from '#kernel/work/index.ts'
import { daysChanged } from '#modules/delivery/facts/index.ts'
import { silentLog, testDatabase } from '#test/support/database.ts'
import { deliveryDora } from './index.ts'
import { rollUp, type StreamDay } from './roll-up.ts'

const { adminUrl, database, sql, tenant } = await testDatabase()
const eventLog = makeEventLog()
const started = deliveryDora.start({ database, eventLog })
eventLog.connect(started.subscribers!)
const engines = started.subscribers!.map(({ work }) => makeEngine(work as unknown as Work, database, silentLog))

type Ctx = { tenantId: string }
const day = '2026-03-03'
const all: StreamDay[] = [{ stream: 'all', day }]
const make = (ctx: Ctx, pairs: readonly StreamDay[]) => database.tenantTx(ctx, (tx) => rollUp(tx, pairs))

let made = 0
async function deploy(ctx: Ctx, finishedAt: string, { repository = 'acme/web', counted = true } = {}): Promise<number> {
  const [row] = await sql(
    `insert into deployment_records (tenant_id, source, external_id, repository, service, environment, status, finished_at, counted)
    values ($1, 'api', $2, $3, $3, 'production', 'success', $4, $5) returning id`,
    [ctx.tenantId, `d-${++made}`, repository, finishedAt, counted],
  )
  return Number(row!.id)
}
const change = (ctx: Ctx, deployment: number, lead: number) =>
  sql(
    `insert into changes (tenant_id, repository, sha, deployment_id, committed_at, clock, lead_seconds, origin)
    values ($1, 'acme/web', $2, $3, now(), 'committed', $4, 'derived')`,
    [ctx.tenantId, `c-${++made}`, deployment, lead],
  )
const stored = async (ctx: Ctx) =>
  (
    await sql(
      `select stream_id, day::text, deployments, dropped_changes, array(select app.unpack_seconds(lead_seconds)) as lead
      from dora_daily where tenant_id = $1 order by day, stream_id`,
      [ctx.tenantId],
    )
  ).map(Object.values)

test('[D5] a late fact re-opens only the day it touches', async () => {
  const ctx = await tenant()
  const first = await deploy(ctx, '2026-03-03T10:00:00Z')
  await change(ctx, first, 500)
  await deploy(ctx, '2026-03-04T10:00:00Z')
  equal(await make(ctx, [...all, { stream: 'all', day: '2026-03-04' }]), 2)
  const before = await sql('select day::text, computed_at from dora_daily where tenant_id = $1 order by day', [
    ctx.tenantId,
  ])
  await change(ctx, first, 100)
  await change(ctx, first, -5)
  equal(await make(ctx, all), 1)
  deepEqual(await stored(ctx), [
    ['all', day, 1, 1, [100, 500]],
    ['all', '2026-03-04', 1, 0, []],
  ])
  const after = await sql('select day::text, computed_at from dora_daily where tenant_id = $1 order by day', [
    ctx.tenantId,
  ])
  deepEqual(after[1], before[1])
})

test('[D5] made again without a new fact nothing is written; a day without facts has no row', async () => {
  const ctx = await tenant()
  await deploy(ctx, '2026-03-03T10:00:00Z')
  await deploy(ctx, '2026-03-03T11:00:00Z', { counted: false })
  equal(await make(ctx, all), 1)
  equal(await make(ctx, [...all, ...all]), 0)
  await sql('update deployment_records set counted = false where tenant_id = $1', [ctx.tenantId])
  equal(await make(ctx, all), 1)
  deepEqual(await stored(ctx), [])
})

test('[D5] a sealed day is never touched, whatever is left of its facts', async () => {
  const ctx = await tenant()
  const id = await deploy(ctx, '2026-03-03T10:00:00Z')
  await make(ctx, all)
  await sql('update dora_daily set sealed = true where tenant_id = $1', [ctx.tenantId])
  await change(ctx, id, 7)
  equal(await make(ctx, all), 0)
  await sql('delete from deployment_records where tenant_id = $1', [ctx.tenantId])
  equal(await make(ctx, all), 0)
  deepEqual(await stored(ctx), [['all', day, 1, 0, []]])
})

test("[D3][D5] a day is a day of the tenant's time zone, however its clock jumps", async () => {
  const edges: [string, string, string][] = [
    // 23 hours long; the next day begins an hour earlier in UTC.
    ['Europe/Berlin', '2026-03-29', '2026-03-28T23:00:00Z 2026-03-29T21:59:59.999Z'],
    // Midnight comes twice: 01:00 goes back to 00:00.
    ['Atlantic/Azores', '2026-10-25', '2026-10-25T00:00:00Z 2026-10-26T00:59:59.999Z'],
    ['America/Havana', '2026-11-01', '2026-11-01T04:00:00Z 2026-11-02T04:59:59.999Z'],
    // Midnight does not come at all.
    ['Asia/Beirut', '2026-03-29', '2026-03-28T22:00:00Z 2026-03-29T20:59:59.999Z'],
    ['Pacific/Kiritimati', '2026-03-03', '2026-03-02T10:00:00Z 2026-03-03T09:59:59.999Z'],
  ]
  for (const [zone, at, times] of edges) {
    const ctx = await tenant(zone)
    const [first = '', last = ''] = times.split(' ')
    const before = new Date(Date.parse(first) - 1).toISOString()
    const after = new Date(Date.parse(last) + 1).toISOString()
    for (const time of [before, first, last, after]) await deploy(ctx, time)
    await make(ctx, [{ stream: 'all', day: at }])
    deepEqual(await stored(ctx), [['all', at, 2, 0, []]], zone)
  }
})

test('[D5] a stream of tickets counts the linked changes, an owner all of them', async () => {
  const ctx = await tenant()
  const of = [ctx.tenantId]
  await sql(
    `insert into stream (tenant_id, id, kind, name) values ($1, 'own', 'delivery', 'o'), ($1, 'tic', 'delivery', 't')`,
    of,
  )
  await sql(
    `insert into stream_source (tenant_id, stream_id, kind, value) values ($1, 'own', 'service', 'acme/web')`,
    of,
  )
  await sql(
    `insert into pr_streams (tenant_id, repository, pr_number, stream_id, ticket_key) values
    ($1, 'acme/web', 5, 'tic', 'T-1'), ($1, 'acme/web', 5, 'own', 'O-1')`,
    of,
  )
  const id = await deploy(ctx, '2026-03-03T10:00:00Z')
  await change(ctx, id, 10)
  await change(ctx, id, 20)
  await sql('update changes set pr_number = 5 where tenant_id = $1 and lead_seconds = 20', of)
  await make(
    ctx,
    ['own', 'tic', 'none'].map((stream) => ({ stream, day })),
  )
  deepEqual(await stored(ctx), [
    ['own', day, 1, 0, [10, 20]],
    ['tic', day, 1, 0, [20]],
  ])
  const members = await sql('select stream_id from delivery_v_deployment_stream where tenant_id = $1 order by 1', of)
  deepEqual(
    members.map(({ stream_id }) => stream_id),
    ['own', 'tic'],
  )
})

test('[D5] days said to have changed are rolled up once, however often they were said', async () => {
  const ctx = await tenant()
  await deploy(ctx, '2026-03-03T10:00:00Z')
  await database.tenantTx(ctx, async (tx) => {
    for (let n = 0; n < 3; n++) await eventLog.publish(tx, daysChanged, { days: [...all] })
  })
  for (const engine of engines) deepEqual(await drain(engine), { completed: 3, failed: 0 })
  deepEqual(await stored(ctx), [['all', day, 1, 0, []]])
  const [work] = await sql('select outcome from subscription_work where tenant_id = $1', [ctx.tenantId])
  equal(work!.outcome, 'rolled up 1 days of streams, 1 differed')
})

test('[D5] workers that roll up the same days at once end with the newest facts', async () => {
  const ctx = await tenant()
  const pairs = ['2026-03-03', '2026-03-04', '2026-03-05'].map((at) => ({ stream: 'all', day: at }))
  await Promise.all(
    Array.from({ length: 24 }, async (_, n) => {
      // The fact and the roll-up are two transactions, as they are in the product.
      await deploy(ctx, `${pairs[n % 3]!.day}T10:00:00Z`)
      await make(ctx, n % 2 === 0 ? pairs : pairs.toReversed())
    }),
  )
  deepEqual(
    (await stored(ctx)).map(([, , deployments]) => deployments),
    [8, 8, 8],
  )
})

/** Resolves when someone waits for a lock in this file's database. */
async function someoneWaits() {
  for (;;) {
    const waiting = `select from pg_stat_activity where wait_event_type = 'Lock' and datname = current_database()`
    if ((await sql(waiting)).length > 0) return
  }
}

test('[D5] a slow roll-up never overwrites the newer one that overtook it', async () => {
  const ctx = await tenant()
  const pairs = [...all, { stream: 'all', day: '2026-03-04' }]
  for (const pair of pairs) await deploy(ctx, `${pair.day}T10:00:00Z`)
  await make(ctx, pairs)
  await deploy(ctx, '2026-03-03T11:00:00Z')
  const { slow, late } = await withClient(adminUrl, async (client) => {
    await client.query('begin')
    await client.query('select from dora_daily where tenant_id = $1 and day = $2 for update', [ctx.tenantId, day])
    // It has read both days and cannot write the first.
    const slow = make(ctx, pairs)
    await someoneWaits()
    await deploy(ctx, '2026-03-04T11:00:00Z')
    const late = make(ctx, [{ stream: 'all', day: '2026-03-04' }])
    await Promise.race([late, sleep(300)])
    await client.query('commit')
    return { slow, late }
  })
  await Promise.all([slow, late])
  deepEqual(await stored(ctx), [
    ['all', day, 2, 0, []],
    ['all', '2026-03-04', 2, 0, []],
  ])
})

test('[D5][D15] the nightly command checks every tenant, repairs what differs and says how much', async () => {
  const [command] = started.schedules!
  deepEqual([command!.name, command!.cron], ['scheduler:materialize-daily-metrics', '10 0 * * *'])
  await ensureSchedules(database, started.schedules!)
  await runSchedule(database, command!)
  match(await runSchedule(database, command!), /, 0 roll-ups differed from the facts/)

  const [one, two] = [await tenant(), await tenant('Asia/Tokyo')]
  await deploy(one, '2026-03-03T10:00:00Z')
  await deploy(two, '2026-03-03T20:00:00Z')
  await sql(
    `insert into dora_daily (tenant_id, stream_id, day, definition, deployments, deployments_with_changes, failed, rework, ticketed,
      dropped_changes, unrecovered, incidents, unresolved, lead_seconds, coding_seconds, pickup_seconds, review_seconds, deploy_seconds,
      recovery_seconds, restore_seconds, sealed)
    select $1, s, '2026-03-01', 'old', 9, 0, 0, 0, 0, 0, 0, 0, 0, '', '', '', '', '', '', '', s = 'kept' from unnest(array['gone', 'kept']) s`,
    [one.tenantId],
  )
  match(await runSchedule(database, command!), /, 3 roll-ups differed from the facts and were repaired/)
  deepEqual(await stored(one), [
    ['kept', '2026-03-01', 9, 0, []],
    ['all', '2026-03-03', 1, 0, []],
  ])
  deepEqual(await stored(two), [['all', '2026-03-04', 1, 0, []]])
  match(await runSchedule(database, command!), /, 0 roll-ups differed/)
  const [listed] = await database.platformTx('test', (tx) => tx.rows(listSchedules, undefined))
  match(listed!.lastOutcome ?? '', /, 0 roll-ups differed/)
})
