/** An event of any other source → facts. Pure, and never throws. */
import type { z } from 'zod'
import { type DeploymentFact, type Fact, type IncidentFact, incomplete, type Mapped } from '../fact-rows.ts'
import { chained } from '../github/push.ts'
import { fields, instant, link, sha, text } from '../read-payload.ts'
import {
  commitsData,
  type DeploymentStatus,
  deploymentData,
  deploymentStatuses,
  type IncidentStatus,
  incidentData,
  incidentStatuses,
  vocabularyVersion,
} from './vocabulary.ts'

export type Said = {
  /** The name the facts carry. */
  readonly source: string
  readonly payload: unknown
  /** When it came in: the time of what gives none. Kept with the event, so that processing it again gives the same facts. */
  readonly enqueuedAt: Date
}

type Reading = (data: unknown, source: string, at: Date) => readonly Fact[] | undefined

const reading =
  <S extends z.ZodType>(schema: S, map: (data: z.output<S>, source: string, at: Date) => readonly Fact[]): Reading =>
  (data, source, at) => {
    const parsed = schema.safeParse(data)
    return parsed.success ? map(parsed.data, source, at) : undefined
  }

const vocabulary: ReadonlyMap<string, Reading> = new Map([
  ...deploymentStatuses.map((status): [string, Reading] => [
    `deployment.${status}`,
    reading(deploymentData, (data, source, at) => [deploymentOf(data, source, status, at)]),
  ]),
  ...incidentStatuses.map((status): [string, Reading] => [
    `incident.${status}`,
    reading(incidentData, (data, source, at) => incidentOf(data, source, status, at)),
  ]),
  ['commits.pushed', reading(commitsData, commitsOf)],
])

export function mapGeneric({ source, payload, enqueuedAt }: Said): Mapped {
  const { type, version = vocabularyVersion, timestamp, data } = fields(payload)
  if (typeof type !== 'string') return incomplete
  const read = vocabulary.get(type)
  if (!read) return 'ignored:unknown-type'
  if (version !== vocabularyVersion) return 'ignored:unknown-version'
  const facts = read(data, source, instant(timestamp) ?? enqueuedAt)
  return facts && facts.length > 0 ? facts : incomplete
}

const line = (value: string | undefined, max: number): string | null => text(value, max) ?? null
const lower = (value: string | undefined, max: number): string | null => line(value, max)?.toLowerCase() ?? null

/** Build numbers are counted by repository, and one build is deployed to several environments. */
function deploymentOf(
  data: z.output<typeof deploymentData>,
  source: string,
  status: DeploymentStatus,
  at: Date,
): DeploymentFact {
  const repository = data.repository.toLowerCase()
  const service = lower(data.service, 200)
  const environment = line(data.environment, 200) ?? ''
  const place = service === null || service === repository ? repository : `${repository}:${service}`
  return {
    table: 'deployment_records',
    source,
    externalId: [place, environment.toLowerCase(), line(data.external_id, 200) ?? ''].join('#'),
    repository,
    service: service ?? repository,
    environment,
    sha: sha(data.sha) ?? null,
    ref: line(data.ref, 300),
    url: link(data.url) ?? null,
    status: status === 'finished' ? 'success' : status === 'failed' ? 'failure' : 'pending',
    createdAt: instant(data.created_at) ?? (status === 'started' ? at : null),
    finishedAt: status === 'finished' ? (instant(data.finished_at) ?? at) : null,
    failedAt: status === 'failed' ? (instant(data.failed_at) ?? instant(data.finished_at) ?? at) : null,
  }
}

const incidentTimes = [
  ['opened', 'started_at'],
  ['resolved', 'resolved_at'],
  ['reopened', 'reopened_at'],
  ['withdrawn', 'withdrawn_at'],
] as const

/** Every time it gives is a row, as is its status; `linked` says what it was like when this was sent, so that the latest word counts. */
function incidentOf(
  data: z.output<typeof incidentData>,
  source: string,
  status: IncidentStatus,
  at: Date,
): IncidentFact[] {
  const row = (action: IncidentFact['action'], occurredAt: Date): IncidentFact => ({
    table: 'incident_events',
    source,
    incidentKey: line(data.external_id, 200) ?? '',
    action,
    occurredAt,
    title: line(data.title, 500),
    severity: lower(data.severity, 100),
    repository: data.repository?.toLowerCase() ?? null,
    service: lower(data.service, 200),
    projectKey: line(data.project_key, 50),
    deploymentSha: data.deployment_sha?.toLowerCase() ?? null,
    url: link(data.url) ?? null,
  })
  const rows = incidentTimes.flatMap(([action, field]) => {
    const occurredAt = instant(data[field]) ?? (action === status ? at : undefined)
    return occurredAt ? [row(action, occurredAt)] : []
  })
  return rows.some(({ occurredAt }) => occurredAt >= at) ? rows : [...rows, row('linked', at)]
}

function commitsOf({ repository, before, commits }: z.output<typeof commitsData>): Fact[] {
  const given = commits.map((one) => ({ id: one.sha, timestamp: one.committed_at, message: one.message }))
  return chained(repository.toLowerCase(), given, { before: sha(before) })
}
