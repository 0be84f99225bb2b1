/**
 * What a payload means: rows of the fact tables, before they have ids. Events arrive in any order and more than once, so rows with
 * one natural key are merged by rules that do not depend on order (`record-queries.ts`).
 */
export type DeploymentFact = {
  readonly table: 'deployment_records'
  /** `github.deployment`, `github.release`, `github.workflow_run`, `api`, or the name of a generic source. */
  readonly source: string
  readonly externalId: string
  readonly repository: string
  readonly service: string
  readonly environment: string
  readonly sha: string | null
  readonly ref: string | null
  readonly url: string | null
  readonly status: 'pending' | 'success' | 'failure'
  readonly createdAt: Date | null
  readonly finishedAt: Date | null
  readonly failedAt: Date | null
}

export type CommitFact = {
  readonly table: 'commits'
  readonly repository: string
  readonly sha: string
  readonly parents: readonly string[]
  readonly committedAt: Date
  readonly reverts: string | null
  readonly prNumber: number | null
  readonly ticketKeys: readonly string[]
}

export type PullRequestFact = {
  readonly table: 'pr_events'
  readonly repository: string
  readonly prNumber: number
  readonly action: string
  readonly occurredAt: Date
  readonly title: string | null
  readonly headRef: string | null
  readonly headSha: string | null
  readonly baseRef: string | null
  readonly mergeCommitSha: string | null
  readonly merged: boolean
  readonly authorHash: string | null
  readonly reviewState: string | null
  readonly labels: readonly string[]
  readonly ticketKeys: readonly string[]
}

export type WorkItemFact = {
  readonly table: 'work_item_events'
  readonly source: 'jira' | 'github'
  readonly externalId: string
  readonly itemKey: string
  readonly projectKey: string
  readonly itemType: string | null
  readonly action: string
  readonly field: string | null
  readonly fromValue: string | null
  readonly toValue: string | null
  readonly points: number | null
  readonly occurredAt: Date
}

export type IncidentFact = {
  readonly table: 'incident_events'
  /** `jira`, `github`, `api`, or the name of a generic source. */
  readonly source: string
  readonly incidentKey: string
  readonly action: 'opened' | 'resolved' | 'reopened' | 'linked' | 'withdrawn'
  readonly occurredAt: Date
  readonly title: string | null
  readonly severity: string | null
  readonly repository: string | null
  readonly service: string | null
  readonly projectKey: string | null
  readonly deploymentSha: string | null
  readonly url: string | null
}

export type Fact = DeploymentFact | CommitFact | PullRequestFact | WorkItemFact | IncidentFact

/** Facts of one event, or why it has none. */
export type Mapped = readonly Fact[] | Ignored
export type Ignored = `ignored:${string}`

/** Essentials are missing or of the wrong type. */
export const incomplete = 'ignored:incomplete' satisfies Ignored
/** An action that says nothing about delivery. */
export const unusedAction = 'ignored:unused-action' satisfies Ignored
/** A kind of event that says nothing about delivery. */
export const unusedEvent = 'ignored:unused-event' satisfies Ignored
