/** Requests and replies of streams, deployments and incidents; shared with the console. */
import { z } from 'zod'
import { limit } from '#kernel/paging/index.ts'

const time = z.iso.datetime()

export const streamId = z
  .string()
  .regex(/^[a-z0-9][a-z0-9-]{0,62}$/, 'lower-case letters, digits and dashes, at most 63')
  .refine((id) => id !== 'all', '`all` is reserved for the whole tenant')

export const streamSource = z.strictObject({
  kind: z.enum(['repository', 'jira_project', 'service']),
  value: z.string().trim().min(1).max(300).toLowerCase(),
})
export const newStream = z.strictObject({
  id: streamId,
  kind: z.enum(['delivery', 'tech']).default('delivery'),
  name: z.string().trim().min(1).max(200),
  sources: z.array(streamSource).max(500).default([]),
})
export const streamChange = z.strictObject({
  name: z.string().trim().min(1).max(200).optional(),
  sources: z.array(streamSource).max(500).optional().describe('Replaces all sources.'),
})
export const streamReply = z.object({
  id: z.string(),
  kind: z.enum(['delivery', 'tech']),
  name: z.string(),
  sources: z.array(z.object({ kind: z.enum(['repository', 'jira_project', 'service']), value: z.string() })),
})
export const streamList = z.object({
  streams: z.array(streamReply),
  /** Repositories with facts that no stream owns: what a newcomer should assign next. */
  unassigned_repositories: z.array(z.string()),
})

export const page = {
  cursor: z.string().max(200).optional().describe('`next_cursor` of the page before.'),
  limit,
}
export const windowQuery = {
  stream: z.string().max(63).optional(),
  tech_stream: z.string().max(63).optional(),
  from: z.iso.date().optional(),
  to: z.iso.date().optional(),
}

export const deploymentQuery = z.strictObject({
  ...windowQuery,
  ...page,
  only: z
    .enum(['failed', 'rework', 'untraced'])
    .optional()
    .describe('Only deployments that failed, that were rework, or of which no change names a ticket.'),
})
export const deploymentRow = z.object({
  id: z.number(),
  repository: z.string(),
  service: z.string(),
  environment: z.string(),
  sha: z.string().nullable(),
  ref: z.string().nullable(),
  url: z.string().nullable(),
  source: z.string(),
  finished_at: time,
  changes: z.number(),
  /** Median lead time of its changes, seconds. */
  lead_seconds_p50: z.number().nullable(),
  failed: z.boolean(),
  rework_reason: z.string().nullable(),
  /** A change of it names a ticket. */
  traced: z.boolean(),
})
export const deploymentList = z.object({ deployments: z.array(deploymentRow), next_cursor: z.string().nullable() })

export const deploymentReply = deploymentRow.extend({
  changes_list: z.array(
    z.object({
      sha: z.string(),
      committed_at: time,
      clock: z.string(),
      pr_number: z.number().nullable(),
      lead_seconds: z.number(),
      coding_seconds: z.number().nullable(),
      pickup_seconds: z.number().nullable(),
      review_seconds: z.number().nullable(),
      deploy_seconds: z.number().nullable(),
    }),
  ),
  failures: z.array(
    z.object({
      cause: z.string(),
      cause_key: z.string(),
      recovered_at: time.nullable(),
      method: z.string(),
      confidence: z.number(),
      evidence: z.record(z.string(), z.unknown()),
    }),
  ),
  /** Which tickets it delivers, and what names each: the first of each kind, at most 100. */
  tickets: z.array(
    z.object({
      key: z.string(),
      named_by: z.enum(['commit', 'pull_request', 'branch_commit']),
      sha: z.string().nullable(),
      pr_number: z.number().nullable(),
    }),
  ),
  /** Ids of the events in `event_queue` that this fact came from. */
  events: z.array(z.number()),
})

export const incidentQuery = z.strictObject({
  ...windowQuery,
  ...page,
  attributed: z.enum(['yes', 'no']).optional(),
})
export const incidentRow = z.object({
  id: z.number(),
  source: z.string(),
  key: z.string(),
  title: z.string(),
  severity: z.string().nullable(),
  repository: z.string().nullable(),
  service: z.string().nullable(),
  url: z.string().nullable(),
  started_at: time,
  resolved_at: time.nullable(),
  deployment_id: z.number().nullable(),
  method: z.string().nullable(),
  confidence: z.number().nullable(),
  evidence: z.record(z.string(), z.unknown()),
  overridden_by: z.string().nullable(),
})
export const incidentList = z.object({ incidents: z.array(incidentRow), next_cursor: z.string().nullable() })

export const attributionOverride = z.strictObject({
  deployment_id: z.number().int().positive().nullable().describe('Null says: no deployment of ours caused it.'),
  reason: z.string().trim().min(3).max(500),
})
