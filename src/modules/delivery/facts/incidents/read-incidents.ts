import type { z } from 'zod'
import { type Context, requirePermission } from '#kernel/context/index.ts'
import type { Database } from '#kernel/database/index.ts'
import { defaultLimit, pageOf } from '#kernel/paging/index.ts'
import { timeCursors } from '../cursor.ts'
import type { incidentList, incidentQuery, incidentRow } from '../schemas.ts'
import { kindAsked, knownStream, requireStream } from '../stream-scope.ts'
import { resolveWindow } from '../window.ts'
import { type IncidentRow, listIncidents } from './queries.ts'

/** Incidents by when they began, newest first, a page at a time; withdrawn ones are none. */
export async function findIncidents(
  database: Database,
  ctx: Context,
  query: z.output<typeof incidentQuery>,
): Promise<z.output<typeof incidentList>> {
  requirePermission(ctx, 'delivery:read')
  const stream = requireStream(ctx, query)
  const after = timeCursors.take(query.cursor)
  const limit = query.limit ?? defaultLimit
  return database.tenantRead(ctx, async (tx) => {
    await knownStream(tx, stream, kindAsked(query))
    const { startsAt, endsAt } = await resolveWindow(tx, query)
    const { attributed } = query
    const rows = await tx.rows(listIncidents, { startsAt, endsAt, stream, attributed, after, limit: limit + 1 })
    const { page, next } = pageOf(rows, limit, timeCursors.give)
    return {
      incidents: page.map(incidentReply),
      next_cursor: next,
    }
  })
}

export const incidentReply = (row: IncidentRow): z.output<typeof incidentRow> => ({
  id: row.id,
  source: row.source,
  key: row.key,
  title: row.title,
  severity: row.severity,
  repository: row.repository,
  service: row.service,
  url: row.url,
  started_at: row.startedAt.toISOString(),
  resolved_at: row.resolvedAt?.toISOString() ?? null,
  deployment_id: row.deploymentId,
  method: row.method,
  confidence: row.confidence,
  evidence: row.evidence,
  overridden_by: row.overriddenBy,
})
