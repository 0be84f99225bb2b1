/** Where PostgreSQL comes from: the embedded server of the data folder, or the external one the configuration names. */
import { globSync } from 'node:fs'
import type { Config } from '#kernel/config/index.ts'
import {
  attachOrStart,
  backupCluster,
  type EmbeddedOptions,
  type EmbeddedServer,
  runningServer,
  startEmbedded,
} from '#kernel/database/embedded/index.ts'
import {
  databaseUrl,
  loginFault,
  type Migration,
  migrate,
  migrationFaults,
  migrationStatus,
  readMigrations,
  rolePassword,
  roles,
  setUpDatabase,
} from '#kernel/database/index.ts'

export type DatabaseServer = {
  /** The application's login. */
  url: string
  /** A role that may create roles and migrate; undefined where an external database names none. */
  adminUrl: string | undefined
  operatorUrl: string
  embedded: EmbeddedServer | undefined
  stop(): Promise<void>
}

export const embeddedDatabase = 'daytwo'
const loginName = 'daytwo'

const passwordOf = (config: Config, role: string) => rolePassword(config.databaseSecret, role)

function embeddedOptions(config: Config, log: (line: string) => void): EmbeddedOptions {
  return { dataDir: config.dataDir, password: passwordOf(config, 'postgres'), log }
}

const login = (config: Config) => ({ user: loginName, password: passwordOf(config, loginName) })
const operator = (config: Config) => ({ user: roles.operator, password: passwordOf(config, roles.operator) })

function describeEmbedded(config: Config, server: EmbeddedServer): DatabaseServer {
  return {
    url: databaseUrl(server.url, embeddedDatabase, login(config)),
    adminUrl: databaseUrl(server.url, embeddedDatabase),
    operatorUrl: databaseUrl(server.url, embeddedDatabase, operator(config)),
    embedded: server,
    stop: () => server.stop(),
  }
}

function external(config: Config): DatabaseServer {
  const url = config.databaseUrl!
  return {
    url,
    adminUrl: config.DATABASE_MIGRATION_URL,
    operatorUrl: databaseUrl(url, new URL(url).pathname.slice(1), operator(config)),
    embedded: undefined,
    stop: async () => undefined,
  }
}

/** For a command: uses the running instance's server, or starts one for as long as the command runs. */
export async function openServer(config: Config, log: (line: string) => void): Promise<DatabaseServer> {
  if (config.databaseUrl) return external(config)
  const server = await attachOrStart(embeddedOptions(config, log))
  try {
    await prepareEmbedded(config, server, { log, mayRestart: false })
  } catch (error) {
    await server.stop()
    throw error
  }
  return describeEmbedded(config, server)
}

/** Only looks: the database of a running instance, or the external one; undefined where nobody serves the embedded one. */
export async function runningDatabase(config: Config): Promise<DatabaseServer | undefined> {
  if (config.databaseUrl) return external(config)
  if (!(await runningServer(config.dataDir))) return undefined
  return describeEmbedded(config, await attachOrStart(embeddedOptions(config, () => undefined)))
}

/** For `daytwo up`: owns the embedded server, brings it up to date (with a backup before), or checks the external one. */
export async function ownServer(config: Config, log: (line: string) => void): Promise<DatabaseServer> {
  if (config.databaseUrl) return external(config)
  const options = embeddedOptions(config, log)
  let server = await startEmbedded(options)
  const outdated = await prepareEmbedded(config, server, { log, mayRestart: true })
  if (outdated) {
    // A cold copy of the folder is the only backup that needs no tools; it takes a stopped server.
    await server.stop()
    await backupCluster(config.dataDir, 'before-migration', log)
    server = await startEmbedded(options)
    await prepareEmbedded(config, server, { log, mayRestart: false })
  }
  return describeEmbedded(config, server)
}

/** Makes roles and database, then migrates. Returns true, having changed nothing, when a backup should come first. */
async function prepareEmbedded(
  config: Config,
  server: EmbeddedServer,
  { log, mayRestart }: { log: (line: string) => void; mayRestart: boolean },
): Promise<boolean> {
  const migrations = allMigrations()
  const url = databaseUrl(server.url, embeddedDatabase)
  const states = await migrationStatus(url, migrations).catch(() => undefined)
  const pending = states?.filter(({ state }) => state === 'pending') ?? []
  if (states && pending.length === 0) {
    refuseEdited(migrationFaults(states))
    return false
  }
  const fresh = !states || pending.length === migrations.length
  if (!fresh && mayRestart) return true
  await setUpDatabase({
    adminUrl: server.url,
    database: embeddedDatabase,
    login: login(config),
    databaseSecret: config.databaseSecret,
  })
  await migrate(url, migrations, (name) => log(`applying migration ${name}`))
  return false
}

function refuseEdited(faults: readonly string[]) {
  if (faults.length > 0) throw new Error(`The database and the migrations differ:\n  ${faults.join('\n  ')}`)
}

/**
 * What stands against serving from this database: a login role that row-level security does not bind, pending or edited
 * migrations. Throws with all of it and the command that helps.
 */
export async function checkDatabase(url: string): Promise<void> {
  const fault = await loginFault(url)
  if (fault) throw new Error(fault)
  const faults = migrationFaults(await migrationStatus(url, allMigrations()))
  if (faults.length === 0) return
  throw new Error(
    `The database is not up to date:\n  ${faults.join('\n  ')}\nRun "daytwo migration:run" (it needs DATABASE_MIGRATION_URL), then start again.`,
  )
}

/** Found by folder, so that the supervisor and short commands need not load the modules; a test compares with their list. */
export function allMigrations(): Migration[] {
  const sources = new URL('../', import.meta.url)
  const folders = globSync('{kernel,modules}/**/migrations/', { cwd: sources })
  return readMigrations(folders.map((folder) => new URL(`${folder}/`, sources)))
}
