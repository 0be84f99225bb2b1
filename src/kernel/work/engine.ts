/** Claim, run, settle: one round of one work. What dies here at any point is taken back when its lease runs out. */
import { sleep, uuidv7 } from '#kernel/clock/index.ts'
import { type Database, isOutage } from '#kernel/database/index.ts'
import { isRetryable, Problem, unavailable } from '#kernel/errors/index.ts'
import type { Logger } from '#kernel/telemetry/index.ts'
import {
  backoff,
  heartbeatMs,
  type LeasedWork,
  leaseSeconds,
  type Outcome,
  type TransactionalWork,
  type Work,
  type WorkRow,
} from './definition.ts'
import { type WorkStatements, workStatements } from './statements.ts'

export type Round = { readonly claimed: number; readonly completed: number; readonly failed: number }

export type Engine = {
  readonly work: Work
  /** Claims one batch and settles it. `claimed: 0` means nothing was due. */
  round(): Promise<Round>
  /** Takes back rows whose owner died. */
  reclaim(): Promise<number>
  counts(): Promise<{ status: string; count: number; due: number }[]>
}

type Claimed = WorkRow & object
type Tally = { completed: number; failed: number }

export function makeEngine(work: Work, database: Database, log: Logger): Engine {
  const statements = workStatements(work)
  // Fresh rows and rows already tried take turns, so that neither starves the other.
  let retriedNext = false

  async function claim(claimId: string): Promise<Claimed[]> {
    retriedNext = !retriedNext
    return database.platformTx(`claim ${work.name}`, async (tx) => {
      for (const retried of [retriedNext, !retriedNext]) {
        const rows = await tx.rows(statements.claim, { claim: claimId, limit: retried ? 1 : work.batch, retried })
        if (rows.length > 0) return rows
      }
      return []
    })
  }

  return {
    work,
    async round() {
      const claimId = uuidv7()
      const rows = await claim(claimId)
      const tally = { completed: 0, failed: 0 }
      if (rows.length === 0) return { claimed: 0, ...tally }
      const stop = keepLease(statements, database, claimId, log)
      try {
        const run = work.kind === 'transactional' ? runTransactional : runLeased
        await run({ work: work as never, statements, database, log, claimId, tally }, rows)
      } catch (error) {
        if (!isDatabaseOutage(error)) throw error
        await giveBack(statements, database, claimId, log)
      } finally {
        stop()
      }
      return { claimed: rows.length, ...tally }
    },
    reclaim: () =>
      database.platformTx(`reclaim ${work.name}`, (tx) =>
        tx.run(statements.reclaim, { maxAttempts: work.maxAttempts }),
      ),
    counts: () => database.platformTx(`count ${work.name}`, (tx) => tx.rows(statements.counts, undefined)),
  }
}

type Run<W = { name: string; maxAttempts: number }> = {
  work: W
  statements: WorkStatements
  database: Database
  log: Logger
  claimId: string
  tally: Tally
}

async function runTransactional(run: Run<TransactionalWork>, rows: Claimed[]) {
  for (const group of Map.groupBy(rows, (row) => row.tenantId).values()) await settleBatch(run, group)
}

/** One transaction for the batch; if it fails, halves, until the row at fault stands alone. */
async function settleBatch(run: Run<TransactionalWork>, rows: Claimed[]): Promise<void> {
  const { work, statements, database, claimId, tally } = run
  const tenantId = rows[0]!.tenantId
  try {
    tally.completed += await database.tenantTx({ tenantId }, async (tx) => {
      const held = await tx.rows(statements.fence, { claim: claimId, tenantId, ids: rows.map(({ id }) => id) })
      const ids = new Set(held.map(({ id }) => id))
      const mine = rows.filter(({ id }) => ids.has(id))
      if (mine.length === 0) return 0
      const outcomes = await work.handle(tx, mine as never)
      if (outcomes.length !== mine.length)
        throw new Error(`${work.name} returned ${outcomes.length} outcomes for ${mine.length} rows`)
      await tx.run(statements.complete, completion(claimId, tenantId, mine, outcomes))
      return mine.length
    })
  } catch (error) {
    if (isDatabaseOutage(error)) throw error
    if (rows.length === 1) return recordFailure(run, rows[0]!, error)
    const middle = rows.length >> 1
    await settleBatch(run, rows.slice(0, middle))
    await settleBatch(run, rows.slice(middle))
  }
}

