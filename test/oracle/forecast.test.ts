/** The route against walks done the slow way, over random histories of items in zones whose clocks change. */
import { equal, ok } from 'node:assert/strict'
import { test } from 'node:test'
import { makeEventLog } from '#kernel/events/index.ts'
import { deliveryFlow } from '#modules/delivery/flow/index.ts'
import { deliveryForecast } from '#modules/delivery/forecast/index.ts'
import type { ForecastReply } from '#modules/delivery/forecast/schemas.ts'
import { addItems, clockAt } from '#modules/delivery/forecast/test-items.ts'
import { testDatabase } from '../support/database.ts'
import { personOf, routesOf } from '../support/routes.ts'
import { random } from './dora-history.ts'
import { type Item, simulate } from './forecast-oracle.ts'

const db = await testDatabase()
const flow = deliveryFlow.start({ database: db.database, eventLog: makeEventLog() }).port
const ask = await routesOf(deliveryForecast.start({ database: db.database, flow }))

const walks = 4000
/** So far apart are two cumulative shares of which one has 4,000 walks and the other 10,000, once in a million times at most. */
const near = Math.sqrt(Math.log(2 / 1e-6) / (2 * walks)) + Math.sqrt(Math.log(2 / 1e-6) / 20_000)

/** Whether `told` is where the walks have that percentile: up to it there are enough, before it there are not. */
function isPercentile<T extends string | number>(
  outcomes: readonly (T | null)[],
  told: T | null,
  percent: number,
  where: string,
) {
  const share = (is: (outcome: T) => boolean) =>
    outcomes.filter((outcome) => outcome !== null && is(outcome)).length / outcomes.length
  const upTo = told === null ? 1 : share((outcome) => outcome <= told)
  const before = told === null ? share(() => true) : share((outcome) => outcome < told)
  ok(upTo >= percent / 100 - near, `${where}: ${upTo} up to ${told}, expected ${percent} %`)
  ok(before <= percent / 100 + near, `${where}: ${before} before ${told}, expected ${percent} %`)
}

/** Items of 70 days, more of them on some weekdays, around every hour of the day. */
function randomItems(seed: number, now: number): Item[] {
  const dice = random(seed)
  return Array.from({ length: 160 }, () => {
    const created = now - Math.floor(3_600_000 * (24 * 70 * (dice.below(10_000) / 10_000)))
    const finished = created + 3_600_000 * (1 + dice.below(24 * 12))
    return { created: new Date(created), finished: dice.chance(0.85) && finished < now ? new Date(finished) : null }
  })
}

const zones = [
  { timeZone: 'Europe/Berlin', now: '2026-04-08T09:00:00Z', today: '2026-04-08' },
  { timeZone: 'Pacific/Kiritimati', now: '2026-04-08T12:00:00Z', today: '2026-04-09' },
  { timeZone: 'America/Havana', now: '2026-03-20T02:00:00Z', today: '2026-03-19' },
]

for (const [n, { timeZone, now, today }] of zones.entries())
  test(`[D9] the route says what walks done one by one come to, in ${timeZone}`, async () => {
    const ctx = personOf((await db.tenant(timeZone)).tenantId, ['metrics:read'])
    const items = randomItems(n + 1, Date.parse(now))
    await addItems(
      db,
      ctx,
      'ACME',
      items.map(({ created, finished }) => ({
        created: created.toISOString(),
        finished: finished?.toISOString() ?? null,
      })),
    )
    await clockAt(db, now)
    for (const working of [false, true]) {
      const by = new Date(Date.parse(today) + 25 * 86_400_000).toISOString().slice(0, 10)
      const query = `items=40&by=${by}&history_days=60&scope_growth=sampled&days=${working ? 'working' : 'all'}`
      const reply = await ask('GET', `/metrics/forecast?${query}`, ctx)
      equal(reply.statusCode, 200, reply.body)
      const body = reply.json<ForecastReply>()
      const asked = { items: 40, by, historyDays: 60, working }
      const slow = simulate(items, timeZone, today, asked, random(n + 77), walks)
      equal(body.n, slow.days)
      for (const [name, percent] of [
        ['p50', 50],
        ['p85', 85],
        ['p95', 95],
      ] as const) {
        const where = `${timeZone} ${name} ${working ? 'working days' : 'all days'}`
        isPercentile(slow.when, body.when!.by[name], percent, `${where} when`)
        isPercentile(slow.growing, body.when_growing!.by[name], percent, `${where} growing`)
        isPercentile(slow.howMany, body.how_many!.at_least[name], 100 - percent, `${where} how many`)
      }
      const open = slow.growing.filter((day) => day === null).length / walks
      ok(Math.abs(open - body.when_growing!.capped_share) < near, `${open} against ${body.when_growing!.capped_share}`)
    }
  })
