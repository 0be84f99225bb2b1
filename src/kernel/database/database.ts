/**
 * The three doors to the database, and no fourth: `tenantTx` sees one tenant, `platformTx` all of them, `lookup` runs one of
 * a short list of functions that are needed before the tenant is known. The login role itself may read nothing.
 */
import type pg from 'pg'
import type { Context } from '#kernel/context/index.ts'
import type { Statement } from '#kernel/sql/index.ts'
import type { Logger } from '#kernel/telemetry/index.ts'
import { asProblem, isTransient } from './errors.ts'
import { openListener } from './listener.ts'
import { makePool } from './pool.ts'
import { openReplica } from './replica.ts'
import { type PlatformTx, statementRunner, type TenantTx, type Tx } from './transaction.ts'

export type TxOptions = {
  /** PostgreSQL's `statement_timeout` for this transaction. Default 15 s. */
  statementTimeoutMs?: number
  /** Commits without waiting for the disk: for what may be forgotten in a crash of the database, such as a claim. */
  mayBeLost?: boolean
}

export type Database = {
  /** One transaction as one tenant: row-level security shows and accepts only its rows. */
  tenantTx<T>(ctx: Pick<Context, 'tenantId'>, work: (tx: TenantTx) => Promise<T>, options?: TxOptions): Promise<T>
  /** Read-only `tenantTx`; on the replica while there is one and its lag is within bounds. */
  tenantRead<T>(ctx: Pick<Context, 'tenantId'>, work: (tx: TenantTx) => Promise<T>, options?: TxOptions): Promise<T>
  /** One transaction over all tenants: workers' claims, schedules, platform administration. `why` names the caller. */
  platformTx<T>(why: string, work: (tx: PlatformTx) => Promise<T>, options?: TxOptions): Promise<T>
  /**
   * One statement over all tenants as a transaction of its own, in one round trip: for what is written thousands of times a second.
   * Returns the number of rows written.
   */
  platformRun<A, R>(statement: Statement<A, R>, args: A): Promise<number>
  /** A pre-tenant lookup: login, key hash → key, connection → tenant. */
  lookup<A, R>(statement: Statement<A, R>, args: A): Promise<R | undefined>
  /** Calls `heard` with each payload notified on `channel`, and with undefined after a reconnect (some may be lost). */
  listen(channel: string, heard: (payload: string | undefined) => void): Promise<void>
  /** Milliseconds of one round trip; throws `unavailable` when there is none. */
  ping(): Promise<number>
  close(): Promise<void>
}

export type DatabaseOptions = { url: string; readUrl?: string | undefined; poolMax: number; name: string; log: Logger }

const maxAttempts = 3
/** Connections that stand as the platform role, for `platformRun`; opened when first used. */
const standingMax = 2
const asPlatform = `set role daytwo_platform; set statement_timeout = '15s'`
/**
 * A process that is frozen within a transaction (SIGSTOP, a paused machine, a cut network) would hold its row locks as long as
 * it is frozen. Shorter than a lease, so that what it had claimed can be taken over when the lease runs out.
 */
const idleLimit = `set_config('idle_in_transaction_session_timeout', '20000', true)`
const uuidShape = /^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$/

export function openDatabase(options: DatabaseOptions): Database {
  const { log } = options
  const pool = makePool(options.url, options.poolMax, options.name, log)
  const replica = options.readUrl ? openReplica(options.readUrl, options, log) : undefined
  const standing = makePool(options.url, standingMax, `${options.name}-standing`, log, asPlatform)
  const listener = openListener(options.url, log)

  async function transaction<T, X>(on: pg.Pool, begin: string, extra: X, work: (tx: Tx & X) => Promise<T>) {
    for (let attempt = 1; ; attempt++) {
      let client: pg.PoolClient | undefined
      try {
        client = await on.connect()
        await client.query(begin)
        const { tx, end } = statementRunner(client)
        const result = await work({ ...tx, ...extra }).finally(end)
        await client.query('commit')
        client.release()
        return result
      } catch (error) {
        // A connection whose rollback fails is broken: hand it back as such, so that the pool drops it.
        const broken = await client?.query('rollback').then(
          () => undefined,
          (failure: Error) => failure,
        )
        client?.release(broken)
        if (isTransient(error) && attempt < maxAttempts) continue
        throw asProblem(error)
      }
    }
  }

  const tenantBegin = (tenantId: string, { statementTimeoutMs = 15_000 }: TxOptions, mode = '') => {
    if (!uuidShape.test(tenantId)) throw new Error('a tenant id must be a lower-case UUID')
    // One round trip: the id was checked above, so it can stand in the text.
    return `begin ${mode}; select set_config('role', 'daytwo_app', true), set_config('app.tenant_id', '${tenantId}', true), set_config('statement_timeout', '${Math.trunc(statementTimeoutMs)}', true), ${idleLimit}`
  }

  return {
    tenantTx: (ctx, work, txOptions = {}) =>
      transaction(pool, tenantBegin(ctx.tenantId, txOptions), { tenantId: ctx.tenantId }, work),
    tenantRead: async (ctx, work, txOptions = {}) =>
      transaction(
        (await replica?.usable()) ?? pool,
        tenantBegin(ctx.tenantId, txOptions, 'read only'),
        { tenantId: ctx.tenantId },
        work,
      ),
    platformTx: (why, work, { statementTimeoutMs = 60_000, mayBeLost = false } = {}) =>
      transaction(
        pool,
        `/* ${why.replaceAll('*', '')} */ begin; select set_config('role', 'daytwo_platform', true), set_config('statement_timeout', '${Math.trunc(statementTimeoutMs)}', true), ${idleLimit}${mayBeLost ? ", set_config('synchronous_commit', 'off', true)" : ''}`,
        { platform: true as const },
        work,
      ),
    async platformRun(statement, args) {
      for (let attempt = 1; ; attempt++) {
        let client: pg.PoolClient | undefined
        try {
          client = await standing.connect()
          const written = await statementRunner(client).tx.run(statement, args)
          client.release()
          return written
        } catch (error) {
          // Whatever the fault, the connection's state is not worth a doubt.
          client?.release(true)
          if (isTransient(error) && attempt < maxAttempts) continue
          throw asProblem(error)
        }
      }
    },
    async lookup(statement, args) {
      let client: pg.PoolClient | undefined
      try {
        client = await pool.connect()
        const row = await statementRunner(client).tx.row(statement, args)
        client.release()
        return row
      } catch (error) {
        client?.release(error as Error)
        throw asProblem(error)
      }
    },
    listen: listener.listen,
    async ping() {
      const started = performance.now()
      try {
        await pool.query('select 1')
      } catch (error) {
        throw asProblem(error)
      }
      return performance.now() - started
    },
    async close() {
      await Promise.all([listener.close(), replica?.close(), standing.end(), pool.end()])
    },
  }
}
