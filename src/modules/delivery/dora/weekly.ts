/** Weeks of streams, for modules that look at many streams over time. */
import type { TenantTx } from '#kernel/database/index.ts'
import { percentilesOf } from './nearest-rank.ts'
import { readWeeks } from './queries.ts'
import { unpack } from './window.ts'

/** A week of a stream; `week` is its Monday (`YYYY-MM-DD`). The first and the last week may be cut by the window. */
export type DoraWeek = {
  readonly stream: string
  readonly week: string
  readonly deployments: number
  /** Deployments that needed remediation. */
  readonly failed: number
  /** p50 over the week's changes, nearest rank; null where there were none. */
  readonly medianLeadSeconds: number | null
}

/** Every ISO week of every stream asked for, those without anything too, by stream and week. */
export async function weekly(
  tx: TenantTx,
  query: { readonly streams: readonly string[]; readonly from: string; readonly to: string },
): Promise<DoraWeek[]> {
  const rows = await tx.rows(readWeeks, query)
  return rows.map(({ lead, ...week }) => ({ ...week, medianLeadSeconds: lead && percentilesOf(unpack([lead])).p50 }))
}
