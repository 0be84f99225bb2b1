/** What retention keeps of its own: verified files and the last run of each table. */
import { z } from 'zod'
import { noRow, sql, statement } from '#kernel/sql/index.ts'

const tenant = '00000000-0000-0000-0000-000000000000'

/** One run at a time across all processes; held to the end of the transaction. */
export const tryRunLock = statement({
  name: 'retention.try-run-lock',
  row: z.object({ mine: z.boolean() }),
  sample: undefined,
  sql: () => sql`select pg_try_advisory_xact_lock(hashtextextended('daytwo retention', 0)) as "mine"`,
})

/** Keeps the transaction that holds the lock from being taken for a frozen one. */
export const stillHere = statement({
  name: 'retention.still-here',
  row: noRow,
  sample: undefined,
  sql: () => sql`select 1`,
})

export const listTenants = statement({
  name: 'retention.list-tenants',
  row: z.object({ id: z.string(), slug: z.string() }),
  sample: undefined,
  sql: () => sql`select t.id as "id", t.slug as "slug" from tenant t order by t.id`,
})

/** The first day that is kept. */
export const firstKeptDay = statement({
  name: 'retention.first-kept-day',
  row: z.object({ day: z.string() }),
  sample: { days: 1 },
  sql: ({ days }: { days: number }) => sql`select (app.now() at time zone 'UTC')::date - ${days}::int as "day"`,
})

export type FileOf = { tenantId: string; table: string; day: string; part: number }
export const rememberFile = statement({
  name: 'retention.remember-file',
  row: noRow,
  sample: { tenantId: tenant, table: '', day: '2000-01-01', part: 1, name: '', rows: 0, bytes: 0, sha256: '' },
  sql: (p: FileOf & { name: string; rows: number; bytes: number; sha256: string }) => sql`
    insert into archive_file (tenant_id, table_name, day, part, name, row_count, byte_count, sha256)
    values (${p.tenantId}::uuid, ${p.table}::text, ${p.day}::date, ${p.part}::int, ${p.name}::text, ${p.rows}::bigint,
      ${p.bytes}::bigint, ${p.sha256}::text)
    on conflict (tenant_id, table_name, day, part) do update set name = excluded.name, row_count = excluded.row_count,
      byte_count = excluded.byte_count, sha256 = excluded.sha256, verified_at = app.now()`,
})
export const countPurged = statement({
  name: 'retention.count-purged',
  row: noRow,
  sample: { tenantId: tenant, table: '', day: '2000-01-01', part: 1, purged: 0 },
  sql: (p: FileOf & { purged: number }) => sql`
    update archive_file f set purged_count = f.purged_count + ${p.purged}::bigint
    where f.tenant_id = ${p.tenantId}::uuid and f.table_name = ${p.table}::text and f.day = ${p.day}::date
      and f.part = ${p.part}::int`,
})

export const recordRun = statement({
  name: 'retention.record-run',
  row: noRow,
  sample: { tenantId: tenant, table: '', state: 'idle', detail: '' },
  sql: (p: { tenantId: string; table: string; state: 'idle' | 'failed'; detail: string }) => sql`
    insert into retention_run (tenant_id, table_name, last_run_at, state, detail)
    values (${p.tenantId}::uuid, ${p.table}::text, app.now(), ${p.state}::text, ${p.detail}::text)
    on conflict (tenant_id, table_name) do update set last_run_at = excluded.last_run_at, state = excluded.state,
      detail = excluded.detail`,
})

export const listRuns = statement({
  name: 'retention.list-runs',
  row: z.object({ table: z.string(), lastRunAt: z.date(), state: z.enum(['idle', 'failed']), detail: z.string() }),
  sample: undefined,
  sql: () => sql`
    select r.table_name as "table", r.last_run_at as "lastRunAt", r.state as "state", r.detail as "detail"
    from retention_run r`,
})

export const archivedTotals = statement({
  name: 'retention.archived-totals',
  row: z.object({ table: z.string(), files: z.number(), rows: z.number(), bytes: z.number() }),
  sample: undefined,
  sql: () => sql`
    select f.table_name as "table", count(*) as "files", sum(f.row_count)::bigint as "rows", sum(f.byte_count)::bigint as "bytes"
    from archive_file f group by f.table_name`,
})

export const failedRuns = statement({
  name: 'retention.failed-runs',
  row: z.object({ tenantId: z.string(), table: z.string(), detail: z.string() }),
  sample: undefined,
  sql: () => sql`
    select r.tenant_id as "tenantId", r.table_name as "table", r.detail as "detail" from retention_run r
    where r.state = 'failed' order by r.tenant_id, r.table_name`,
})
