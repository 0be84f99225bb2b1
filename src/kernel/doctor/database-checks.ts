/** What can be told of a database before the product opens it: does it answer, is it new enough, is the role safe, is it up to date. */

import { now } from '#kernel/clock/index.ts'
import {
  loginFault,
  type Migration,
  type MigrationState,
  migrationFaults,
  migrationStatus,
  withClient,
} from '#kernel/database/index.ts'
import type { Diagnosis, DoctorCheck } from './diagnosis.ts'

const oldestVersion = 150_000
const mostSecondsApart = 5

/** In this order: when the first finds a fault the others cannot be made, when the last one does the modules' cannot. */
export const databaseChecks = (url: string, migrations: () => readonly Migration[]): DoctorCheck[] => [
  { name: 'kernel.database', summary: 'The database answers', check: () => reachable(url) },
  { name: 'kernel.database_role', summary: 'The role keeps tenants apart', check: () => role(url) },
  { name: 'kernel.migrations', summary: 'The database is up to date', check: () => migrated(url, migrations()) },
]

async function reachable(url: string): Promise<Diagnosis[]> {
  const { host, pathname, username } = new URL(url)
  const where = `${host}${pathname}`
  try {
    return await withClient(url, async (client) => {
      const before = now().getTime()
      const { rows } = await client.query(
        `select current_setting('server_version_num')::int as number, current_setting('server_version') as version,
          extract(epoch from clock_timestamp()) * 1000 as time`,
      )
      const after = now().getTime()
      const [{ number, version, time }] = rows
      const found: Diagnosis[] = [
        number >= oldestVersion
          ? { level: 'ok', finding: `PostgreSQL ${version} answers at ${where}.` }
          : {
              level: 'fault',
              finding: `PostgreSQL ${version} at ${where} is too old.`,
              fix: 'daytwo needs PostgreSQL 15 or newer: upgrade the server, or unset DATABASE_URL to use the embedded one.',
            },
      ]
      const apart = Math.abs(Number(time) - (before + after) / 2) / 1000
      if (apart > mostSecondsApart)
        found.push({
          level: 'warning',
          finding: `The clocks of this machine and of the database are ${apart.toFixed(0)} s apart.`,
          fix: 'Times stored are the database\'s, times in logs this machine\'s: set both by NTP ("timedatectl status").',
        })
      return found
    })
  } catch (error) {
    const { code, message } = error as NodeJS.ErrnoException
    return [
      {
        level: 'fault',
        finding: `The database at ${where} does not answer: ${message || code}`,
        fix: fixOf(code, username),
      },
    ]
  }
}

function fixOf(code: string | undefined, user: string): string {
  if (code === '28P01' || code === '28000')
    return `Check the password of ${user} in DATABASE_URL (or DB_PASSWORD); "daytwo db:setup" sets it.`
  if (code === '3D000')
    return 'The database does not exist: "daytwo db:setup" makes it (it needs DATABASE_MIGRATION_URL), then "daytwo migration:run".'
  if (code === 'ENOTFOUND' || code === 'EAI_AGAIN')
    return 'The host name is not known: check DATABASE_URL (or DB_HOST).'
  if (code === '53300')
    return 'All its connections are taken: lower DB_POOL_MAX, run fewer processes, or raise max_connections.'
  return 'See that PostgreSQL runs there and may be reached from here: psql "$DATABASE_URL" -c \'select 1\''
}

async function role(url: string): Promise<Diagnosis[]> {
  const fault = await loginFault(url)
  if (!fault) return [{ level: 'ok', finding: 'Row-level security binds the login role.' }]
  const end = fault.indexOf('. Run ')
  return [{ level: 'fault', finding: fault.slice(0, end + 1), fix: fault.slice(end + 2) }]
}

async function migrated(url: string, migrations: readonly Migration[]): Promise<Diagnosis[]> {
  const states: readonly MigrationState[] = await migrationStatus(url, migrations)
  const faults = migrationFaults(states)
  if (faults.length > 0)
    return faults.map((finding) => ({
      level: 'fault',
      finding: `Migration ${finding}.`,
      fix: finding.endsWith('not applied')
        ? 'The embedded database migrates itself at the next start; for an external one run "daytwo migration:run" with DATABASE_MIGRATION_URL.'
        : 'Restore the file as it was released; a change needs a migration of its own.',
    }))
  const unknown = states.filter(({ state }) => state === 'unknown')
  if (unknown.length === 0) return [{ level: 'ok', finding: `All ${states.length} migrations are applied.` }]
  return [
    {
      level: 'warning',
      finding: `The database knows migrations that this version does not: ${unknown.map(({ name }) => name).join(', ')}.`,
      fix: 'A newer version has used it. Use that version; this one works beside it during a roll-out.',
    },
  ]
}
