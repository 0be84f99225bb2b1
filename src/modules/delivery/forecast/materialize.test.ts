import { deepEqual, equal, match } from 'node:assert/strict'
import { test } from 'node:test'
import { makeEventLog } from '#kernel/events/index.ts'
import { deliveryFlow } from '#modules/delivery/flow/index.ts'
import { testDatabase } from '#test/support/database.ts'
import { routesOf } from '#test/support/routes.ts'
import { dayAfter } from './calendar.ts'
import { deliveryForecast } from './index.ts'
import { materializeTenant } from './materialize.ts'
import type { ForecastReply } from './schemas.ts'
import { addItems, addStream, clockAt } from './test-items.ts'

const db = await testDatabase()
const flow = deliveryFlow.start({ database: db.database, eventLog: makeEventLog() }).port
const deps = { database: db.database, flow }
const started = deliveryForecast.start(deps)
const ask = await routesOf(started)

const day = '2027-03-01'
const noonOf = (on: string) => `${on}T12:00:00Z`
/** `count` items finished on each of `days` days from `from` on. */
const finishedDaily = (from: string, days: number, count: number) =>
  Array.from({ length: days * count }, (_, n) => {
    const at = noonOf(dayAfter(from, Math.floor(n / count)))
    return { created: at, finished: at }
  })
const opened = (count: number) =>
  Array.from({ length: count }, () => ({ created: noonOf('2026-12-05'), finished: null }))

const stored = (ctx: { tenantId: string }) =>
  db
    .sql(
      `select stream_id as stream, kind, made_on::text, horizon_days as horizon, target_items as items, p50, p85, p95, samples,
        due_on::text, outcome, outcome_on::text, censored, loss_p85 as loss, settled, cardinality(outcomes) as kept
      from forecast where tenant_id = $1 order by stream_id, made_on, kind, horizon_days`,
      [ctx.tenantId],
    )
    .then((rows) => rows as Record<string, unknown>[])

const calibrationOf = async (ctx: Parameters<typeof ask>[2], stream: string) =>
  (await ask('GET', `/metrics/forecast?stream=${stream}`, ctx)).json<ForecastReply>().calibration.questions

