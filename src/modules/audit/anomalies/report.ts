/** The daily report: what stands out in yesterday's trail of each tenant, kept until somebody says what it was. */
import { audit } from '#kernel/audit/index.ts'
import { uuidv7 } from '#kernel/clock/index.ts'
import type { Context } from '#kernel/context/index.ts'
import type { Database } from '#kernel/database/index.ts'
import { notFound, Problem } from '#kernel/errors/index.ts'
import { defaultLimit, pageOf } from '#kernel/paging/index.ts'
import { alreadyAcknowledged } from '../problems.ts'
import { requireAuditor } from '../search.ts'
import {
  type AnomalyRecord,
  acknowledge,
  groupsOfDay,
  insertAnomaly,
  listAnomalies,
  lockAnomaly,
  pastDays,
  pastOfActions,
  pastOfActors,
  reportedTenants,
} from './queries.ts'
import { findAnomalies, rules } from './rules.ts'

const statementTimeoutMs = 120_000
/** So many days are looked at each night: one on which nothing ran is made up for. */
const lastDays = 3

/** Reports the UTC day (the last ones, where none is given). Running twice finds nothing twice. */
export async function reportAnomalies(
  database: Database,
  day: string | null = null,
): Promise<{ tenants: number; found: number }> {
  const daysOfTenants = await database.platformTx('tenants to report', (tx) =>
    tx.rows(reportedTenants, { day, days: lastDays }),
  )
  let found = 0
  for (const of of daysOfTenants) {
    found += await database.tenantTx(
      of,
      async (tx) => {
        const groups = await tx.rows(groupsOfDay, of)
        if (groups.length === 0) return 0
        const anomalies = findAnomalies({
          groups,
          actors: await tx.rows(pastOfActors, of),
          actions: await tx.rows(pastOfActions, of),
          pastDays: (await tx.row(pastDays, of))!.days,
        })
        let written = 0
        for (const anomaly of anomalies) written += await tx.run(insertAnomaly, { ...of, id: uuidv7(), ...anomaly })
        return written
      },
      { statementTimeoutMs },
    )
  }
  return { tenants: new Set(daysOfTenants.map(({ tenantId }) => tenantId)).size, found }
}

const toReply = ({ foundAt, acknowledgedAt, acknowledgedBy, ...rest }: AnomalyRecord) => ({
  ...rest,
  found_at: foundAt.toISOString(),
  acknowledged_at: acknowledgedAt?.toISOString() ?? null,
  acknowledged_by: acknowledgedBy,
})

export async function readAnomalies(
  database: Database,
  ctx: Context,
  {
    state,
    cursor = null,
    limit = defaultLimit,
  }: { state: 'open' | 'acknowledged' | 'all'; cursor?: string | null | undefined; limit?: number | undefined },
) {
  requireAuditor(ctx, 'audit:read')
  const rows = await database.tenantRead(ctx, (tx) =>
    tx.rows(listAnomalies, { state, before: cursor, limit: limit + 1 }),
  )
  const { page, next } = pageOf(rows, limit, ({ id }) => id)
  return {
    anomalies: page.map(toReply),
    rules: rules.map(({ name, severity, summary }) => ({ name, severity, summary })),
    next_cursor: next,
  }
}

/** Somebody says what it was. The first note stays. */
export async function acknowledgeAnomaly(database: Database, ctx: Context, { id, note }: { id: string; note: string }) {
  requireAuditor(ctx, 'audit:acknowledge')
  return database.tenantTx(ctx, async (tx) => {
    const before = await tx.row(lockAnomaly, { id })
    if (!before) throw new Problem(notFound, 'No anomaly has this id.')
    if (before.acknowledgedAt)
      throw new Problem(alreadyAcknowledged, `${before.acknowledgedBy} did at ${before.acknowledgedAt.toISOString()}.`)
    const after = (await tx.row(acknowledge, { id, by: ctx.actor.name, note }))!
    await audit(tx, ctx, {
      action: 'audit.anomaly-acknowledged',
      subject: `audit_anomaly:${id}`,
      before: { acknowledged: false },
      after: { acknowledged: true, rule: before.rule, about: before.subject, note },
    })
    return toReply(after)
  })
}
