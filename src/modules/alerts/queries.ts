/** Statements of the evaluation. Those of the readers are in `read-queries.ts`. */
import { z } from 'zod'
import { severities } from '#kernel/alerts/index.ts'
import { noRow, sql, statement, texts, timestamps, uuids } from '#kernel/sql/index.ts'
import type { alertSteps } from './schemas.ts'

const zeroUuid = '00000000-0000-0000-0000-000000000000'
type Step = (typeof alertSteps)[number]

/** Says that the newest evaluation of a condition is this one; an older one still running will find itself replaced. */
export const beginEvaluation = statement({
  name: 'alerts.begin-evaluation',
  row: noRow,
  sample: { name: '', evaluation: zeroUuid },
  sql: (p: { name: string; evaluation: string }) => sql`
    insert into alert_condition (name, evaluation) values (${p.name}::text, ${p.evaluation}::uuid)
    on conflict (name) do update set evaluation = excluded.evaluation`,
})

/** Locks the condition for the rest of the transaction; no row when a newer evaluation has begun. */
export const finishEvaluation = statement({
  name: 'alerts.finish-evaluation',
  row: z.object({ now: z.date() }),
  sample: { name: '', evaluation: zeroUuid, error: null },
  sql: (p: { name: string; evaluation: string; error: string | null }) => sql`
    update alert_condition c set last_evaluated_at = app.now(), error = ${p.error}::text
    where c.name = ${p.name}::text and c.evaluation = ${p.evaluation}::uuid returning app.now() as "now"`,
})

/** Open alerts of a condition, and the newest resolved one of each subject that may still be reopened. */
export const knownAlerts = statement({
  name: 'alerts.known',
  row: z.object({
    id: z.string(),
    tenantId: z.string(),
    subject: z.string(),
    severity: z.enum(severities),
    state: z.enum(['raised', 'acknowledged', 'resolved']),
    detail: z.string(),
    cleanSince: z.date().nullable(),
  }),
  sample: { condition: '', reopenWithinMinutes: 1 },
  sql: (p: { condition: string; reopenWithinMinutes: number }) => sql`
    select a.id as "id", a.tenant_id as "tenantId", a.subject as "subject", a.severity as "severity", a.state as "state",
      a.detail as "detail", a.clean_since as "cleanSince"
    from alert a where a.condition = ${p.condition}::text and a.state <> 'resolved'
    union all
    (select distinct on (a.tenant_id, a.subject) a.id, a.tenant_id, a.subject, a.severity, a.state, a.detail, a.clean_since
    from alert a where a.condition = ${p.condition}::text and a.state = 'resolved'
      and a.resolved_at > app.now() - ${p.reopenWithinMinutes}::int * interval '1 minute'
    order by a.tenant_id, a.subject, a.resolved_at desc)`,
})

export const pendingFindings = statement({
  name: 'alerts.pending',
  row: z.object({ tenantId: z.string(), subject: z.string(), foundSince: z.date(), lastFoundAt: z.date() }),
  sample: { condition: '' },
  sql: ({ condition }: { condition: string }) => sql`
    select p.owner_id as "tenantId", p.subject as "subject", p.found_since as "foundSince", p.last_found_at as "lastFoundAt"
    from alert_pending p where p.condition = ${condition}::text`,
})
export const clearPending = statement({
  name: 'alerts.clear-pending',
  row: noRow,
  sample: { condition: '' },
  sql: ({ condition }: { condition: string }) => sql`
    delete from alert_pending p where p.condition = ${condition}::text`,
})
export const insertPending = statement({
  name: 'alerts.insert-pending',
  row: noRow,
  sample: { condition: '', rows: [] },
  sql: ({
    condition,
    rows,
  }: {
    condition: string
    rows: readonly { tenantId: string; subject: string; foundSince: Date; lastFoundAt: Date }[]
  }) => sql`
    insert into alert_pending (condition, owner_id, subject, found_since, last_found_at)
    select ${condition}::text, n.owner_id, n.subject, n.found_since, n.last_found_at
    from unnest(${uuids(rows.map((r) => r.tenantId))}::uuid[], ${texts(rows.map((r) => r.subject))}::text[],
      ${timestamps(rows.map((r) => r.foundSince))}::timestamptz[], ${timestamps(rows.map((r) => r.lastFoundAt))}::timestamptz[])
      as n(owner_id, subject, found_since, last_found_at)`,
})

type Figures = { severity: string; detail: string; value: number; threshold: number }
const figures = { severity: 'LOW', detail: '', value: 0, threshold: 0 }

