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

/** `prelude` runs first on every new connection. */
export function makePool(url: string, max: number, name: string, log: Logger, prelude?: string): pg.Pool {
  const pool = new pg.Pool({
    connectionString: url,
    max,
    application_name: `daytwo-${name}`,
    connectionTimeoutMillis: 5000,
    idleTimeoutMillis: 10_000,
    keepAlive: true,
  })
  // The pool listens to connections that rest, but one may break at any time, and without a listener that ends the process. Only the
  // reason is logged: pg hangs the whole connection on the error.
  const broke = ({ message, code }: Error & { code?: string }) =>
    log.warn({ reason: message, code }, 'a database connection broke')
  pool.on('connect', (client) => {
    client.on('error', broke)
    // Queued before any statement of whoever gets the connection; if it fails, so do theirs, for lack of rights.
    if (prelude) client.query(prelude).catch(broke)
  })
  pool.on('error', () => undefined)
  const measure = () => {
    connections.set({ pool: name, state: 'idle' }, pool.idleCount)
    connections.set({ pool: name, state: 'active' }, pool.totalCount - pool.idleCount)
    connections.set({ pool: name, state: 'waiting' }, pool.waitingCount)
  }
  for (const event of ['acquire', 'release', 'connect', 'remove'] as const) pool.on(event, measure)
  return pool
}
