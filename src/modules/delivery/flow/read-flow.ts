/** The read behind `GET /metrics/flow`. */
import type { z } from 'zod'
import { type Context, requirePermission } from '#kernel/context/index.ts'
import type { Database, TenantTx } from '#kernel/database/index.ts'
import { dayNumber, type Interval } from '#modules/delivery/dora/index.ts'
import { knownStream, requireStream, resolveWindow } from '#modules/delivery/facts/index.ts'
import { cycleTime, efficiency, flowOf, passedBy, passedCounts, slePercent, sum } from './measure.ts'
import { readCounts, readFreshness, readOldest, readScatter } from './queries.ts'
import type { FlowReply } from './schemas.ts'

type Asked = {
  stream?: string | undefined
  tech_stream?: string | undefined
  from?: string | undefined
  to?: string | undefined
  interval?: Interval | undefined
}

/** A change of what is computed is a new version. */
const definition = 'kanban-2025/flow@1'
const summary =
  'An item starts when it first leaves the status category new and finishes when it comes to done and stays there. Cycle time and age are calendar days, the first and the last included; work in progress is what is started and not finished; throughput counts items, not points.'

/** More points than this are one grey cloud. */
const mostPoints = 500
const mostOpen = 200

export function readFlow(database: Database, ctx: Context, asked: Asked): Promise<FlowReply> {
  requirePermission(ctx, 'metrics:read')
  const stream = requireStream(ctx, asked)
  return database.tenantRead(ctx, async (tx) => {
    await knownStream(tx, stream, asked.tech_stream === undefined ? 'delivery' : 'tech')
    const window = { ...(await resolveWindow(tx, asked)), stream }
    const { today, now, derivedAt } = (await tx.row(readFreshness, window))!
    const from = dayNumber(window.from)
    const counts = countsOf(await tx.rows(readCounts, window), from)
    const cycle = cycleTime(counts.cycles)
    const span = { from, to: Math.min(dayNumber(window.to), dayNumber(today)) }
    const interval = asked.interval ?? 'week'
    return {
      stream,
      from: window.from,
      to: window.to,
      interval,
      time_zone: window.timeZone,
      today,
      as_of: (derivedAt ?? now).toISOString(),
      definition,
      summary,
      wip: { open: counts.flows.open, in_progress: counts.flows.inProgress },
      ...flowOf(counts.flows, span, interval, cycle.mean),
      cycle_time: cycle,
      sle: { percent: slePercent, days: cycle.p85 },
      aging: {
        total: counts.flows.inProgress,
        ...(await readOldestItems(tx, window, cycle)),
        passed: passedCounts(counts.ages, cycle),
      },
      scatter: { total: cycle.n, points: await readPoints(tx, window) },
      flow_efficiency: counts.efficiency,
      reopened: counts.reopened,
      missing: counts.missing,
    }
  })
}

type Window = Parameters<(typeof readCounts)['sql']>[0]
type Counts = z.output<(typeof readCounts)['row']>

/** The rows of the one statement, sorted out. */
function countsOf(rows: readonly Counts[], firstDay: number) {
  const of = (kind: string) => rows.filter((row) => row.kind === kind)
  const total = (some: readonly Counts[], count: (row: Counts) => number) => sum(some.map(count))
  const byDay = (kind: string) => new Map(of(kind).map(({ number, items }) => [firstDay + number!, items]))
  const histogram = (kind: string) => of(kind).map(({ number, items }) => ({ value: number, items }))
  const [cycles, ages] = [of('cycle'), of('age')]
  return {
    cycles: histogram('cycle'),
    ages: histogram('age'),
    flows: {
      arrived: byDay('arrived'),
      started: byDay('started'),
      finished: byDay('finished'),
      open: total(ages, ({ items }) => items),
      inProgress: total(ages, ({ number, items }) => (number === null ? 0 : items)),
    },
    efficiency: efficiency(
      total(cycles, (row) => row.measured),
      total(cycles, (row) => row.activeSeconds),
      total(cycles, (row) => row.elapsedSeconds),
    ),
    reopened: { finished: total(cycles, (row) => row.reopened), open: total(ages, (row) => row.reopened) },
    missing: {
      without_start: total(cycles, ({ number, items }) => (number === null ? items : 0)),
      without_creation: total(cycles, (row) => row.withoutCreation),
    },
  }
}

/** The oldest of what is in progress now. */
async function readOldestItems(tx: TenantTx, { stream, timeZone }: Window, cycle: FlowReply['cycle_time']) {
  const rows = await tx.rows(readOldest, { stream, timeZone, limit: mostOpen })
  return {
    oldest_days: rows[0]?.ageDays ?? null,
    items: rows.map((row) => ({
      source: row.source,
      key: row.key,
      item_type: row.itemType,
      status: row.status,
      status_category: row.statusCategory,
      started_on: row.startedOn,
      age_days: row.ageDays,
      passed: passedBy(row.ageDays, cycle),
    })),
  }
}

async function readPoints(tx: TenantTx, window: Window) {
  const rows = await tx.rows(readScatter, { ...window, limit: mostPoints })
  return rows.map((row) => ({
    source: row.source,
    key: row.key,
    finished_on: row.finishedOn,
    cycle_days: row.cycleDays,
  }))
}
