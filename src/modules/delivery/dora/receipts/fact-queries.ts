/**
 * The facts behind a number. Whose they are follows the rule of the roll-up: a stream owns deployments by repository or service
 * with all their changes, and by ticket only the linked changes. Failures are known as of any time, for they keep what they said
 * before; of deployments and changes those are left out that were recorded, finished or assigned later. Rework keeps no past: it is left
 * out where anything was derived of the deployment later.
 */
import { z } from 'zod'
import { empty, int8s, type Sql, sql, statement } from '#kernel/sql/index.ts'
import type { MetricName } from '../schemas.ts'
import type { FactPlace } from './cursor.ts'
import type { factParts } from './schemas.ts'

type FactPart = (typeof factParts)[number]
type Facts = {
  metric: MetricName
  part: FactPart
  stream: string
  from: string
  to: string
  /** An instant as text, so that microseconds are kept. */
  asOf: string
}
const sample: Facts = {
  metric: 'change_failure_rate',
  part: 'numerator',
  stream: 'web',
  from: '2026-01-01',
  to: '2026-01-02',
  asOf: '2026-01-01T00:00:00Z',
}

const owned = (stream: string) => sql`exists (select from delivery_v_stream_source o
  where o.tenant_id = d.tenant_id and o.stream_id = ${stream}::text
    and ((o.kind = 'repository' and o.value = d.repository) or (o.kind = 'service' and o.value = d.service)))`
const linked = (stream: string) => sql`exists (select from delivery_v_pr_stream l
  where l.tenant_id = c.tenant_id and l.stream_id = ${stream}::text and l.repository = c.repository and l.pr_number = c.pr_number)`

/** A condition on a deployment `d`. */
export const ofStream = (stream: string): Sql =>
  stream === 'all'
    ? sql`true`
    : sql`(${owned(stream)} or exists (select from delivery_v_change c
        where c.tenant_id = d.tenant_id and c.deployment_id = d.id and ${linked(stream)}))`

const shipped = (p: Facts) => sql`
  select d.* from delivery_v_deployment d join tenant t on t.id = d.tenant_id
  where d.counted and d.recorded_at <= ${p.asOf}::timestamptz and least(d.finished_at, d.derived_at) <= ${p.asOf}::timestamptz
    and d.finished_at >= (${p.from}::date::timestamp at time zone t.time_zone) - interval '3 hours'
    and d.finished_at < ((${p.to}::date + 1)::timestamp at time zone t.time_zone) + interval '3 hours'
    and (d.finished_at at time zone t.time_zone)::date between ${p.from}::date and ${p.to}::date
    and ${ofStream(p.stream)}`

/** Why `d` is rework, as it was known. */
const reworkReason = (asOf: string): Sql => sql`case when d.derived_at <= ${asOf}::timestamptz then d.rework_reason end`

/** Failures as they were known. */
const known = (asOf: string) => sql`
  select f.tenant_id, f.deployment_id, f.cause, f.cause_key, f.recovered_at, f.method, f.confidence, f.evidence, f.derived_at
  from delivery_v_failure f where f.derived_at <= ${asOf}::timestamptz
  union all
  select p.tenant_id, p.deployment_id, p.cause, p.cause_key, p.recovered_at, p.method, p.confidence, p.evidence, p.derived_at
  from delivery_v_failure_past p where p.derived_at <= ${asOf}::timestamptz and p.replaced_at > ${asOf}::timestamptz`

const failedOf = (p: Facts) => sql`
  select s.id, max(f.derived_at) as learned_at,
    case when bool_and(f.recovered_at is not null) and max(f.recovered_at) >= s.finished_at
      then floor(extract(epoch from max(f.recovered_at) - s.finished_at))::bigint end as seconds
  from shipped s join (${known(p.asOf)}) f on f.tenant_id = s.tenant_id and f.deployment_id = s.id
  group by s.id, s.finished_at`

/** Rows (tenant_id, id, finished_at, sha, value, learned_at): one a fact. */
function facts(p: Facts): Sql {
  if (p.metric === 'change_lead_time')
    return sql`
      select d.tenant_id, d.id, d.finished_at, c.sha, case when c.lead_seconds >= 0 then c.lead_seconds::bigint end as value,
        c.derived_at as learned_at
      from shipped d join delivery_v_change c on c.tenant_id = d.tenant_id and c.deployment_id = d.id
      where c.derived_at <= ${p.asOf}::timestamptz
        ${p.stream === 'all' ? empty : sql`and (${owned(p.stream)} or ${linked(p.stream)})`}`
  const deployments = (value: Sql, where: Sql) => sql`
    select d.tenant_id, d.id, d.finished_at, '' as sha, ${value} as value, coalesce(f.learned_at, d.derived_at) as learned_at
    from shipped d left join failed f on f.id = d.id where ${where}`
  if (p.metric === 'failed_deployment_recovery_time') return deployments(sql`f.seconds`, sql`f.id is not null`)
  if (p.metric === 'change_failure_rate')
    return deployments(sql`(f.id is not null)::int::bigint`, p.part === 'numerator' ? sql`f.id is not null` : sql`true`)
  if (p.metric === 'deployment_rework_rate')
    return deployments(
      sql`(${reworkReason(p.asOf)} is not null)::int::bigint`,
      p.part === 'numerator' ? sql`${reworkReason(p.asOf)} is not null` : sql`true`,
    )
  return deployments(sql`1::bigint`, sql`true`)
}

