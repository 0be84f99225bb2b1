/** What the database itself says about isolation: no table, view or function may have been forgotten. */
import assert from 'node:assert/strict'
import { test } from 'node:test'
import { z } from 'zod'
import { testDatabase } from './support/database.ts'

const db = await testDatabase()
const platformTables = [
  'alert_condition',
  'alert_pending',
  'database_sample',
  'request_minute',
  'migration',
  'oidc_mapping',
  'passkey',
  'passkey_challenge',
  'password_reset',
  'person',
  'person_identity',
  'person_session',
  'person_totp',
  'rate_window',
  'recovery_code',
  'registration',
  'schedule',
  'second_factor_challenge',
  'session_confirmation',
  'setup_link',
  'sign_in_attempt',
  'signing_key',
  'spent_refresh_token',
  'sso_flow',
  'work_minute',
]

test('[P5] every table is a tenant’s under forced row-level security, or on the short list of the installation’s', async () => {
  const tables = await db.sql(`
    select c.relname as name, c.relrowsecurity as enabled, c.relforcerowsecurity as forced,
      (select array_agg(p.polname::text order by p.polname) from pg_policy p where p.polrelid = c.oid) as policies,
      (select a.attname from pg_index i join pg_attribute a on a.attrelid = c.oid and a.attnum = i.indkey[0]
        where i.indrelid = c.oid and i.indisprimary) as first_key
    from pg_class c join pg_namespace n on n.oid = c.relnamespace where n.nspname = 'public' and c.relkind in ('r', 'p')`)
  assert.ok(tables.length > 20)
  for (const table of tables) {
    if (platformTables.includes(String(table.name))) continue
    assert.ok(table.enabled && table.forced, `${table.name} has forced row-level security`)
    assert.deepEqual(table.policies, ['operator', 'owner', 'platform', 'tenant'], `${table.name} has the four policies`)
    assert.equal(
      table.first_key,
      table.name === 'tenant' ? 'id' : 'tenant_id',
      `${table.name}'s primary key starts with the tenant`,
    )
  }
})

test('[P5] tenant policies are plain equality with using and with check', async () => {
  const rows = await db.sql(`
    select c.relname as name, pg_get_expr(p.polqual, p.polrelid) as using, pg_get_expr(p.polwithcheck, p.polrelid) as with_check
    from pg_policy p join pg_class c on c.oid = p.polrelid where p.polname = 'tenant'`)
  assert.ok(rows.length > 20)
  for (const row of rows) {
    assert.match(
      String(row.using),
      /^\((tenant_id|id) = \( SELECT app\.tenant_id\(\) AS tenant_id\)\)$/,
      String(row.name),
    )
    assert.equal(row.using, row.with_check)
  }
})

test('[P5] views run as their caller, there are no materialized views, definer functions are listed and fix their search path', async () => {
  const views =
    await db.sql(`select c.relname as name, c.reloptions as options from pg_class c join pg_namespace n on n.oid = c.relnamespace
    where n.nspname in ('public', 'app') and c.relkind = 'v' and not exists (select from pg_depend d where d.objid = c.oid and d.deptype = 'e')`)
  assert.ok(views.length > 0)
  for (const view of views) assert.ok((view.options as string[])?.includes('security_invoker=true'), String(view.name))
  assert.deepEqual(await db.sql(`select relname from pg_class where relkind = 'm'`), [])
  const definers =
    await db.sql(`select p.proname as name, p.proconfig as config from pg_proc p join pg_namespace n on n.oid = p.pronamespace
    where n.nspname in ('public', 'app') and p.prosecdef order by 1`)
  assert.deepEqual(
    definers.map(({ name }) => name),
    [
      'api_key_by_hash',
      'audit_operator_change',
      'caller_of_session',
      'chain_audit_event',
      'connection_by_event_source',
      'connection_by_id',
      'people_of_tenant',
      'purge_audit_events',
      'second_factors_of_tenant',
    ],
  )
  for (const { name, config } of definers)
    assert.ok(
      (config as string[])?.some((entry) => entry.startsWith('search_path=')),
      String(name),
    )
})

