/** Everything that is written in a database, as one text a table: two of them differ where something was written between. */
import type { TestDatabase } from '../support/database.ts'

/** Counts of the process itself; they say that somebody asked, not that anything was done. */
const counters = new Set(['request_minute', 'rate_window', 'work_minute', 'database_sample'])

/** Without the notes of when somebody was last here, which even a refused caller may have moved. */
export async function footprint(db: TestDatabase): Promise<Record<string, string>> {
  const tables = await db.sql(`
    select c.relname as name from pg_class c join pg_namespace n on n.oid = c.relnamespace
    where n.nspname = 'public' and c.relkind = 'r' order by 1`)
  const names = tables.map(({ name }) => String(name)).filter((name) => !counters.has(name))
  const each = names.map(
    (name) => `select '${name}' as name, count(*) || ' ' || coalesce(md5(string_agg(r, ',' order by r)), '') as digest
      from (select (to_jsonb(t) - '{last_seen_at,last_used_at}'::text[])::text as r from "${name}" t) x`,
  )
  const rows = await db.sql(each.join(' union all '))
  return Object.fromEntries(rows.map(({ name, digest }) => [String(name), String(digest)]))
}
