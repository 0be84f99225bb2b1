import { deepEqual, equal, notEqual, rejects } from 'node:assert/strict'
import { test } from 'node:test'
import { forbidden, type Problem } from '#kernel/errors/index.ts'
import { makeEventLog } from '#kernel/events/index.ts'
import { deliveryFlow } from '#modules/delivery/flow/index.ts'
import { testDatabase } from '#test/support/database.ts'
import { personOf, routesOf } from '#test/support/routes.ts'
import { dayAfter } from './calendar.ts'
import { deliveryForecast } from './index.ts'
import { readForecast } from './read-forecast.ts'
import { type ForecastReply, forecastReply } from './schemas.ts'
import { addItems, addStream, clockAt } from './test-items.ts'

const db = await testDatabase()
const flow = deliveryFlow.start({ database: db.database, eventLog: makeEventLog() }).port
const deps = { database: db.database, flow }
const ask = await routesOf(deliveryForecast.start(deps))

/** A Wednesday; the clock stands at its noon (UTC) in every test here. */
const today = '2027-03-03'
await clockAt(db, `${today}T12:00:00Z`)

const noonOf = (on: string) => `${on}T12:00:00Z`
const at = (days: number) => dayAfter(today, days)

/** A tenant with the stream `web`: on each of the last 100 days two items came in and two were finished; `open` more are open. */
async function twoADay(open = 10) {
  const ctx = await db.tenant()
  await addStream(db, ctx, 'web', 'WEB')
  await addStream(db, ctx, 'go', 'GO', 'tech')
  const finished = Array.from({ length: 200 }, (_, n) => noonOf(at(-1 - Math.floor(n / 2))))
  await addItems(
    db,
    ctx,
    'WEB',
    finished.map((time) => ({ created: time, finished: time })),
  )
  await addItems(
    db,
    ctx,
    'WEB',
    Array.from({ length: open }, () => ({ created: noonOf(at(-150)), finished: null })),
  )
  return personOf(ctx.tenantId, ['metrics:read'])
}

async function get(ctx: Parameters<typeof ask>[2], query = '') {
  const reply = await ask('GET', `/metrics/forecast${query}`, ctx)
  return { status: reply.statusCode, body: reply.json() as ForecastReply & { errors?: { pointer: string }[] } }
}

test('[D9] two a day: ten items are finished in five days, and thirty days bring sixty', async () => {
  const { status, body } = await get(await twoADay())
  equal(status, 200)
  forecastReply.parse(body)
  deepEqual(
    [body.state, body.n, body.finished, body.arrived, body.coverage, body.from, body.to],
    ['ok', 90, 180, 180, 1, at(-90), at(-1)],
  )
  deepEqual([body.open_items, body.items_from, body.first_day], [10, 'open_items', at(1)])
  deepEqual(body.when, {
    items: 10,
    method: 'exact',
    seed: null,
    runs: null,
    by: { p50: at(5), p85: at(5), p95: at(5) },
    days: { p50: 5, p85: 5, p95: 5 },
    capped_share: 0,
    distribution: [{ from: at(5), to: at(5), share: 1 }],
  })
  deepEqual(
    [body.how_many!.by, body.how_many!.days, body.how_many!.at_least],
    [at(30), 30, { p50: 60, p85: 60, p95: 60 }],
  )
  deepEqual([body.when_growing, body.series, body.calibration.questions], [null, { when: [], how_many: [] }, []])
})

test('[D9] questions of the asker: items, a day, less history', async () => {
  const { body } = await get(await twoADay(), `?items=7&by=${at(10)}&history_days=30`)
  deepEqual([body.when!.days.p85, body.how_many!.at_least.p85, body.n, body.items_from], [4, 20, 30, 'asked'])
})

test('[D9] working days are drawn and walked, never mixed; what the weekend finished is told', async () => {
  const { body } = await get(await twoADay(), `?days=working&items=10&by=${at(12)}`)
  // Thursday is the first; the fifth working day is Wednesday. Up to Monday of the week after next there are eight.
  deepEqual([body.first_day, body.when!.by.p85, body.when!.days.p85], [at(1), at(7), 5])
  deepEqual([body.how_many!.days, body.how_many!.at_least.p85], [8, 16])
  const weekends = body.history.filter(({ day }) => [0, 6].includes(new Date(day).getUTCDay())).length
  deepEqual([body.n + weekends, body.missing.finished_on_other_days], [90, weekends * 2])
})

