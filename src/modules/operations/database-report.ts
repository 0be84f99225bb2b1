/** What an operator asks of a database: connections, slow statements by our names, sizes, vacuum age, index use. */
import { z } from 'zod'
import type { Database } from '#kernel/database/index.ts'
import { sql, statement } from '#kernel/sql/index.ts'

const connections = statement({
  name: 'operations.connections',
  row: z.object({ application: z.string(), state: z.string(), count: z.number() }),
  sample: undefined,
  sql: () => sql`
    select coalesce(nullif(a.application_name, ''), 'unnamed') as "application", coalesce(a.state, 'unknown') as "state",
      count(*) as "count"
    from pg_stat_activity a where a.datname = current_database() group by 1, 2 order by 3 desc, 1, 2`,
})
const sizes = statement({
  name: 'operations.table-sizes',
  row: z.object({
    table: z.string(),
    bytes: z.number(),
    rows: z.number(),
    dead: z.number(),
    vacuumedAt: z.date().nullable(),
  }),
  sample: undefined,
  sql: () => sql`
    select s.relname::text as "table", pg_total_relation_size(s.relid) as "bytes", s.n_live_tup as "rows", s.n_dead_tup as "dead",
      greatest(s.last_vacuum, s.last_autovacuum) as "vacuumedAt"
    from pg_stat_user_tables s order by 2 desc limit 30`,
})
const unusedIndexes = statement({
  name: 'operations.unused-indexes',
  row: z.object({ index: z.string(), table: z.string(), bytes: z.number() }),
  sample: undefined,
  sql: () => sql`
    select i.indexrelname::text as "index", i.relname::text as "table", pg_relation_size(i.indexrelid) as "bytes"
    from pg_stat_user_indexes i join pg_index x on x.indexrelid = i.indexrelid
    where i.idx_scan = 0 and not x.indisunique and pg_relation_size(i.indexrelid) > 1048576 order by 3 desc limit 20`,
})
const missingIndexes = statement({
  name: 'operations.missing-indexes',
  row: z.object({ table: z.string(), sequentialScans: z.number(), rowsRead: z.number() }),
  sample: undefined,
  sql: () => sql`
    select s.relname::text as "table", s.seq_scan as "sequentialScans", s.seq_tup_read as "rowsRead"
    from pg_stat_user_tables s where s.seq_scan > 50 and s.seq_tup_read / s.seq_scan > 10000
    order by s.seq_tup_read desc limit 20`,
})
const hasStatements = statement({
  name: 'operations.has-statement-statistics',
  row: z.object({ found: z.boolean() }),
  sample: undefined,
  // The view may exist without the library being loaded; reading it then fails. Loaded, it has settings.
  sql: () => sql`
    select to_regclass('pg_stat_statements') is not null
      and exists (select from pg_settings s where s.name = 'pg_stat_statements.max') as "found"`,
})
/** Our statements end with a comment that names them; what ran once (migrations) is of no interest here. */
const slowStatements = statement({
  name: 'operations.slow-statements',
  row: z.object({ name: z.string(), calls: z.number(), totalMs: z.number(), meanMs: z.number() }),
  sample: undefined,
  sql: () => sql`
    select coalesce(substring(p.query from '/[*] ([^*]+) [*]/$'), left(regexp_replace(p.query, '[[:space:]]+', ' ', 'g'), 60)) as "name",
      sum(p.calls)::bigint as "calls", sum(p.total_exec_time) as "totalMs", sum(p.total_exec_time) / sum(p.calls) as "meanMs"
    from pg_stat_statements p join pg_database d on d.oid = p.dbid and d.datname = current_database()
    group by 1 having sum(p.calls) > 1 order by 3 desc limit 20`,
})

export type DatabaseReport = Awaited<ReturnType<typeof databaseReport>>

/** Reads the statistics; `slowStatements` is null where the extension pg_stat_statements is absent. */
export async function databaseReport(database: Database) {
  return database.platformTx('database report', async (tx) => {
    const counted = (await tx.row(hasStatements, undefined))!.found
    return {
      connections: await tx.rows(connections, undefined),
      slowStatements: counted ? await tx.rows(slowStatements, undefined) : null,
      tables: await tx.rows(sizes, undefined),
      unusedIndexes: await tx.rows(unusedIndexes, undefined),
      missingIndexes: await tx.rows(missingIndexes, undefined),
    }
  })
}
