/**
 * Version 1 of what a source that is neither GitHub nor Jira can say; docs/events.md tells it to senders. Fields are named as the
 * columns of the facts. New optional fields may come; what is here never changes its meaning within a version.
 */
import { z } from 'zod'
import { instant } from '../read-payload.ts'

export const vocabularyVersion = 1

const line = (max: number) =>
  z
    .string()
    .trim()
    .min(1)
    .max(max)
    .regex(/^\P{Cc}*$/u, 'one line, without control characters')
const time = z.iso
  .datetime({ offset: true, error: 'an instant as ISO 8601 with its offset, such as 2026-03-01T12:00:00Z' })
  .refine((value) => instant(value) !== undefined, 'an instant from 1970 on')
const commitSha = z.string().regex(/^[0-9a-fA-F]{40}$/, 'the 40 hex digits of a commit')
/** Hosts other than GitHub nest groups. */
const repository = z
  .string()
  .max(300)
  .regex(/^[A-Za-z0-9_.-]{1,100}(\/[A-Za-z0-9_.-]{1,100}){1,5}$/, 'owner/name, without the host')
/** Parts a deployment's key, where `#` stands between them. */
const part = line(200).regex(/^[^#]*$/, 'without #')

const deploymentFields = {
  external_id: line(200).describe('Yours; the same within repository, service and environment is the same deployment.'),
  repository: repository.describe('owner/name.'),
  service: part.optional().describe('What was deployed; the repository where left out.'),
  environment: part.describe('Counts as production where delivery.production_environments names it.'),
  sha: commitSha.optional().describe('The commit that was deployed; without it no changes and no lead time.'),
  ref: line(300).optional(),
  url: z
    .url({ protocol: /^https?$/ })
    .max(1000)
    .optional(),
  created_at: time.optional().describe('When the deployment started.'),
  finished_at: time.optional().describe('When it ended.'),
  failed_at: time.optional(),
}

const incidentFields = {
  external_id: line(200).describe('Yours; the same is the same incident.'),
  title: line(500).optional(),
  severity: line(100).optional(),
  repository: repository.optional(),
  service: line(200).optional().describe('What users could not use.'),
  project_key: line(50).optional(),
  deployment_sha: z
    .string()
    .regex(/^[0-9a-fA-F]{7,40}$/, '7 to 40 hex digits of a commit')
    .optional()
    .describe('The commit whose deployment caused it, where that is known.'),
  url: z
    .url({ protocol: /^https?$/ })
    .max(1000)
    .optional(),
  started_at: time.optional(),
  resolved_at: time.optional(),
  reopened_at: time.optional(),
  withdrawn_at: time.optional(),
}

/** `data` of a webhook: fields we do not know are left alone. */
export const deploymentData = z.object(deploymentFields)
export const incidentData = z.object(incidentFields)
export const commitsData = z.object({
  repository,
  before: commitSha.optional().describe('The commit that the oldest of these follows.'),
  commits: z
    .array(z.object({ sha: commitSha, committed_at: time, message: z.string().max(100_000).optional() }))
    .min(1)
    .max(2048)
    .describe('Oldest first, each the parent of the next.'),
})

export const deploymentStatuses = ['started', 'finished', 'failed'] as const
export const incidentStatuses = ['opened', 'resolved', 'reopened', 'withdrawn'] as const
export type DeploymentStatus = (typeof deploymentStatuses)[number]
export type IncidentStatus = (typeof incidentStatuses)[number]

const before = (earlier: string | undefined, later: string | undefined): boolean =>
  earlier !== undefined && later !== undefined && Date.parse(later) < Date.parse(earlier)

/** Body of `POST /deployments`. */
export const newDeployment = z
  .strictObject({ status: z.enum(deploymentStatuses).default('finished'), ...deploymentFields })
  .superRefine((given, context) => {
    for (const end of ['finished_at', 'failed_at'] as const)
      if (before(given.created_at, given[end]))
        context.addIssue({ code: 'custom', path: [end], message: 'lies before created_at; give both of one clock' })
  })

/** The time a status came about; an incident's may be asked for again, so the caller has to say which time is meant. */
const timeOf = {
  opened: 'started_at',
  resolved: 'resolved_at',
  reopened: 'reopened_at',
  withdrawn: 'withdrawn_at',
} as const

/** Body of `POST /incidents`. Without a status: resolved where `resolved_at` is given, else opened. */
export const newIncident = z
  .strictObject({ status: z.enum(incidentStatuses).optional(), ...incidentFields })
  .superRefine((given, context) => {
    const { status } = given
    if (status !== undefined && status !== 'opened' && given[timeOf[status]] === undefined)
      context.addIssue({ code: 'custom', path: [timeOf[status]], message: `say when it was ${status}` })
    for (const field of ['resolved_at', 'reopened_at', 'withdrawn_at'] as const)
      if (before(given.started_at, given[field]))
        context.addIssue({ code: 'custom', path: [field], message: 'lies before started_at; give both of one clock' })
  })
