import { deepEqual, equal, ok } from 'node:assert/strict'
import { test } from 'node:test'
import type { Context } from '#kernel/context/index.ts'
import { makeEventLog } from '#kernel/events/index.ts'
import { makeHttp } from '#kernel/http/index.ts'
import { deliveryFlow } from '#modules/delivery/flow/index.ts'
import { silentLog, testDatabase } from '../support/database.ts'
import { clocks, type Random, random, shuffled } from './dora-history.ts'
import { flowFigures, type Item, type Move } from './flow-oracle.ts'

const { database, sql, tenant } = await testDatabase()
const eventLog = makeEventLog()
const flow = deliveryFlow.start({ database, eventLog })

let caller: Context
const http = await makeHttp({
  log: silentLog,
  requestTimeoutMs: 30_000,
  authenticators: [async () => caller],
  production: false,
})
await http.register(async (scope) => flow.routes!(scope as typeof http), { prefix: '/api/v1' })

const hour = 3_600_000
const streams = { web: ['shop', 'acme/web'], pay: ['pay'], idle: [] as string[] }

/** Items of about six weeks, many at the edges of days; some of them heard of late, deleted, reopened. */
function randomItems(dice: Random, start: number): Item[] {
  return Array.from({ length: 60 }, (_, n): Item => {
    const project = dice.pick(['SHOP', 'PAY', 'OPS', 'acme/web', 'acme/tool'])
    const source = project.includes('/') ? 'github' : 'jira'
    let at = start + dice.below(42 * 24) * hour
    const later = () => {
      at += dice.pick([0, 1, 5, 20, 24, 30, 100]) * hour + 1000 + dice.below(3) * 60_000
      return new Date(at)
    }
    const createdAt = dice.chance(0.85) ? new Date(at) : undefined
    const moves: Move[] = createdAt ? [{ at: createdAt, to: 'new' }] : []
    const steps = dice.below(7)
    for (let step = 0; step < steps; step++) {
      const to =
        source === 'github'
          ? dice.pick(['indeterminate', 'done'] as const)
          : dice.pick(['new', 'indeterminate', 'indeterminate', 'done', 'done'] as const)
      moves.push({ at: later(), to })
    }
    if (moves.length === 0) moves.push({ at: later(), to: source === 'github' ? 'done' : 'new' })
    const key = source === 'github' ? `${project}#${n}` : `${project}-${n}`
    return { key, source, project, ...(createdAt ? { createdAt } : {}), moves, deleted: dice.chance(0.08) }
  })
}

const rowsOf = ({ key, source, project, createdAt, moves, deleted }: Item) => {
  const row = (external_id: string, action: string, at: Date, more: object = {}) => ({
    source,
    item_key: key,
    external_id,
    project_key: project,
    action,
    occurred_at: at.toISOString(),
    ...more,
  })
  const moved = moves.map(({ at, to }, n) =>
    source === 'github' && to === 'done'
      ? row(`closed:${at.getTime()}`, 'closed', at)
      : row(`${n + 1}:status_category:0`, 'changed', at, { field: 'status_category', to_value: to }),
  )
  const last = moves.at(-1)!.at
  return [
    ...(createdAt ? [row('created', 'created', createdAt)] : []),
    // The creation says the category that it began in.
    ...(createdAt && source === 'github' ? moved.slice(1) : moved),
    ...(deleted ? [row('deleted', 'deleted', new Date(last.getTime() + hour))] : []),
  ]
}

async function put(ctx: Context, items: readonly Item[], dice: Random) {
  const columns = 'tenant_id, source, item_key, external_id, project_key, action, field, to_value, occurred_at'
  const rows = shuffled(items.flatMap(rowsOf), dice).map((row) => ({ ...row, tenant_id: ctx.tenantId }))
  await sql(
    `insert into work_item_events (${columns}) select ${columns} from jsonb_populate_recordset(null::work_item_events, $1::jsonb)`,
    [JSON.stringify(rows)],
  )
  await flow.port.selfCheck()
}