test('[D9] if scope grows as fast as items are finished there is no end, and the share of it is told', async () => {
  const ctx = await twoADay()
  const { body } = await get(ctx, '?scope_growth=sampled')
  deepEqual(
    [body.when_growing!.capped_share, body.when_growing!.by.p50, body.when_growing!.distribution],
    [1, null, []],
  )
  deepEqual([body.when!.by.p95, body.when_growing!.method, body.when_growing!.runs], [at(5), 'simulated', 10_000])
})

test('[D9] the same question has the same answer all day, and a seed repeats one', async () => {
  const ctx = await twoADay()
  await addItems(
    db,
    ctx,
    'WEB',
    Array.from({ length: 60 }, (_, n) => ({ created: noonOf(at(-200)), finished: noonOf(at(-1 - ((n * 7) % 90))) })),
  )
  const growing = async (query: string) => (await get(ctx, `?scope_growth=sampled&items=80${query}`)).body.when_growing!
  const [first, again, seeded, other] = [
    await growing(''),
    await growing(''),
    await growing('&seed=7'),
    await growing('&seed=8'),
  ]
  deepEqual(again, first)
  deepEqual([seeded.seed, other.seed], [7, 8])
  notEqual(JSON.stringify(seeded.distribution), JSON.stringify(other.distribution))
  deepEqual((await growing(`&seed=${first.seed}`)).distribution, first.distribution)
})

test('[D9] nothing finished is no forecast; little is low confidence; days before the stream began are not counted', async () => {
  const ctx = await twoADay()
  const idle = (await get(ctx, '?tech_stream=go&items=5')).body
  deepEqual([idle.state, idle.when, idle.how_many, idle.finished], ['insufficient_data', null, null, 0])
  const young = personOf((await db.tenant()).tenantId, ['metrics:read'])
  await addItems(db, young, 'NEW', [{ created: noonOf(at(-12)), finished: noonOf(at(-2)) }])
  const { body } = await get(young)
  deepEqual([body.state, body.n, body.from, body.when], ['low_confidence', 12, at(-12), null])
  equal(Math.round(body.coverage * 1000), Math.round((12 / 90) * 1000))
})

test('[D9] today is not drawn from: it is not over', async () => {
  const ctx = await twoADay()
  await addItems(
    db,
    ctx,
    'WEB',
    Array.from({ length: 50 }, () => ({ created: noonOf(at(-150)), finished: `${today}T09:00:00Z` })),
  )
  const { body } = await get(ctx)
  deepEqual([body.finished, body.when!.days.p50], [180, 5])
})

test('[D9] 403 without the permission, for foreign streams and for everything when limited; 404 for no stream', async () => {
  const ctx = await twoADay()
  equal((await get(personOf(ctx.tenantId, ['delivery:read']))).status, 403)
  for (const [streams, query] of [
    [['web'], ''],
    [['web'], '?tech_stream=go'],
    [[], '?stream=web'],
  ] as const)
    await rejects(
      readForecast(deps, { ...ctx, streams: new Set(streams) }, Object.fromEntries(new URLSearchParams(query))),
      (error: Problem) => error.type === forbidden,
    )
  const mine = await readForecast(deps, { ...ctx, streams: new Set(['web']) }, { stream: 'web' })
  equal(mine.stream, 'web')
  equal((await get(ctx, '?stream=nope')).status, 404)
  equal((await get(ctx, '?stream=go')).status, 404, 'a tech stream')
  equal((await get(personOf((await db.tenant()).tenantId, ['metrics:read']), '?stream=web')).status, 404)
})

test('[D9] 422 names what is wrong with the question', async () => {
  const ctx = await twoADay()
  const faults: [string, string][] = [
    ['items=0', 'query/items'],
    ['items=10001', 'query/items'],
    ['items=1e3', 'query/items'],
    ['history_days=29', 'query/history_days'],
    ['history_days=366', 'query/history_days'],
    [`by=${today}`, 'query/by'],
    [`by=${at(731)}`, 'query/by'],
    ['by=soon', 'query/by'],
    ['days=weekend', 'query/days'],
    ['scope_growth=much', 'query/scope_growth'],
    ['seed=4294967296', 'query/seed'],
    ['stream=web&tech_stream=go', 'query/tech_stream'],
  ]
  for (const [query, pointer] of faults) {
    const { status, body } = await get(ctx, `?${query}`)
    deepEqual([status, body.errors?.map((fault) => fault.pointer)], [422, [pointer]], query)
  }
})
