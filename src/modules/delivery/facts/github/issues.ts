/** `issues` → incident_events for issues with the incident label, and the life of every issue as work_item_events. */
import { type Fact, type IncidentFact, incomplete, type Mapped, unusedAction, type WorkItemFact } from '../fact-rows.ts'
import { type Fields, fields, instant, link, maxInteger, positive, prose, repositoryOf, text } from '../read-payload.ts'
import { deploymentShaIn } from '../root-cause.ts'
import type { GithubSettings } from '../settings.ts'
import { labelsOf } from './pull-requests.ts'

type Issue = {
  readonly payload: Fields
  readonly issue: Fields
  readonly repository: string
  readonly key: string
  readonly labels: readonly string[]
  readonly createdAt: Date
  readonly updatedAt: Date
  readonly closedAt: Date | undefined
}

/** Actions that change what an incident is or says. */
const incidentActions = new Set<unknown>([
  'opened',
  'closed',
  'reopened',
  'edited',
  'labeled',
  'unlabeled',
  'deleted',
  'transferred',
])

export function mapIssue(payload: Fields, settings: GithubSettings): Mapped {
  const ofIncident = incidentActions.has(payload.action)
  if (!ofIncident && payload.action !== 'assigned') return unusedAction
  const issue = issueOf(payload)
  if (!issue) return incomplete
  const facts: Fact[] = [...workItems(issue), ...(ofIncident ? incidents(issue, settings.incidentLabel) : [])]
  return facts.length > 0 ? facts : 'ignored:not-an-incident'
}

function issueOf(payload: Fields): Issue | undefined {
  const issue = fields(payload.issue)
  const repository = repositoryOf(payload)
  const number = positive(issue.number, maxInteger)
  const createdAt = instant(issue.created_at)
  const updatedAt = instant(issue.updated_at)
  if (!repository || !number || !createdAt || !updatedAt) return undefined
  const closedAt = issue.state === 'closed' ? instant(issue.closed_at) : undefined
  const key = `${repository}#${number}`
  return { payload, issue, repository, key, labels: labelsOf(issue), createdAt, updatedAt, closedAt }
}

/** A label that says that somebody works on it: `in progress`, `doing`, `wip`, also behind `status:`. */
const inProgress = /^(status\s*[:/]\s*)?(in[ _-]?progress|doing|wip)$/i

/** Opened, closed, reopened, taken up (assigned or labelled so), gone; each time it happens is one event. */
function workItems({ payload, repository, key, createdAt, updatedAt, closedAt }: Issue): WorkItemFact[] {
  const row = (action: string, externalId: string, occurredAt: Date): WorkItemFact => ({
    table: 'work_item_events',
    source: 'github',
    externalId,
    itemKey: key,
    projectKey: repository,
    itemType: 'issue',
    action,
    field: null,
    fromValue: null,
    toValue: null,
    points: null,
    occurredAt,
  })
  if (payload.action === 'opened') return [row('created', 'created', createdAt)]
  if (payload.action === 'closed' && closedAt) return [row('closed', `closed:${closedAt.getTime()}`, closedAt)]
  if (payload.action === 'reopened') return [row('reopened', `reopened:${updatedAt.getTime()}`, updatedAt)]
  if (payload.action === 'deleted' || payload.action === 'transferred') return [row('deleted', 'deleted', updatedAt)]
  const label = payload.action === 'labeled' ? text(fields(payload.label).name, 100) : undefined
  if (payload.action === 'assigned' || (label && inProgress.test(label.trim()))) {
    const taken = row('changed', `in_progress:${updatedAt.getTime()}`, updatedAt)
    return [{ ...taken, field: 'status_category', toValue: 'indeterminate' }]
  }
  return []
}

/**
 * Each event says what it knows with the time it is true of, so that the incident is a function of the set of its rows: the
 * earliest `opened` starts it, `resolved` and `reopened` alternate, a `withdrawn` holds until a later `opened` or `reopened`, and
 * a field's latest value counts (`linked` carries nothing but those).
 */
function incidents(given: Issue, incidentLabel: string): IncidentFact[] {
  const { payload, issue, repository, key, labels, createdAt, updatedAt, closedAt } = given
  const isIncident = (label: unknown) =>
    typeof label === 'string' && label.toLowerCase() === incidentLabel.toLowerCase()
  const marked = labels.some(isIncident)
  const changed = isIncident(text(fields(payload.label).name, 100))
  const row = (action: IncidentFact['action'], occurredAt: Date): IncidentFact => ({
    table: 'incident_events',
    source: 'github',
    incidentKey: key,
    action,
    occurredAt,
    title: text(issue.title) ?? null,
    severity: severityIn(labels),
    repository,
    service: labelValue(labels, 'service:'),
    projectKey: null,
    deploymentSha: deploymentShaIn(prose(issue.body)),
    url: link(issue.html_url) ?? null,
  })
  if (payload.action === 'unlabeled' && changed && !marked) return [row('withdrawn', updatedAt)]
  if (!marked) return []
  if (payload.action === 'deleted' || payload.action === 'transferred') return [row('withdrawn', updatedAt)]
  const rows = [row('opened', createdAt)]
  if (closedAt) rows.push(row('resolved', closedAt))
  const later = updatedAt > createdAt && updatedAt.getTime() !== closedAt?.getTime()
  if (payload.action === 'reopened') rows.push(row('reopened', updatedAt))
  // Marked again after it was withdrawn; one that is closed must not become unresolved by that.
  else if (payload.action === 'labeled' && changed && later) rows.push(row(closedAt ? 'opened' : 'reopened', updatedAt))
  else if (later) rows.push(row('linked', updatedAt))
  return rows
}

/** `sev1` … `sev4`, also written `sev-1`; or what follows `severity:`. */
function severityIn(labels: readonly string[]): string | null {
  const short = labels.map((label) => /^sev-?([1-4])$/i.exec(label)?.[1]).find((level) => level !== undefined)
  return short ? `sev${short}` : labelValue(labels, 'severity:')
}

function labelValue(labels: readonly string[], prefix: string): string | null {
  const label = labels.map((one) => one.toLowerCase()).find((one) => one.startsWith(prefix))
  return label?.slice(prefix.length).trim() || null
}
