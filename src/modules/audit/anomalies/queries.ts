import { z } from 'zod'
import { int8s, noRow, sql, statement } from '#kernel/sql/index.ts'
import { deletionPattern } from './rules.ts'

const zeroUuid = '00000000-0000-0000-0000-000000000000'
const severity = z.enum(['LOW', 'MEDIUM', 'HIGH', 'CRITICAL'])

/** Each tenant with that day, or with each of the last ones. */
export const reportedTenants = statement({
  name: 'audit.reported-tenants',
  row: z.object({ tenantId: z.string(), day: z.string() }),
  sample: { day: null, days: 1 },
  sql: (p: { day: string | null; days: number }) => sql`
    select h.tenant_id as "tenantId", coalesce(${p.day}::date, (app.now() at time zone 'UTC')::date - n) as "day"
    from audit_chain h cross join generate_series(1, case when ${p.day}::date is null then ${p.days}::int else 1 end) n
    order by h.tenant_id, n desc`,
})

type OfDay = { tenantId: string; day: string }
const ofDay = { tenantId: zeroUuid, day: '2000-01-02' }
const within = ({ tenantId, day }: OfDay, first: number, end: number) => sql`a.tenant_id = ${tenantId}::uuid
  and a.created_at >= ((${day}::date + ${first}::int)::timestamp at time zone 'UTC')
  and a.created_at < ((${day}::date + ${end}::int)::timestamp at time zone 'UTC')`

export const groupsOfDay = statement({
  name: 'audit.groups-of-day',
  row: z.object({
    actorType: z.string(),
    actorId: z.string(),
    actorName: z.string(),
    module: z.string(),
    action: z.string(),
    hour: z.number(),
    count: z.number(),
    seqs: z.array(z.number()),
    subjects: z.array(z.string()),
    madePlatformAdmin: z.boolean(),
  }),
  sample: ofDay,
  sql: (p: OfDay) => sql`
    select a.actor_type as "actorType", a.actor_id as "actorId", max(a.actor_name) as "actorName", a.module as "module",
      a.action as "action", extract(hour from a.created_at at time zone 'UTC')::int as "hour", count(*) as "count",
      (array_agg(a.seq order by a.seq))[1:20] as "seqs", (array_agg(a.subject order by a.seq))[1:5] as "subjects",
      bool_or(coalesce(a.delta #>> '{after,platform_role}', a.delta #>> '{after,platformRole}', '') = 'platform_admin'
        and coalesce(a.delta #>> '{before,platform_role}', a.delta #>> '{before,platformRole}', '') <> 'platform_admin') as "madePlatformAdmin"
    from audit_events a where ${within(p, 0, 1)} and a.seq is not null and a.actor_id <> 'scheduler:report-audit-anomalies'
    group by a.actor_type, a.actor_id, a.module, a.action, 6
    order by "count" desc limit 20000`,
})

export const pastOfActors = statement({
  name: 'audit.past-of-actors',
  row: z.object({
    actorId: z.string(),
    events: z.number(),
    days: z.number(),
    hours: z.array(z.number()),
    deletionsMax: z.number(),
  }),
  sample: ofDay,
  sql: (p: OfDay) => sql`
    select d.actor_id as "actorId", sum(d.events)::bigint as "events", count(distinct d.day) as "days",
      array_agg(distinct d.hour)::bigint[] as "hours",
      coalesce(max(d.deletions_of_day), 0)::bigint as "deletionsMax"
    from (
      select x.actor_id, x.day, x.hour, x.events, sum(x.deletions) over (partition by x.actor_id, x.day) as deletions_of_day
      from (
        select a.actor_id, (a.created_at at time zone 'UTC')::date as day, extract(hour from a.created_at at time zone 'UTC')::int as hour,
          count(*) as events, count(*) filter (where a.action ~ ${deletionPattern}::text) as deletions
        from audit_events a where ${within(p, -30, 0)} group by 1, 2, 3
      ) x
    ) d group by d.actor_id`,
})

export const pastOfActions = statement({
  name: 'audit.past-of-actions',
  row: z.object({ action: z.string(), dayMax: z.number() }),
  sample: ofDay,
  sql: (p: OfDay) => sql`
    select x.action as "action", max(x.n) as "dayMax" from (
      select a.action, count(*) as n from audit_events a where ${within(p, -30, 0)}
      group by a.action, (a.created_at at time zone 'UTC')::date
    ) x group by x.action`,
})

