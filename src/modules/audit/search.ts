/** Reading the trail: pages of it, and what can be filtered by. */
import type { z } from 'zod'
import { type Context, requirePermission } from '#kernel/context/index.ts'
import type { Database } from '#kernel/database/index.ts'
import { forbidden, Problem } from '#kernel/errors/index.ts'
import { defaultLimit, pageOf } from '#kernel/paging/index.ts'
import type { Cursors } from './cursor.ts'
import type { auditEvent } from './schemas.ts'
import {
  type AuditFilters,
  type AuditRow,
  actionFacet,
  actorFacet,
  moduleFacet,
  searchEvents,
} from './search-queries.ts'

export const facetDays = 90
/** A search that finds nothing may look at every event; longer than this nobody waits. */
const statementTimeoutMs = 5000

/** The trail tells of everything in the tenant: who may see only some streams may not see it. */
export function requireAuditor(ctx: Context, permission: string): void {
  requirePermission(ctx, permission)
  if (ctx.streams)
    throw new Problem(forbidden, `${ctx.actor.name} is limited to some streams; the audit trail is of all.`)
}

export const toEvent = (row: AuditRow): z.output<typeof auditEvent> => ({
  seq: row.seq,
  id: row.id,
  created_at: row.createdAt.toISOString(),
  module: row.module,
  action: row.action,
  actor: { type: row.actorType, id: row.actorId, name: row.actorName },
  subject: row.subject,
  delta: row.delta,
  request_id: row.requestId,
  hash: row.hash,
})

export async function searchAudit(
  { database, cursors }: { database: Database; cursors: Cursors },
  ctx: Context,
  {
    cursor,
    limit = defaultLimit,
    ...filters
  }: AuditFilters & { cursor?: string | undefined; limit?: number | undefined },
) {
  requireAuditor(ctx, 'audit:read')
  const before = cursor === undefined ? null : cursors.take(ctx.tenantId, filters, cursor)
  const rows = await database.tenantRead(ctx, (tx) => tx.rows(searchEvents, { filters, before, limit: limit + 1 }), {
    statementTimeoutMs,
  })
  const { page, next } = pageOf(rows, limit, (last) => cursors.give(ctx.tenantId, filters, last))
  return {
    events: page.map(toEvent),
    next_cursor: next,
  }
}

export async function readFacets(database: Database, ctx: Context) {
  requireAuditor(ctx, 'audit:read')
  const days = { days: facetDays }
  return database.tenantRead(
    ctx,
    async (tx) => ({
      days: facetDays,
      modules: (await tx.rows(moduleFacet, days)).map(({ value }) => value),
      actions: (await tx.rows(actionFacet, days)).map(({ value }) => value),
      actors: await tx.rows(actorFacet, days),
    }),
    { statementTimeoutMs },
  )
}
