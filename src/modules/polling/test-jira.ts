/** Jira Cloud on loopback as far as asking for what was missed goes. */
import { startSource } from './test-source.ts'

type Any = Record<string, unknown>
export type TestIssue = {
  id: string
  key: string
  fields: Any & { created: string; updated: string }
  histories: Any[]
}
export type TestSprint = Any & { id: number; state: 'future' | 'active' | 'closed' }

/** Jira's way to write an instant. */
export const jiraTime = (ms: number): string => new Date(ms).toISOString().replace('Z', '+0000')

export async function startTestJira({ pageSize = 2 } = {}) {
  const boards: { id: number; sprints: TestSprint[] }[] = []
  const issues: TestIssue[] = []
  const inSprint = new Map<number, TestIssue[]>()
  /** `lateMs`: a search waits for so long before it is evaluated. */
  const says = { jql: [] as string[], embedded: 100, lateMs: 0 }

  const source = await startSource((url, request) => {
    const basic = `Basic ${Buffer.from('bot@acme.example:a token').toString('base64')}`
    if (request.headers.authorization !== basic) return { status: 401, body: { errorMessages: ['no'] } }
    const { pathname: path, searchParams: query } = url
    const startAt = Number(query.get('startAt') ?? 0)
    const slice = <T>(all: readonly T[]) => all.slice(startAt, startAt + pageSize)
    const isLast = (all: readonly unknown[]) => startAt + pageSize >= all.length
    if (path === '/rest/api/3/myself') return { body: { displayName: 'Bot', emailAddress: 'bot@acme.example' } }
    if (path === '/rest/api/3/status') return { body: statuses }
    if (path === '/rest/api/3/field') return { body: fields }
    if (path === '/rest/agile/1.0/board')
      return { body: { values: slice(boards).map(({ id }) => ({ id, type: 'scrum' })), isLast: isLast(boards) } }
    const board = /^\/rest\/agile\/1\.0\/board\/(\d+)\/sprint$/.exec(path)
    if (board) {
      const all = boards.find(({ id }) => id === Number(board[1]))!.sprints.filter(({ state }) => state !== 'future')
      return { body: { values: slice(all), isLast: isLast(all) } }
    }
    const sprint = /^\/rest\/agile\/1\.0\/sprint\/(\d+)\/issue$/.exec(path)
    if (sprint) {
      const all = inSprint.get(Number(sprint[1])) ?? []
      return { body: { issues: slice(all).map(shown), total: all.length } }
    }
    if (path === '/rest/api/3/search/jql') {
      const jql = query.get('jql')!
      says.jql.push(jql)
      const minutes = Number(/^updated >= -(\d+)m order by updated asc$/.exec(jql)![1])
      const all = issues
        .filter(({ fields: { updated } }) => Date.parse(updated) >= Date.now() + says.lateMs - minutes * 60_000)
        .sort((a, b) => Date.parse(a.fields.updated) - Date.parse(b.fields.updated))
      const from = Number(query.get('nextPageToken') ?? 0)
      const more = from + pageSize < all.length ? { nextPageToken: String(from + pageSize) } : {}
      return { body: { issues: all.slice(from, from + pageSize).map(shown), ...more } }
    }
    const changelog = /^\/rest\/api\/3\/issue\/(\d+)\/changelog$/.exec(path)
    if (changelog) {
      const all = issues.find(({ id }) => id === changelog[1])!.histories
      return { body: { values: slice(all), total: all.length, isLast: isLast(all) } }
    }
    return undefined
  })
  const shown = ({ histories, ...issue }: TestIssue) => ({
    ...issue,
    self: `${source.url}/rest/api/3/issue/${issue.id}`,
    // The newest ones, as many as fit.
    changelog: { total: histories.length, histories: histories.toReversed().slice(0, says.embedded) },
  })
  return {
    ...source,
    jira: says,
    boards,
    issues,
    inSprint,
    environment: {
      JIRA_BASE_URL: source.url,
      JIRA_EMAIL: 'bot@acme.example',
      JIRA_API_TOKEN: 'a token',
      DIAL_ALLOW: '127.0.0.1',
    },
  }
}

const statuses = [
  { id: '1', name: 'To Do', statusCategory: { key: 'new' } },
  { id: '3', name: 'Doing', statusCategory: { key: 'indeterminate' } },
  { id: '5', name: 'Done', statusCategory: { key: 'done' } },
]
const fields = [
  { id: 'summary', name: 'Summary' },
  { id: 'customfield_10020', name: 'Sprint', schema: { custom: 'com.pyxis.greenhopper.jira:gh-sprint' } },
  { id: 'customfield_10016', name: 'Story point estimate', schema: { custom: 'x' } },
]
export const statusOf = (name: string) => statuses.find((one) => one.name === name)!
/** A change of status as the changelog has it. */
export const moved = (id: string, at: number, from: string, to: string, ...more: Any[]) => ({
  id,
  created: jiraTime(at),
  items: [
    {
      field: 'status',
      fieldId: 'status',
      from: statusOf(from).id,
      fromString: from,
      to: statusOf(to).id,
      toString: to,
    },
    ...more,
  ],
})
