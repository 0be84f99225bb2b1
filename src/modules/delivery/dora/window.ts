/** What the metrics are computed of: a stream's figures over a window of days, added up from its daily roll-ups. */
import { dayNumber } from './calendar.ts'
import type { DayRow, StreamRow } from './queries.ts'

type Stages = {
  readonly coding: Int32Array
  readonly pickup: Int32Array
  readonly review: Int32Array
  readonly deploy: Int32Array
}

export type Window = {
  /** First and last day, both included, as days since 1970-01-01. */
  readonly from: number
  readonly to: number
  /** Ages are counted until now. */
  readonly now: Date
  /** Days since 1970-01-01 with at least one deployment; in no order. */
  readonly deploymentDays: readonly number[]
  readonly deployments: number
  readonly deploymentsWithChanges: number
  readonly failed: number
  readonly rework: number
  /** Deployments with a change that names a ticket. */
  readonly ticketed: number
  readonly droppedChanges: number
  readonly unrecovered: number
  readonly unrecoveredSince: Date | null
  readonly incidents: number
  readonly unresolved: number
  readonly unresolvedSince: Date | null
  /** Seconds; metrics may reorder them in place. */
  readonly lead: Int32Array
  readonly recovery: Int32Array
  readonly restore: Int32Array
  /** Absent where only totals were read. */
  readonly stages?: Stages
}

/** PostgreSQL's packed integers, most significant byte first, as numbers. */
export function unpack(parts: readonly Uint8Array[]): Int32Array {
  const bytes = Buffer.alloc(parts.reduce((sum, part) => sum + part.length, 0))
  let at = 0
  for (const part of parts) {
    bytes.set(part, at)
    at += part.length
  }
  bytes.swap32()
  return new Int32Array(bytes.buffer, bytes.byteOffset, bytes.length / 4)
}

/** Adds up a stream's days; `rows` may reach beyond the window. */
export function windowOf(rows: readonly DayRow[], span: { from: number; to: number }, now: Date): Window {
  const inside = rows.filter(({ day }) => dayNumber(day) >= span.from && dayNumber(day) <= span.to)
  const sum = (of: (row: DayRow) => number) => inside.reduce((total, row) => total + of(row), 0)
  const all = (of: (row: DayRow) => Uint8Array) => unpack(inside.map(of))
  return {
    ...span,
    now,
    deploymentDays: inside.filter((row) => row.deployments > 0).map((row) => dayNumber(row.day)),
    deployments: sum((row) => row.deployments),
    deploymentsWithChanges: sum((row) => row.deploymentsWithChanges),
    failed: sum((row) => row.failed),
    rework: sum((row) => row.rework),
    ticketed: sum((row) => row.ticketed),
    droppedChanges: sum((row) => row.droppedChanges),
    unrecovered: sum((row) => row.unrecovered),
    unrecoveredSince: oldest(inside.map((row) => row.unrecoveredSince)),
    incidents: sum((row) => row.incidents),
    unresolved: sum((row) => row.unresolved),
    unresolvedSince: oldest(inside.map((row) => row.unresolvedSince)),
    lead: all((row) => row.lead),
    recovery: all((row) => row.recovery),
    restore: all((row) => row.restore),
    stages: {
      coding: all((row) => row.coding),
      pickup: all((row) => row.pickup),
      review: all((row) => row.review),
      deploy: all((row) => row.deploy),
    },
  }
}

/** A stream that PostgreSQL added up already; undefined is a stream without a row. */
export function windowOfStream(row: StreamRow | undefined, span: { from: number; to: number }, now: Date): Window {
  if (!row) return windowOf([], span, now)
  const { stream: _, computedAt: __, deploymentDays, lead, recovery, restore, ...figures } = row
  return {
    ...span,
    now,
    ...figures,
    deploymentDays: [...unpack([deploymentDays])],
    lead: unpack([lead]),
    recovery: unpack([recovery]),
    restore: unpack([restore]),
  }
}

const oldest = (times: readonly (Date | null)[]): Date | null =>
  times.reduce((first, time) => (time && (!first || time < first) ? time : first), null)
