/** The one statement that makes roll-ups from facts, for any number of days of any streams of a tenant. */
import { z } from 'zod'
import { dates, join, raw, sql, statement, texts } from '#kernel/sql/index.ts'

/** Version of what a row holds; a change of it makes the nightly self-check write all unsealed days again. */
const rollUpDefinition = 'dora-daily@1'

type Days = { tenantId: string; streams: readonly string[]; days: readonly string[] }

const sample: Days = { tenantId: '00000000-0000-0000-0000-000000000000', streams: ['all'], days: ['2026-01-01'] }

/** All columns that are computed: counts, the oldest of what is still open, and sorted seconds. */
export const rollUpColumns = [
  'definition',
  'deployments',
  'deployments_with_changes',
  'failed',
  'rework',
  'ticketed',
  'dropped_changes',
  'unrecovered',
  'unrecovered_since',
  'incidents',
  'unresolved',
  'unresolved_since',
  'lead_seconds',
  'coding_seconds',
  'pickup_seconds',
  'review_seconds',
  'deploy_seconds',
  'recovery_seconds',
  'restore_seconds',
]
const list = (prefix: string) => raw(rollUpColumns.map((column) => `${prefix}.${column}`).join(', '))
const overwrite = join(rollUpColumns.map((column) => raw(`${column} = excluded.${column}`)))

/**
 * Two roll-ups of one stream must not overlap: the later one has to see what the earlier one could not. Keys are taken in
 * order, so two workers never wait for each other in a circle.
 */
export const lockStreams = statement({
  name: 'dora.lock-streams',
  row: z.object({ locked: z.string() }),
  sample,
  sql: (p: Days) => sql`
    select pg_advisory_xact_lock(k.key)::text as "locked"
    from (
      select distinct hashtextextended('dora_daily ' || ${p.tenantId}::text || ' ' || a.stream_id, 0) as key
      from unnest(${texts(p.streams)}::text[]) as a(stream_id)
      order by 1
    ) k`,
})

/** Waits until no roll-up of the stream is under way: whatever is computed later is computed at a later time than now. */
export const awaitRollUps = statement({
  name: 'dora.await-roll-ups',
  row: z.object({ locked: z.string() }),
  sample: { tenantId: sample.tenantId, stream: 'all' },
  sql: (p: { tenantId: string; stream: string }) => sql`
    select pg_advisory_xact_lock_shared(
      hashtextextended('dora_daily ' || ${p.tenantId}::text || ' ' || ${p.stream}::text, 0))::text as "locked"`,
})

/**
 * The statement's own time, by the clock of `app.now()`: statements come after the lock, so roll-ups of one stream have times in the
 * order in which they saw the facts, however long ago their transactions began.
 */
export const statementNow = raw('app.now() - now() + statement_timestamp()')
/** Also where a clock was set back: a row is never older than what it replaces. */
const after = (computedAt: string) => raw(`${computedAt} + interval '1 microsecond'`)

/** Packed sorted seconds, without those that cannot be. */
const seconds = (column: string) =>
  raw(`string_agg(int4send(${column}), ''::bytea order by ${column}) filter (where ${column} >= 0)`)

/**
 * Makes the rows of the asked days again and returns how many differed from what was stored. Rows equal to what is stored
 * are not written, rows of days without facts are deleted, sealed rows are left alone. What is overwritten or deleted is kept in
 * `dora_daily_past`: all parts of a statement see `dora_daily` as it was before.
 *
 * The day's facts are read once by time (an index range three hours wider than the day on both sides, since a zone may
 * change its clock at midnight; the exact comparison is by local date) and then shared out among the streams that own them.
 */
