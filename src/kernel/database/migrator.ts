/**
 * Plain SQL migrations, forward and back. Files are `<yyyymmddhhmm>_<what>.sql`; the part after a line `-- down` undoes the
 * part before it. Each runs in a transaction as the owner role, under one lock, with its digest kept: an edited file is
 * refused. A first line `-- no-transaction` (concurrent indexes) runs statement by statement.
 */
import { readdirSync, readFileSync } from 'node:fs'
import pg from 'pg'
import { sha256 } from '#kernel/crypto/index.ts'
import { roles, withClient } from './roles.ts'

export type Migration = { readonly name: string; readonly up: string; readonly down: string; readonly digest: string }
export type MigrationState = {
  readonly name: string
  readonly state: 'applied' | 'pending' | 'edited' | 'unknown'
  readonly batch?: number
  readonly appliedAt?: Date
}

const migrationLock = 7_310_002
const fileShape = /^\d{12}_[a-z0-9_]+\.sql$/

/** Reads the migrations of all folders in order of their names, whichever module they belong to. */
export function readMigrations(folders: readonly URL[]): Migration[] {
  const found = folders.flatMap((folder) =>
    readdirSync(folder)
      .filter((file) => file.endsWith('.sql'))
      .map((file) => {
        if (!fileShape.test(file)) throw new Error(`migration ${file}: the name must be <yyyymmddhhmm>_<what>.sql`)
        const text = readFileSync(new URL(file, folder), 'utf8')
        const [up = '', down = ''] = text.split(/^-- down$/m)
        return { name: file.slice(0, -4), up, down, digest: sha256(text).toString('hex') }
      }),
  )
  return found.sort((a, b) => a.name.localeCompare(b.name))
}

type Applied = {
  readonly name: string
  readonly digest: string
  readonly batch: number
  readonly applied_at: Date
}

async function applied(client: pg.Client): Promise<Applied[]> {
  const { rows } = await client.query(`select to_regclass('public.migration') is not null as known`)
  if (!rows[0].known) return []
  return (await client.query('select name, digest, batch, applied_at from migration order by name')).rows
}

/** Compares the files with the database. Any login may ask. */
export const migrationStatus = async (url: string, migrations: readonly Migration[]): Promise<MigrationState[]> =>
  migrationStates(await withClient(url, applied), migrations)

/** The same for rows of the table `migration` that somebody read already. */
export function migrationStates(rows: readonly Applied[], migrations: readonly Migration[]): MigrationState[] {
  const done = new Map(rows.map((row) => [row.name, row]))
  const known = new Set(migrations.map((migration) => migration.name))
  const unknown = [...done.keys()].filter((name) => !known.has(name))
  return [
    ...migrations.map((migration): MigrationState => {
      const row = done.get(migration.name)
      if (!row) return { name: migration.name, state: 'pending' }
      const state = row.digest === migration.digest ? 'applied' : 'edited'
      return { name: migration.name, state, batch: row.batch, appliedAt: row.applied_at }
    }),
    ...unknown.map((name): MigrationState => ({ name, state: 'unknown' })),
  ]
}

/** What stands against a start, as one line per migration; a newer database (`unknown`) is no fault: N-1 runs on N. */
export const migrationFaults = (states: readonly MigrationState[]): string[] =>
  states
    .filter(({ state }) => state === 'pending' || state === 'edited')
    .map(
      ({ name, state }) => `${name}: ${state === 'pending' ? 'not applied' : 'the file differs from what was applied'}`,
    )

/** Applies all pending migrations as one batch; returns their names. Safe beside another migrator. */
export const migrate = (
  url: string,
  migrations: readonly Migration[],
  each?: (name: string) => void,
): Promise<string[]> =>
  locked(url, async (client) => {
    await client.query(`create table if not exists migration (
      name text primary key, digest text not null, batch integer not null, applied_at timestamptz not null default now())`)
    await client.query(`grant select on migration to public`)
    const done = new Map((await applied(client)).map((row) => [row.name, row]))
    const edited = migrations.filter(
      (migration) => (done.get(migration.name)?.digest ?? migration.digest) !== migration.digest,
    )
    if (edited.length > 0)
      throw new Error(`edited after they were applied: ${edited.map(({ name }) => name).join(', ')}`)
    const pending = migrations.filter((migration) => !done.has(migration.name))
    const batch = Math.max(0, ...[...done.values()].map((row) => row.batch)) + 1
    for (const migration of pending) {
      each?.(migration.name)
      await apply(client, migration.up, {
        text: 'insert into migration (name, digest, batch) values ($1, $2, $3)',
        values: [migration.name, migration.digest, batch],
      })
    }
    return pending.map(({ name }) => name)
  })

/** Undoes the newest batch; returns the names undone. */
export const rollback = (
  url: string,
  migrations: readonly Migration[],
  each?: (name: string) => void,
): Promise<string[]> =>
  locked(url, async (client) => {
    const done = await applied(client)
    const batch = Math.max(0, ...done.map((row) => row.batch))
    const names = done
      .filter((row) => row.batch === batch)
      .map((row) => row.name)
      .reverse()
    for (const name of names) {
      const migration = migrations.find((candidate) => candidate.name === name)
      if (!migration?.down.trim()) throw new Error(`${name} cannot be undone: it has no part after "-- down"`)
      each?.(name)
      await apply(client, migration.down, { text: 'delete from migration where name = $1', values: [name] })
    }
    return names
  })

async function apply(client: pg.Client, text: string, record: { text: string; values: unknown[] }) {
  if (text.startsWith('-- no-transaction')) {
    for (const part of text.split(/;\s*$/m).filter((part) => part.trim())) await client.query(part)
    await client.query(record)
    return
  }
  await client.query('begin')
  try {
    await client.query(text)
    await client.query(record)
    await client.query('commit')
  } catch (error) {
    await client.query('rollback').catch(() => undefined)
    throw error
  }
}

/** As the owner, with a lock that waits for another migrator, and a lock_timeout so that live traffic is not blocked. */
const locked = <T>(url: string, work: (client: pg.Client) => Promise<T>): Promise<T> =>
  withClient(url, async (client) => {
    await client.query(`set role ${pg.escapeIdentifier(roles.owner)}`)
    await client.query(`select pg_advisory_lock(${migrationLock})`)
    await client.query(`set lock_timeout = '10s'`)
    return work(client)
  })
