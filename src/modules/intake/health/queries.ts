import { z } from 'zod'
import { defaultTenantId } from '#kernel/context/index.ts'
import { int4s, noRow, sql, statement, texts, uuids } from '#kernel/sql/index.ts'

const keptDays = 7

/** Events that are not in the activity yet, or never will be; one select a status, so that each uses its own partial index. */
const unsettled = sql`(
  select e.tenant_id, e.event_source, e.status, e.enqueued_at, e.finished_at from event_queue e where e.finished_at is null
  union all select e.tenant_id, e.event_source, e.status, e.enqueued_at, e.finished_at from event_queue e
    where e.finished_at is not null and e.error_class is not null and e.status = 'dead_lettered')`

export type Refusal = { source: string; connectionId: string | null; failures: number; withoutSecret: number }

/**
 * Adds to the minute's rows, and forgets those too old to matter. A connection's failures are its tenant's, those of a bare URL the
 * default tenant's; addresses that do not exist count for nobody.
 */
export const addRefusals = statement({
  name: 'intake.add-refusals',
  row: noRow,
  sample: { refusals: [] },
  sql: ({ refusals }: { refusals: readonly Refusal[] }) => sql`
    with forgotten as (
      delete from signature_failure f where f.minute < app.now() - ${keptDays}::int * interval '1 day'
    )
    insert into signature_failure as f (tenant_id, source, minute, failures, without_secret)
    select coalesce(c.tenant_id, ${defaultTenantId}::uuid), n.source, date_trunc('minute', app.now()), sum(n.failures)::int,
      sum(n.without_secret)::int
    from unnest(${texts(refusals.map((r) => r.source))}::text[], ${uuids(refusals.map((r) => r.connectionId))}::uuid[],
      ${int4s(refusals.map((r) => r.failures))}::int[], ${int4s(refusals.map((r) => r.withoutSecret))}::int[])
      as n(source, connection_id, failures, without_secret)
    left join connection c on c.id = n.connection_id and n.source in (c.source, c.event_source)
    where c.id is not null or n.connection_id is null and (n.source in ('github', 'jira')
      or exists (select from connection k
        where k.tenant_id = ${defaultTenantId}::uuid and k.event_source = n.source and k.disabled_at is null))
    group by 1, 2 order by 1, 2
    on conflict (tenant_id, source, minute) do update
      set failures = f.failures + excluded.failures, without_secret = f.without_secret + excluded.without_secret`,
})

/**
 * Everything known about the caller's sources. Activity is kept by the hour: of the bucket in which the window begins that part
 * counts which lies inside it. What waits or died is not in the activity and is counted from the queue.
 */
export const sourceFigures = statement({
  name: 'intake.source-figures',
  row: z.object({
    source: z.string(),
    lastEventAt: z.date().nullable(),
    minutesSince: z.number().nullable(),
    lastHour: z.number(),
    lastDay: z.number(),
    expected: z.number().nullable(),
    deadLetters: z.number(),
    failures: z.number(),
    failuresLastHour: z.number(),
    withoutSecret: z.number(),
  }),
  sample: undefined,
  sql: () => sql`
    with clock as (select app.now() as now, date_trunc('hour', app.now()) as hour),
    waiting as materialized (
      select e.event_source as source, max(e.enqueued_at) as last_event_at,
        count(*) filter (where e.enqueued_at > k.now - interval '1 hour') as last_hour,
        count(*) filter (where e.enqueued_at > k.now - interval '1 day') as last_day,
        count(*) filter (where e.status = 'dead_lettered' and e.finished_at > k.now - interval '1 day') as dead_letters
      from ${unsettled} e, clock k group by 1
    ),
    named as (
      select v.source from (values ('github'), ('jira')) v(source)
      union select a.source from source_activity a
      union select c.event_source from connection c where c.event_source is not null and c.disabled_at is null
      union select w.source from waiting w
    ),
    seen as (
      select a.source, max(a.last_event_at) as last_event_at, min(a.hour) as first_hour,
        coalesce(sum(case when a.hour = k.hour then a.events when a.hour < k.hour - interval '1 hour' then 0
          when a.last_event_at <= k.now - interval '1 hour' then 0
          else a.events * (1 - extract(epoch from k.now - k.hour) / 3600) end), 0) as last_hour,
        coalesce(sum(case when a.hour > k.hour - interval '24 hours' then a.events when a.hour < k.hour - interval '24 hours' then 0
          when a.last_event_at <= k.now - interval '24 hours' then 0
          else a.events * (1 - extract(epoch from k.now - k.hour) / 3600) end), 0) as last_day
      from source_activity a, clock k group by a.source
    ),
    refused as (
      select f.source, sum(f.failures + f.without_secret) as failures, sum(f.without_secret) as without_secret,
        coalesce(sum(f.failures + f.without_secret) filter (where f.minute > k.now - interval '1 hour'), 0) as last_hour
      from signature_failure f, clock k where f.minute > k.now - interval '1 day' group by f.source
    )
    select n.source as "source", greatest(s.last_event_at, w.last_event_at) as "lastEventAt",
      (extract(epoch from k.now - greatest(s.last_event_at, w.last_event_at)) / 60)::float8 as "minutesSince",
      (round(coalesce(s.last_hour, 0)) + coalesce(w.last_hour, 0))::bigint as "lastHour",
      (round(coalesce(s.last_day, 0)) + coalesce(w.last_day, 0))::bigint as "lastDay",
      (select percentile_cont(0.5) within group (order by coalesce(a.events, 0))
        from generate_series(1, least(14, floor(extract(epoch from k.hour - s.first_hour) / 86400)::int)) d(days)
        left join source_activity a on a.source = n.source and a.hour = k.hour - d.days * interval '24 hours'
        having count(*) >= 3) as "expected",
      coalesce(w.dead_letters, 0)::bigint as "deadLetters", coalesce(r.failures, 0)::bigint as "failures",
      coalesce(r.last_hour, 0)::bigint as "failuresLastHour", coalesce(r.without_secret, 0)::bigint as "withoutSecret"
    from named n cross join clock k left join seen s on s.source = n.source left join waiting w on w.source = n.source
      left join refused r on r.source = n.source
    order by n.source not in ('github', 'jira'), n.source`,
})

