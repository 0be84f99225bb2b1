/**
 * The two serving roles. Start-up order: configuration → database and migrations → modules → listen. Stopping: stop
 * accepting, drain, give claims back, close.
 */
import { type Config, ConfigError } from '#kernel/config/index.ts'
import { migrationFaults, migrationStatus, openDatabase } from '#kernel/database/index.ts'
import { Problem } from '#kernel/errors/index.ts'
import { healthRoutes, makeHttp, type ReadinessCheck } from '#kernel/http/index.ts'
import type { Logger } from '#kernel/telemetry/index.ts'
import { collectProcessMetrics } from '#kernel/telemetry/index.ts'
import { type Engine, makeEngine, startWorker } from '#kernel/work/index.ts'
import { type Composed, compose } from './compose.ts'
import { allMigrations, checkDatabase } from './database-server.ts'
import { makeHttpApp } from './http-app.ts'

export type Running = { stop(): Promise<void> /** False when the role's loop is stuck. */; alive(): boolean }

/** A worker whose loops made no round for this long is stuck: a round waits at most a second for work. */
const stuckAfterMs = 60_000

async function open(config: Config, role: 'api' | 'worker', log: Logger) {
  const url = config.databaseUrl!
  await checkDatabase(url)
  const database = openDatabase({
    url,
    readUrl: config.DATABASE_READ_URL,
    poolMax: config.DB_POOL_MAX,
    name: role,
    log,
  })
  const composed = compose(config, database, log)
  const engines = composed.work.map((work) => makeEngine(work, database, log))
  collectProcessMetrics()
  return { database, composed, engines, checks: readinessChecks(url, database.ping, engines) }
}

export async function runApi(config: Config, log: Logger): Promise<Running> {
  const { database, composed, checks } = await open(config, 'api', log)
  await firstAdmin(config, composed).catch(async (error) => {
    await database.close()
    throw error
  })
  const http = await makeHttpApp(config, composed, log, checks)
  await http.listen({ host: config.HOST, port: config.PORT })
  log.info({ url: config.baseUrl }, 'the API listens')
  await announce(config, composed)
  return {
    alive: () => true,
    async stop() {
      await http.drain()
      await http.close()
      await database.close()
    },
  }
}

/** The administrator whom the environment names; a password that is too weak stops the start before anybody can connect. */
async function firstAdmin(config: Config, { people }: Pick<Composed, 'people'>) {
  const { DAYTWO_ADMIN_EMAIL: email, DAYTWO_ADMIN_PASSWORD: password } = config
  if (email === undefined || password === undefined) return
  try {
    await people.ensureFirstAdmin({ email, password })
  } catch (error) {
    const [fault] = error instanceof Problem ? error.errors : []
    if (!fault) throw error
    const expected = 'a password that would not be guessed, of 15 to 256 characters'
    throw new ConfigError([{ name: fault.pointer, problem: fault.detail, expected }])
  }
}

/** For the person at the terminal: where it is, and until there is an administrator, the link that makes one. */
async function announce(config: Config, { people }: Pick<Composed, 'people'>) {
  const lines = [`daytwo is up: ${config.baseUrl}`]
  if (!(await people.wasSetUp()))
    lines.push(`make yourself its administrator with this one-time link: ${await people.createSetupUrl('first')}`)
  process.stdout.write(`\n  ${lines.join('\n  ')}\n\n`)
}

export async function runWorker(config: Config, log: Logger): Promise<Running> {
  const { database, composed, engines, checks } = await open(config, 'worker', log)
  await composed.operations.ensureSchedules()
  await composed.polling.lookSoon()
  const worker = await startWorker(engines, database, log, config.WORKER_CONCURRENCY)
  const alive = () => worker.idleFor() < stuckAfterMs
  const http = await makeHttp({
    log,
    requestTimeoutMs: config.REQUEST_TIMEOUT_MS,
    authenticators: [],
    production: config.production,
  })
  healthRoutes(http, { alive, checks, metricsToken: config.METRICS_TOKEN })
  await http.listen({ host: config.HOST, port: config.WORKER_PORT })
  log.info({ work: composed.work.length }, 'the worker runs')
  return {
    alive,
    async stop() {
      await worker.stop()
      await http.close()
      await database.close()
    },
  }
}

const deepQueue = 1000

function readinessChecks(url: string, ping: () => Promise<number>, engines: readonly Engine[]): ReadinessCheck[] {
  const queue = engines.find(({ work }) => work.name === 'event_queue')!
  let migrated = false
  return [
    { name: 'database', critical: true, check: async () => void (await ping()) },
    {
      name: 'migrations',
      critical: true,
      async check() {
        // Once true it stays true for this process: its own migrations cannot become pending again.
        if (!migrated) {
          const faults = migrationFaults(await migrationStatus(url, allMigrations()))
          if (faults.length > 0) throw new Error(faults.join('; '))
          migrated = true
        }
        return undefined
      },
    },
    {
      name: 'queue',
      critical: false,
      async check() {
        const counts = await queue.counts()
        const of = (status: string) => counts.find((row) => row.status === status)?.count ?? 0
        const note = `${of('pending')} pending, ${of('processing')} processing, ${of('dead_lettered')} dead letters`
        if (of('pending') >= deepQueue) throw new Error(note)
        return note
      },
    },
  ]
}
