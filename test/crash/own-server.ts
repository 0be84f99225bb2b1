/** A PostgreSQL of the test's own, which it may stop as it likes; `testDatabase` clones from it once this module is loaded. */
import { globSync, readFileSync, rmSync } from 'node:fs'
import { join } from 'node:path'
import { type EmbeddedServer, startEmbedded } from '#kernel/database/embedded/index.ts'
import { databaseUrl, migrate, readMigrations, rolePassword, setUpDatabase } from '#kernel/database/index.ts'
import { temporaryFolder } from '../support/temporary-folder.ts'

const root = new URL('../../', import.meta.url)
const template = 'daytwo_crash_template'
const folder = temporaryFolder()
const secret = 'a secret of the tests, long enough for all'
const options = { dataDir: folder, password: 'test', preferredPort: 26_400 + (process.pid % 500), log: () => undefined }

let server: EmbeddedServer = await startEmbedded(options)
await setUpDatabase({
  adminUrl: server.url,
  database: template,
  login: { user: 'daytwo_test', password: rolePassword(secret, 'login') },
  databaseSecret: secret,
})
await migrate(
  databaseUrl(server.url, template),
  readMigrations(globSync('src/**/migrations/', { cwd: root }).map((found) => new URL(`${found}/`, root))),
)
process.env.DAYTWO_TEST_SERVER = server.url
process.env.DAYTWO_TEST_TEMPLATE = template

/** What `pg_ctl stop -m immediate` does: every process of the server ends without writing anything more. */
export async function stopImmediately(): Promise<void> {
  const [pid] = readFileSync(join(folder, 'postgres/postmaster.pid'), 'utf8').split('\n')
  process.kill(Number(pid), 'SIGQUIT')
  await server.exited
}

/** Starts it again on its port; resolves when it takes connections, recovery included. */
export async function startAgain(): Promise<void> {
  const { port } = server
  server = await startEmbedded(options)
  if (server.port !== port) throw new Error(`the server came back on port ${server.port}, not ${port}`)
}

export async function endServer(): Promise<void> {
  await server.stop()
  rmSync(folder, { recursive: true, force: true })
}
