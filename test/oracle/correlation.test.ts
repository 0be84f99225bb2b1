/** Weeks of several streams, some of which follow others: what the hourly run tells beside the textbook. */
import { deepEqual, equal, ok } from 'node:assert/strict'
import { test } from 'node:test'
import type { Context } from '#kernel/context/index.ts'
import { makeEventLog } from '#kernel/events/index.ts'
import { writeSetting } from '#kernel/settings/index.ts'
import { deliveryCorrelation } from '#modules/delivery/correlation/index.ts'
import { deliveryDora } from '#modules/delivery/dora/index.ts'
import { deliveryFlow } from '#modules/delivery/flow/index.ts'
import { clockAt } from '#modules/delivery/forecast/test-items.ts'
import { testDatabase } from '../support/database.ts'
import { personOf, routesOf } from '../support/routes.ts'
import {
  type Between,
  type Finished,
  fullWeeks,
  type Histories,
  type Measure,
  measures,
  type OracleStream,
  pairsOf,
  parts,
  qsOf,
  type Series,
  type Shipped,
  seriesOf,
  testAt,
} from './correlation-oracle.ts'
import { type Random, random } from './dora-history.ts'

const db = await testDatabase()
const eventLog = makeEventLog()
const dora = deliveryDora.start({ database: db.database, eventLog }).port
const flow = deliveryFlow.start({ database: db.database, eventLog }).port
const correlation = deliveryCorrelation.start({ database: db.database, dora, flow })
const ask = await routesOf(correlation)

const [hour, day] = [3_600_000, 86_400_000]
/** A Sunday evening at Greenwich: elsewhere the week is over. */
const now = Date.UTC(2031, 3, 6, 22)
const lags = [-4, -3, -2, -1, 0, 1, 2, 3, 4]

const streams: OracleStream[] = [
  { id: 'app', kind: 'delivery', repositories: ['acme/app'], projects: ['app'] },
  { id: 'go', kind: 'tech', repositories: ['acme/go'], projects: [] },
  { id: 'ops', kind: 'delivery', repositories: ['acme/ops', 'acme/run'], projects: ['ops'] },
  { id: 'sql', kind: 'tech', repositories: ['acme/sql'], projects: ['sql'] },
  { id: 'twin', kind: 'delivery', repositories: ['acme/web'], projects: [] },
  { id: 'web', kind: 'delivery', repositories: ['acme/web'], projects: ['web'] },
]

/** About −2 to 2. */
const normal = (dice: Random) => (dice.below(1000) + dice.below(1000) + dice.below(1000) - 1500) / 450

/** Weeks. */
type Planted = readonly [webAfterApp: number, goAfterSql: number]

/** How lively each source is, week by week. What follows another does so some weeks later, or the other way round. */
function liveliness(dice: Random, weeks: number, [webAfterApp, goAfterSql]: Planted): Record<string, number[]> {
  const free = () => Array.from({ length: weeks }, () => normal(dice))
  const after = (lead: readonly number[], lag: number, sign: number, noise: number) =>
    lead.map((_, week) => sign * (lead[week - lag] ?? normal(dice)) + noise * normal(dice))
  const [app, sql] = [free(), free()]
  return {
    'acme/app': app,
    'acme/sql': sql,
    'acme/web': after(app, webAfterApp, 1, 0),
    'acme/go': after(sql, goAfterSql, -1, 0),
    'acme/ops': free(),
    'acme/run': free(),
    // Ups and downs that last for weeks.
    app: app.map((_, week) => normal(dice) / 2 + 1.5 * Math.sin(week / 2.5)),
    web: app.map((_, week) => normal(dice) / 2 + 1.5 * Math.cos(week / 2.5)),
    ops: after(app, -1, 1, 0.1),
    sql: after(sql, 0, 1, 0.4),
  }
}

const followed = ['acme/app', 'acme/web', 'acme/sql', 'acme/go']

