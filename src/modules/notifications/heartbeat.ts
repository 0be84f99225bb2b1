/**
 * A dead man's switch: who watches daytwo from outside is pinged each minute while daytwo runs and looks at its alerts, and raises the
 * alarm when the pings stay away. Open alerts do not stop it: of those channels are told.
 */
import { type Database, databaseNow } from '#kernel/database/index.ts'
import { Problem } from '#kernel/errors/index.ts'
import { listSchedules, type Schedule } from '#kernel/schedule/index.ts'
import { notTaken } from './problems.ts'
import { type Outward, ping } from './providers/outward.ts'

export type HeartbeatDeps = {
  readonly database: Database
  readonly outward: Outward
  /** Undefined: nobody watches. */
  readonly url: string | undefined
  readonly schedules: () => readonly Schedule[]
  /** Minutes since any process evaluated the alerts; null when none ever did. */
  readonly minutesSinceEvaluation: () => Promise<number | null>
}

const evaluationMinutes = 5
const overdueMs = 15 * 60_000

/** Why daytwo cannot be said to be well; undefined when it is. That this runs shows that the database answers and a worker works. */
export async function whyNotWell({
  database,
  schedules,
  minutesSinceEvaluation,
}: HeartbeatDeps): Promise<string | undefined> {
  const minutes = await minutesSinceEvaluation()
  if (minutes === null || minutes > evaluationMinutes)
    return `alerts were evaluated ${minutes === null ? 'never' : `${Math.floor(minutes)} minutes ago`}`
  const known = new Set(schedules().map(({ name }) => name))
  const { at, rows } = await database.platformTx('overdue schedules', async (tx) => ({
    at: await databaseNow(tx),
    rows: await tx.rows(listSchedules, undefined),
  }))
  const overdue = rows.filter(
    ({ name, running, nextRunAt }) => known.has(name) && !running && at.getTime() - nextRunAt.getTime() > overdueMs,
  )
  return overdue.length === 0 ? undefined : `overdue: ${overdue.map(({ name }) => name).join(', ')}`
}

/** One round; the text is the schedule's outcome. A ping that is not taken is a failed run, which the log tells. */
export async function beat(deps: HeartbeatDeps): Promise<string> {
  const { url, outward } = deps
  if (url === undefined) return 'no HEARTBEAT_URL'
  const why = await whyNotWell(deps)
  if (why !== undefined) return `not pinged: ${why}`
  const { status, ms } = await ping(outward, url)
  if (status >= 400) throw new Problem(notTaken, `The heartbeat's address answered ${status}.`)
  return `pinged, ${status} after ${ms} ms`
}
