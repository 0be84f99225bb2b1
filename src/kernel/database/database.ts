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
import { type PlatformTx, statementRunner, type TenantTx } from './transaction.ts'

export type TxOptions = {
  /** PostgreSQL's `statement_timeout` for this transaction. Default 15 s. */
  statementTimeoutMs?: number
}

export type Database = {
  /** One transaction as one tenant: row-level security shows and accepts only its rows. */
  tenantTx<T>(ctx: Pick<Context, 'tenantId'>, work: (tx: TenantTx) => Promise<T>, options?: TxOptions): Promise<T>
  /** Read-only `tenantTx`; on the replica while there is one and its lag is within bounds. */
  tenantRead<T>(ctx: Pick<Context, 'tenantId'>, work: (tx: TenantTx) => Promise<T>, options?: TxOptions): Promise<T>
  /** One transaction over all tenants: workers' claims, schedules, platform administration. `why` names the caller. */
  platformTx<T>(why: string, work: (tx: PlatformTx) => Promise<T>, options?: TxOptions): Promise<T>
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
const uuidShape = /^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$/

export function openDatabase(options: DatabaseOptions): Database {
  const { log } = options
  const pool = makePool(options.url, options.poolMax, options.name, log)
  const replica = options.readUrl ? openReplica(options.readUrl, options, log) : undefined
  const listener = openListener(options.url, log)

  async function transaction<T, X>(
    on: pg.Pool,
    begin: string,
    extra: X,
    work: (tx: ReturnType<typeof statementRunner> & X) => Promise<T>,
  ) {
    for (let attempt = 1; ; attempt++) {
      let client: pg.PoolClient | undefined
      try {
        client = await on.connect()
        await client.query(begin)
        const result = await work({ ...statementRunner(client), ...extra })
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
    return `begin ${mode}; select set_config('role', 'daytwo_app', true), set_config('app.tenant_id', '${tenantId}', true), set_config('statement_timeout', '${Math.trunc(statementTimeoutMs)}', true)`
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
    platformTx: (why, work, { statementTimeoutMs = 60_000 } = {}) =>
      transaction(
        pool,
        `/* ${why.replaceAll('*', '')} */ begin; select set_config('role', 'daytwo_platform', true), set_config('statement_timeout', '${Math.trunc(statementTimeoutMs)}', true)`,
        { platform: true as const },
        work,
      ),
    async lookup(statement, args) {
      let client: pg.PoolClient | undefined
      try {
        client = await pool.connect()
        const row = await statementRunner(client).row(statement, args)
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
      await Promise.all([listener.close(), replica?.close(), pool.end()])
    },
  }
}
