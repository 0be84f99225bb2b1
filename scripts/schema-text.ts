/** The catalogue of a migrated database as text: what people read in docs/schema.sql, and what CI compares. */
import type pg from 'pg'

const tablesQuery = `
  select c.oid, c.relname as name, c.relkind as kind, obj_description(c.oid, 'pg_class') as comment, c.reloptions as options,
    case when c.relkind = 'v' then pg_get_viewdef(c.oid, true) end as view
  from pg_class c where c.relnamespace = 'public'::regnamespace and c.relkind in ('r', 'p', 'v')
    and not exists (select from pg_depend d where d.objid = c.oid and d.deptype = 'e')
  order by c.relname`
const columnsQuery = `
  select a.attname as name, format_type(a.atttypid, a.atttypmod) as type, a.attnotnull as required, a.attidentity as identity,
    pg_get_expr(d.adbin, d.adrelid) as default, col_description(a.attrelid, a.attnum) as comment, a.attstorage as storage, t.typstorage as usual
  from pg_attribute a join pg_type t on t.oid = a.atttypid left join pg_attrdef d on d.adrelid = a.attrelid and d.adnum = a.attnum
  where a.attrelid = $1 and a.attnum > 0 and not a.attisdropped order by a.attnum`
// Since PostgreSQL 18 "not null" has constraints of its own; the column says it already.
const constraintsQuery = `
  select conname as name, pg_get_constraintdef(oid) as text from pg_constraint
  where conrelid = $1 and contype <> 'n' order by contype <> 'p', conname`
const indexesQuery = `
  select pg_get_indexdef(i.indexrelid) as text from pg_index i join pg_class c on c.oid = i.indexrelid
  where i.indrelid = $1 and not exists (select from pg_constraint k where k.conindid = i.indexrelid) order by c.relname`
const policiesQuery = `
  select p.polname as name, pg_get_expr(p.polqual, p.polrelid) as using,
    (select string_agg(r.rolname, ', ' order by r.rolname) from pg_roles r where r.oid = any(p.polroles)) as roles
  from pg_policy p where p.polrelid = $1 order by p.polname`
const triggersQuery = `select pg_get_triggerdef(oid, true) as text from pg_trigger where tgrelid = $1 and not tgisinternal order by tgname`
const grantsQuery = `
  select grantee, string_agg(lower(privilege_type), ', ' order by privilege_type) as rights from information_schema.role_table_grants
  where table_schema = 'public' and table_name = $1 and grantee like 'daytwo%' and grantee <> 'daytwo_owner' group by grantee order by grantee`
const functionsQuery = `
  select pg_get_functiondef(p.oid) as text from pg_proc p where p.pronamespace = 'app'::regnamespace order by p.proname`

/** Deterministic for one catalogue, whatever the server's version. */
export async function schemaText(client: pg.ClientBase): Promise<string> {
  const rows = async (text: string, values: unknown[] = []) => (await client.query(text, values)).rows
  const parts = [
    '-- Generated from the migrated catalogue by "npm run docs"; not run by anything. CI fails when it differs.\n',
  ]
  for (const table of await rows(tablesQuery)) parts.push(await tableText(table, rows))
  for (const { text } of await rows(functionsQuery)) parts.push(`${String(text).trim()};\n`)
  return `${parts.join('\n').replaceAll(/[ \t]+$/gm, '')}`
}

type Rows = (text: string, values?: unknown[]) => Promise<Record<string, string>[]>

async function tableText(table: Record<string, string>, rows: Rows): Promise<string> {
  const { oid, name } = table
  const comment = table.comment ? `-- ${table.comment}\n` : ''
  const grants = (await rows(grantsQuery, [name])).map(
    (grant) => `grant ${grant.rights} on ${name} to ${grant.grantee};`,
  )
  if (table.kind === 'v') {
    const options = (table.options as unknown as string[] | null)?.join(', ')
    return `${comment}create view ${name}${options ? ` with (${options})` : ''} as\n${table.view}\n${grants.join('\n')}\n`
  }
  const columns = (await rows(columnsQuery, [oid])).map(columnText)
  const constraints = (await rows(constraintsQuery, [oid])).map(
    (constraint) => `  constraint ${constraint.name} ${constraint.text}`,
  )
  const body = [...columns, ...constraints].map((line, index, lines) => addComma(line, index < lines.length - 1))
  const indexes = (await rows(indexesQuery, [oid])).map(({ text }) => `${text};`)
  const policies = (await rows(policiesQuery, [oid])).map(
    (policy) => `create policy ${policy.name} on ${name} to ${policy.roles} using (${policy.using});`,
  )
  const triggers = (await rows(triggersQuery, [oid])).map(({ text }) => `${text};`)
  return `${comment}create table ${name} (\n${body.join('\n')}\n);\n${[...indexes, ...policies, ...triggers, ...grants].join('\n')}\n`
}

function columnText(column: Record<string, string>): string {
  const identity = column.identity ? ' generated always as identity' : ''
  const fallback = column.default ? ` default ${column.default}` : ''
  const storage =
    column.storage !== column.usual ? ` storage ${column.storage === 'e' ? 'external' : column.storage}` : ''
  const comment = column.comment ? ` -- ${column.comment}` : ''
  return `  ${column.name} ${column.type}${storage}${column.required ? ' not null' : ''}${identity}${fallback}${comment}`
}

/** The comma goes before a trailing comment. */
function addComma(line: string, more: boolean): string {
  if (!more) return line
  const at = line.indexOf(' -- ')
  return at < 0 ? `${line},` : `${line.slice(0, at)},${line.slice(at)}`
}
