/** The product as a library: its modules on a database of the bench, and the processor that peers call from their jobs. */
import { pino } from 'pino'
import { compose } from '#app/compose.ts'
import { type Config, readConfig } from '#kernel/config/index.ts'
import { defaultTenantId } from '#kernel/context/index.ts'
import type { TenantTx } from '#kernel/database/index.ts'
import { type Database, openDatabase } from '#kernel/database/index.ts'
import { textTypes } from '#kernel/database/types.ts'
import { preparedName, type Statement } from '#kernel/sql/index.ts'
import type { IncomingEvent } from '#modules/intake/index.ts'
import { benchSecret } from '../support/database.ts'
import { payload, understood } from '../support/payloads.ts'

/** Tells only of what goes wrong. */
export const quietLog = pino({ level: 'warn' }, pino.destination(2))

export function openProduct(url: string, poolMax?: number) {
  const config: Config = readConfig(
    { NODE_ENV: 'test', DATABASE_URL: url, APP_KEY: benchSecret, LOG_DIR: '-' },
    { folder: '/nonexistent', generate: false },
  )
  const database: Database = openDatabase({ url, poolMax: poolMax ?? config.DB_POOL_MAX, name: 'bench', log: quietLog })
  return { config, database, composed: compose(config, database, quietLog) }
}

/** What a peer's job carries: the parsed payload, for that is how one would use them. */
export type RealJob = { readonly n: number; readonly type: string; readonly payload: unknown }

export function realJob(n: number): RealJob {
  const { type, body } = payload(understood, n)
  return { n, type, payload: JSON.parse(body.toString()) }
}

const toEvent = ({ n, type, payload: given }: RealJob): IncomingEvent => ({
  id: n,
  source: 'github',
  type,
  deliveryId: `delivery-${n}`,
  enqueuedAt: new Date(),
  payload: given,
})

export type RealHandler = {
  /** In a transaction of its own. */
  one(job: RealJob): Promise<void>
  /** In the caller's transaction. */
  batch(query: Query, jobs: readonly RealJob[]): Promise<void>
  close(): Promise<void>
}

type Query = (config: object) => Promise<{ rows: unknown[]; rowCount?: number | null }>

export function openRealHandler(url: string, poolMax: number): RealHandler {
  const { database, composed } = openProduct(url, poolMax)
  const processor = composed.facts.processors.find(({ source }) => source === 'github')!
  return {
    async one(job) {
      await database.tenantTx({ tenantId: defaultTenantId }, (tx) => processor.process(tx, [toEvent(job)]))
    },
    async batch(query, jobs) {
      await query({
        text: `select set_config('role', 'daytwo_app', true), set_config('app.tenant_id', '${defaultTenantId}', true)`,
      })
      await processor.process(tenantTxOn(query), jobs.map(toEvent))
    },
    close: () => database.close(),
  }
}

/** The product's statements on somebody else's transaction: prepared by name, as on its own. */
function tenantTxOn(query: Query): TenantTx {
  const execute = <A, R>(statement: Statement<A, R>, args: A) => {
    const { text, values } = statement.sql(args)
    return query({ name: preparedName(statement.name, text), text, values, types: textTypes })
  }
  return {
    tenantId: defaultTenantId,
    rows: async (statement, args) => (await execute(statement, args)).rows.map((row) => statement.row.parse(row)),
    async row(statement, args) {
      const [first] = (await execute(statement, args)).rows
      return first === undefined ? undefined : statement.row.parse(first)
    },
    run: async (statement, args) => (await execute(statement, args)).rowCount ?? 0,
  }
}
