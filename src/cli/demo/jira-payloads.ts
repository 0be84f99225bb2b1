/** Jira Cloud's webhook payloads, as far as anybody reads them, in the shapes Jira sends. */
import { digest } from './random.ts'

const site = 'https://acme.atlassian.example'
const jiraTime = (at: number) => new Date(at).toISOString().replace('Z', '+0000')

export type Status = 'To Do' | 'In Progress' | 'In Review' | 'Done'
const statuses: Record<Status, { id: string; category: { id: number; key: string; name: string } }> = {
  'To Do': { id: '10000', category: { id: 2, key: 'new', name: 'To Do' } },
  'In Progress': { id: '3', category: { id: 4, key: 'indeterminate', name: 'In Progress' } },
  'In Review': { id: '10001', category: { id: 4, key: 'indeterminate', name: 'In Progress' } },
  Done: { id: '10002', category: { id: 3, key: 'done', name: 'Done' } },
}

export type Sprint = {
  readonly id: number
  readonly name: string
  readonly board: number
  readonly startAt: number
  readonly endAt: number
}

export type JiraIssue = {
  readonly id: number
  readonly key: string
  readonly type: 'Story' | 'Incident'
  readonly summary: string
  readonly description: string | null
  readonly priority: 'Highest' | 'High' | 'Medium'
  readonly component: string | undefined
  readonly reporter: string
  readonly createdAt: number
  points: number | null
  status: Status
  sprint: Sprint | undefined
  resolvedAt: number | undefined
}

export type ChangeItem = {
  readonly field: string
  readonly fieldtype: 'jira' | 'custom'
  readonly fieldId: string
  readonly from: string | null
  readonly fromString: string | null
  readonly to: string | null
  readonly toString: string | null
}

export const statusChange = (from: Status, to: Status): ChangeItem => ({
  field: 'status',
  fieldtype: 'jira',
  fieldId: 'status',
  from: statuses[from].id,
  fromString: from,
  to: statuses[to].id,
  toString: to,
})

export const sprintChange = (from: Sprint | undefined, to: Sprint): ChangeItem => ({
  field: 'Sprint',
  fieldtype: 'custom',
  fieldId: 'customfield_10020',
  from: from ? String(from.id) : '',
  fromString: from?.name ?? '',
  to: String(to.id),
  toString: to.name,
})

export const pointsChange = (from: number | null, to: number): ChangeItem => ({
  field: 'Story Points',
  fieldtype: 'custom',
  fieldId: 'customfield_10016',
  from: null,
  fromString: from === null ? null : String(from),
  to: null,
  toString: String(to),
})

const user = (login: string) => ({
  self: `${site}/rest/api/2/user?accountId=${login}`,
  accountId: login,
  displayName: login,
  active: true,
  accountType: 'atlassian',
})

const sprintFields = (sprint: Sprint, state: 'future' | 'active' | 'closed') => ({
  id: sprint.id,
  name: sprint.name,
  state,
  boardId: sprint.board,
  goal: '',
  startDate: new Date(sprint.startAt).toISOString(),
  endDate: new Date(sprint.endAt).toISOString(),
})

function issueFields(issue: JiraIssue, at: number) {
  const project = issue.key.slice(0, issue.key.indexOf('-'))
  const status = statuses[issue.status]
  const sprintState =
    issue.sprint && (at < issue.sprint.startAt ? 'future' : at < issue.sprint.endAt ? 'active' : 'closed')
  return {
    id: String(issue.id),
    self: `${site}/rest/api/2/${issue.id}`,
    key: issue.key,
    fields: {
      summary: issue.summary,
      description: issue.description,
      issuetype: {
        id: issue.type === 'Story' ? '10001' : '10010',
        name: issue.type,
        subtask: false,
        hierarchyLevel: 0,
      },
      project: { id: digest(project).slice(0, 5), key: project, name: project, projectTypeKey: 'software' },
      status: { id: status.id, name: issue.status, statusCategory: status.category },
      priority: { name: issue.priority },
      labels: [],
      components: issue.component === undefined ? [] : [{ name: issue.component }],
      reporter: user(issue.reporter),
      creator: user(issue.reporter),
      created: jiraTime(issue.createdAt),
      updated: jiraTime(at),
      resolution: issue.resolvedAt === undefined ? null : { name: 'Done' },
      resolutiondate: issue.resolvedAt === undefined ? null : jiraTime(issue.resolvedAt),
      customfield_10016: issue.points,
      customfield_10020: issue.sprint ? [sprintFields(issue.sprint, sprintState!)] : null,
    },
  }
}

export const issueCreated = (issue: JiraIssue, at: number) => ({
  timestamp: at,
  webhookEvent: 'jira:issue_created',
  issue_event_type_name: 'issue_created',
  user: user(issue.reporter),
  issue: issueFields(issue, at),
  changelog: {
    id: String(issue.id),
    items: [{ ...statusChange('To Do', 'To Do'), from: null, fromString: null }],
  },
})

export const issueUpdated = (issue: JiraIssue, at: number, changeId: number, items: readonly ChangeItem[]) => ({
  timestamp: at,
  webhookEvent: 'jira:issue_updated',
  issue_event_type_name: items.some((item) => item.field === 'status') ? 'issue_generic' : 'issue_updated',
  user: user(issue.reporter),
  issue: issueFields(issue, at),
  changelog: { id: String(changeId), items },
})

export const sprintEvent = (sprint: Sprint, event: 'sprint_started' | 'sprint_closed', at: number) => ({
  timestamp: at,
  webhookEvent: event,
  sprint: {
    id: sprint.id,
    self: `${site}/rest/agile/1.0/sprint/${sprint.id}`,
    state: event === 'sprint_started' ? 'active' : 'closed',
    name: sprint.name,
    startDate: new Date(sprint.startAt).toISOString(),
    endDate: new Date(sprint.endAt).toISOString(),
    ...(event === 'sprint_closed' ? { completeDate: new Date(at).toISOString() } : {}),
    createdDate: new Date(sprint.startAt).toISOString(),
    originBoardId: sprint.board,
    goal: '',
  },
})
