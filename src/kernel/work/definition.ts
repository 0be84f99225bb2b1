/**
 * One engine for everything that is due. A queue is a table whose rows are due; it has the columns `id, status, due_at,
 * attempt_count, last_error, error_class, outcome, lease_owner, finished_at`, and `tenant_id` unless it
 * belongs to the installation.
 */
import type { z } from 'zod'
import type { TenantTx } from '#kernel/database/index.ts'
import type { Sql } from '#kernel/sql/index.ts'

/** How a row ended: a word for its `outcome` column, and when it is due again if it recurs. */
export type Outcome = { readonly outcome: string; readonly dueAgainAt?: Date }
/** A row that failed by itself, having written nothing: its attempt failed, and the others of its batch are done. */
export type Failed = { readonly error: unknown }

export type WorkRow = { readonly tenantId: string; readonly id: number; readonly attempt: number }

type Common<R> = {
  /** Unique; names the work in metrics, logs and the console. */
  readonly name: string
  readonly table: string
  /** Part of the table's rows, for example one subscriber's. */
  readonly filter?: Sql
  /** Columns that the handler needs, as `table_column as "fieldName"` text, and the schema of their values. */
  readonly columns: string
  readonly row: z.ZodType<R>
  readonly batch: number
  /** Failed attempts before a row becomes a dead letter. */
  readonly maxAttempts: number
  /** SQL that says in a few words what a row `w` is about, for lists of dead letters. */
  readonly summary?: string
  /** Reads what a row carries, as text for a person who inspects it; undefined when it is gone. */
  readonly payload?: (tx: TenantTx, id: number) => Promise<string | undefined>
  /**
   * Fresh rows wait for their `due_at`. Elsewhere they are due at once, whatever their time says: a clock of the database that was
   * set back must not strand what was enqueued before.
   */
  readonly timed?: boolean
  /** A handler that takes longer has failed, so that one which never ends holds nobody up. Default 30 s. */
  readonly timeLimitMs?: number
}

export const defaultTimeLimitMs = 30_000

/**
 * Fresh rows are taken in batches, fairly between tenants. Rows that already cost an attempt are taken by a lane of their own, a few at
 * their second attempt, alone from the third: one of them may be what kills or stops a worker, and neither its neighbours nor
 * fresh rows shall pay for it with their last attempt.
 */
export type Lane = 'fresh' | 'tried'

/**
 * Effects only in PostgreSQL: effects and completion are one transaction fenced by the claim, so they happen exactly once
 * whatever dies when. The handler gets rows of one tenant and returns one outcome per row, in their order. When it throws, the
 * batch is split until the row at fault stands alone; where the handler itself knows that row, returning its error is cheaper.
 */
export type TransactionalWork<R = unknown> = Common<R> & {
  readonly kind: 'transactional'
  handle(tx: TenantTx, rows: readonly (WorkRow & R)[]): Promise<readonly (Outcome | Failed)[]>
}

/** Effects leave the database: at least once; the outcome is recorded in a transaction fenced the same way. */
export type LeasedWork<R = unknown> = Common<R> & {
  readonly kind: 'leased'
  handle(row: WorkRow & R): Promise<Outcome>
}

export type Work = TransactionalWork<never> | LeasedWork<never>

/** Rows taken together at their second attempt. */
export const triedBatch = 25

/** A claim not finished or prolonged within this time is taken from its owner. */
export const leaseSeconds = 30
export const heartbeatMs = 10_000

/** Wait after the nth failed attempt, in seconds, ± 20 %. */
const backoffSeconds = [5, 30, 120, 600]
/** The longest that the clock of its writer can have let a row wait after its nth failed attempt. */
export const longestWaitsSeconds: readonly number[] = backoffSeconds.map((seconds) => seconds * 1.2)
export const backoff = (attempt: number, random: () => number = Math.random): number =>
  backoffSeconds[Math.min(attempt, backoffSeconds.length) - 1]! * (0.8 + 0.4 * random())
