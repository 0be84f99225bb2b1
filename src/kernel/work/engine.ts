/** Claim, run, settle: one round of one work. What dies here at any point is taken back when its lease runs out. */
import { sleep, uuidv7 } from '#kernel/clock/index.ts'
import { type Database, isOutage } from '#kernel/database/index.ts'
import { isRetryable, Problem, unavailable } from '#kernel/errors/index.ts'
import type { Logger } from '#kernel/telemetry/index.ts'
import {
  backoff,
  defaultTimeLimitMs,
  heartbeatMs,
  type Lane,
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
  /** Claims one batch and settles it. `claimed: 0` means nothing was due in this lane. */
  round(lane: Lane): Promise<Round>
  /** Takes back rows whose owner died. */
  reclaim(): Promise<number>
  counts(): Promise<{ status: string; count: number; due: number }[]>
  /** Gives back what is claimed and not settled, without costing an attempt; handlers that still run find their claim gone. */
  release(): Promise<void>
}

type Claimed = WorkRow & object
type Tally = { completed: number; failed: number }

const firstTenant = '00000000-0000-0000-0000-000000000000'

export function makeEngine(work: Work, database: Database, log: Logger): Engine {
  const statements = workStatements(work)
  const held = new Set<string>()
  let servedLast = firstTenant

  // A claim need not survive a crash of the database: then its rows are simply still due.
  async function claim(lane: Lane, claimId: string): Promise<Claimed[]> {
    const rows = await database.platformTx(
      `claim ${work.name}`,
      (tx) =>
        lane === 'tried'
          ? tx.rows(statements.claimTried, { claim: claimId })
          : tx.rows(statements.claimFresh, { claim: claimId, limit: work.batch, after: servedLast }),
      { mayBeLost: true },
    )
    if (lane === 'fresh' && rows.length > 0) servedLast = rows.at(-1)!.tenantId
    return rows
  }

  return {
    work,
    async round(lane) {
      const claimId = uuidv7()
      const rows = await claim(lane, claimId)
      const tally = { completed: 0, failed: 0 }
      if (rows.length === 0) return { claimed: 0, ...tally }
      held.add(claimId)
      const stop = keepLease(statements, database, claimId, log)
      let tries = 1
      try {
        const run = work.kind === 'transactional' ? settleBatch : runLeased
        await run({ work: work as never, statements, database, log, claimId, tally }, rows)
      } catch (error) {
        if (!isDatabaseOutage(error)) throw error
        tries = leaseSeconds
      } finally {
        stop()
        held.delete(claimId)
      }
      await endClaim(statements, database, claimId, tries, log)
      return { claimed: rows.length, ...tally }
    },
    reclaim: () =>
      database.platformTx(`reclaim ${work.name}`, async (tx) => {
        await tx.run(statements.mendLeases, undefined)
        await tx.run(statements.mendWaits, undefined)
        const taken = await tx.run(statements.reclaim, { maxAttempts: work.maxAttempts })
        await tx.run(statements.forget, undefined)
        return taken
      }),
    counts: () => database.platformTx(`count ${work.name}`, (tx) => tx.rows(statements.counts, undefined)),
    async release() {
      for (const claimId of held)
        await database.platformTx(`release ${work.name}`, (tx) => tx.run(statements.release, { claim: claimId }))
    },
  }
}

type Run<W = { name: string; maxAttempts: number; timeLimitMs?: number }> = {
  work: W
  statements: WorkStatements
  database: Database
  log: Logger
  claimId: string
  tally: Tally
}

/** The claim no longer holds all rows of a batch; what was done for it must not commit. */
class ClaimLost extends Error {}

/** One transaction for the batch, which is one tenant's; if it fails, halves, until the row at fault stands alone. */
async function settleBatch(run: Run<TransactionalWork>, rows: Claimed[]): Promise<void> {
  const { tally } = run
  try {
    const failures = await settle(run, rows)
    tally.completed += rows.length - failures.length
    for (const { row, error } of failures) await recordFailure(run, row, error)
  } catch (error) {
    if (isDatabaseOutage(error)) throw error
    if (error instanceof ClaimLost) return settleHeld(run, rows)
    if (rows.length === 1) return recordFailure(run, rows[0]!, error)
    if (error instanceof TimeLimitExceeded) return setAside(run, rows, error)
    const middle = rows.length >> 1
    await settleBatch(run, rows.slice(0, middle))
    await settleBatch(run, rows.slice(middle))
  }
}

/**
 * Effects and completion in one transaction. Completing is what checks the claim: only rows that it still holds are completed, and
 * if one is missing everything is rolled back. So a late owner changes nothing, and the usual case costs no statement for it.
 */
