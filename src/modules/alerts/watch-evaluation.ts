/**
 * Conditions are evaluated by a schedule, and schedules run in workers: without a worker nobody would say so. Every API
 * process therefore looks whether the evaluation is overdue, and then evaluates itself.
 */
import type { Database } from '#kernel/database/index.ts'
import type { Logger } from '#kernel/telemetry/index.ts'
import { lastEvaluation } from './queries.ts'

const lookEveryMs = 60_000
const overdueMinutes = 3

export function watchEvaluation(
  { database, log }: { database: Database; log: Logger },
  evaluate: () => Promise<unknown>,
): { start(): void; stop(): void; look(): Promise<boolean> } {
  let timer: NodeJS.Timeout | undefined
  /** Evaluates when that is overdue; true when it did. */
  async function look(): Promise<boolean> {
    const last = await database.platformTx('is the evaluation overdue', (tx) => tx.row(lastEvaluation, undefined))
    const minutesAgo = last?.minutesAgo ?? null
    if (minutesAgo !== null && minutesAgo < overdueMinutes) return false
    log.warn({ minutesAgo }, 'alert conditions were not evaluated by any worker; this process does it')
    await evaluate()
    return true
  }
  return {
    look,
    start() {
      timer ??= setInterval(() => {
        look().catch((error) => log.warn({ err: error }, 'alert conditions could not be evaluated'))
      }, lookEveryMs)
      timer.unref()
    },
    stop: () => clearInterval(timer),
  }
}
