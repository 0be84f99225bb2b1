/** Times at which figures can be asked: how far back the past of the roll-ups is kept, and the time that a receipt bears. */
import { z } from 'zod'
import type { TenantTx } from '#kernel/database/index.ts'
import { invalidRequest, Problem } from '#kernel/errors/index.ts'
import { sql, statement } from '#kernel/sql/index.ts'
import { awaitRollUps, statementNow } from '../roll-up-statement.ts'

/** An instant: as text, for PostgreSQL tells microseconds apart, and as a date for ages. */
export type Instant = { readonly text: string; readonly date: Date }

const history = statement({
  name: 'dora.history',
  row: z.object({ keptFrom: z.date(), now: z.string() }),
  sample: undefined,
  sql: () => sql`
    select date_trunc('milliseconds',
        coalesce((select max(h.kept_from) from dora_history h), (select max(t.created_at) from tenant t)) + interval '1 millisecond'
      ) as "keptFrom",
      to_char((${statementNow}) at time zone 'UTC', 'YYYY-MM-DD"T"HH24:MI:SS.US"Z"') as "now"`,
})

export type AsOf = {
  /** The earliest instant that can be asked for. */
  readonly from: Date
  /** The instant asked for; undefined is now. */
  readonly at: Instant | undefined
}

/** What `?as_of=` (or another parameter that names an instant) says; a time of which nothing is known is an invalid request. */
export async function resolveAsOf(tx: TenantTx, asked: string | undefined, parameter = 'as_of'): Promise<AsOf> {
  const { keptFrom: from, now } = (await tx.row(history, undefined))!
  if (asked === undefined) return { from, at: undefined }
  const date = new Date(asked)
  const expected =
    date < from
      ? `a time from ${from.toISOString()} on, where the kept history begins`
      : date > new Date(now)
        ? `a time not after now, ${now}`
        : undefined
  if (expected !== undefined)
    throw new Problem(invalidRequest, `The time cannot be asked for: ${parameter} must be ${expected}.`, {
      errors: [{ pointer: `query/${parameter}`, detail: `expected ${expected}` }],
    })
  return { from, at: { text: asked, date } }
}

/**
 * Now, as a time that can be asked for again: what is read as of it is what anybody will read as of it. Waits for roll-ups of the stream
 * that are under way, for theirs is a time before. Not for a replica, which knows no locks.
 */
export async function momentOf(tx: TenantTx, stream: string): Promise<Instant> {
  await tx.row(awaitRollUps, { tenantId: tx.tenantId, stream })
  const { now: text } = (await tx.row(history, undefined))!
  return { text, date: new Date(text) }
}