/** Deployments and items of so many weeks before now, from one before the window to the week that is not over. */
function randomHistories(dice: Random, weeks: number, quietWeeks: number, planted: Planted): Histories {
  const levelsOf = liveliness(dice, weeks + 2, planted)
  const [shipped, finished]: [Shipped[], Finished[]] = [[], []]
  for (const [source, levels] of Object.entries(levelsOf))
    levels.forEach((level, week) => {
      if (week <= quietWeeks) return
      const begin = Date.UTC(2031, 2, 31) - (weeks + 1 - week) * 7 * day
      // What was planted has no gaps, and keeps off the ends of its weeks.
      const isPlanted = followed.includes(source)
      const within = () =>
        Math.min(
          now,
          begin + (isPlanted ? 20 + dice.below(120) : dice.below(7 * 24)) * hour + dice.below(2) * 59 * 60_000,
        )
      const lively = Math.max(0, Math.min(6, Math.round(3 + 2 * level)))
      const count = !isPlanted && dice.chance(0.06) ? 0 : lively
      for (let n = 0; n < count; n++)
        if (source.startsWith('acme/')) {
          const failed = dice.chance(0.35 + level / 8)
          const leads = Array.from({ length: dice.below(4) }, () =>
            Math.round(Math.max(-900, 86_400 * (2 - level + normal(dice)))),
          )
          shipped.push({ repository: source, at: within(), failed, leads })
        } else {
          const end = within()
          const started = dice.chance(0.1) ? null : end - Math.round((3 + 2 * level) * day + dice.below(50) * hour)
          finished.push({ project: source, finished: end, started: started && Math.min(started, end) })
        }
    })
  return { shipped, finished }
}

async function tell(ctx: Context, { shipped, finished }: Histories, zone: string, weeks: number) {
  const { tenantId } = ctx
  const at = (ms: number) => new Date(ms).toISOString()
  for (const { id, kind, repositories, projects } of streams)
    await db.sql(
      `with s as (insert into stream (tenant_id, id, kind, name) values ($1, $2, $3, $2))
      insert into stream_source (tenant_id, stream_id, kind, value)
      select $1, $2, 'repository', v from unnest($4::text[]) v union all select $1, $2, 'jira_project', v from unnest($5::text[]) v`,
      [tenantId, id, kind, repositories, projects],
    )
  const deployments = shipped.map((one, n) => ({ ...one, at: at(one.at), key: `d${n}`, counted: true }))
  // What does not count: of another source, or of another environment.
  const ignored = deployments
    .filter((_, n) => n % 9 === 0)
    .map((one) => ({ ...one, key: `${one.key}x`, counted: false }))
  await db.sql(
    `with told as (
      select * from jsonb_to_recordset($2::jsonb) as t(key text, repository text, at timestamptz, failed boolean, leads int[], counted boolean)
    ), made as (
      insert into deployment_records (tenant_id, source, external_id, repository, service, environment, status, finished_at, counted)
      select $1, 'api', key, repository, repository, 'production', 'success', at, counted from told returning id, external_id
    ), failure as (
      insert into deployment_failures (tenant_id, deployment_id, cause, cause_key, method, confidence)
      select $1, m.id, cause, 'k', 'm', 1 from made m join told t on t.key = m.external_id, unnest(array['incident', 'revert']) cause
      where t.failed
    )
    insert into changes (tenant_id, repository, sha, deployment_id, committed_at, clock, lead_seconds, origin)
    select $1, t.repository, t.key || ':' || c.n, m.id, t.at - c.lead * interval '1 second', 'committed', c.lead, 'derived'
    from made m join told t on t.key = m.external_id, unnest(t.leads) with ordinality as c(lead, n) where t.counted`,
    [tenantId, JSON.stringify([...deployments, ...ignored])],
  )
  const items = finished.map(({ project, started, finished: end }, n) => ({
    key: `${project}-${n}`,
    project,
    started: started === null ? null : at(started),
    finished: at(end),
  }))
  // One of each project was deleted.
  const deleted = [...Map.groupBy(items, ({ project }) => project).values()].map(([one]) => ({
    ...one!,
    key: `${one!.key}x`,
  }))
  await db.sql(
    `insert into work_items (tenant_id, source, item_key, project_key, started_at, finished_at, status_category, deleted_at)
    select $1, 'jira', key, upper(project), started, finished, 'done', case when key like '%x' then finished end
    from jsonb_to_recordset($2::jsonb) as t(key text, project text, started timestamptz, finished timestamptz)`,
    [tenantId, JSON.stringify([...items, ...deleted])],
  )
  const first = Date.parse(fullWeeks(now, zone, weeks)[0]!) - 7 * day
  const days = Array.from({ length: weeks * 7 + 14 }, (_, n) => at(first + n * day).slice(0, 10))
  await db.database.tenantTx(ctx, (tx) =>
    dora.rollUp(
      tx,
      streams.flatMap(({ id }) => days.map((one) => ({ stream: id, day: one }))),
    ),
  )
}

