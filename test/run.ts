/**
 * Runs the tests: one PostgreSQL for the run (the embedded one, or the server named by DAYTWO_TEST_SERVER as a superuser URL), one
 * migrated template that each file clones, then node's own test runner. Arguments are files; without any, all of them.
 */
import { spawn } from 'node:child_process'
import { globSync, rmSync } from 'node:fs'
import { startEmbedded } from '#kernel/database/embedded/index.ts'
import { databaseUrl, migrate, readMigrations, setUpDatabase, withClient } from '#kernel/database/index.ts'
import { testLogin, testSecret } from './support/database.ts'
import { temporaryFolder } from './support/temporary-folder.ts'

// Its own, so that two runs may share a server.
const template = `daytwo_test_template_${process.pid}`
const root = new URL('../', import.meta.url)

async function makeTemplate(server: string) {
  await setUpDatabase({ adminUrl: server, database: template, login: testLogin, databaseSecret: testSecret })
  const folders = globSync('src/**/migrations/', { cwd: root }).map((folder) => new URL(`${folder}/`, root))
  await migrate(databaseUrl(server, template), readMigrations(folders))
}

const crash = process.env.DAYTWO_CRASH === 'full'
const files = process.argv.slice(2)
const chosen = files.length > 0 ? files : globSync('{src,test,scripts,console/src}/**/*.test.ts', { cwd: root }).sort()

const external = process.env.DAYTWO_TEST_SERVER
const folder = temporaryFolder()
const embedded = external
  ? undefined
  : await startEmbedded({ dataDir: folder, password: 'test', log: () => undefined, settings: { fsync: 'off' } })
const server = external ?? embedded!.url
try {
  await makeTemplate(server)
  const runner = spawn(
    process.execPath,
    [
      '--test',
      // Full crash tests measure times: one after the other.
      `--test-concurrency=${crash ? 1 : 2}`,
      `--test-timeout=${crash ? 1_500_000 : 240_000}`,
      ...(process.env.CI ? ['--test-reporter=spec'] : []),
      ...chosen,
    ],
    {
      cwd: root,
      stdio: 'inherit',
      env: { ...process.env, NODE_ENV: 'test', DAYTWO_TEST_SERVER: server, DAYTWO_TEST_TEMPLATE: template },
    },
  )
  // Whoever ends the run ends the tests, whose hooks end what they started; then the server below is stopped.
  for (const signal of ['SIGINT', 'SIGTERM'] as const) process.on(signal, () => runner.kill(signal))
  process.exitCode = await new Promise<number>((resolve) => runner.on('exit', (code) => resolve(code ?? 1)))
} finally {
  if (external) await withClient(server, (admin) => admin.query(`drop database if exists ${template} with (force)`))
  await embedded?.stop()
  rmSync(folder, { recursive: true, force: true })
}