test('[P5] 99: foreign keys to tenants’ tables carry the tenant', async () => {
  const rows = await db.sql(
    `
    select con.conname as name, (select array_agg(a.attname::text) from unnest(con.conkey) k join pg_attribute a on a.attrelid = con.conrelid and a.attnum = k) as columns
    from pg_constraint con where con.contype = 'f' and con.connamespace = 'public'::regnamespace
      and con.confrelid::regclass::text <> all ($1)`,
    [platformTables],
  )
  assert.ok(rows.length > 5)
  for (const { name, columns } of rows) assert.ok((columns as string[]).includes('tenant_id'), String(name))
})

test('[P5] of what is the installation’s, persons above all, a tenant’s transaction reads nothing', async () => {
  const readable = await db.sql(`
    select c.relname as name from pg_class c join pg_namespace n on n.oid = c.relnamespace
      cross join unnest('{select,insert,update,delete}'::text[]) as may
    where n.nspname in ('public', 'app') and c.relkind in ('r', 'p') and not c.relforcerowsecurity
      and has_table_privilege('daytwo_app', c.oid, may) group by 1`)
  // Which version the schema has is nobody's secret; every process looks before it begins.
  assert.deepEqual(readable, [{ name: 'migration' }])
  const columns = await db.sql(`
    select a.attrelid::regclass::text || '.' || a.attname as name from pg_attribute a
      join pg_class c on c.oid = a.attrelid and not c.relforcerowsecurity cross join aclexplode(a.attacl) g
    where g.grantee = 'daytwo_app'::regrole`)
  assert.deepEqual(columns, [])
})

test('[P5] of persons a tenant sees the names of its own people, and who of them has a second factor', async () => {
  const [mine, theirs] = [await db.tenant(), await db.tenant()]
  const person = async (name: string, tenantId: string | undefined) => {
    const [made] = await db.sql(
      `insert into person (id, email, name, password_hash) values (gen_random_uuid(), $1 || '@example.com', $1, 'secret') returning id`,
      [name],
    )
    await db.sql(`insert into person_totp (person_id, secret, confirmed_at) values ($1, 'secret', now())`, [made!.id])
    if (tenantId)
      await db.sql(`insert into member (tenant_id, person_id, role, source) values ($1, $2, 'viewer', 'first')`, [
        tenantId,
        made!.id,
      ])
    return made!.id
  }
  const own = await person('own', mine.tenantId)
  await person('foreign', theirs.tenantId)
  await person('nowhere', undefined)
  const people = {
    name: 'test.people',
    row: z.object({ id: z.string(), email: z.string(), name: z.string(), status: z.string(), factors: z.number() }),
    sample: undefined,
    sql: () => ({
      text: 'select p.*, (select count(*) from app.second_factors_of_tenant()) as factors from app.people_of_tenant() p',
      values: [],
    }),
  }
  const seen = await db.database.tenantTx(mine, (tx) => tx.rows(people as never, undefined as never))
  assert.deepEqual(seen, [{ id: own, email: 'own@example.com', name: 'own', status: 'active', factors: 1 }])
})

test('[P5] no role of ours is superuser, bypasses row-level security or may truncate', async () => {
  const roles = await db.sql(
    `select rolname from pg_roles where rolname like 'daytwo%' and (rolsuper or rolbypassrls or rolcreaterole)`,
  )
  assert.deepEqual(roles, [])
  const grants = await db.sql(`select grantee, table_name from information_schema.role_table_grants
    where privilege_type in ('TRUNCATE', 'REFERENCES', 'TRIGGER') and grantee in ('daytwo_app', 'daytwo_platform', 'daytwo_operator') and table_schema = 'public'`)
  assert.deepEqual(grants, [])
})

test('[P5] the login role by itself reads nothing, and a session without a tenant sees no rows', async () => {
  await assert.rejects(
    db.database.lookup(
      {
        name: 'test.peek',
        row: z.object({ n: z.number() }),
        sample: undefined,
        sql: () => ({ text: 'select count(*) as n from audit_events', values: [] }) as never,
      },
      undefined,
    ),
    /permission denied/,
  )
})

test('no index is invalid, and array columns hold no forgotten sequence types', async () => {
  assert.deepEqual(await db.sql('select indexrelid::regclass::text as name from pg_index where not indisvalid'), [])
  assert.deepEqual(
    await db.sql(
      `select table_name, column_name from information_schema.columns where table_schema = 'public' and data_type in ('real', 'money', 'timestamp without time zone') and not (column_name = 'confidence')`,
    ),
    [],
  )
})