test('[D9] each night what is open and the next weeks are forecast, once a day, and scored when they are over', async () => {
  const ctx = await db.tenant()
  await addStream(db, ctx, 'web', 'WEB')
  await addStream(db, ctx, 'idle', 'IDLE')
  await addItems(db, ctx, 'WEB', finishedDaily(dayAfter(day, -100), 100, 2))
  await addItems(db, ctx, 'WEB', opened(9))
  // Open when the day began, finished since; and one that came in since.
  await addItems(db, ctx, 'WEB', [
    { created: noonOf('2026-12-06'), finished: `${day}T08:00:00Z` },
    { created: `${day}T09:00:00Z`, finished: null },
  ])
  await clockAt(db, noonOf(day))
  deepEqual(await materializeTenant(deps, ctx.tenantId), { made: 6, scored: 0 })
  const first = await stored(ctx)
  const told = {
    made_on: day,
    samples: 90,
    outcome: null,
    outcome_on: null,
    censored: false,
    loss: null,
    settled: false,
    kept: 19,
  }
  const ofStream = (stream: string) => [
    {
      ...told,
      stream,
      kind: 'how_many',
      horizon: 14,
      items: null,
      p50: 28,
      p85: 28,
      p95: 28,
      due_on: dayAfter(day, 13),
    },
    {
      ...told,
      stream,
      kind: 'how_many',
      horizon: 30,
      items: null,
      p50: 60,
      p85: 60,
      p95: 60,
      due_on: dayAfter(day, 29),
    },
    { ...told, stream, kind: 'when', horizon: 0, items: 10, p50: 5, p85: 5, p95: 5, due_on: dayAfter(day, 4) },
  ]
  deepEqual(first, [...ofStream('all'), ...ofStream('web')])

  deepEqual(await materializeTenant(deps, ctx.tenantId), { made: 0, scored: 0 }, 'done twice')
  deepEqual(await stored(ctx), first)

  // One item came the day itself; then two a day.
  await addItems(db, ctx, 'WEB', finishedDaily(day, 21, 2))
  await clockAt(db, noonOf(dayAfter(day, 20)))
  const { made, scored } = await materializeTenant(deps, ctx.tenantId)
  deepEqual([made, scored], [6, 4], 'when and 14 days of both; the 30 days are not over')
  const again = (await stored(ctx)).filter((row) => row.stream === 'web' && row.made_on === day)
  deepEqual(
    again.map(({ kind, horizon, outcome, outcome_on, settled }) => [kind, horizon, outcome, outcome_on, settled]),
    [
      ['how_many', 14, 29, dayAfter(day, 13), false],
      ['how_many', 30, null, null, false],
      ['when', 0, 5, dayAfter(day, 4), true],
    ],
  )
  const questions = await calibrationOf(ctx, 'web')
  deepEqual(
    questions.map(({ kind, horizon_days, n, late, pending, state, held }) => [
      kind,
      horizon_days,
      n,
      late,
      pending,
      state,
      held.p85,
    ]),
    [
      ['how_many', 14, 1, 0, 1, 'low_confidence', 1],
      ['how_many', 30, 0, 0, 2, 'insufficient_data', null],
      ['when', null, 1, 0, 1, 'low_confidence', 1],
    ],
  )
  // 29 came where at least 28 were said: the 15 % quantile is one too low.
  equal(Math.round(questions[0]!.loss.p85! * 100) / 100, 0.15)

  // An event that arrives late still counts, as long as its outcome is not a week old.
  await addItems(db, ctx, 'WEB', [{ created: noonOf(day), finished: noonOf(dayAfter(day, 3)) }])
  deepEqual(await materializeTenant(deps, ctx.tenantId), { made: 0, scored: 2 })
  const late = (await stored(ctx)).filter((row) => row.stream === 'web' && row.made_on === day)
  deepEqual(
    late.map(({ outcome }) => outcome),
    [30, null, 5],
  )
})

test('[D9] what is not finished by P95 counts as not held, and its loss is known when it is finished', async () => {
  const ctx = await db.tenant('America/New_York')
  await addItems(db, ctx, 'SLOW', finishedDaily(dayAfter(day, -100), 100, 2))
  await addItems(db, ctx, 'SLOW', opened(6))
  await clockAt(db, noonOf(day))
  await materializeTenant(deps, ctx.tenantId)
  await clockAt(db, noonOf(dayAfter(day, 3)))
  equal((await materializeTenant(deps, ctx.tenantId)).scored, 1)
  const [censored] = (await stored(ctx)).filter((row) => row.kind === 'when' && row.made_on === day)
  deepEqual([censored!.p95, censored!.outcome, censored!.censored, censored!.loss], [3, null, true, null])
  const asked = (await ask('GET', '/metrics/forecast', ctx)).json<ForecastReply>()
  const when = asked.calibration.questions.find(({ kind }) => kind === 'when')!
  deepEqual([when.n, when.late, when.held, when.loss.p85], [1, 1, { p50: 0, p85: 0, p95: 0 }, null])
  equal(asked.series.when[0]!.fate, 'late')

  await addItems(db, ctx, 'SLOW', finishedDaily(dayAfter(day, 3), 1, 6))
  await clockAt(db, noonOf(dayAfter(day, 4)))
  await materializeTenant(deps, ctx.tenantId)
  const [known] = (await stored(ctx)).filter((row) => row.kind === 'when' && row.made_on === day)
  deepEqual([known!.outcome, known!.censored, Math.round(Number(known!.loss) * 100) / 100], [4, false, 0.85])
})

