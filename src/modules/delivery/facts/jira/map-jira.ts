/** A Jira event → facts. Pure; reads no more of the payload than it needs and never throws. */
import { incomplete, type Mapped, unusedEvent } from '../fact-rows.ts'
import { type Fields, fields } from '../read-payload.ts'
import type { JiraSettings } from '../settings.ts'
import { incidentRows, isIncidentType, withdrawnIncident } from './incidents.ts'
import { jiraIssueOf } from './issue.ts'
import { changedItems, createdItem, deletedItem, movedItem, sprintEvent } from './work-items.ts'

export function mapJira(payload: unknown, settings: JiraSettings): Mapped {
  const given = fields(payload)
  switch (given.webhookEvent) {
    case 'jira:issue_created':
    case 'jira:issue_updated':
    case 'jira:issue_deleted':
      return mapIssue(given, given.webhookEvent, settings)
    case 'sprint_started':
      return sprintEvent(given, 'started')
    case 'sprint_closed':
      return sprintEvent(given, 'closed')
    default:
      return typeof given.webhookEvent === 'string' ? unusedEvent : incomplete
  }
}

function mapIssue(payload: Fields, event: string, settings: JiraSettings): Mapped {
  const issue = jiraIssueOf(payload)
  if (!issue) return incomplete
  const { createdAt, at } = issue
  if (event === 'jira:issue_created') {
    if (!createdAt) return incomplete
    const changes = at ? changedItems(issue, at) : []
    return [...createdItem(issue, createdAt), ...changes, ...incidentRows(issue, at ?? createdAt, settings)]
  }
  if (!at) return incomplete
  if (event === 'jira:issue_deleted')
    return [deletedItem(issue, at), ...(isIncidentType(issue.type, settings) ? [withdrawnIncident(issue, at)] : [])]
  const facts = [...movedItem(issue, at), ...changedItems(issue, at), ...incidentRows(issue, at, settings)]
  return facts.length > 0 ? facts : 'ignored:unused-change'
}
