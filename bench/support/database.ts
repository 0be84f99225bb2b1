/** Databases of the benches on one server, and what is done to them between rounds. */
import { globSync, rmSync } from 'node:fs'
import { pino } from 'pino'
import { startEmbedded } from '#kernel/database/embedded/index.ts'
import {
  type Database,
  databaseUrl,
  migrate,
  openDatabase,
  readMigrations,
  rolePassword,
  setUpDatabase,
  withClient,
} from '#kernel/database/index.ts'
import { temporaryFolder } from '#test/support/temporary-folder.ts'

const root = new URL('../../', import.meta.url)
export const benchSecret = 'a secret of the benchmarks, long enough'
const login = { user: 'daytwo_bench', password: rolePassword(benchSecret, 'login') }

/** A superuser's URL of the server of `DAYTWO_BENCH_SERVER`, or of an embedded one started as the product starts it. */
export async function benchServer(): Promise<{ url: string; folder: string; stop(): Promise<void> }> {
  const folder = temporaryFolder()
  const clean = () => rmSync(folder, { recursive: true, force: true })
  const given = process.env.DAYTWO_BENCH_SERVER
  if (given) return { url: given, folder, stop: async () => clean() }
  const server = await startEmbedded({ dataDir: folder, password: 'bench', log: () => undefined })
  const stop = async () => {
    await server.stop()
    clean()
  }
  // Whoever interrupts a bench should find nothing of it afterwards.
  const interrupted = () => void stop().finally(() => process.exit(1))
  for (const signal of ['SIGINT', 'SIGTERM'] as const) process.once(signal, interrupted)
  return {
    url: server.url,
    folder,
    async stop() {
      for (const signal of ['SIGINT', 'SIGTERM'] as const) process.off(signal, interrupted)
      await stop()
    },
  }
}

export type BenchDatabase = {
  readonly database: Database
  /** As the application logs in. */
  readonly url: string
  readonly adminUrl: string
  drop(): Promise<void>
}

/** A fresh migrated database on `server` (a superuser's URL); `drop` removes it. */
export async function benchDatabase(server: string, name: string): Promise<BenchDatabase> {
  await withClient(server, (admin) => admin.query(`drop database if exists ${name} with (force)`))
  await setUpDatabase({ adminUrl: server, database: name, login, databaseSecret: benchSecret })
  const folders = globSync('src/**/migrations/', { cwd: root }).map((folder) => new URL(`${folder}/`, root))
  const adminUrl = databaseUrl(server, name)
  await migrate(adminUrl, readMigrations(folders))
  const url = databaseUrl(server, name, login)
  const database = openDatabase({ url, poolMax: 4, name: 'bench', log: pino({ level: 'silent' }) })
  return {
    database,
    url,
    adminUrl,
    async drop() {
      await database.close()
      await withClient(server, (admin) => admin.query(`drop database ${name} with (force)`))
    },
  }
}

/** An empty database for a peer that makes its own schema. */
export async function plainDatabase(server: string, name: string): Promise<{ url: string; drop(): Promise<void> }> {
  const drop = () =>
    withClient(server, async (admin) => void (await admin.query(`drop database if exists ${name} with (force)`)))
  await drop()
  await withClient(server, (admin) => admin.query(`create database ${name}`))
  return { url: databaseUrl(server, name), drop }
}

/** Writes out what earlier turns left dirty, so that nobody pays for another's pages. */
export const checkpoint = (adminUrl: string): Promise<void> =>
  withClient(adminUrl, async (admin) => void (await admin.query('checkpoint')))