async function settle({ work, statements, database, claimId }: Run<TransactionalWork>, rows: readonly Claimed[]) {
  const tenantId = rows[0]!.tenantId
  return database.tenantTx({ tenantId }, async (tx) => {
    const outcomes = await within(work.timeLimitMs, work.handle(tx, rows as never))
    if (outcomes.length !== rows.length)
      throw new Error(`${work.name} returned ${outcomes.length} outcomes for ${rows.length} rows`)
    const failures: { row: Claimed; error: unknown }[] = []
    const done: { row: Claimed; outcome: Outcome }[] = []
    for (const [index, outcome] of outcomes.entries()) {
      const row = rows[index]!
      if ('error' in outcome) failures.push({ row, error: outcome.error })
      else done.push({ row, outcome })
    }
    if (done.length > 0 && (await tx.run(statements.complete, completion(claimId, tenantId, done))) !== done.length)
      throw new ClaimLost()
    return failures
  })
}

/** Some rows were taken over: settles those that are still ours. */
async function settleHeld(run: Run<TransactionalWork>, rows: Claimed[]): Promise<void> {
  const held = new Set(
    await run.database.platformTx(`fence ${run.work.name}`, async (tx) =>
      (await tx.rows(run.statements.held, { claim: run.claimId })).map(({ id }) => id),
    ),
  )
  const ours = rows.filter(({ id }) => held.has(id))
  run.log.warn(
    { work: run.work.name, lost: rows.length - ours.length },
    'a claim was taken over; nothing of it was done',
  )
  // Each time round at least one row fewer: what completes not even now was taken over in between.
  if (ours.length > 0 && ours.length < rows.length) await settleBatch(run, ours)
}

/** After a batch that took too long its rows are tried again in the other lane, where the one that never ends is soon alone. */
async function setAside(run: Run<TransactionalWork>, rows: readonly Claimed[], error: Error): Promise<void> {
  for (const row of rows) await recordFailure(run, row, error, 0)
}

async function runLeased(run: Run<LeasedWork>, rows: Claimed[]) {
  const settle = async (row: Claimed) => {
    let outcome: Outcome
    try {
      outcome = await within(run.work.timeLimitMs, run.work.handle(row as never))
    } catch (error) {
      if (isDatabaseOutage(error)) throw error
      return recordFailure(run, row, error)
    }
    const completed = completion(run.claimId, row.tenantId, [{ row, outcome }])
    await run.database.platformTx(`complete ${run.work.name}`, (tx) => tx.run(run.statements.complete, completed))
    run.tally.completed++
  }
  const results = await Promise.allSettled(rows.map(settle))
  for (const result of results) if (result.status === 'rejected') throw result.reason
}

const completion = (claim: string, tenantId: string, done: readonly { row: WorkRow; outcome: Outcome }[]) => ({
  claim,
  tenantId,
  ids: done.map(({ row }) => row.id),
  outcomes: done.map(({ outcome }) => outcome.outcome),
  dueAgain: done.map(({ outcome }) => outcome.dueAgainAt ?? null),
})

async function recordFailure(run: Run, row: WorkRow, error: unknown, waitSeconds = backoff(row.attempt)) {
  const dead = !isRetryable(error) || row.attempt >= run.work.maxAttempts
  const failure = {
    id: row.id,
    tenantId: row.tenantId,
    error: describeError(error),
    errorClass: errorClass(error),
    dead,
    waitSeconds: dead ? 0 : waitSeconds,
  }
  run.tally.failed++
  const note = { work: run.work.name, id: row.id, attempt: row.attempt, tenantId: row.tenantId, err: error }
  run.log[dead ? 'error' : 'warn'](note, dead ? 'work became a dead letter' : 'work failed and will be tried again')
  await run.database.platformTx(`fail ${run.work.name}`, (tx) =>
    tx.run(run.statements.fail, { claim: run.claimId, failure }),
  )
}

class TimeLimitExceeded extends Error {
  override name = 'timeout'
}

/** Fails when the handler takes longer; what it still does then meets a transaction that has ended. */
async function within<T>(limitMs: number = defaultTimeLimitMs, handling: Promise<T>): Promise<T> {
  const { promise: late, reject } = Promise.withResolvers<never>()
  const timer = setTimeout(() => reject(new TimeLimitExceeded(`Not done within ${limitMs / 1000} s.`)), limitMs)
  // Whoever loses the race may still fail later; that is no news.
  handling.catch(() => undefined)
  return Promise.race([handling, late]).finally(() => clearTimeout(timer))
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

/**
 * Ends a claim, which gives back what it still holds without costing an attempt. After an outage of the database this is tried
 * until the lease would have run out anyway.
 */
async function endClaim(statements: WorkStatements, database: Database, claim: string, tries: number, log: Logger) {
  for (let tried = 1; ; tried++) {
    try {
      await database.platformTx('end claim', (tx) => tx.run(statements.release, { claim }), { mayBeLost: true })
      return
    } catch (error) {
      if (tried >= tries) return log.warn({ err: error }, 'a claim could not be given back; its lease runs out instead')
      await sleep(1000)
    }
  }
}
