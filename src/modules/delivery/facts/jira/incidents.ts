/** Jira issues of an incident's type → incident_events. */
import type { IncidentFact } from '../fact-rows.ts'
import { fields, instant, link, list, text } from '../read-payload.ts'
import { deploymentShaIn } from '../root-cause.ts'
import type { JiraSettings } from '../settings.ts'
import { documentText } from './document-text.ts'
import type { JiraIssue } from './issue.ts'

/** Fields whose change gives the incident a newer description. */
const describing = new Set(['summary', 'priority', 'component', 'description'])

export const isIncidentType = (type: string | null, settings: JiraSettings): boolean =>
  type !== null && settings.incidentIssueTypes.some((name) => name.toLowerCase() === type.toLowerCase())

/** Rows of an issue created or updated at `at`; see `github/issues.ts` for what the rows of one incident mean together. */
export function incidentRows(issue: JiraIssue, at: Date, settings: JiraSettings): IncidentFact[] {
  const typeChange = issue.changes.find(({ field }) => field === 'issuetype')
  if (!isIncidentType(issue.type, settings))
    return typeChange && isIncidentType(typeChange.fromName, settings) ? [rowOf(issue, 'withdrawn', at)] : []
  if (!issue.createdAt) return []
  const rows = [rowOf(issue, 'opened', issue.createdAt)]
  const resolvedAt = resolutionOf(issue, at)
  if (resolvedAt) rows.push(rowOf(issue, 'resolved', resolvedAt))
  const cleared = issue.changes.some(({ field, from, to }) => field === 'resolution' && from !== null && to === null)
  const became = typeChange !== undefined && !isIncidentType(typeChange.fromName, settings)
  if (!resolvedAt && (cleared || became)) rows.push(rowOf(issue, 'reopened', at))
  else if (became) rows.push(rowOf(issue, 'opened', at))
  else if (issue.changes.some(({ field }) => describing.has(field))) rows.push(rowOf(issue, 'linked', at))
  return rows
}

export const withdrawnIncident = (issue: JiraIssue, at: Date): IncidentFact => rowOf(issue, 'withdrawn', at)

/** When it was resolved; workflows without resolutions say so by the status category alone. */
function resolutionOf(issue: JiraIssue, at: Date): Date | undefined {
  const resolved = instant(issue.fields.resolutiondate)
  if (resolved || issue.category !== 'done') return resolved
  const statusChanged = issue.changes.some(({ field }) => field === 'status')
  return instant(issue.fields.statuscategorychangedate) ?? (statusChanged ? at : undefined)
}

function rowOf(issue: JiraIssue, action: IncidentFact['action'], occurredAt: Date): IncidentFact {
  const { fields: given } = issue
  const self = link(issue.self)
  return {
    table: 'incident_events',
    source: 'jira',
    incidentKey: issue.key,
    action,
    occurredAt,
    title: text(given.summary) ?? null,
    severity: text(fields(given.priority).name, 100) ?? null,
    repository: null,
    service: text(fields(list(given.components)[0]).name, 200)?.toLowerCase() ?? null,
    projectKey: issue.projectKey,
    deploymentSha: deploymentShaIn(documentText(given.description)),
    url: self ? `${new URL(self).origin}/browse/${issue.key}` : null,
  }
}