/** The last event of a source for every tenant that has any; one step down the activity's key a tenant. */
export const lastEvents = statement({
  name: 'intake.last-events',
  row: z.object({ tenantId: z.string(), minutesSince: z.number() }),
  sample: { source: 'github' },
  sql: ({ source }: { source: string }) => sql`
    with waiting as materialized (
      select e.tenant_id, max(e.enqueued_at) as last_event_at from ${unsettled} e
      where e.event_source = ${source}::text group by 1
    )
    select l.id as "tenantId", (extract(epoch from app.now() - l.last_event_at) / 60)::float8 as "minutesSince"
    from (
      select t.id, greatest(w.last_event_at, (select a.last_event_at from source_activity a
        where a.tenant_id = t.id and a.source = ${source}::text order by a.hour desc limit 1)) as last_event_at
      from tenant t left join waiting w on w.tenant_id = t.id where t.status = 'ready'
    ) l where l.last_event_at is not null`,
})

export const pendingEvents = statement({
  name: 'intake.pending-events',
  row: z.object({ count: z.number() }),
  sample: undefined,
  sql: () => sql`select count(*) as "count" from event_queue e where e.finished_at is null and e.status = 'pending'`,
})

export const refusedLately = statement({
  name: 'intake.refused-lately',
  row: z.object({ tenantId: z.string(), source: z.string(), count: z.number(), withoutSecret: z.number() }),
  sample: { minutes: 10 },
  sql: ({ minutes }: { minutes: number }) => sql`
    select f.tenant_id as "tenantId", f.source as "source", sum(f.failures + f.without_secret)::bigint as "count",
      sum(f.without_secret)::bigint as "withoutSecret"
    from signature_failure f where f.minute > app.now() - ${minutes}::int * interval '1 minute' group by 1, 2`,
})

/** Reasons of dead letters of all tenants, the most frequent first. */
export const deadLetterReasons = statement({
  name: 'intake.dead-letter-reasons',
  row: z.object({ source: z.string(), errorClass: z.string(), count: z.number(), example: z.string() }),
  sample: undefined,
  sql: () => sql`
    select e.event_source as "source", coalesce(e.error_class, 'unknown') as "errorClass", count(*) as "count",
      coalesce(max(e.last_error), '') as "example"
    from event_queue e
    where e.finished_at is not null and e.error_class is not null and e.status = 'dead_lettered' group by 1, 2 order by 3 desc limit 5`,
})

export const tenantsToCheck = statement({
  name: 'intake.tenants-to-check',
  row: z.object({ id: z.string(), slug: z.string() }),
  sample: undefined,
  sql: () => sql`
    select t.id as "id", t.slug as "slug" from tenant t where t.status = 'ready' order by t.created_at, t.id limit 100`,
})