export const rollUpDays = statement({
  name: 'dora.roll-up-days',
  row: z.object({ changed: z.number() }),
  sample,
  sql: (p: Days) => sql`
    with asked as materialized (
      select distinct a.stream_id, a.day
      from unnest(${texts(p.streams)}::text[], ${dates(p.days)}::date[]) as a(stream_id, day)
      where not exists (select from dora_seal s where s.tenant_id = ${p.tenantId}::uuid and a.day < s.sealed_before)
    ),
    days as materialized (
      select d.day, t.time_zone,
        (d.day::timestamp at time zone t.time_zone) - interval '3 hours' as starts_at,
        ((d.day + 1)::timestamp at time zone t.time_zone) + interval '3 hours' as ends_at
      from (select distinct a.day from asked a) d join tenant t on t.id = ${p.tenantId}::uuid
    ),
    sources as materialized (
      select o.stream_id, o.kind, o.value from delivery_v_stream_source o
      where o.tenant_id = ${p.tenantId}::uuid and o.stream_id = any (${texts(p.streams)}::text[])
    ),
    shipped as materialized (
      select y.day, d.id, d.repository, d.service, d.finished_at, d.rework_reason is not null as rework
      from days y
      join delivery_v_deployment d on d.tenant_id = ${p.tenantId}::uuid and d.counted
        and d.finished_at >= y.starts_at and d.finished_at < y.ends_at
        and (d.finished_at at time zone y.time_zone)::date = y.day
    ),
    failed as materialized (
      select s.id, max(s.finished_at) as finished_at, case when bool_and(f.recovered_at is not null) and max(f.recovered_at) >= max(s.finished_at)
        then least(floor(extract(epoch from max(f.recovered_at) - max(s.finished_at))), 2147483647)::integer end as recovery
      from shipped s join delivery_v_failure f on f.tenant_id = ${p.tenantId}::uuid and f.deployment_id = s.id
      group by s.id
    ),
    delivered as materialized (
      select s.day, c.deployment_id, c.repository, c.pr_number, c.lead_seconds, c.coding_seconds, c.pickup_seconds,
        c.review_seconds, c.deploy_seconds, c.ticketed
      from shipped s join delivery_v_change c on c.tenant_id = ${p.tenantId}::uuid and c.deployment_id = s.id
    ),
    owned as materialized (
      select 'all' as stream_id, s.day, s.id, s.rework from shipped s where 'all' = any (${texts(p.streams)}::text[])
      union all
      (select o.stream_id, s.day, s.id, s.rework from shipped s join sources o on o.value = s.repository where o.kind = 'repository'
      union
      select o.stream_id, s.day, s.id, s.rework from shipped s join sources o on o.value = s.service where o.kind = 'service')
    ),
    by_ticket as materialized (
      select l.stream_id, c.*
      from delivered c
      join delivery_v_pr_stream l on l.tenant_id = ${p.tenantId}::uuid and l.repository = c.repository and l.pr_number = c.pr_number
        and l.stream_id = any (${texts(p.streams)}::text[])
      where not exists (select from owned o where o.stream_id = l.stream_id and o.id = c.deployment_id)
    ),
    deployed as (
      select m.stream_id, m.day, count(*) as deployments, count(f.id) as failed, count(*) filter (where m.rework) as rework,
        count(f.id) filter (where f.recovery is null) as unrecovered,
        min(f.finished_at) filter (where f.recovery is null) as unrecovered_since, ${seconds('f.recovery')} as recovery_seconds
      from (
        select o.stream_id, o.day, o.id, o.rework from owned o
        union all
        (select b.stream_id, b.day, b.deployment_id, s.rework from by_ticket b join shipped s on s.id = b.deployment_id group by 1, 2, 3, 4)
      ) m
      left join failed f on f.id = m.id
      group by m.stream_id, m.day
    ),
    changed as (
      select m.stream_id, m.day, count(distinct m.deployment_id) as deployments_with_changes,
        count(distinct m.deployment_id) filter (where m.ticketed) as ticketed,
        count(*) filter (where m.lead_seconds < 0) as dropped_changes,
        ${seconds('m.lead_seconds')} as lead_seconds,
        ${seconds('m.coding_seconds')} as coding_seconds,
        ${seconds('m.pickup_seconds')} as pickup_seconds,
        ${seconds('m.review_seconds')} as review_seconds,
        ${seconds('m.deploy_seconds')} as deploy_seconds
      from (
        select o.stream_id, c.* from owned o join delivered c on c.deployment_id = o.id
        union all
        select b.* from by_ticket b
      ) m
      group by m.stream_id, m.day
    ),
    happened as materialized (
      select y.day, i.id, i.repository, i.service, lower(i.project_key) as project_key, i.started_at,
        i.resolved_at is null as unresolved,
        case when i.resolved_at >= i.started_at
          then least(floor(extract(epoch from i.resolved_at - i.started_at)), 2147483647)::integer end as restore
      from days y
      join delivery_v_incident i on i.tenant_id = ${p.tenantId}::uuid and not i.withdrawn
        and i.started_at >= y.starts_at and i.started_at < y.ends_at
        and (i.started_at at time zone y.time_zone)::date = y.day
    ),
    suffered as (
      select m.stream_id, m.day, count(*) as incidents, count(*) filter (where m.unresolved) as unresolved,
        min(m.started_at) filter (where m.unresolved) as unresolved_since,
        ${seconds('m.restore')} as restore_seconds
      from (
        select 'all' as stream_id, h.day, h.id, h.started_at, h.unresolved, h.restore from happened h where 'all' = any (${texts(p.streams)}::text[])
        union all
        (select o.stream_id, h.day, h.id, h.started_at, h.unresolved, h.restore from happened h join sources o on o.value = h.repository where o.kind = 'repository'
        union
        select o.stream_id, h.day, h.id, h.started_at, h.unresolved, h.restore from happened h join sources o on o.value = h.service where o.kind = 'service'
        union
        select o.stream_id, h.day, h.id, h.started_at, h.unresolved, h.restore from happened h join sources o on o.value = h.project_key where o.kind = 'jira_project')
      ) m
      group by m.stream_id, m.day
    ),
    wanted as materialized (
      select a.stream_id, a.day, ${rollUpDefinition}::text as definition,
        coalesce(d.deployments, 0)::integer as deployments,
        coalesce(c.deployments_with_changes, 0)::integer as deployments_with_changes,
        coalesce(d.failed, 0)::integer as failed, coalesce(d.rework, 0)::integer as rework,
        coalesce(c.ticketed, 0)::integer as ticketed, coalesce(c.dropped_changes, 0)::integer as dropped_changes,
        coalesce(d.unrecovered, 0)::integer as unrecovered, d.unrecovered_since, coalesce(i.incidents, 0)::integer as incidents,
        coalesce(i.unresolved, 0)::integer as unresolved, i.unresolved_since, coalesce(c.lead_seconds, ''::bytea) as lead_seconds,
        coalesce(c.coding_seconds, ''::bytea) as coding_seconds, coalesce(c.pickup_seconds, ''::bytea) as pickup_seconds,
        coalesce(c.review_seconds, ''::bytea) as review_seconds, coalesce(c.deploy_seconds, ''::bytea) as deploy_seconds,
        coalesce(d.recovery_seconds, ''::bytea) as recovery_seconds, coalesce(i.restore_seconds, ''::bytea) as restore_seconds
      from asked a
      left join deployed d on d.stream_id = a.stream_id and d.day = a.day
      left join changed c on c.stream_id = a.stream_id and c.day = a.day
      left join suffered i on i.stream_id = a.stream_id and i.day = a.day
      where d.deployments > 0 or i.incidents > 0
    ),
    written as (
      insert into dora_daily as stored (tenant_id, stream_id, day, ${raw(rollUpColumns.join(', '))}, computed_at)
      select ${p.tenantId}::uuid, w.stream_id, w.day, ${list('w')}, ${statementNow} from wanted w
      on conflict (tenant_id, stream_id, day) do update set ${overwrite},
        computed_at = greatest(excluded.computed_at, ${after('stored.computed_at')})
      where not stored.sealed and (${list('stored')}) is distinct from (${list('excluded')})
      returning stream_id, day, computed_at
    ),
    removed as (
      delete from dora_daily s using asked a
      where s.tenant_id = ${p.tenantId}::uuid and s.stream_id = a.stream_id and s.day = a.day and not s.sealed
        and not exists (select from wanted w where w.stream_id = a.stream_id and w.day = a.day)
      returning s.*
    ),
    kept as (
      insert into dora_daily_past (tenant_id, stream_id, day, ${raw(rollUpColumns.join(', '))}, computed_at, replaced_at)
      select b.tenant_id, b.stream_id, b.day, ${list('b')}, b.computed_at, w.computed_at
      from written w
      join dora_daily b on b.tenant_id = ${p.tenantId}::uuid and b.stream_id = w.stream_id and b.day = w.day
      union all
      select r.tenant_id, r.stream_id, r.day, ${list('r')}, r.computed_at, greatest(${statementNow}, ${after('r.computed_at')})
      from removed r
    )
    select ((select count(*) from written) + (select count(*) from removed))::integer as "changed"`,
})
