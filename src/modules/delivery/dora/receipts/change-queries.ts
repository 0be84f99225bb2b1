/** What was learned since an earlier time about the deployments of some days. */
import { z } from 'zod'
import { dates, type Sql, sql, statement, timestamps } from '#kernel/sql/index.ts'
import type { MetricName } from '../schemas.ts'
import { failureColumns, failureRow, ofStream, withIncident } from './fact-queries.ts'
import { changeKinds } from './schemas.ts'

type Since = {
  metric: MetricName
  stream: string
  /** The earlier time, as text. */
  since: string
  days: readonly string[]
  /** When the figures of each day were computed that were known then: what was derived later was not in them. */
  computedAt: readonly Date[]
  limit: number
}

const nothing = sql`null::timestamptz as "recoveredBefore", null::bigint as "changes"`
const noFailure = sql`s.id as "deploymentId", null::text as "cause", null::text as "causeKey", null::text as "method",
  null::real as "confidence", null::timestamptz as "recoveredAt", null::bigint as "incidentId", null::text as "incidentKey",
  null::text as "incidentTitle", null::timestamptz as "incidentStartedAt", null::text as "incidentUrl",
  null::text as "overrideBy", null::text as "overrideReason"`
const byWord = sql`left join delivery_v_attribution_override o on o.tenant_id = i.tenant_id and o.incident_id = i.id`

/** Deployments that were recorded, came to count, stopped counting, or came to be rework. */
const deployments = (since: string): Sql => sql`
  select case when not s.counted then 'deployment_uncounted' when s.recorded_at > ${since}::timestamptz then 'deployment_recorded'
      else 'deployment_changed' end as "kind",
    s.day as "day", s.derived_at as "learnedAt", ${noFailure}, ${nothing}
  from shipped s where s.derived_at > s.computed_at and (s.counted or s.recorded_at <= ${since}::timestamptz)`

const changes = sql`
  select 'changes_found', s.day, max(c.derived_at), ${noFailure}, null::timestamptz, count(*)
  from shipped s join delivery_v_change c on c.tenant_id = s.tenant_id and c.deployment_id = s.id and c.derived_at > s.computed_at
  where s.counted group by s.day, s.id`

/** Failures that were found, that recovered or changed otherwise, and that were taken back. */
const failures = sql`
  select case when b.id is null then 'failure_found' else 'failure_changed' end, s.day, f.derived_at, ${failureColumns},
    case when f.method = 'override' then o.actor_name end, case when f.method = 'override' then o.reason end,
    b.recovered_at, null::bigint
  from shipped s
  join delivery_v_failure f on f.tenant_id = s.tenant_id and f.deployment_id = s.id and f.derived_at > s.computed_at
  left join lateral (
    select p.id, p.recovered_at from delivery_v_failure_past p
    where p.tenant_id = f.tenant_id and p.deployment_id = f.deployment_id and p.cause = f.cause and p.cause_key = f.cause_key
      and p.derived_at <= s.computed_at and p.replaced_at > s.computed_at
    order by p.id desc limit 1
  ) b on true
  ${withIncident} ${byWord}
  union all
  select 'failure_withdrawn', s.day, f.replaced_at, ${failureColumns}, o.actor_name, o.reason, null::timestamptz, null::bigint
  from shipped s
  join delivery_v_failure_past f on f.tenant_id = s.tenant_id and f.deployment_id = s.id
    and f.derived_at <= s.computed_at and f.replaced_at > s.computed_at
    and not exists (select from delivery_v_failure n
      where n.tenant_id = f.tenant_id and n.deployment_id = f.deployment_id and n.cause = f.cause and n.cause_key = f.cause_key)
  ${withIncident} ${byWord}`

function learned({ metric, since }: Since): Sql {
  switch (metric) {
    case 'change_failure_rate':
      return sql`${deployments(since)} union all ${failures}`
    case 'failed_deployment_recovery_time':
      return sql`${deployments(since)} and not s.counted union all ${failures}`
    case 'change_lead_time':
      return sql`${deployments(since)} union all ${changes}`
    default:
      return deployments(since)
  }
}

export const learnedSince = statement({
  name: 'dora.learned-since',
  row: z.object({
    kind: z.enum(changeKinds),
    day: z.string(),
    learnedAt: z.date(),
    ...failureRow.shape,
    cause: z.string().nullable(),
    causeKey: z.string().nullable(),
    method: z.string().nullable(),
    confidence: z.number().nullable(),
    overrideBy: z.string().nullable(),
    overrideReason: z.string().nullable(),
    recoveredBefore: z.date().nullable(),
    changes: z.number().nullable(),
    repository: z.string(),
    service: z.string(),
    sha: z.string().nullable(),
    finishedAt: z.date(),
    reworkReason: z.string().nullable(),
  }),
  sample: {
    metric: 'change_failure_rate',
    stream: 'web',
    since: '2026-01-01T00:00:00Z',
    days: ['2026-01-01'],
    computedAt: [new Date(0)],
    limit: 1,
  } as Since,
  sql: (p: Since) => sql`
    with days as materialized (
      select a.day, a.computed_at, t.time_zone,
        (a.day::timestamp at time zone t.time_zone) - interval '3 hours' as starts_at,
        ((a.day + 1)::timestamp at time zone t.time_zone) + interval '3 hours' as ends_at
      from unnest(${dates(p.days)}::date[], ${timestamps(p.computedAt)}::timestamptz[]) as a(day, computed_at) cross join tenant t
    ),
    shipped as materialized (
      select y.day, y.computed_at, d.*
      from days y join delivery_v_deployment d on d.finished_at >= y.starts_at and d.finished_at < y.ends_at
        and (d.finished_at at time zone y.time_zone)::date = y.day
      where ${ofStream(p.stream)}
    )
    select l.*, s.repository as "repository", s.service as "service", s.sha as "sha", s.finished_at as "finishedAt",
      s.rework_reason as "reworkReason"
    from (${learned(p)}) l join shipped s on s.id = l."deploymentId"
    order by l."learnedAt" desc, l."deploymentId", l."kind", l."causeKey" limit ${p.limit}::int`,
})
