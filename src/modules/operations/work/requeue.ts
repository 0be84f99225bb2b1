import type { z } from 'zod'
import { audit } from '#kernel/audit/index.ts'
import { type Context, requirePermission } from '#kernel/context/index.ts'
import type { Database } from '#kernel/database/index.ts'
import { invalidRequest, Problem } from '#kernel/errors/index.ts'
import type { DeadLetterChoice } from '#kernel/work/index.ts'
import type { requeueReply, requeueRequest } from '../schemas.ts'
import { type AllWork, findWork } from './find-work.ts'

export type RequeueRequest = z.input<typeof requeueRequest>
type Requeued = z.output<typeof requeueReply>

/** Rows a transaction: short enough that neither locks nor a failure cost much, however many dead letters there are. */
export const rowsAtOnce = 5000

/**
 * Makes dead letters due at once, by id, by filter or all of them. `matched` is what the choice has now and what a dry run
 * reports; `requeued` is how many of those this request took. Only rows that are dead letters still are touched, so doing
 * it twice, or beside a worker or another request, requeues each once, and what fails again meanwhile is not taken again.
 *
 * The audit says in the transaction of the first rows who requeued what; a request of several transactions says at its
 * end, in the last one's, how many it took, so that one that was broken off shows.
 */
export async function requeueDeadLetters(
  database: Database,
  all: AllWork,
  ctx: Context,
  name: string,
  request: RequeueRequest,
  onProgress: (requeued: number, matched: number) => void = () => undefined,
): Promise<Requeued> {
  requirePermission(ctx, 'queue:write')
  const { work, statements } = findWork(all, name)
  const choice = choiceOf(request)
  const { tenantId } = ctx

  let matched = 0
  let requeued = 0
  let ceiling = 0
  let after = 0
  for (let batches = 0; ; batches++) {
    const more = await database.tenantTx(ctx, async (tx) => {
      if (batches === 0) {
        // The ceiling keeps out what dies while this runs; a row that fails again keeps its id and lies behind `after`.
        const { count, last } = (await tx.row(statements.matched, { choice }))!
        matched = count
        ceiling = last ?? 0
      }
      if (request.dry_run || matched === 0) return false
      const limit = rowsAtOnce
      const batch = (await tx.row(statements.requeue, { tenantId, choice, after, last: ceiling, limit }))!
      const continues = batch.count === limit && batch.last! < ceiling
      const total = requeued + batch.count
      if (batches === 0 && total > 0)
        await audit(tx, ctx, {
          action: 'operations.work-requeued',
          subject: `work:${work.name}`,
          after: { choice: described(request), matched, requeued: total, continues },
        })
      else if (batches > 0 && !continues)
        await audit(tx, ctx, {
          action: 'operations.work-requeue-ended',
          subject: `work:${work.name}`,
          after: { choice: described(request), matched, requeued: total },
        })
      // A transaction that conflicted runs again, so what it counted is kept only when it is done.
      return { total, after: batch.last ?? ceiling, continues }
    })
    if (!more) break
    requeued = more.total
    after = more.after
    onProgress(requeued, matched)
    if (!more.continues) break
  }
  return { dry_run: request.dry_run ?? false, matched, requeued }
}

/** Routes have checked the shape already; a command or a mistake of ours must not get past this either. */
function choiceOf({ ids, filter, all }: RequeueRequest): DeadLetterChoice {
  const stated = [ids, filter, all].filter((part) => part !== undefined).length
  if (stated !== 1) throw refused('#', 'exactly one of `ids`, `filter` and `all`')
  if (ids) {
    if (ids.length === 0) throw refused('#/ids', 'at least one id')
    return { ids }
  }
  if (!filter) return { all: true }
  const { error_class: errorClass, finished_before: before, finished_after: after } = filter
  if (errorClass === undefined && before === undefined && after === undefined)
    throw refused('#/filter', 'at least one of `error_class`, `finished_before` and `finished_after`')
  return {
    filter: {
      errorClass,
      finishedBefore: before === undefined ? undefined : new Date(before),
      finishedAfter: after === undefined ? undefined : new Date(after),
    },
  }
}

const refused = (pointer: string, expected: string) =>
  new Problem(invalidRequest, `State ${expected}.`, {
    errors: [{ pointer, detail: `state ${expected}`, code: 'choice' }],
  })

/** For the audit: a thousand ids say no more than a hundred and their number. */
const shownIds = 100
const described = ({ ids, filter, all }: RequeueRequest) =>
  ids ? { ids: ids.slice(0, shownIds), id_count: ids.length } : filter ? { filter } : { all }
