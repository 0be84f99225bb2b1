/** What can go wrong with work: too much held, too much dead, nobody who takes any. */
import { z } from 'zod'
import type { AlertCondition, Finding } from '#kernel/alerts/index.ts'
import { type Database, databaseNow } from '#kernel/database/index.ts'
import { readPlatformSetting, readSettingOfTenants } from '#kernel/settings/index.ts'
import { empty, raw, type Sql, sql, statement } from '#kernel/sql/index.ts'
import type { Work } from '#kernel/work/index.ts'
import { type AllWork, inspectable } from '../work/find-work.ts'
import { activeHigh, activeMinutes, deadLettersHigh, stuckAfterMinutes } from './settings.ts'

/** Dead letters of one work by tenant. */
const deadByTenant = (work: Work) =>
  statement({
    name: `operations.dead-by-tenant-${work.name}`,
    row: z.object({ tenantId: z.string(), count: z.number() }),
    sample: undefined,
    sql: () => sql`
      select w.tenant_id as "tenantId", count(*) as "count" from ${raw(`"${work.table}"`)} w
      where w.finished_at is not null and w.error_class is not null and w.status = 'dead_lettered' ${work.filter ? sql`and ${work.filter}` : (empty as Sql)} group by 1`,
  })

export type OverdueSchedules = { overdue: number; minutes: number | null; running: number }

/** Schedules that came due and that nobody took. */
export const overdueSchedules = statement({
  name: 'operations.overdue-schedules',
  row: z.object({ overdue: z.number(), minutes: z.number().nullable(), running: z.number() }),
  sample: { minutes: 5 },
  sql: ({ minutes }: { minutes: number }) => sql`
    select count(*) filter (where s.late) as "overdue",
      (extract(epoch from app.now() - min(s.due_at) filter (where s.late)) / 60)::float8 as "minutes",
      count(*) filter (where s.held) as "running"
    from (
      select s.due_at, s.status = 'pending' and s.due_at < app.now() - ${minutes}::int * interval '1 minute' as late,
        s.status = 'processing' and exists (select from work_claim c where c.id = s.lease_owner and c.lease_until > app.now()) as held
      from schedule s
    ) s`,
})

export type Stuck = { readonly subject: string; readonly due: number; readonly minutes: number }

/**
 * Work that is due for longer than `limit` minutes while nobody holds any of it. A backlog that is being drained is held by
 * somebody; between two claims of it a look may fall, which is why one look alone raises no alert.
 */
export async function stuckWork(database: Database, all: AllWork, limit: number): Promise<Stuck[]> {
  return database.platformTx('stuck work', async (tx) => {
    const found: Stuck[] = []
    const now = await databaseNow(tx)
    for (const { work, statements } of inspectable(all)) {
      const { due, processing, oldestDueAt } = (await tx.row(statements.standing, undefined))!
      const minutes = oldestDueAt ? (now.getTime() - oldestDueAt.getTime()) / 60_000 : 0
      if (minutes > limit && processing === 0) found.push({ subject: work.name, due, minutes })
    }
    const schedules = (await tx.row(overdueSchedules, { minutes: limit }))!
    if (schedules.overdue > 0 && schedules.running === 0)
      found.push({ subject: 'schedule', due: schedules.overdue, minutes: schedules.minutes! })
    return found
  })
}

const active = (all: AllWork): AlertCondition => ({
  name: 'queue_active_high',
  severity: 'HIGH',
  summary: 'More than 200 rows of one work are held by workers for 10 minutes',
  visibleTo: 'platform',
  evaluate: (database) =>
    database.platformTx('active work', async (tx) => {
      const threshold = await readPlatformSetting(tx, activeHigh)
      const forMinutes = await readPlatformSetting(tx, activeMinutes)
      const found: Finding[] = []
      for (const { work, statements } of inspectable(all)) {
        const { processing: value } = (await tx.row(statements.standing, undefined))!
        const detail = `Workers hold ${value} rows of ${work.name} at once.`
        if (value > threshold) found.push({ tenantId: null, subject: work.name, detail, value, threshold, forMinutes })
      }
      return found
    }),
})

const dead = (all: AllWork): AlertCondition => ({
  name: 'dead_letters_high',
  severity: 'HIGH',
  summary: 'More than 50 dead letters of one work',
  visibleTo: 'tenant',
  evaluate: (database) =>
    database.platformTx('dead letters', async (tx) => {
      const { of: limitOf } = await readSettingOfTenants(tx, deadLettersHigh)
      const found: Finding[] = []
      for (const { work } of inspectable(all))
        for (const { tenantId, count: value } of await tx.rows(deadByTenant(work), undefined)) {
          const threshold = limitOf(tenantId)
          const detail = `Dead letters of ${work.name}: ${value}.`
          if (value > threshold) found.push({ tenantId, subject: work.name, detail, value, threshold })
        }
      return found
    }),
})

const stuck = (all: AllWork): AlertCondition => ({
  name: 'work_stuck',
  severity: 'CRITICAL',
  summary: 'Due work waits and nobody takes any: no worker runs',
  visibleTo: 'platform',
  async evaluate(database) {
    const threshold = await database.platformTx('limit', (tx) => readPlatformSetting(tx, stuckAfterMinutes))
    return (await stuckWork(database, all, threshold)).map(({ subject, due, minutes }): Finding => {
      const value = Math.floor(minutes)
      const detail = `${due} due rows of ${subject} wait for ${value} minutes and no worker takes any.`
      return { tenantId: null, subject, detail, value, threshold, forMinutes: 1 }
    })
  },
})

export const workConditions = (all: AllWork): AlertCondition[] => [active(all), dead(all), stuck(all)]
