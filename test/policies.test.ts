/**
 * Do the policies hold, and would anybody notice if one did not? Every tenant table is filled with rows of two tenants (made from the
 * catalogue, so a new table is filled too) and probed as one of them; then each policy in turn is replaced by one that allows all, and the
 * same probe must find it.
 */
import assert from 'node:assert/strict'
import { after, test } from 'node:test'
import { withClient } from '#kernel/database/index.ts'
import { testDatabase } from './support/database.ts'

const db = await testDatabase()
const mine = '00000000-0000-7000-8000-00000000000a'
const theirs = '00000000-0000-7000-8000-00000000000b'

type Column = { name: string; type: string; category: string; needed: boolean }
type Table = { name: string; tenantColumn: string; columns: Column[] }
type Client = Parameters<Parameters<typeof withClient>[1]>[0]

const client = await new Promise<Client>((resolve) => {
  const done = new Promise<void>((end) => after(() => end()))
  void withClient(db.adminUrl, (opened) => {
    resolve(opened)
    return done
  })
})

const tables: Table[] = (
  await client.query(`
    select c.relname as name,
      (select pg_get_expr(p.polqual, p.polrelid) from pg_policy p where p.polrelid = c.oid and p.polname = 'tenant') as policy,
      (select json_agg(json_build_object('name', a.attname, 'type', format_type(a.atttypid, a.atttypmod), 'category', t.typcategory,
          'needed', a.attnotnull and a.attidentity = '' and not a.atthasdef and a.attgenerated = '') order by a.attnum)
        from pg_attribute a join pg_type t on t.oid = a.atttypid where a.attrelid = c.oid and a.attnum > 0 and not a.attisdropped) as columns
    from pg_class c join pg_namespace n on n.oid = c.relnamespace
    where n.nspname = 'public' and c.relkind = 'r' and c.relforcerowsecurity order by 1`)
).rows.map(({ name, policy, columns }) => ({ name, tenantColumn: /\((\w+) =/.exec(policy)![1]!, columns }))

/** A value of that type, different for each `n`. */
function value({ type, category }: Column, n: number): string {
  if (type === 'uuid') return `'00000000-0000-7000-8000-${String(n).padStart(12, '0')}'`
  if (type === 'bytea') return `decode('${String(n).padStart(4, '0')}', 'hex')`
  if (type.startsWith('json')) return `'{}'`
  if (category === 'A') return `'{}'`
  if (category === 'N') return String(n)
  if (category === 'D') return 'now()'
  if (category === 'B') return 'false'
  return `'text ${n}'`
}

let made = 100
function insertOf({ name, tenantColumn, columns }: Table, tenantId: string): string {
  made++
  const needed = columns.filter((column) => column.needed && column.name !== tenantColumn)
  const names = [tenantColumn, ...needed.map((column) => `"${column.name}"`)]
  const values = [`'${tenantId}'`, ...needed.map((column) => value(column, made))]
  return `insert into "${name}" (${names.join(', ')}) values (${values.join(', ')})`
}

// Only policies are looked at here: what else refuses a row would hide what a policy lets through.
await client.query(`
  do $$ declare c record; begin
    for c in select conrelid::regclass as of, conname as name from pg_constraint
      where contype in ('c', 'f') and connamespace = 'public'::regnamespace
    loop execute format('alter table %s drop constraint if exists %I cascade', c.of, c.name); end loop;
    for c in select tgrelid::regclass as of, tgname as name from pg_trigger where not tgisinternal
    loop execute format('drop trigger %I on %s', c.name, c.of); end loop;
  end $$`)
for (const table of tables) for (const tenantId of [mine, theirs]) await client.query(insertOf(table, tenantId))

/** What the app role, acting for one tenant, can do to the other's rows of a table; nothing, if its policy holds. */
async function leaks(table: Table): Promise<string[]> {
  const { name, tenantColumn } = table
  const found: string[] = []
  const attempt = async (
    what: string,
    statement: string,
    count = (result: { rowCount: number | null }) => result.rowCount ?? 0,
  ) => {
    await client.query('savepoint attempt')
    try {
      if (count(await client.query(statement)) > 0) found.push(what)
    } catch (error) {
      const { code } = error as { code?: string }
      // Only a row that the policy let through gets as far as the unique keys.
      if (code === '23505') found.push(what)
      // Refused by the policy, or not granted at all: either keeps the row where it is.
      else assert.equal(code, '42501', `${name}: ${what}: ${error}`)
    }
    await client.query('rollback to savepoint attempt')
  }
  await client.query(`select set_config('role', 'daytwo_app', true), set_config('app.tenant_id', '${mine}', true)`)
  const theirRows = `"${name}" where ${tenantColumn} = '${theirs}'`
  await attempt('reads', `select 1 from ${theirRows}`)
  await attempt('adds', insertOf(table, theirs))
  await attempt('takes over', `update "${name}" set ${tenantColumn} = '${mine}' where ${tenantColumn} = '${theirs}'`)
  await attempt('gives away', `update "${name}" set ${tenantColumn} = '${theirs}' where ${tenantColumn} = '${mine}'`)
  await attempt('deletes', `delete from ${theirRows}`)
  await client.query('reset role')
  return found
}

async function probed(table: Table, change?: string): Promise<string[]> {
  await client.query('begin')
  try {
    if (change) await client.query(change)
    return await leaks(table)
  } finally {
    await client.query('rollback')
  }
}

test('[P5] in every tenant table a tenant sees its own rows and can do nothing to another’s', async () => {
  assert.ok(tables.length > 25)
  for (const table of tables) {
    assert.deepEqual(await probed(table), [], table.name)
    await client.query('begin')
    await client.query(`select set_config('role', 'daytwo_app', true), set_config('app.tenant_id', '${mine}', true)`)
    const { rows } = await client.query(`select count(*)::int as n from "${table.name}"`)
    await client.query('rollback')
    assert.equal(rows[0].n, 1, `${table.name} shows exactly one's own row`)
  }
})

test('[P5] without a tenant no row is seen', async () => {
  for (const { name } of tables) {
    await client.query('begin')
    await client.query(`select set_config('role', 'daytwo_app', true), set_config('app.tenant_id', '', true)`)
    assert.equal((await client.query(`select 1 from "${name}"`)).rowCount, 0, name)
    await client.query('rollback')
  }
})

test('[P5] a policy replaced by one that allows all is found by the same probe, whichever it is', async () => {
  const missed: string[] = []
  for (const table of tables) {
    const open = `alter policy tenant on "${table.name}"`
    if ((await probed(table, `${open} using (true)`)).length === 0) missed.push(`${table.name} using`)
    const writable = await mayWrite(table.name)
    if (writable && (await probed(table, `${open} with check (true)`)).length === 0) missed.push(`${table.name} check`)
    if ((await probed(table, `alter table "${table.name}" disable row level security`)).length === 0)
      missed.push(`${table.name} switched off`)
  }
  assert.deepEqual(missed, [])
})

/** Tables that the app role may only read have no check to lose. */
async function mayWrite(table: string): Promise<boolean> {
  const { rows } = await client.query(
    `select has_table_privilege('daytwo_app', $1::regclass, 'insert') or has_table_privilege('daytwo_app', $1::regclass, 'update') as may`,
    [`public."${table}"`],
  )
  return rows[0].may
}
