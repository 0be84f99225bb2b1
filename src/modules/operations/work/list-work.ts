import { z } from 'zod'
import { type Context, requirePermission } from '#kernel/context/index.ts'
import type { Database } from '#kernel/database/index.ts'
import { sql, statement } from '#kernel/sql/index.ts'
import type { workHistory, workList } from '../schemas.ts'
import { type AllWork, inspectable } from './find-work.ts'

const minutes = statement({
  name: 'operations.work-minutes',
  row: z.object({
    at: z.date(),
    work: z.string(),
    completed: z.number(),
    failed: z.number(),
    due: z.number(),
    dead: z.number(),
  }),
  sample: { minutes: 1 },
  sql: (p: { minutes: number }) => sql`
    select m.minute as "at", m.work as "work", m.completed as "completed", m.failed as "failed", m.due as "due",
      m.dead as "dead"
    from work_minute m where m.minute > app.now() - ${p.minutes}::int * interval '1 minute' order by m.minute, m.work`,
})

/** What waits, is held and has died of the tenant's, by work. */
export async function listWork(database: Database, all: AllWork, ctx: Context): Promise<z.output<typeof workList>> {
  requirePermission(ctx, 'queue:read')
  return database.tenantTx(ctx, async (tx) => {
    const rows = []
    for (const { work, statements } of inspectable(all)) {
      const { pending, due, processing, deadLettered, oldestDueAt } = (await tx.row(statements.standing, undefined))!
      const { name, table } = work
      const oldest_due_at = oldestDueAt?.toISOString() ?? null
      rows.push({ name, table, pending, due, processing, dead_lettered: deadLettered, oldest_due_at })
    }
    return { work: rows }
  })
}

/** What the workers of the whole installation did in the last minutes; minutes in which nothing was due have no point. */
export async function readWorkHistory(
  database: Database,
  ctx: Context,
  last: number,
): Promise<z.output<typeof workHistory>> {
  requirePermission(ctx, 'operations:read')
  const rows = await database.platformTx('work history', (tx) => tx.rows(minutes, { minutes: last }))
  return { minutes: last, points: rows.map(({ at, ...row }) => ({ at: at.toISOString(), ...row })) }
}
