/** One run of a poller: whatever ends it, what was done is told, and what it learnt about waiting is kept. */
import { databaseNow } from '#kernel/database/index.ts'
import { Problem } from '#kernel/errors/index.ts'
import type { Ran } from '#kernel/schedule/index.ts'
import { keepWait, note, waitsUntil } from './cursors.ts'
import { type Deps, pollingContext } from './deps.ts'
import { Halt } from './halt.ts'
import { makeReader, type Reader, type Source } from './reader.ts'

type Run = {
  readonly key: 'github' | 'jira'
  readonly source: Source
  /** The run looks for what is missing: integration health shows when that was, and how it ended. */
  readonly looks: boolean
  work(reader: Reader): Promise<void>
  /** What was done so far, for people. */
  told(): string
}

/** A run that used up its own requests leaves the source to others for so long. */
const restMs = 600_000

/**
 * The outcome in words, and when it goes on where it ended early. Throws, with the words, when the source could not be asked: then
 * the schedule shows a failure.
 */
export async function runPoller(deps: Deps, run: Run): Promise<string | Ran> {
  const { database } = deps
  const wait = await waitsUntil(database, run.key)
  if (wait) return { outcome: `${run.source.name} takes no requests until ${wait.toISOString()}`, againAt: wait }
  const halt = await haltOf(deps, run)
  const told = `${run.told()}${halt ? `; stopped: ${halt.message}` : ''}`
  // By the database's clock, which decides when the next run may.
  const ours = await database.tenantTx(pollingContext, databaseNow)
  const until = halt?.until && halt.until > ours ? halt.until : undefined
  if (until) await keepWait(database, run.key, until)
  const error = halt && halt.reason !== 'overtaken' ? halt.message : null
  if (run.looks) await note(database, { poller: run.key, scope: '' }, { outcome: told, error })
  if (halt?.reason === 'failed' || halt?.reason === 'unauthorized') throw new Error(told, { cause: halt })
  if (halt?.reason !== 'throttled' && halt?.reason !== 'budget') return told
  return { outcome: told, againAt: until ?? new Date(ours.getTime() + restMs) }
}

async function haltOf({ dial, limits, log }: Deps, run: Run): Promise<Halt | undefined> {
  try {
    await run.work(makeReader(dial, run.source, limits))
    return undefined
  } catch (error) {
    // What intake has no room for now is asked for again the next time.
    const halt =
      error instanceof Halt
        ? error
        : error instanceof Problem
          ? new Halt('failed', error.message, null, error)
          : undefined
    if (!halt) throw error
    log.info({ source: run.key, reason: halt.reason, err: halt }, 'asking a source ended early')
    return halt
  }
}
