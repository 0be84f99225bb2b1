import type { z } from 'zod'
import { type Context, requirePermission } from '#kernel/context/index.ts'
import { type Database, databaseNow, type TenantTx } from '#kernel/database/index.ts'
import { knownStream, requireStream, resolveWindow } from '#modules/delivery/facts/index.ts'
import { averagesOf, definition, figuresOf, recent, summary, sumsOf } from './figures.ts'
import { itemsBySprint, liveItems, type Projects } from './open-sprint.ts'
import { type ClosedRow, readClosed, readOpen, readProjects } from './queries.ts'
import type { SprintReply, VelocityReply, velocityQuery } from './schemas.ts'

const mostSprints = 200
const mostOpen = 20

/** `GET /metrics/velocity` */
export function readVelocity(
  database: Database,
  ctx: Context,
  asked: z.output<typeof velocityQuery>,
): Promise<VelocityReply> {
  requirePermission(ctx, 'metrics:read')
  const stream = requireStream(ctx, asked)
  return database.tenantRead(ctx, async (tx) => {
    await knownStream(tx, stream, asked.tech_stream === undefined ? 'delivery' : 'tech')
    const { from, to, startsAt, endsAt, timeZone } = await resolveWindow(tx, asked)
    const now = await databaseNow(tx)
    const rows = await tx.rows(readClosed, { stream, startsAt, endsAt, limit: mostSprints })
    const sprints = rows.map((row) => ({ ...headReply(row), figures: figuresOf(row, row.startedAt !== null) }))
    const withStart = sprints.filter(({ started_at }) => started_at !== null).length
    return {
      stream,
      from,
      to,
      time_zone: timeZone,
      as_of: newest(rows, now).toISOString(),
      definition,
      summary,
      recent,
      ...averagesOf(sprints.map(({ figures }) => figures)),
      coverage: sprints.length === 0 ? null : withStart / sprints.length,
      missing: {
        without_start: sprints.length - withStart,
        reconstructed: sprints.filter(({ reconstructed }) => reconstructed).length,
        items_without_points: sprints.reduce((sum, { figures }) => sum + figures.without_points, 0),
      },
      total: rows[0]?.total ?? 0,
      sprints,
      open: await openSprints(tx, stream, timeZone, now),
    }
  })
}

const newest = (rows: readonly ClosedRow[], now: Date): Date =>
  rows.length === 0 ? now : new Date(Math.max(...rows.map(({ takenAt }) => takenAt.getTime())))

async function openSprints(tx: TenantTx, stream: string, timeZone: string, now: Date): Promise<VelocityReply['open']> {
  const rows = await tx.rows(readOpen, { stream, timeZone, limit: mostOpen })
  const projects = await projectsOf(tx, stream)
  const items = await itemsBySprint(
    tx,
    rows.map(({ sprint }) => sprint),
  )
  const sprints = rows.map((row) => {
    const live = liveItems(row.sprint, items.get(row.sprint)!, row.startedAt!, now, projects)
    return { ...headReply(row), figures: figuresOf(sumsOf(live), true), day: row.day }
  })
  return { total: rows[0]?.total ?? 0, sprints }
}

export async function projectsOf(tx: TenantTx, stream: string): Promise<Projects> {
  if (stream === 'all') return null
  return new Set((await tx.rows(readProjects, { stream })).map(({ project }) => project))
}

type Head = Pick<
  ClosedRow,
  'sprint' | 'board' | 'name' | 'startedAt' | 'closedAt' | 'reconstructed' | 'startRevision' | 'closeRevision'
>
type HeadReply = Pick<
  SprintReply,
  'sprint' | 'board' | 'name' | 'started_at' | 'closed_at' | 'reconstructed' | 'start_revision' | 'close_revision'
>
export const headReply = (head: Head): HeadReply => ({
  sprint: head.sprint,
  board: head.board,
  name: head.name,
  started_at: head.startedAt?.toISOString() ?? null,
  closed_at: head.closedAt?.toISOString() ?? null,
  reconstructed: head.reconstructed,
  start_revision: head.startRevision,
  close_revision: head.closeRevision,
})
