import type { z } from 'zod'
import { type Context, requirePermission } from '#kernel/context/index.ts'
import { type Database, databaseNow, type TenantTx } from '#kernel/database/index.ts'
import { invalidRequest, notFound, Problem } from '#kernel/errors/index.ts'
import { knownStream, requireStream } from '#modules/delivery/facts/index.ts'
import { definition, figuresOf, summary, sumsOf } from './figures.ts'
import { burnUp, itemsBySprint, liveItems } from './open-sprint.ts'
import { readSprint as readHead, readReceipts, readRevisions, readSnapshotItems, readTimeZone } from './queries.ts'
import { headReply, projectsOf } from './read-velocity.ts'
import type { SprintReply, sprintQuery } from './schemas.ts'
import type { SnapshotItem } from './sprint-state.ts'

const mostItems = 1000
const mostRevisions = 100
type Asked = z.output<typeof sprintQuery>

/** `GET /sprints/{id}`: what happened to each item, and why we say so. */
export function readSprint(database: Database, ctx: Context, id: string, asked: Asked): Promise<SprintReply> {
  requirePermission(ctx, 'metrics:read')
  const stream = requireStream(ctx, asked)
  return database.tenantRead(ctx, async (tx) => {
    await knownStream(tx, stream, asked.tech_stream === undefined ? 'delivery' : 'tech')
    const sprint = /^[0-9]{1,15}$/.test(id) ? Number(id) : undefined
    const head = sprint === undefined ? undefined : await tx.row(readHead, { sprint })
    if (!head) throw noSprint(id)
    const now = await databaseNow(tx)
    const { timeZone } = (await tx.row(readTimeZone, undefined))!
    const projects = await projectsOf(tx, stream)
    const revisions = await tx.rows(readRevisions, { sprint: head.sprint, stream, limit: mostRevisions })
    const shown = {
      start: revisionShown(head.startRevision, asked, 'start_revision'),
      close: revisionShown(head.closeRevision, asked, 'close_revision'),
    }
    const facts = (await itemsBySprint(tx, [head.sprint])).get(head.sprint)!
    const items =
      shown.close === null
        ? head.startedAt
          ? liveItems(head.sprint, facts, head.startedAt, now, projects)
          : []
        : await frozenItems(tx, head.sprint, stream, {
            start: shown.start,
            close: shown.close,
            startAsked: asked.start_revision !== undefined,
          })
    if (stream !== 'all' && items.length === 0) throw noSprint(id)
    const used = revisions.filter(({ kind, revision }) => shown[kind] === revision)
    return {
      ...headReply(head),
      start_revision: shown.start,
      close_revision: shown.close,
      stream,
      time_zone: timeZone,
      definition,
      summary,
      sealed: head.sealed,
      as_of: new Date(
        shown.close === null || used.length === 0 ? now : Math.max(...used.map(({ takenAt }) => takenAt.getTime())),
      ).toISOString(),
      newest: shown.start === head.startRevision && shown.close === head.closeRevision,
      figures: figuresOf(sumsOf(items), shown.start !== null),
      revisions: revisions.map((one) => ({
        kind: one.kind,
        revision: one.revision,
        taken_for: one.takenFor.toISOString(),
        taken_at: one.takenAt.toISOString(),
        reconstructed: one.reconstructed,
        items: one.items,
        points: one.points,
        completed_items: one.completedItems,
        completed_points: one.completedPoints,
      })),
      total_items: items.length,
      items: await withReceipts(tx, items.slice(0, mostItems)),
      burn_up:
        head.startedAt === null || head.sealed
          ? null
          : await burnUp(
              tx,
              { sprint: head.sprint, items: facts, projects },
              { from: head.startedAt, to: head.closedAt ?? now, timeZone },
            ),
    }
  })
}

const noSprint = (id: string): Problem => new Problem(notFound, `There is no sprint "${id.slice(0, 63)}".`)

/** The newest revision, or the older one that was asked for; null where the sprint has none of the kind. */
function revisionShown(newest: number | null, asked: Asked, name: 'start_revision' | 'close_revision'): number | null {
  const revision = asked[name]
  if (revision === undefined) return newest
  if (newest !== null && revision <= newest) return revision
  const expected = newest === null ? 'left out: the sprint has none' : `a revision from 1 to ${newest}`
  throw new Problem(invalidRequest, `The revision cannot be shown: ${name} must be ${expected}.`, {
    errors: [{ pointer: `query/${name}`, detail: `expected ${expected}` }],
  })
}

/**
 * Items of a closed sprint: the snapshot of its close says what was committed as it was known then. Where another snapshot of
 * the start was asked for, that one says so, and what it has and the close lacks was removed.
 */
async function frozenItems(
  tx: TenantTx,
  sprint: number,
  stream: string,
  revision: { start: number | null; close: number; startAsked: boolean },
): Promise<SnapshotItem[]> {
  const atClose = await tx.rows(readSnapshotItems, { sprint, kind: 'close' as const, revision: revision.close, stream })
  if (revision.start === null) return atClose
  const atStart = await tx.rows(readSnapshotItems, { sprint, kind: 'start' as const, revision: revision.start, stream })
  const started = new Map(atStart.map((item) => [item.key, item]))
  const closed = new Set(atClose.map(({ key }) => key))
  const lacking = revision.startAsked ? atStart.filter(({ key }) => !closed.has(key)) : []
  return [...atClose, ...lacking.map((item) => ({ ...item, outcome: 'removed' as const }))].map((item) => {
    const start = started.get(item.key)
    const facts = [...new Set([...(start?.facts ?? []), ...item.facts])].sort((a, b) => a - b)
    if (!revision.startAsked) return { ...item, facts }
    return { ...item, facts, committed: start !== undefined, startPoints: start?.points ?? null }
  })
}

async function withReceipts(tx: TenantTx, items: readonly SnapshotItem[]): Promise<SprintReply['items']> {
  const ids = [...new Set(items.flatMap(({ facts }) => facts))]
  const receipts = new Map(
    (ids.length === 0 ? [] : await tx.rows(readReceipts, { facts: ids })).map(
      ({ occurredAt, recordedAt, ...receipt }) => [
        receipt.fact,
        { ...receipt, occurred_at: occurredAt.toISOString(), recorded_at: recordedAt.toISOString() },
      ],
    ),
  )
  return items.map(({ key, project, outcome, committed, points, startPoints, facts }) => ({
    key,
    project,
    outcome: outcome as 'completed' | 'not_completed' | 'removed',
    committed,
    points_at_start: startPoints,
    points,
    receipts: facts.flatMap((fact) => receipts.get(fact) ?? []),
  }))
}
