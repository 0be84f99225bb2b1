import type { z } from 'zod'
import { type Context, requirePermission } from '#kernel/context/index.ts'
import type { Database } from '#kernel/database/index.ts'
import { notFound, Problem } from '#kernel/errors/index.ts'
import { defaultLimit, pageOf } from '#kernel/paging/index.ts'
import type { deadLetterList, workRow } from '../schemas.ts'
import { type AllWork, findWork } from './find-work.ts'

const maxShownCharacters = 200_000

export type Page = {
  readonly error_class?: string | undefined
  readonly cursor?: number | undefined
  readonly limit?: number | undefined
}

/** Dead letters of one work, newest first, and how many there are of each class of error. */
export async function listDeadLetters(
  database: Database,
  all: AllWork,
  ctx: Context,
  name: string,
  { error_class: errorClass, cursor, limit = defaultLimit }: Page,
): Promise<z.output<typeof deadLetterList>> {
  requirePermission(ctx, 'queue:read')
  const { statements } = findWork(all, name)
  return database.tenantTx(ctx, async (tx) => {
    const groups = await tx.rows(statements.groups, undefined)
    const wanted = { errorClass: errorClass ?? null, before: cursor ?? null, limit: limit + 1 }
    const rows = await tx.rows(statements.deadLetters, wanted)
    const { page, next } = pageOf(rows, limit, ({ id }) => String(id))
    return {
      groups: groups.map((group) => ({ error_class: group.errorClass, count: group.count })),
      dead_letters: page.map((row) => ({
        id: row.id,
        summary: row.summary,
        attempts: row.attempts,
        error_class: row.errorClass,
        last_error: row.lastError,
        finished_at: row.finishedAt?.toISOString() ?? null,
        requeued_count: row.requeuedCount,
      })),
      next_cursor: next,
    }
  })
}

/** One row of a work, whatever its status, with what it carries. */
export async function readWorkRow(
  database: Database,
  all: AllWork,
  ctx: Context,
  name: string,
  id: number,
): Promise<z.output<typeof workRow>> {
  requirePermission(ctx, 'queue:read')
  const { work, statements } = findWork(all, name)
  return database.tenantTx(ctx, async (tx) => {
    const row = await tx.row(statements.row, { id })
    if (!row) throw new Problem(notFound, `${name} has no row ${id}.`)
    const payload = (await work.payload?.(tx, id)) ?? null
    return {
      work: work.name,
      id: row.id,
      summary: row.summary,
      status: row.status,
      outcome: row.outcome,
      attempts: row.attempts,
      max_attempts: work.maxAttempts,
      requeued_count: row.requeuedCount,
      error_class: row.errorClass,
      last_error: row.lastError,
      due_at: row.dueAt.toISOString(),
      lease_until: row.leaseUntil?.toISOString() ?? null,
      finished_at: row.finishedAt?.toISOString() ?? null,
      payload: payload?.slice(0, maxShownCharacters) ?? null,
    }
  })
}