type Side = { stream: string; measure: Measure }
type Relation = {
  a: Side
  b: Side
  lag_weeks: number
  coefficient: number
  n: number
  effective_n: number
  p: number
  q: number
  stands_out: boolean
}
type Detail = {
  relation: Relation
  lags: { lag_weeks: number; coefficient: number | null; q: number | null }[]
  series: { week: string; a: number | null; b: number | null }[]
}

const near = (told: number, expected: number, where: string) =>
  ok(Math.abs(told - expected) < 1e-9, `${where}: ${told}, expected ${expected}`)
const inside = (told: number, { least, most }: Between, where: string) =>
  ok(told >= least * (1 - 1e-9) && told <= most * (1 + 1e-9), `${where}: ${told}, expected ${least} to ${most}`)

/** Every measure of every pair at every lag, with the q between those of the least and of the greatest p. */
function testAll(all: ReadonlyMap<string, Series>, pairs: readonly [string, string][]) {
  const dice = random(99)
  const found = pairs.flatMap(([a, b]) =>
    measures.flatMap((measureA) =>
      measures.flatMap((measureB) =>
        lags.flatMap((lag) => {
          const tested = testAt(all.get(a)![measureA], all.get(b)![measureB], lag, dice)
          return tested ? [{ ...tested, key: [a, b, measureA, measureB].join(' ') }] : []
        }),
      ),
    ),
  )
  const [least, most] = [qsOf(found.map(({ p }) => p.least)), qsOf(found.map(({ p }) => p.most))]
  return found.map((one, at) => ({ ...one, q: { least: least[at]!, most: most[at]! } }))
}

const scaled = (values: Series[Measure], measure: Measure) =>
  measure === 'change_failure_share' ? values.map((value) => value && value / parts) : values

const cases = [
  { name: 'half a year', zone: 'America/Havana', weeks: 26, quietWeeks: 0, planted: [2, 3], seed: 7 },
  { name: 'twelve weeks', zone: 'Pacific/Kiritimati', weeks: 12, quietWeeks: 0, planted: [1, 0], seed: 2 },
  { name: 'streams of nine weeks', zone: 'UTC', weeks: 12, quietWeeks: 3, planted: [0, 0], seed: 3 },
] as const

