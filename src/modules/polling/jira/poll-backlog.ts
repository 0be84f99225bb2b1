/** Issues that changed since the last look, oldest change first. */
import { z } from 'zod'
import { databaseNow } from '#kernel/database/index.ts'
import { openCursor } from '../cursors.ts'
import { type Deps, pollingContext } from '../deps.ts'
import { turn } from '../gaps/page.ts'
import { Halt } from '../halt.ts'
import { oneRequestMs, type Reader } from '../reader.ts'
import { certain, fieldsAsked, paths, readWords, searchReply } from './api.ts'
import { graceMs, issuePage, lookAtIssues } from './issues.ts'

const firstLookMs = 30 * 24 * 3_600_000
const mostPages = 1000
const minuteMs = 60_000
/** Jira counts in whole minutes. */
const roundingMs = 2 * minuteMs

const position = z.object({
  /** All changes until here were looked at. */
  since: z.string().nullable(),
  /** Changes after this are counted in this look; earlier ones were before. */
  from: z.string().nullable(),
})

export type BacklogReport = { issues: number; missing: number; filled: number }

/** Moves on with every page, so that a run that ended early goes on where it was. */
export async function pollBacklog(deps: Deps, reader: Reader, report: BacklogReport): Promise<void> {
  const now = await deps.database.tenantTx(pollingContext, databaseNow)
  let cursor = await openCursor(deps.database, 'jira-issues', '', position, { since: null, from: null })
  const words = await readWords(reader)
  const since = cursor.position.since ?? new Date(now.getTime() - firstLookMs).toISOString()
  const from = Date.parse(cursor.position.from ?? since)
  // Relative, for times in a query would be in the time zone of the account. Jira counts from when it evaluates the query, which may be as late
  // as the run's last request.
  const lateMs = deps.limits.ms + oneRequestMs + roundingMs
  const minutes = Math.ceil((now.getTime() - Date.parse(since) + lateMs) / minuteMs)
  const jql = `updated >= -${minutes}m order by updated asc`
  const tokens = new Set<string>()
  let token: string | undefined
  for (let page = 0; page < mostPages; page++) {
    const reply = await certain(reader, paths.search(jql, fieldsAsked(words), token), searchReply)
    const { issues, nextPageToken } = reply
    const looked = await lookAtIssues(deps, reader, issues, words, now)
    const last = Math.max(
      Date.parse(cursor.position.since ?? since),
      ...issues.map(({ fields }) => Date.parse(fields.updated)),
    )
    const reached = new Date(Math.min(last, now.getTime() - graceMs)).toISOString()
    const over = !nextPageToken
    cursor = await turn(deps.database, cursor, issuePage, {
      position: { since: reached, from: over ? reached : new Date(from).toISOString() },
      expected: looked.expected.filter((at) => at.getTime() > from),
      known: looked.known,
      failed: [],
    })
    report.issues += issues.length
    report.missing += looked.missing
    report.filled += looked.filled
    if (over) return
    if (tokens.has(nextPageToken)) throw new Halt('failed', "Jira's pages go in a circle")
    tokens.add(nextPageToken)
    token = nextPageToken
  }
  throw new Halt('budget', `${mostPages} pages of issues are enough for one run`)
}
