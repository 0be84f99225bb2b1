/**
 * A Jira issue with its changes, as the API tells them → the webhooks there must have been. Pure. A webhook carries the issue as it was
 * then, so status, category, type and resolution are followed through the changes. The change's id is the webhook's, so that the same
 * change told twice is the same fact.
 */
import { idText } from '../exact-json.ts'
import type { JiraHistory, JiraIssueReply, JiraWords } from './api.ts'

export type IssueEvent = {
  readonly itemKey: string
  readonly type: 'jira:issue_created' | 'jira:issue_updated'
  readonly deliveryId: string
  readonly occurredAt: Date
  /** Facts that it makes, by their `external_id`; none where that cannot be said beforehand. */
  readonly facts: readonly string[]
  /** No webhook would have told it: what an issue was made with. */
  readonly supplement: boolean
  readonly payload: () => Buffer
}

type State = { status: { id: string | null; name: string | null }; type: string | null; resolvedAt: string | null }

/** As in the facts: our names of the fields that say how work flows. */
const flowOf = new Map([
  ['status', 'status'],
  ['sprint', 'sprint'],
  ['story points', 'points'],
  ['story point estimate', 'points'],
])
const telling = new Set([...flowOf.keys(), 'resolution', 'issuetype'])
/** A resolution's time and that of its change differ by what Jira needs to write both. */
const sameMomentMs = 10_000

const textOf = (item: Record<string, unknown>, name: string): string | null => {
  const value = Object.hasOwn(item, name) ? item[name] : null
  return typeof value === 'string' && value !== '' ? value : null
}
const fieldOf = (item: Record<string, unknown>) => textOf(item, 'field')?.toLowerCase() ?? ''

/** `histories` oldest first. What happened before the issue got its present key is the other key's. */
export function eventsOfIssue(
  issue: JiraIssueReply,
  histories: readonly JiraHistory[],
  words: JiraWords,
): IssueEvent[] {
  const items = histories.flatMap((one) => one.items)
  const moved = histories.findLastIndex((one) => one.items.some((item) => fieldOf(item) === 'key'))
  const state = initialState(issue, items)
  const events: IssueEvent[] =
    moved < 0 ? [created(issue, state, words), ...supplement(issue, items, state, words)] : []
  for (const [index, history] of histories.entries()) {
    for (const item of history.items) follow(state, item, history, issue)
    if (index > moved && history.items.some((item) => telling.has(fieldOf(item))))
      events.push(changed(issue, state, history, words))
  }
  return events
}

function initialState({ fields }: JiraIssueReply, items: readonly Record<string, unknown>[]): State {
  const first = (field: string) => items.find((item) => fieldOf(item) === field)
  const status = first('status')
  const type = first('issuetype')
  return {
    status: status
      ? { id: textOf(status, 'from'), name: textOf(status, 'fromString') }
      : { id: idText(fields.status?.id) ?? null, name: fields.status?.name ?? null },
    type: type ? textOf(type, 'fromString') : (fields.issuetype?.name ?? null),
    resolvedAt: first('resolution') ? null : (fields.resolutiondate ?? null),
  }
}

function follow(state: State, item: Record<string, unknown>, { created: at }: JiraHistory, { fields }: JiraIssueReply) {
  const field = fieldOf(item)
  if (field === 'status') state.status = { id: textOf(item, 'to'), name: textOf(item, 'toString') }
  if (field === 'issuetype') state.type = textOf(item, 'toString')
  if (field !== 'resolution') return
  if (textOf(item, 'to') === null) state.resolvedAt = null
  else {
    const known = fields.resolutiondate
    const same = known && Math.abs(Date.parse(known) - Date.parse(at)) <= sameMomentMs
    state.resolvedAt = same ? known : at
  }
}