test('[D9] quick outcomes are not counted before slow ones could be', async () => {
  const ctx = await db.tenant()
  // Two items a day on every second day: four items take 3 to many days.
  await addItems(
    db,
    ctx,
    'ODD',
    Array.from({ length: 50 }, (_, n) => finishedDaily(dayAfter(day, -100 + 2 * n), 1, 2)).flat(),
  )
  await addItems(db, ctx, 'ODD', opened(4))
  await clockAt(db, noonOf(day))
  await materializeTenant(deps, ctx.tenantId)
  await addItems(db, ctx, 'ODD', finishedDaily(day, 1, 4))
  await clockAt(db, noonOf(dayAfter(day, 2)))
  await materializeTenant(deps, ctx.tenantId)
  const reply = (await ask('GET', '/metrics/forecast', ctx)).json<ForecastReply>()
  equal(reply.series.when[0]!.finished_on, day)
  const when = reply.calibration.questions.find(({ kind }) => kind === 'when')!
  deepEqual([when.n, when.pending, when.state], [0, 2, 'insufficient_data'])
})

test('[D9] the schedule goes on to the next tenant and tells what it did', async () => {
  const ctx = await db.tenant()
  await addItems(db, ctx, 'DAY', finishedDaily(dayAfter(day, -30), 30, 1))
  await clockAt(db, noonOf(day))
  match(String(await started.schedules![0]!.run()), /^\d+ forecasts made, \d+ outcomes written$/)
  equal((await stored(ctx)).length, 2, 'nothing is open: only how many')
})

test('[D9] a forecast is not judged by other sources than it was made of: it is void, unless its outcome was known', async () => {
  const ctx = await db.tenant()
  await addStream(db, ctx, 'web', 'WEB')
  for (const project of ['WEB', 'BIG']) await addItems(db, ctx, project, finishedDaily(dayAfter(day, -100), 125, 2))
  await addItems(db, ctx, 'WEB', opened(4))
  await clockAt(db, noonOf(day))
  await materializeTenant(deps, ctx.tenantId)
  await clockAt(db, noonOf(dayAfter(day, 6)))
  await materializeTenant(deps, ctx.tenantId)
  await db.sql(
    `insert into stream_source (tenant_id, stream_id, kind, value) values ($1, 'web', 'jira_project', 'big'), ($1, 'web', 'service', 'shop')`,
    [ctx.tenantId],
  )
  await clockAt(db, noonOf(dayAfter(day, 20)))
  await materializeTenant(deps, ctx.tenantId)
  const fates = async (stream: string) => {
    const { series } = (await ask('GET', `/metrics/forecast?stream=${stream}`, ctx)).json<ForecastReply>()
    return [...series.when, ...series.how_many.filter(({ horizon_days }) => horizon_days === 14)].map(
      ({ made_on, fate }) => `${made_on} ${fate}`,
    )
  }
  deepEqual(await fates('web'), [
    '2027-03-01 known',
    '2027-03-07 void',
    '2027-03-21 open',
    '2027-03-01 void',
    '2027-03-07 void',
    '2027-03-21 open',
  ])
  deepEqual((await fates('all')).slice(-3), ['2027-03-01 known', '2027-03-07 known', '2027-03-21 open'])
  const counted = async () =>
    (await calibrationOf(ctx, 'web')).map(({ horizon_days, n, pending, void: others }) => [
      horizon_days,
      n,
      pending,
      others,
    ])
  deepEqual(await counted(), [
    [14, 0, 1, 2],
    [30, 0, 1, 2],
    [null, 1, 1, 1],
  ])

  // Deleted and made again with the same sources: what the stream before was told says nothing of this one.
  await db.sql(`delete from stream where tenant_id = $1 and id = 'web'`, [ctx.tenantId])
  await addStream(db, ctx, 'web', 'WEB')
  await db.sql(
    `insert into stream_source (tenant_id, stream_id, kind, value) values ($1, 'web', 'jira_project', 'big')`,
    [ctx.tenantId],
  )
  deepEqual(await counted(), [
    [14, 0, 0, 3],
    [30, 0, 0, 3],
    [null, 0, 0, 3],
  ])
  await clockAt(db, noonOf(dayAfter(day, 21)))
  await materializeTenant(deps, ctx.tenantId)
  deepEqual((await fates('web')).slice(-2), ['2027-03-21 void', '2027-03-22 open'])
})
