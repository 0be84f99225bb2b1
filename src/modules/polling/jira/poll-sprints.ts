/** Sprints that began and ended, board by board, and the issues of those that run. */
import { z } from 'zod'
import { databaseNow } from '#kernel/database/index.ts'
import { type Cursor, eachInTurn, note, openCursor } from '../cursors.ts'
import { type Deps, pollingContext } from '../deps.ts'
import { bringIn, type Found, type PageOf, turn, writeDown } from '../gaps/page.ts'
import { closeGaps } from '../gaps/queries.ts'
import { Halt } from '../halt.ts'
import type { Reader } from '../reader.ts'
import {
  boardsReply,
  certain,
  fieldsAsked,
  type JiraSprint,
  type JiraWords,
  paths,
  readWords,
  sprintIssuesReply,
  sprintsReply,
} from './api.ts'
import { graceMs, lookAtIssues } from './issues.ts'
import { eventsOfSprint } from './shape-sprint.ts'

const sprintPage: PageOf = { source: 'jira', kind: 'sprint', origin: 'poll' }
const poller = 'jira-sprints'
const mostPages = 400
/** Deleted sprints move those after them down; so far back is looked again. */
const stepBack = 50
const reachMs = 90 * 24 * 3_600_000

const position = z.object({
  /** Sprints before this one are closed, and their ends were told. */
  startAt: z.number().int().min(0),
  counted: z.string().nullable(),
})
type Position = z.output<typeof position>

export type SprintReport = { boards: number; sprints: number; missing: number; filled: number; unseen: number }

/** `issues` false: states alone. */
export async function pollSprints(
  deps: Deps,
  reader: Reader,
  report: SprintReport,
  { issues }: { issues: boolean },
): Promise<void> {
  const now = await deps.database.tenantTx(pollingContext, databaseNow)
  const words = issues ? await readWords(reader) : undefined
  const asked = new Set<number>()
  await eachInTurn(deps.database, poller, await boards(reader), async (board) => {
    const running = await pollBoard(deps, reader, board, now, report)
    if (words)
      for (const sprint of running)
        if (!asked.has(sprint.id)) {
          asked.add(sprint.id)
          await pollIssues(deps, reader, sprint, words, now, report)
        }
  })
}

async function boards(reader: Reader): Promise<string[]> {
  const ids = new Set<string>()
  let startAt = 0
  for (let page = 0; page < mostPages; page++) {
    const { values, isLast } = await certain(reader, paths.boards(startAt), boardsReply)
    for (const { id } of values) ids.add(id)
    startAt += values.length
    if (isLast || values.length === 0) return [...ids]
  }
  throw new Halt('failed', `Jira lists more than ${mostPages} pages of boards`)
}

/** The sprints that run. */
async function pollBoard(
  deps: Deps,
  reader: Reader,
  board: string,
  now: Date,
  report: SprintReport,
): Promise<JiraSprint[]> {
  const begin: Position = { startAt: 0, counted: null }
  let cursor = await openCursor(deps.database, poller, board, position, begin)
  const counted = cursor.position.counted
  const running: JiraSprint[] = []
  /** The first that is not closed: the next run begins near it. */
  let firstOpen: number | undefined
  let startAt = Math.max(0, cursor.position.startAt - stepBack)
  report.boards++
  for (let page = 0; page < mostPages; page++) {
    const answer = await reader.get(paths.sprints(board, startAt), sprintsReply)
    if (answer.kind !== 'ok') {
      // Boards of one's own without sprints, or that one may not see.
      const error = `its sprints are not shown (${answer.kind === 'refused' ? answer.status : 304})`
      report.unseen++
      await note(deps.database, { poller, scope: board }, { outcome: null, error })
      return running
    }
    const { values, isLast } = answer.value
    const open = values.findIndex(({ state }) => state !== 'closed')
    if (open >= 0) firstOpen ??= startAt + open
    running.push(...values.filter(({ state }) => state === 'active'))
    startAt += values.length
    const over = isLast || values.length === 0
    const after: Position = {
      startAt: firstOpen ?? startAt,
      counted: over ? new Date(now.getTime() - graceMs).toISOString() : counted,
    }
    cursor = await endPage(deps, board, cursor, values, { after, counted, now }, report)
    if (over) return running
  }
  throw new Halt('failed', `Jira lists more than ${mostPages} pages of sprints of one board`)
}

async function endPage(
  deps: Deps,
  board: string,
  cursor: Cursor<Position>,
  sprints: readonly JiraSprint[],
  { after, counted, now }: { after: Position; counted: string | null; now: Date },
  report: SprintReport,
): Promise<Cursor<Position>> {
  const due = sprints
    .flatMap((sprint) => eventsOfSprint(sprint, Number(board)))
    .filter(({ occurredAt }) => {
      const age = now.getTime() - occurredAt.getTime()
      return age >= graceMs && age <= reachMs
    })
  const keys = [...new Set(due.map(({ itemKey }) => itemKey))]
  const facts = await deps.facts.knownWorkItemEvents(pollingContext, keys)
  const unheard = due.filter(({ itemKey, isFact }) => ![...(facts.get(itemKey) ?? [])].some(isFact))
  const ids = unheard.map(({ deliveryId }) => deliveryId)
  const queued = await deps.intake.knownDeliveries(pollingContext, 'jira', ids)
  const lacking: Found[] = unheard
    .filter(({ deliveryId }) => !queued.has(deliveryId))
    .map((event) => ({ ...event, subject: event.itemKey, place: null, payload: event.payload() }))
  await writeDown(deps.database, sprintPage, lacking)
  report.filled += await bringIn(deps, sprintPage, lacking)
  report.missing += lacking.length
  report.sprints += sprints.length
  return turn(deps.database, cursor, sprintPage, {
    position: after,
    expected: due
      .filter(({ occurredAt }) => counted === null || occurredAt > new Date(counted))
      .map(({ occurredAt }) => occurredAt),
    known: due.map(({ deliveryId }) => deliveryId),
    failed: [],
  })
}

async function pollIssues(
  deps: Deps,
  reader: Reader,
  sprint: JiraSprint,
  words: JiraWords,
  now: Date,
  report: SprintReport,
) {
  let startAt = 0
  for (let page = 0; page < mostPages; page++) {
    const path = paths.sprintIssues(sprint.id, startAt, fieldsAsked(words))
    const { issues, total } = await certain(reader, path, sprintIssuesReply)
    // The backlog counts what was expected of issues; here only what is missing is told, sooner.
    const looked = await lookAtIssues(deps, reader, issues, words, now)
    // No cursor moves here: what is asked for once more the next time costs nothing but the question.
    if (looked.known.length > 0)
      await deps.database.tenantTx(pollingContext, (tx) => tx.run(closeGaps, { source: 'jira', ids: looked.known }))
    report.missing += looked.missing
    report.filled += looked.filled
    startAt += issues.length
    if (issues.length === 0 || (typeof total === 'number' && startAt >= total)) return
  }
  throw new Halt('failed', `Jira lists more than ${mostPages} pages of issues of one sprint`)
}
