/** The days a forecast draws from. */
import type { TenantTx } from '#kernel/database/index.ts'
import { type DayKind, dayAfter, isWalked } from './calendar.ts'
import type { PastDay } from './forecast.ts'

/** What is asked of the module that knows work items: `DeliveryFlowPort` has it. */
export type Throughput = {
  /** Every day from `from` to `to`, both included and days of the tenant's zone: items finished and items that came in. */
  throughput(
    tx: TenantTx,
    query: { stream: string | null; from: string; to: string },
  ): Promise<readonly { day: string; finished: number; arrived: number }[]>
  openItems(tx: TenantTx, query: { stream: string | null }): Promise<{ open: number; inProgress: number }>
}

export type Past = {
  /** First and last day, both included; today is not over and so no part of it. */
  readonly from: string
  readonly to: string
  /** All days between, for showing. */
  readonly days: readonly PastDay[]
  /** Those that are drawn from. */
  readonly drawn: readonly PastDay[]
  /** Items finished on days that are not drawn from. */
  readonly leftOut: number
}

/** As `stream` of the port: null is everything. */
export const streamOf = (stream: string): string | null => (stream === 'all' ? null : stream)

/**
 * The last `historyDays` days before today. Days before anything was known of a stream are no history: a team that began three weeks
 * ago did not idle for two months. As much again is looked at before, so that days of rest at the beginning count.
 */
export async function readPast(
  tx: TenantTx,
  flow: Throughput,
  asked: { stream: string; today: string; historyDays: number; kind: DayKind },
): Promise<Past> {
  const earliest = dayAfter(asked.today, -asked.historyDays)
  const to = dayAfter(asked.today, -1)
  const from = dayAfter(earliest, -asked.historyDays)
  const looked = await flow.throughput(tx, { stream: streamOf(asked.stream), from, to })
  const known = looked.find(({ finished, arrived }) => finished + arrived > 0)?.day ?? earliest
  const days = looked.filter(({ day }) => day >= earliest && day >= known)
  const drawn = days.filter(({ day }) => isWalked(day, asked.kind))
  const left = days.filter(({ day }) => !isWalked(day, asked.kind))
  return { from: days[0]!.day, to, days, drawn, leftOut: left.reduce((sum, { finished }) => sum + finished, 0) }
}
