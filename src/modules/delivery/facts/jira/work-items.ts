/** Jira issues and sprints → work_item_events. */
import { type Ignored, incomplete, type WorkItemFact } from '../fact-rows.ts'
import { type Fields, fields, instant, list, positive, text } from '../read-payload.ts'
import { type ChangeItem, type JiraIssue, projectOfKey } from './issue.ts'

/** Jira's fields that say how work flows, and our name for each. */
const flowFields = new Map([
  ['status', 'status'],
  ['sprint', 'sprint'],
  ['story points', 'points'],
  ['story point estimate', 'points'],
])

type Row = Pick<WorkItemFact, 'externalId' | 'action' | 'occurredAt'> & Partial<WorkItemFact>

const rowOf = (issue: JiraIssue, row: Row): WorkItemFact => ({
  table: 'work_item_events',
  source: 'jira',
  itemKey: issue.key,
  projectKey: issue.projectKey,
  itemType: issue.type,
  field: null,
  fromValue: null,
  toValue: null,
  points: null,
  ...row,
})

/** The issue's beginning, with the status and the sprint it began in. */
export function createdItem(issue: JiraIssue, createdAt: Date): WorkItemFact[] {
  const toValue = text(fields(issue.fields.status).name, 300) ?? null
  const rows = [rowOf(issue, { externalId: 'created', action: 'created', occurredAt: createdAt, toValue })]
  if (issue.category)
    rows.push(categoryRow(issue, { externalId: 'created:status_category', occurredAt: createdAt }, issue.category))
  const sprints = sprintsOf(issue)
  if (sprints) {
    // As the poller says it: no change tells what an issue was made with.
    const row = { externalId: 'initial:sprint:0', action: 'changed', field: 'sprint', occurredAt: createdAt }
    rows.push(rowOf(issue, { ...row, toValue: sprints }))
  }
  return rows
}

const customField = /^customfield_\d{1,10}$/
const sprintStates = ['future', 'active', 'closed']
const maxSprints = 20

/** Ids of the sprints the issue is in. Their field has another number at each site, and is known by what is in it. */
function sprintsOf({ fields: given }: JiraIssue): string | null {
  for (const [name, value] of Object.entries(given)) {
    if (!customField.test(name)) continue
    const ids = list(value, maxSprints).map((one) => {
      const { id, boardId, state } = fields(one)
      return positive(boardId) && sprintStates.includes(String(state).toLowerCase()) ? positive(id) : undefined
    })
    if (ids.length > 0 && !ids.includes(undefined)) return ids.join(', ')
  }
  return null
}

export const deletedItem = (issue: JiraIssue, occurredAt: Date): WorkItemFact =>
  rowOf(issue, { externalId: 'deleted', action: 'deleted', occurredAt })

/** An issue that was moved to another project has another key there; what had the old one is gone. */
export function movedItem(issue: JiraIssue, occurredAt: Date): WorkItemFact[] {
  const before = issue.changes.find(({ field }) => field === 'key')?.fromName
  const projectKey = before && projectOfKey(before)
  if (!projectKey || before === issue.key) return []
  // It may move back and away once more.
  const externalId = `moved:${issue.changeId ?? occurredAt.getTime()}`
  return [rowOf({ ...issue, key: before, projectKey }, { externalId, action: 'deleted', occurredAt })]
}

/**
 * One row a change of status, sprint or points. Sprints are given by id (`12, 13`), the others by name. A change of status also
 * tells the category it led to, for names of statuses are each team's own.
 */
export function changedItems(issue: JiraIssue, at: Date): WorkItemFact[] {
  const rows: WorkItemFact[] = []
  const nth = new Map<string, number>()
  for (const item of issue.changes) {
    const field = flowFields.get(item.field)
    if (!field || !issue.changeId) continue
    const n = nth.get(field) ?? 0
    nth.set(field, n + 1)
    const row = { externalId: `${issue.changeId}:${field}:${n}`, action: 'changed', field, occurredAt: at }
    rows.push(rowOf(issue, { ...row, ...valuesOf(field, item) }))
    if (field === 'status' && issue.category)
      rows.push(
        categoryRow(issue, { externalId: `${issue.changeId}:status_category:${n}`, occurredAt: at }, issue.category),
      )
  }
  return rows
}

const categoryRow = (issue: JiraIssue, row: Pick<WorkItemFact, 'externalId' | 'occurredAt'>, category: string) =>
  rowOf(issue, { ...row, action: 'changed', field: 'status_category', toValue: category })

function valuesOf(field: string, item: ChangeItem): Partial<WorkItemFact> {
  if (field === 'sprint') return { fromValue: item.from, toValue: item.to }
  const values = { fromValue: item.fromName, toValue: item.toName }
  if (field !== 'points') return values
  const points = item.toName === null ? Number.NaN : Number(item.toName)
  return { ...values, points: Number.isFinite(points) ? points : null }
}

/**
 * A sprint's start or end; `item_key` is what changes of an issue's sprint name. The end tells when it had started too, for the
 * event of the start may never have come.
 */
export function sprintEvent(payload: Fields, action: 'started' | 'closed'): readonly WorkItemFact[] | Ignored {
  const sprint = fields(payload.sprint)
  const id = positive(sprint.id)
  const board = positive(sprint.originBoardId)
  const startDate = instant(sprint.activatedDate) ?? instant(sprint.startDate)
  const own = action === 'closed' ? instant(sprint.completeDate) : instant(sprint.activatedDate)
  const occurredAt = own ?? instant(payload.timestamp) ?? (action === 'closed' ? instant(sprint.endDate) : startDate)
  if (!id || !board || !occurredAt) return incomplete
  const row = (does: 'started' | 'closed', at: Date): WorkItemFact => ({
    table: 'work_item_events',
    source: 'jira',
    // A sprint may be opened again and closed once more.
    externalId: `${does}:${at.getTime()}`,
    itemKey: `sprint:${id}`,
    projectKey: `board:${board}`,
    itemType: 'sprint',
    action: does,
    field: null,
    fromValue: null,
    toValue: text(sprint.name, 300) ?? null,
    points: null,
    occurredAt: at,
  })
  const alsoStarted = action === 'closed' && startDate && startDate < occurredAt ? [row('started', startDate)] : []
  return [...alsoStarted, row(action, occurredAt)]
}
