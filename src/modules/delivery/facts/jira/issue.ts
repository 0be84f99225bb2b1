/** What is read of a Jira issue's payload, checked once. */
import { type Fields, fields, instant, list, text } from '../read-payload.ts'

export type ChangeItem = {
  readonly field: string
  /** Ids, where the field has them. */
  readonly from: string | null
  readonly to: string | null
  /** Names for people. */
  readonly fromName: string | null
  readonly toName: string | null
}

export type JiraIssue = {
  readonly key: string
  readonly projectKey: string
  readonly type: string | null
  /** Jira's key of the status category: `new`, `indeterminate` or `done`. */
  readonly category: string | null
  readonly fields: Fields
  readonly self: unknown
  readonly createdAt: Date | undefined
  /** When the event happened. */
  readonly at: Date | undefined
  readonly changeId: string | undefined
  readonly changes: readonly ChangeItem[]
}

const keyShape = /^([A-Z][A-Z0-9_]{0,30})-\d{1,10}$/
const changeIdShape = /^[A-Za-z0-9-]{1,40}$/
const maxChanges = 200

export const projectOfKey = (key: string): string | undefined => keyShape.exec(key)?.[1]

export function jiraIssueOf(payload: Fields): JiraIssue | undefined {
  const issue = fields(payload.issue)
  const key = text(issue.key, 50)
  const projectKey = key && projectOfKey(key)
  if (!key || !projectKey) return undefined
  const given = fields(issue.fields)
  const changelog = fields(payload.changelog)
  const changeId = text(typeof changelog.id === 'number' ? String(changelog.id) : changelog.id, 40)
  return {
    key,
    projectKey,
    type: text(fields(given.issuetype).name, 100) ?? null,
    category: text(fields(fields(given.status).statusCategory).key, 50) ?? null,
    fields: given,
    self: issue.self,
    createdAt: instant(given.created),
    at: instant(payload.timestamp) ?? instant(given.updated),
    changeId: changeId && changeIdShape.test(changeId) ? changeId : undefined,
    changes: list(changelog.items, maxChanges).flatMap((item) => changeOf(fields(item)) ?? []),
  }
}

function changeOf(item: Fields): ChangeItem | undefined {
  const field = text(item.field, 100)?.toLowerCase()
  if (!field) return undefined
  return {
    field,
    from: text(item.from, 300) ?? null,
    to: text(item.to, 300) ?? null,
    fromName: text(item.fromString, 300) ?? null,
    // Every object has a function of this name; only text is a value.
    toName: text(item.toString, 300) ?? null,
  }
}
