import type { z } from 'zod'
import { type Context, requirePermission } from '#kernel/context/index.ts'
import type { Database } from '#kernel/database/index.ts'
import { notFound, Problem } from '#kernel/errors/index.ts'
import { defaultLimit, pageOf } from '#kernel/paging/index.ts'
import { timeCursors } from '../cursor.ts'
import type { deploymentList, deploymentQuery, deploymentReply, deploymentRow } from '../schemas.ts'
import { kindAsked, knownStream, requireStream } from '../stream-scope.ts'
import { resolveWindow } from '../window.ts'
import {
  changesOfDeployment,
  type DeploymentRow,
  eventsOfDeployment,
  failuresOfDeployment,
  listDeployments,
  readDeployment,
  ticketsOfDeployment,
} from './queries.ts'

/** Deployments that count, newest first, a page at a time. */
export async function findDeployments(
  database: Database,
  ctx: Context,
  query: z.output<typeof deploymentQuery>,
): Promise<z.output<typeof deploymentList>> {
  requirePermission(ctx, 'delivery:read')
  const stream = requireStream(ctx, query)
  const after = timeCursors.take(query.cursor)
  const limit = query.limit ?? defaultLimit
  return database.tenantRead(ctx, async (tx) => {
    await knownStream(tx, stream, kindAsked(query))
    const { startsAt, endsAt } = await resolveWindow(tx, query)
    const rows = await tx.rows(listDeployments, { startsAt, endsAt, stream, only: query.only, after, limit: limit + 1 })
    const { page, next } = pageOf(rows, limit, timeCursors.give)
    return {
      deployments: page.map(replyOf),
      next_cursor: next,
    }
  })
}

/** One deployment with what it shipped, why it failed and which events it came from. */
export async function findDeployment(
  database: Database,
  ctx: Context,
  id: number,
): Promise<z.output<typeof deploymentReply>> {
  requirePermission(ctx, 'delivery:read')
  const streams = ctx.streams ? [...ctx.streams] : null
  return database.tenantRead(ctx, async (tx) => {
    const found = await tx.row(readDeployment, { id, streams })
    if (!found) throw noDeployment(id)
    const changes = await tx.rows(changesOfDeployment, { id })
    const failures = await tx.rows(failuresOfDeployment, { id })
    const tickets = await tx.rows(ticketsOfDeployment, { id })
    const events = await tx.rows(eventsOfDeployment, { id })
    return {
      ...replyOf(found),
      changes_list: changes.map((change) => ({
        sha: change.sha,
        committed_at: change.committedAt.toISOString(),
        clock: change.clock,
        pr_number: change.prNumber,
        lead_seconds: change.leadSeconds,
        coding_seconds: change.codingSeconds,
        pickup_seconds: change.pickupSeconds,
        review_seconds: change.reviewSeconds,
        deploy_seconds: change.deploySeconds,
      })),
      failures: failures.map(({ causeKey, recoveredAt, ...failure }) => ({
        ...failure,
        cause_key: causeKey,
        recovered_at: recoveredAt?.toISOString() ?? null,
      })),
      tickets: tickets.map(({ key, namedBy, sha, prNumber }) => ({ key, named_by: namedBy, sha, pr_number: prNumber })),
      events: events.map(({ eventId }) => eventId),
    }
  })
}

export const noDeployment = (id: number | string): Problem =>
  new Problem(notFound, `There is no deployment ${String(id).slice(0, 20)}.`)

const replyOf = (row: DeploymentRow): z.output<typeof deploymentRow> => ({
  id: row.id,
  repository: row.repository,
  service: row.service,
  environment: row.environment,
  sha: row.sha,
  ref: row.ref,
  url: row.url,
  source: row.source,
  finished_at: row.finishedAt.toISOString(),
  changes: row.changes,
  lead_seconds_p50: row.leadSecondsP50,
  failed: row.failed,
  rework_reason: row.reworkReason,
  traced: row.traced,
})