export const pastDays = statement({
  name: 'audit.past-days',
  row: z.object({ days: z.number() }),
  sample: ofDay,
  sql: (p: OfDay) => sql`
    select count(distinct (a.created_at at time zone 'UTC')::date) as "days" from audit_events a where ${within(p, -30, 0)}`,
})

export const insertAnomaly = statement({
  name: 'audit.insert-anomaly',
  row: noRow,
  sample: {
    tenantId: zeroUuid,
    id: zeroUuid,
    day: '2000-01-01',
    rule: '',
    severity: 'LOW',
    subject: '',
    detail: '',
    count: 1,
    evidence: [1],
  },
  sql: (p: {
    tenantId: string
    id: string
    day: string
    rule: string
    severity: string
    subject: string
    detail: string
    count: number
    evidence: readonly number[]
  }) => sql`
    insert into audit_anomaly (tenant_id, id, day, rule, severity, subject, detail, count, evidence)
    values (${p.tenantId}::uuid, ${p.id}::uuid, ${p.day}::date, ${p.rule}::text, ${p.severity}::text, ${p.subject}::text,
      ${p.detail}::text, ${p.count}::bigint, ${int8s(p.evidence)}::bigint[])
    on conflict (tenant_id, day, rule, subject) do nothing`,
})

const anomaly = z.object({
  id: z.string(),
  day: z.string(),
  rule: z.string(),
  severity,
  subject: z.string(),
  detail: z.string(),
  count: z.number(),
  evidence: z.array(z.number()),
  foundAt: z.date(),
  acknowledgedAt: z.date().nullable(),
  acknowledgedBy: z.string().nullable(),
  note: z.string().nullable(),
})
export type AnomalyRecord = z.output<typeof anomaly>
const columns = sql`n.id as "id", n.day as "day", n.rule as "rule", n.severity as "severity", n.subject as "subject",
  n.detail as "detail", n.count as "count", n.evidence as "evidence", n.found_at as "foundAt",
  n.acknowledged_at as "acknowledgedAt", n.acknowledged_by as "acknowledgedBy", n.note as "note"`

export const listAnomalies = statement({
  name: 'audit.list-anomalies',
  row: anomaly,
  sample: { state: 'open', before: null, limit: 1 },
  sql: (p: { state: 'open' | 'acknowledged' | 'all'; before: string | null; limit: number }) => sql`
    select ${columns} from audit_anomaly n
    where n.tenant_id = app.tenant_id()
      and (${p.state}::text = 'all' or (n.acknowledged_at is null) = (${p.state}::text = 'open'))
      and (${p.before}::uuid is null or n.id < ${p.before}::uuid)
    order by n.id desc limit ${p.limit}::int`,
})

export const lockAnomaly = statement({
  name: 'audit.lock-anomaly',
  row: anomaly,
  sample: { id: zeroUuid },
  sql: ({ id }: { id: string }) => sql`
    select ${columns} from audit_anomaly n where n.tenant_id = app.tenant_id() and n.id = ${id}::uuid for update`,
})

export const acknowledge = statement({
  name: 'audit.acknowledge-anomaly',
  row: anomaly,
  sample: { id: zeroUuid, by: '', note: '' },
  sql: (p: { id: string; by: string; note: string }) => sql`
    update audit_anomaly n set acknowledged_at = app.now(), acknowledged_by = ${p.by}::text, note = ${p.note}::text
    where n.tenant_id = app.tenant_id() and n.id = ${p.id}::uuid returning ${columns}`,
})

export const openAnomalies = statement({
  name: 'audit.open-anomalies',
  row: z.object({ tenantId: z.string(), open: z.number(), worst: severity, rules: z.array(z.string()) }),
  sample: undefined,
  sql: () => sql`
    select n.tenant_id as "tenantId", count(*) as "open",
      (array_agg(n.severity order by array_position(array['CRITICAL', 'HIGH', 'MEDIUM', 'LOW'], n.severity)))[1] as "worst",
      array_agg(distinct n.rule) as "rules"
    from audit_anomaly n where n.acknowledged_at is null group by n.tenant_id`,
})