const dayText = (ms: number) => new Date(ms).toISOString().slice(0, 10)

test('[D10] every figure of flow is what a slow count from plain histories says', { timeout: 160_000 }, async () => {
  let compared = 0
  for (let seed = 1; seed <= 12; seed++) {
    const dice = random(seed)
    const { timeZone, start } = dice.pick(clocks)
    const items = randomItems(dice, start)
    const ctx = await tenant(timeZone)
    for (const [id, sources] of Object.entries(streams))
      await sql(
        `with s as (insert into stream (tenant_id, id, kind, name) values ($1, $2, 'delivery', $2))
        insert into stream_source (tenant_id, stream_id, kind, value)
        select $1, $2, case when v like '%/%' then 'repository' else 'jira_project' end, v from unnest($3::text[]) v`,
        [ctx.tenantId, id, sources],
      )
    await put(ctx, items, dice)
    const windows = [
      [dayText(start - 2 * 24 * hour), dayText(start + 60 * 24 * hour)],
      [dayText(start + (3 + dice.below(20)) * 24 * hour), dayText(start + (24 + dice.below(20)) * 24 * hour)],
    ] as const
    for (const stream of ['all', ...Object.keys(streams)] as const)
      for (const [from, to] of windows) {
        caller = ctx
        const query = { from, to, interval: 'day', ...(stream === 'all' ? {} : { stream }) }
        const reply = await http.inject({ url: '/api/v1/metrics/flow', query })
        equal(reply.statusCode, 200, reply.body)
        const body = reply.json()
        const where = `seed ${seed} ${timeZone} ${stream} ${from} ${to}`
        const projects = stream === 'all' ? null : streams[stream as keyof typeof streams]
        const expected = flowFigures(items, projects, timeZone, [from, to, body.today])
        const { coverage, state: _, ...cycle } = body.cycle_time
        const { state: __, ...throughput } = body.throughput
        deepEqual(round(cycle), round(expected.cycle), where)
        deepEqual(
          round({ coverage, ...throughput }),
          round({ coverage: expected.coverage, ...expected.throughput }),
          where,
        )
        deepEqual(body.wip, expected.wip, where)
        deepEqual(
          body.aging.items
            .map(({ key, age_days: age, passed }: Aged) => ({ key, age, passed }))
            .sort((a: Aged, b: Aged) => (a.key < b.key ? -1 : 1)),
          expected.ages,
          where,
        )
        deepEqual(
          body.scatter.points.map((point: Point) => `${point.key} ${point.finished_on} ${point.cycle_days}`).sort(),
          expected.points,
          where,
        )
        deepEqual(
          body.series.map((point: Day) => ({
            day: point.from,
            finished: point.finished,
            wip: point.wip,
            open: point.arrived_total - point.finished_total,
          })),
          expected.days.map(({ day, finished, wip, open }) => ({ day, finished, wip, open })),
          where,
        )
        deepEqual(round({ wip: body.little.mean_wip }), round({ wip: expected.littleWip }), where)
        deepEqual(round({ value: body.flow_efficiency.value }), round({ value: expected.efficiency }), where)
        deepEqual([body.reopened, body.missing], [expected.reopened, expected.missing], where)
        const daily = await database.tenantTx(ctx, (tx) => flow.port.throughput(tx, { stream, from, to }))
        deepEqual(
          daily.filter(({ day }) => day <= body.today).map(({ day, finished }) => `${day} ${finished}`),
          expected.days.map(({ day, finished }) => `${day} ${finished}`),
          where,
        )
        compared += expected.points.length
      }
  }
  ok(compared > 500, `only ${compared} finished items were compared`)
})

type Aged = { key: string; age_days: number; passed: number | null }
type Point = { key: string; finished_on: string; cycle_days: number }
type Day = { from: string; finished: number; wip: number; arrived_total: number; finished_total: number }

/** Sums in another order differ in the last digits. */
const round = (values: Record<string, number | null>) =>
  Object.fromEntries(Object.entries(values).map(([name, value]) => [name, value && Math.round(value * 1e6) / 1e6]))
