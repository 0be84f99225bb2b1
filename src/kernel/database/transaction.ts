/** Runs named statements on one connection inside one transaction. */
import type pg from 'pg'
import { Histogram } from 'prom-client'
import { monotonicMs } from '#kernel/clock/index.ts'
import { preparedName, type Statement } from '#kernel/sql/index.ts'
import { metrics } from '#kernel/telemetry/index.ts'
import { textTypes } from './types.ts'

export type Tx = {
  /** All rows, each parsed by the statement's schema. */
  rows<A, R>(statement: Statement<A, R>, args: A): Promise<R[]>
  /** The first row, or undefined. */
  row<A, R>(statement: Statement<A, R>, args: A): Promise<R | undefined>
  /** The number of rows written; rows returned are not read. */
  run<A, R>(statement: Statement<A, R>, args: A): Promise<number>
}
/** A transaction that sees one tenant. */
export type TenantTx = Tx & { readonly tenantId: string }
/** A transaction that sees all tenants. */
export type PlatformTx = Tx & { readonly platform: true }

const statementSeconds = new Histogram({
  name: 'daytwo_database_statement_seconds',
  help: 'Duration of SQL statements by name, as the application saw it.',
  labelNames: ['statement'],
  buckets: [0.001, 0.005, 0.02, 0.1, 0.5, 2, 10],
  registers: [metrics],
})

/**
 * `end` closes the runner: a statement that comes later, from work that outlived its transaction (a time limit, a branch of
 * `Promise.all` that lost), would otherwise run in whatever the connection does next.
 */
export function statementRunner(client: pg.ClientBase): { tx: Tx; end(): void } {
  let ended = false
  async function execute<A, R>(statement: Statement<A, R>, args: A): Promise<pg.QueryResult> {
    if (ended) throw new Error(`${statement.name} came after its transaction had ended`)
    const sql = statement.sql(args)
    // Named in front for pg_stat_activity and the log, and behind for pg_stat_statements, which cuts a leading comment.
    const text = `/* ${statement.name} */ ${sql.text.trim()} /* ${statement.name} */`
    const started = monotonicMs()
    try {
      return await client.query({
        name: preparedName(statement.name, text),
        text,
        values: sql.values as unknown[],
        types: textTypes,
      })
    } finally {
      statementSeconds.observe({ statement: statement.name }, (monotonicMs() - started) / 1000)
    }
  }
  const tx: Tx = {
    async rows(statement, args) {
      const result = await execute(statement, args)
      return result.rows.map((row) => statement.row.parse(row))
    },
    async row(statement, args) {
      const result = await execute(statement, args)
      return result.rows.length === 0 ? undefined : statement.row.parse(result.rows[0])
    },
    async run(statement, args) {
      return (await execute(statement, args)).rowCount ?? 0
    },
  }
  return {
    tx,
    end() {
      ended = true
    },
  }
}