export const insertAlert = statement({
  name: 'alerts.insert',
  row: noRow,
  sample: { tenantId: zeroUuid, id: zeroUuid, condition: '', subject: '', visibleTo: 'tenant', ...figures },
  sql: (p: { tenantId: string; id: string; condition: string; subject: string; visibleTo: string } & Figures) => sql`
    insert into alert (tenant_id, id, condition, subject, visible_to, severity, state, detail, value, threshold, raised_at,
      last_found_at)
    values (${p.tenantId}::uuid, ${p.id}::uuid, ${p.condition}::text, ${p.subject}::text, ${p.visibleTo}::text,
      ${p.severity}::text, 'raised', ${p.detail}::text, ${p.value}::float8, ${p.threshold}::float8, app.now(), app.now())`,
})

/** Found again: figures follow, and an alert that is to be raised anew loses its acknowledgement or its end. */
export const refreshAlert = statement({
  name: 'alerts.refresh',
  row: noRow,
  sample: { tenantId: zeroUuid, id: zeroUuid, raise: false, ...figures },
  sql: (p: { tenantId: string; id: string; raise: boolean } & Figures) => sql`
    update alert a set last_found_at = app.now(), clean_since = null, severity = ${p.severity}::text, detail = ${p.detail}::text,
      value = ${p.value}::float8, threshold = ${p.threshold}::float8,
      state = case when ${p.raise}::bool then 'raised' else a.state end,
      resolved_at = case when ${p.raise}::bool then null else a.resolved_at end,
      acknowledged_at = case when ${p.raise}::bool then null else a.acknowledged_at end,
      acknowledged_by = case when ${p.raise}::bool then null else a.acknowledged_by end
    where a.tenant_id = ${p.tenantId}::uuid and a.id = ${p.id}::uuid`,
})

export const markClean = statement({
  name: 'alerts.mark-clean',
  row: noRow,
  sample: { ids: [zeroUuid] },
  sql: ({ ids }: { ids: string[] }) => sql`
    update alert a set clean_since = app.now() where a.id = any(${uuids(ids)}::uuid[]) and a.state <> 'resolved'`,
})

export const resolveAlert = statement({
  name: 'alerts.resolve',
  row: noRow,
  sample: { tenantId: zeroUuid, id: zeroUuid },
  sql: (p: { tenantId: string; id: string }) => sql`
    update alert a set state = 'resolved', resolved_at = app.now(), clean_since = coalesce(a.clean_since, app.now())
    where a.tenant_id = ${p.tenantId}::uuid and a.id = ${p.id}::uuid`,
})

/** Open alerts of conditions that no longer exist, not found for a day: a process of another version may still look for them. */
export const orphanedAlerts = statement({
  name: 'alerts.orphaned',
  row: z.object({
    id: z.string(),
    tenantId: z.string(),
    condition: z.string(),
    subject: z.string(),
    severity: z.enum(severities),
    visibleTo: z.enum(['tenant', 'platform']),
    detail: z.string(),
  }),
  sample: { known: [''] },
  sql: ({ known }: { known: string[] }) => sql`
    select a.id as "id", a.tenant_id as "tenantId", a.condition as "condition", a.subject as "subject", a.severity as "severity",
      a.visible_to as "visibleTo", a.detail as "detail"
    from alert a where a.state <> 'resolved' and a.condition <> all(${texts(known)}::text[])
      and a.last_found_at < app.now() - interval '1 day'
    for update skip locked`,
})

export const insertHistory = statement({
  name: 'alerts.insert-history',
  row: noRow,
  sample: { tenantId: zeroUuid, alertId: zeroUuid, what: 'raised', actor: null, note: null, value: null },
  sql: (p: {
    tenantId: string
    alertId: string
    what: Step
    actor: string | null
    note: string | null
    value: number | null
  }) => sql`
    insert into alert_history (tenant_id, alert_id, what, actor, note, value)
    values (${p.tenantId}::uuid, ${p.alertId}::uuid, ${p.what}::text, ${p.actor}::text, ${p.note}::text, ${p.value}::float8)`,
})

export const lastEvaluation = statement({
  name: 'alerts.last-evaluation',
  row: z.object({ minutesAgo: z.number().nullable() }),
  sample: undefined,
  sql: () => sql`
    select (extract(epoch from app.now() - max(c.last_evaluated_at)) / 60)::float8 as "minutesAgo" from alert_condition c`,
})
