/** A page of issues compared with the facts: what Jira's webhooks did not tell is told. */
import { type Deps, pollingContext } from '../deps.ts'
import { bringIn, type Found, type PageOf, writeDown } from '../gaps/page.ts'
import type { Reader } from '../reader.ts'
import { historiesOf, type JiraIssueReply, type JiraWords } from './api.ts'
import { eventsOfIssue, type IssueEvent } from './shape-issue.ts'

export const issuePage: PageOf = { source: 'jira', kind: 'issue', origin: 'poll' }

/** Changes further back are left alone: what the facts knew of them may be archived. */
const reachMs = 90 * 24 * 3_600_000
/** Younger ones may still be on their way. */
export const graceMs = 15 * 60_000

type IssuesLooked = {
  /** Times of all that webhooks should have told. */
  readonly expected: readonly Date[]
  readonly known: readonly string[]
  readonly missing: number
  readonly filled: number
}

/** Repeating it adds nothing: each event has an id that says what it is. */
export async function lookAtIssues(
  deps: Deps,
  reader: Reader,
  issues: readonly JiraIssueReply[],
  words: JiraWords,
  now: Date,
): Promise<IssuesLooked> {
  const events: IssueEvent[] = []
  for (const issue of issues) events.push(...eventsOfIssue(issue, await historiesOf(reader, issue), words))
  const due = events.filter(({ occurredAt }) => {
    const age = now.getTime() - occurredAt.getTime()
    return age >= graceMs && age <= reachMs
  })
  const facts = await deps.facts.knownWorkItemEvents(pollingContext, [...new Set(due.map(({ itemKey }) => itemKey))])
  const unheard = due.filter(
    ({ itemKey, facts: made }) => made.length === 0 || !made.every((id) => facts.get(itemKey)?.has(id)),
  )
  const ids = unheard.map(({ deliveryId }) => deliveryId)
  const queued = await deps.intake.knownDeliveries(pollingContext, 'jira', ids)
  const lacking = unheard.filter(({ deliveryId }) => !queued.has(deliveryId))
  // Whether an event without facts of its own was told cannot be known, so it is no gap.
  const gaps = lacking.filter(({ supplement, facts: made }) => !supplement && made.length > 0)
  await writeDown(deps.database, issuePage, gaps.map(foundOf))
  const filled = await bringIn(deps, issuePage, lacking.map(foundOf))
  const counted = due.filter(({ supplement, facts: made }) => !supplement && made.length > 0)
  return {
    expected: counted.map(({ occurredAt }) => occurredAt),
    known: counted.map(({ deliveryId }) => deliveryId),
    missing: gaps.length,
    filled,
  }
}

const foundOf = ({ deliveryId, type, itemKey, occurredAt, payload }: IssueEvent): Found => ({
  deliveryId,
  type,
  subject: itemKey,
  place: null,
  occurredAt,
  payload: payload(),
})
