/** Following the trail: every event of a tenant from a place on, in the order of the chain, as JSON lines. */
import { sleep } from '#kernel/clock/index.ts'
import type { Context } from '#kernel/context/index.ts'
import type { Database } from '#kernel/database/index.ts'
import { Problem } from '#kernel/errors/index.ts'
import { tooManyFollowers } from './problems.ts'
import { requireAuditor, toEvent } from './search.ts'
import { eventsAfter, newestSeq } from './search-queries.ts'

const lookEveryMs = 500
/** Between pages of what happened before: a reader that keeps up with it is not cut off. */
const betweenPagesMs = 50
const pageSize = 100
/** Of one tenant and process. */
export const maxFollowers = 5
/** The first line, and one now and then while nothing happens. */
export const heartbeat = '{"heartbeat":true}\n'

/** Where lines are written; it ends when the caller's rights do. */
type Lines = { write(chunk: string): void; end(): void; readonly signal: AbortSignal }

export function makeFollowers(database: Database) {
  const following = new Map<string, number>()

  function enter(tenantId: string): () => void {
    following.set(tenantId, (following.get(tenantId) ?? 0) + 1)
    return () => {
      const others = following.get(tenantId)! - 1
      if (others > 0) following.set(tenantId, others)
      else following.delete(tenantId)
    }
  }

  async function write(ctx: Context, from: number, lines: Lines): Promise<void> {
    let seq = from
    while (!lines.signal.aborted) {
      const page = await database.tenantTx(ctx, (tx) => tx.rows(eventsAfter, { seq, limit: pageSize }))
      seq = page.at(-1)?.seq ?? seq
      if (page.length > 0) lines.write(page.map((row) => `${JSON.stringify(toEvent(row))}\n`).join(''))
      await sleep(page.length < pageSize ? lookEveryMs : betweenPagesMs, lines.signal)
    }
  }

  return {
    /** Throws `audit/too-many-followers`. Without `after` it begins with what happens from now on. */
    async follow(ctx: Context, after: number | undefined, open: () => Lines): Promise<void> {
      requireAuditor(ctx, 'audit:read')
      const count = following.get(ctx.tenantId) ?? 0
      if (count >= maxFollowers)
        throw new Problem(tooManyFollowers, `${count} programs follow the audit trail of this tenant already.`, {
          extension: { retryAfterSeconds: 10 },
        })
      const leave = enter(ctx.tenantId)
      try {
        const from = after ?? (await database.tenantTx(ctx, (tx) => tx.row(newestSeq, undefined)))?.seq ?? 0
        const lines = open()
        lines.signal.addEventListener('abort', leave, { once: true })
        lines.write(heartbeat)
        // A database that is away ends the lines: whoever follows asks again, from the place it has seen.
        write(ctx, from, lines).catch(() => lines.end())
      } catch (error) {
        leave()
        throw error
      }
    },
  }
}
export type Followers = ReturnType<typeof makeFollowers>
