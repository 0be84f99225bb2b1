/** Connection pools: bounded, labelled, and surviving a database that goes away. */
import pg from 'pg'
import { Gauge } from 'prom-client'
import { type Logger, metrics } from '#kernel/telemetry/index.ts'

const connections = new Gauge({
  name: 'daytwo_database_connections',
  help: 'Connections of this process by state.',
  labelNames: ['pool', 'state'],
  registers: [metrics],
})

export function makePool(url: string, max: number, name: string, log: Logger): pg.Pool {
  const pool = new pg.Pool({
    connectionString: url,
    max,
    application_name: `daytwo-${name}`,
    connectionTimeoutMillis: 5000,
    idleTimeoutMillis: 10_000,
    keepAlive: true,
  })
  // An idle connection that breaks is replaced at the next use; without a listener it would end the process.
  pool.on('error', (error) => log.warn({ err: error }, 'an idle database connection broke'))
  const measure = () => {
    connections.set({ pool: name, state: 'idle' }, pool.idleCount)
    connections.set({ pool: name, state: 'active' }, pool.totalCount - pool.idleCount)
    connections.set({ pool: name, state: 'waiting' }, pool.waitingCount)
  }
  for (const event of ['acquire', 'release', 'connect', 'remove'] as const) pool.on(event, measure)
  return pool
}