/** The issue as it was. Where Jira knows a status no longer its category is not told; the sprint, which is today's, is left to the changes. */
function issueAt({ id, key, self, fields }: JiraIssueReply, { status, type, resolvedAt }: State, words: JiraWords) {
  const category = status.id === null ? undefined : words.categoryOf.get(status.id)
  const { statuscategorychangedate: _, ...rest } = fields
  const kept = Object.fromEntries(Object.entries(rest).filter(([name]) => !words.sprintFields.includes(name)))
  return {
    id,
    key,
    ...(self ? { self } : {}),
    fields: {
      ...kept,
      issuetype: { ...fields.issuetype, name: type },
      status: { id: status.id, name: status.name, ...(category ? { statusCategory: { key: category } } : {}) },
      resolutiondate: resolvedAt,
    },
  }
}

type Told = Pick<IssueEvent, 'type' | 'facts'> & { readonly name: string; readonly supplement?: boolean }

function event(
  issue: JiraIssueReply,
  state: State,
  words: JiraWords,
  at: string,
  { type, name, facts, supplement: extra = false }: Told,
  changelog: object | undefined,
): IssueEvent {
  // Now, for the state goes on.
  const then = issueAt(issue, state, words)
  return {
    itemKey: issue.key,
    type,
    deliveryId: `poll:${issue.id}:${name}`,
    occurredAt: new Date(at),
    facts,
    supplement: extra,
    payload: () =>
      Buffer.from(
        JSON.stringify({
          webhookEvent: type,
          timestamp: Date.parse(at),
          issue: then,
          ...(changelog ? { changelog } : {}),
        }),
      ),
  }
}

const created = (issue: JiraIssueReply, state: State, words: JiraWords): IssueEvent =>
  event(
    issue,
    { ...state, resolvedAt: null },
    words,
    issue.fields.created,
    { type: 'jira:issue_created', name: 'created', facts: ['created'] },
    undefined,
  )

function changed(issue: JiraIssueReply, state: State, history: JiraHistory, words: JiraWords): IssueEvent {
  const flows = new Set(history.items.flatMap((item) => flowOf.get(fieldOf(item)) ?? []))
  return event(
    issue,
    state,
    words,
    history.created,
    {
      type: 'jira:issue_updated',
      name: history.id,
      facts: [...flows].map((flow) => `${history.id}:${flow}:0`),
    },
    { id: history.id, items: history.items },
  )
}

/** Sprint and points that an issue was made with: no change names them. */
function supplement(
  issue: JiraIssueReply,
  items: readonly Record<string, unknown>[],
  state: State,
  words: JiraWords,
): IssueEvent[] {
  const given: Record<string, unknown>[] = []
  const sprint = items.find((item) => fieldOf(item) === 'sprint')
  const ids = sprint ? textOf(sprint, 'from') : sprintIdsOf(issue, words)
  if (ids) given.push({ field: 'Sprint', from: '', fromString: '', to: ids, toString: ids })
  const points = items.find((item) => flowOf.get(fieldOf(item)) === 'points')
  const amount = points ? textOf(points, 'fromString') : pointsOf(issue, words)
  if (amount) given.push({ field: 'Story Points', from: null, fromString: null, to: null, toString: amount })
  if (given.length === 0) return []
  const facts = given.map((item) => `initial:${flowOf.get(fieldOf(item))}:0`)
  const told: Told = { type: 'jira:issue_updated', name: 'initial', facts, supplement: true }
  return [
    event(issue, { ...state, resolvedAt: null }, words, issue.fields.created, told, { id: 'initial', items: given }),
  ]
}

function sprintIdsOf({ fields }: JiraIssueReply, { sprintFields }: JiraWords): string | null {
  const ids = sprintFields.flatMap((name) => {
    const value = fields[name]
    return (Array.isArray(value) ? value : []).flatMap((one) => idText((one as { id?: unknown } | null)?.id) ?? [])
  })
  return ids.length === 0 ? null : ids.join(', ')
}

function pointsOf({ fields }: JiraIssueReply, { pointFields }: JiraWords): string | null {
  for (const name of pointFields.keys()) {
    const value = fields[name]
    if (typeof value === 'number' && Number.isFinite(value)) return String(value)
  }
  return null
}
