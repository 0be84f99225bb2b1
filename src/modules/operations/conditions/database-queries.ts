import { z } from 'zod'
import { noRow, sql, statement } from '#kernel/sql/index.ts'

export const connectionUse = statement({
  name: 'operations.connection-use',
  row: z.object({ used: z.number(), allowed: z.number() }),
  sample: undefined,
  sql: () => sql`
    select (select count(*) from pg_stat_activity a where a.backend_type = 'client backend') as "used",
      current_setting('max_connections')::int - current_setting('superuser_reserved_connections')::int as "allowed"`,
})

const sampleEveryMinutes = 5
const keptDays = 8

/** Writes a sample unless there is a young one, and forgets those too old to matter. */
export const takeSample = statement({
  name: 'operations.take-sample',
  row: noRow,
  sample: undefined,
  sql: () => sql`
    with forgotten as (
      delete from database_sample s where s.sampled_at < app.now() - ${keptDays}::int * interval '1 day'
    )
    insert into database_sample (sampled_at, wal_bytes, database_bytes)
    select app.now(), pg_wal_lsn_diff(case when pg_is_in_recovery() then pg_last_wal_replay_lsn() else pg_current_wal_lsn() end, '0/0')::bigint,
      pg_database_size(current_database())
    where not exists (select from database_sample s
      where s.sampled_at > app.now() - ${sampleEveryMinutes}::int * interval '1 minute')
    on conflict do nothing`,
})

/** What was written and what was gained since the oldest sample of the hour and of the day; null without one. */
export const growth = statement({
  name: 'operations.growth',
  row: z.object({
    walBytes: z.number().nullable(),
    walMinutes: z.number().nullable(),
    databaseBytes: z.number().nullable(),
    databaseHours: z.number().nullable(),
    size: z.number(),
  }),
  sample: undefined,
  sql: () => sql`
    select (w.now_bytes - h.wal_bytes)::bigint as "walBytes",
      (extract(epoch from app.now() - h.sampled_at) / 60)::float8 as "walMinutes",
      (w.size - d.database_bytes)::bigint as "databaseBytes",
      (extract(epoch from app.now() - d.sampled_at) / 3600)::float8 as "databaseHours", w.size as "size"
    from (select pg_wal_lsn_diff(case when pg_is_in_recovery() then pg_last_wal_replay_lsn() else pg_current_wal_lsn() end, '0/0') as now_bytes,
      pg_database_size(current_database()) as size) w
    left join lateral (select s.sampled_at, s.wal_bytes from database_sample s
      where s.sampled_at >= app.now() - interval '1 hour' order by s.sampled_at limit 1) h on true
    left join lateral (select s.sampled_at, s.database_bytes from database_sample s
      where s.sampled_at >= app.now() - interval '1 day' order by s.sampled_at limit 1) d on true`,
})

/** Write-ahead log that the server keeps for a replication slot. */
export const slots = statement({
  name: 'operations.replication-slots',
  row: z.object({ slot: z.string(), keptBytes: z.number(), active: z.boolean() }),
  sample: undefined,
  sql: () => sql`
    select r.slot_name::text as "slot", pg_wal_lsn_diff(pg_current_wal_lsn(), r.restart_lsn)::bigint as "keptBytes",
      r.active as "active"
    from pg_replication_slots r where r.restart_lsn is not null and not pg_is_in_recovery()`,
})

export const appliedMigrations = statement({
  name: 'operations.applied-migrations',
  row: z.object({ name: z.string(), digest: z.string(), batch: z.number(), applied_at: z.date() }),
  sample: undefined,
  sql: () => sql`
    select m.name as "name", m.digest as "digest", m.batch as "batch", m.applied_at as "applied_at" from migration m`,
})