for (const { name, zone, weeks, quietWeeks, planted, seed } of cases)
  test(`[D11] relations of ${name} are those of the textbook, and p is the share of orders by chance`, async (t) => {
    const ctx = { ...(await db.tenant(zone)) }
    const reader = personOf(ctx.tenantId, ['metrics:read'])
    await clockAt(db, new Date(now).toISOString())
    if (weeks !== 26)
      await db.database.tenantTx(ctx, (tx) => writeSetting(tx, ctx, deliveryCorrelation.settings![0]!, weeks))
    const histories = randomHistories(random(seed), weeks, quietWeeks, planted)
    await tell(ctx, histories, zone, weeks)
    await correlation.schedules![0]!.run()

    const mondays = fullWeeks(now, zone, weeks)
    const all = new Map(streams.map((stream) => [stream.id, seriesOf(stream, histories, mondays, zone)]))
    const { pairs, sharing } = pairsOf(streams)
    const tests = testAll(all, pairs)
    const expected = Map.groupBy(tests, ({ key }) => key)

    const told: Relation[] = []
    for (let cursor = 0; ; ) {
      const reply = await ask('GET', `/metrics/cross-stream?cursor=${cursor}`, reader)
      equal(reply.statusCode, 200, reply.body)
      const { relations, next_cursor: next, ...run } = reply.json()
      told.push(...relations)
      if (next !== null) {
        cursor = next
        continue
      }
      const possible = pairs.length * 25
      deepEqual(
        [run.from, run.weeks, run.streams, run.pairs, run.tests, run.n, run.missing, run.coverage, run.stand_out],
        [
          mondays[0],
          weeks,
          streams.length,
          pairs.length,
          tests.length,
          expected.size,
          { insufficient: possible - expected.size, pairs_sharing: sharing, pairs_beyond: 0 },
          expected.size / possible,
          told.filter(({ q }) => q <= 0.05).length,
        ],
      )
      break
    }
    equal(told.length, expected.size)
    const order = told.map(({ q, p }) => [q, p] as const)
    deepEqual(
      order,
      order.toSorted((a, b) => a[0] - b[0] || a[1] - b[1]),
      'the most striking first',
    )

    for (const relation of told) {
      const { a, b, lag_weeks: lag } = relation
      const where = `${a.stream} ${a.measure}, ${b.stream} ${b.measure}, lag ${lag}`
      const own = expected.get([a.stream, b.stream, a.measure, b.measure].join(' '))!
      const best = own.find((one) => one.lag === lag)!
      equal(relation.n, best.n, where)
      near(relation.coefficient, best.rho, where)
      near(relation.effective_n, best.effective, where)
      inside(relation.p, best.p, `${where}: p`)
      equal(relation.stands_out, relation.q <= 0.05)
      for (const other of own) ok(relation.p <= other.p.most * (1 + 1e-9), `${where}: lag ${other.lag} is stronger`)
      const query = new URLSearchParams({ a: a.stream, b: b.stream, measure_a: a.measure, measure_b: b.measure })
      const detail = (await ask('GET', `/metrics/cross-stream/pair?${query}`, reader)).json<Detail>()
      deepEqual(detail.relation, relation)
      detail.lags.forEach(({ lag_weeks: at, coefficient, q }, index) => {
        equal(at, lags[index])
        const one = own.find((tested) => tested.lag === at)
        equal(coefficient === null, one === undefined, `${where} at ${at}`)
        equal(q === null, one === undefined, `${where} at ${at}`)
        if (!one) return
        near(coefficient!, one.rho, `${where} at ${at}`)
        inside(q!, one.q, `${where} at ${at}: q`)
        if (at === lag) equal(q, relation.q)
      })
      for (const [side, { stream, measure }] of [
        ['a', a],
        ['b', b],
      ] as const)
        deepEqual(
          detail.series.map((point) => [point.week, point[side]]),
          scaled(all.get(stream)![measure], measure).map((value, at) => [mondays[at], value]),
          where,
        )
    }
    // Where each relation is one test, every p is told, and every q follows from them.
    if (told.length === tests.length)
      for (const [at, q] of qsOf(told.map(({ p }) => p)).entries()) near(told[at]!.q, q, 'q of all that is told')
    const surely = tests.filter(({ p }) => p.least === p.most).length
    t.diagnostic(`${tests.length} tests, ${surely} with p by t, ${told.filter(({ q }) => q <= 0.05).length} stand out`)
    ok(tests.length > surely && surely > 0)
    // Something to compare: what was planted stands out, in its direction.
    for (const [a, b, lag, sign] of [
      ['app', 'web', planted[0], 1],
      ['go', 'sql', 0 - planted[1], -1],
    ] as const) {
      const found = told.find(
        (one) =>
          one.stands_out &&
          one.a.stream === a &&
          one.b.stream === b &&
          one.a.measure === 'deployments' &&
          one.b.measure === 'deployments',
      )
      deepEqual([found?.lag_weeks, Math.sign(found?.coefficient ?? 0)], [lag, sign], `${a} and ${b}`)
    }
  })