async function runLeased(run: Run<LeasedWork>, rows: Claimed[]) {
  const settle = async (row: Claimed) => {
    let outcome: Outcome
    try {
      outcome = await run.work.handle(row as never)
    } catch (error) {
      if (isDatabaseOutage(error)) throw error
      return recordFailure(run, row, error)
    }
    const completed = completion(run.claimId, row.tenantId, [row], [outcome])
    await run.database.platformTx(`complete ${run.work.name}`, (tx) => tx.run(run.statements.complete, completed))
    run.tally.completed++
  }
  const results = await Promise.allSettled(rows.map(settle))
  for (const result of results) if (result.status === 'rejected') throw result.reason
}

const completion = (claim: string, tenantId: string, rows: readonly WorkRow[], outcomes: readonly Outcome[]) => ({
  claim,
  tenantId,
  ids: rows.map(({ id }) => id),
  outcomes: outcomes.map(({ outcome }) => outcome),
  dueAgain: outcomes.map(({ dueAgainAt }) => dueAgainAt ?? null),
})

async function recordFailure(run: Run, row: WorkRow, error: unknown) {
  const dead = !isRetryable(error) || row.attempt >= run.work.maxAttempts
  const failure = {
    id: row.id,
    tenantId: row.tenantId,
    error: describeError(error),
    errorClass: errorClass(error),
    dead,
    waitSeconds: dead ? 0 : backoff(row.attempt),
  }
  run.tally.failed++
  const note = { work: run.work.name, id: row.id, attempt: row.attempt, tenantId: row.tenantId, err: error }
  run.log[dead ? 'error' : 'warn'](note, dead ? 'work became a dead letter' : 'work failed and will be tried again')
  await run.database.platformTx(`fail ${run.work.name}`, (tx) =>
    tx.run(run.statements.fail, { claim: run.claimId, failure }),
  )
}

/** Class of reason by which dead letters are grouped: the problem's slug, the database's code, or the error's name. */
const errorClass = (error: unknown): string => {
  if (error instanceof Problem) return error.type.slug
  const { code, name } = error as { code?: unknown; name?: unknown }
  return typeof code === 'string' ? `code ${code}` : String(name ?? 'Error')
}

const maxErrorLength = 2000
const describeError = (error: unknown): string =>
  // PostgreSQL text holds no NUL, and an error may quote the payload that has one.
  (error instanceof Error ? error.message : String(error)).replaceAll('\0', '\\0').slice(0, maxErrorLength)

const isDatabaseOutage = (error: unknown): boolean =>
  isOutage(error) || (error instanceof Problem && error.type === unavailable && isOutage(error.cause))

/** Prolongs the lease while the batch runs. */
function keepLease(statements: WorkStatements, database: Database, claim: string, log: Logger): () => void {
  const timer = setInterval(() => {
    database
      .platformTx('prolong', (tx) => tx.run(statements.prolong, { claim }))
      .catch((error) => log.warn({ err: error }, 'a lease could not be prolonged'))
  }, heartbeatMs)
  return () => clearInterval(timer)
}

/** After an outage: tries, until the lease would have run out anyway, to give the claim back without costing an attempt. */
async function giveBack(statements: WorkStatements, database: Database, claim: string, log: Logger) {
  for (let waited = 0; waited < leaseSeconds; waited++) {
    try {
      await database.platformTx('release', (tx) => tx.run(statements.release, { claim }))
      return
    } catch {
      await sleep(1000)
    }
  }
  log.warn('a claim could not be given back; its lease runs out instead')
}
