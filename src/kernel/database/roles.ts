/**
 * The roles of a database, made once without superuser: the owner runs migrations, the app role sees one tenant, the
 * platform role all, the operator is a person with psql. The login role inherits nothing, so that a statement outside the
 * three doors can read nothing.
 */
import pg from 'pg'
import { deriveKey } from '#kernel/crypto/index.ts'

export const roles = {
  owner: 'daytwo_owner',
  app: 'daytwo_app',
  platform: 'daytwo_platform',
  operator: 'daytwo_operator',
}

/** Passwords follow from the instance's secret, so that `db:url` can name them and nothing has to be stored. */
export const rolePassword = (databaseSecret: string, role: string): string =>
  deriveKey(databaseSecret, `postgresql role ${role}`).toString('base64url')

export type SetupOptions = {
  /** A role that may create roles; it need not be superuser. */
  adminUrl: string
  database: string
  login: { user: string; password: string }
  databaseSecret: string
}

/** Serialises concurrent set-ups of one server: roles are shared by all its databases. */
const setupLock = 7_310_001

/** Makes the database and its roles, or brings them to the wanted state. Safe to repeat. */
export async function setUpDatabase({ adminUrl, database, login, databaseSecret }: SetupOptions): Promise<void> {
  const name = pg.escapeIdentifier
  const text = pg.escapeLiteral
  await withClient(adminUrl, async (admin) => {
    await admin.query(`select pg_advisory_lock(${setupLock})`)
    for (const role of [roles.owner, roles.app, roles.platform]) await ensureRole(admin, role, 'nologin')
    const operatorPassword = rolePassword(databaseSecret, roles.operator)
    await ensureRole(admin, roles.operator, `login password ${text(operatorPassword)}`)
    await ensureRole(admin, login.user, `login noinherit password ${text(login.password)}`)
    await admin.query(`grant ${roles.app}, ${roles.platform} to ${name(login.user)}`)
    // The admin acts as the owner from here on; a role it created itself is not enough since PostgreSQL 16.
    await admin.query(`grant ${roles.owner} to current_user`)
    const { rowCount } = await admin.query('select 1 from pg_database where datname = $1', [database])
    if (rowCount === 0) await admin.query(`create database ${name(database)} owner ${roles.owner}`)
    await admin.query(`grant connect on database ${name(database)} to ${name(login.user)}, ${roles.operator}`)
    await admin.query(`select pg_advisory_unlock(${setupLock})`)
  })
  await withClient(databaseUrl(adminUrl, database), async (admin) => {
    // Statement statistics by our names; where the extension is absent the report says so instead.
    await admin.query('create extension if not exists pg_stat_statements').catch(() => undefined)
    await admin.query(`grant pg_read_all_stats to ${roles.operator}, ${roles.platform}`).catch(() => undefined)
  })
}

async function ensureRole(admin: pg.Client, role: string, attributes: string) {
  const { rowCount } = await admin.query('select 1 from pg_roles where rolname = $1', [role])
  const verb = rowCount === 0 ? 'create' : 'alter'
  await admin.query(`${verb} role ${pg.escapeIdentifier(role)} ${attributes}`)
}

export async function withClient<T>(url: string, work: (client: pg.Client) => Promise<T>): Promise<T> {
  const client = new pg.Client({
    connectionString: url,
    application_name: 'daytwo-setup',
    connectionTimeoutMillis: 5000,
  })
  client.on('error', () => undefined)
  await client.connect()
  try {
    return await work(client)
  } finally {
    await client.end().catch(() => undefined)
  }
}

/** The same server, another database (and login). */
export function databaseUrl(url: string, database: string, login?: { user: string; password: string }): string {
  const next = new URL(url)
  next.pathname = `/${encodeURIComponent(database)}`
  if (login) {
    next.username = encodeURIComponent(login.user)
    next.password = encodeURIComponent(login.password)
  }
  return next.toString()
}

/**
 * Why this login role must not be used, or undefined: row-level security does not bind superusers and BYPASSRLS, and an
 * owner could switch it off.
 */
export async function loginFault(url: string): Promise<string | undefined> {
  return withClient(url, async (client) => {
    const { rows } = await client.query(`
      select current_user as name, r.rolsuper, r.rolbypassrls,
        exists (select from pg_roles o where o.rolname = '${roles.owner}' and pg_has_role(current_user, o.oid, 'usage')) as owns
      from pg_roles r where r.rolname = current_user`)
    const [login] = rows
    const why = login.rolsuper
      ? 'is a superuser'
      : login.rolbypassrls
        ? 'has BYPASSRLS'
        : login.owns
          ? 'owns the tables'
          : undefined
    return (
      why &&
      `The login role ${login.name} ${why}, so tenants would not be kept apart. Run "daytwo db:setup" and use the role it makes.`
    )
  })
}