const behind = (p: Facts) => sql`
  with shipped as materialized (${shipped(p)}), failed as materialized (${failedOf(p)}), facts as (${facts(p)})`

export const countFacts = statement({
  name: 'dora.count-receipt-facts',
  row: z.object({ listed: z.number() }),
  sample,
  sql: (p: Facts) => sql`${behind(p)} select count(*) as "listed" from facts f`,
})

const factRow = z.object({
  id: z.number(),
  micros: z.number(),
  repository: z.string(),
  service: z.string(),
  deployedSha: z.string().nullable(),
  finishedAt: z.date(),
  reworkReason: z.string().nullable(),
  sha: z.string(),
  committedAt: z.date().nullable(),
  prNumber: z.number().nullable(),
  value: z.number().nullable(),
  learnedAt: z.date(),
})
export type FactRow = z.output<typeof factRow>

type Page = Facts & { after: FactPlace | null; limit: number }
export const listFacts = statement({
  name: 'dora.list-receipt-facts',
  row: factRow,
  sample: { ...sample, after: null, limit: 1 } as Page,
  sql: (p: Page) => sql`
    ${behind(p)}
    select f.id as "id", (extract(epoch from f.finished_at) * 1000000)::bigint as "micros", d.repository as "repository",
      d.service as "service", d.sha as "deployedSha", f.finished_at as "finishedAt", ${reworkReason(p.asOf)} as "reworkReason",
      f.sha as "sha", c.committed_at as "committedAt", c.pr_number as "prNumber", f.value as "value", f.learned_at as "learnedAt"
    from (
      select * from facts f
      ${
        p.after
          ? sql`where (f.finished_at, f.id, f.sha) <
              (timestamptz 'epoch' + ${p.after.micros}::bigint * interval '1 microsecond', ${p.after.id}::bigint, ${p.after.sha}::text)`
          : empty
      }
      order by f.finished_at desc, f.id desc, f.sha desc limit ${p.limit}::int
    ) f
    join shipped d on d.id = f.id
    left join delivery_v_change c on c.tenant_id = f.tenant_id and c.repository = d.repository and c.sha = f.sha and f.sha <> ''
    order by f.finished_at desc, f.id desc, f.sha desc`,
})

/** Columns of a failure `f`, with the incident `i` where one is the cause. */
export const failureColumns = sql`f.deployment_id as "deploymentId", f.cause as "cause", f.cause_key as "causeKey",
  f.method as "method", f.confidence as "confidence", f.recovered_at as "recoveredAt", i.id as "incidentId",
  i.incident_key as "incidentKey", i.title as "incidentTitle", i.started_at as "incidentStartedAt", i.url as "incidentUrl"`
export const withIncident = sql`left join delivery_v_incident i on f.cause = 'incident' and i.tenant_id = f.tenant_id
  and i.source = f.evidence ->> 'source' and i.incident_key = f.evidence ->> 'key'`
export const failureRow = z.object({
  deploymentId: z.number(),
  cause: z.string(),
  causeKey: z.string(),
  method: z.string(),
  confidence: z.number(),
  recoveredAt: z.date().nullable(),
  incidentId: z.number().nullable(),
  incidentKey: z.string().nullable(),
  incidentTitle: z.string().nullable(),
  incidentStartedAt: z.date().nullable(),
  incidentUrl: z.string().nullable(),
})

/** Why these deployments failed, as it was known. */
export const failuresBehind = statement({
  name: 'dora.failures-behind',
  row: failureRow,
  sample: { ids: [1], asOf: sample.asOf },
  sql: ({ ids, asOf }: { ids: readonly number[]; asOf: string }) => sql`
    select ${failureColumns} from (${known(asOf)}) f ${withIncident}
    where f.deployment_id = any (${int8s(ids)}::bigint[])
    order by f.deployment_id, f.confidence desc, f.cause, f.cause_key`,
})

/** Days of the window whose facts are (partly) purged. */
export const sealedDays = statement({
  name: 'dora.sealed-days',
  row: z.object({ day: z.string() }),
  sample: { stream: 'all', from: '2026-01-01', to: '2026-01-02' },
  sql: (p: { stream: string; from: string; to: string }) => sql`
    select d.day as "day" from dora_daily d
    where d.sealed and d.stream_id = ${p.stream}::text and d.day between ${p.from}::date and ${p.to}::date`,
})
