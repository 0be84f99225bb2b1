/** What derivation reads and makes, as plain values. Instants are milliseconds since 1970: the graph has many of them. */
import { z } from 'zod'

export type CommitFact = {
  readonly sha: string
  /** Shas separated by spaces. */
  readonly parents: string
  readonly committedAt: number
  readonly reverts: string | null
  readonly prNumber: number | null
  /** Ticket keys separated by spaces. */
  readonly tickets: string
  /** Shipped by a deployment that is purged. */
  readonly sealed?: boolean
}

const words = (separator: string) =>
  z.string().transform((text): readonly string[] => (text === '' ? [] : text.split(separator)))

export const pullRequestFact = z.object({
  number: z.number(),
  openedAt: z.number().nullable(),
  firstReviewAt: z.number().nullable(),
  mergedAt: z.number().nullable(),
  mergeCommitSha: z.string().nullable(),
  headSha: z.string().nullable(),
  headRef: z.string().nullable(),
  labels: words('\n'),
  tickets: words(' '),
})
export type PullRequestFact = z.output<typeof pullRequestFact>

export const deploymentFact = z.object({
  id: z.number(),
  /** `source:external_id`: stays the same wherever the facts are loaded again. */
  key: z.string(),
  source: z.string(),
  repository: z.string(),
  service: z.string(),
  environment: z.string(),
  sha: z.string().nullable(),
  ref: z.string().nullable(),
  status: z.string(),
  finishedAt: z.number().nullable(),
  /** As derived before. */
  countedAt: z.number().nullable(),
  counted: z.boolean(),
  reworkReason: z.string().nullable(),
  /** `stream pr_number`, sorted; as derived before. */
  ticketLinks: z.array(z.string()),
  /** Facts that it was derived from are purged: what was derived stays. */
  sealed: z.boolean().optional(),
})
export type DeploymentFact = z.output<typeof deploymentFact>

/** A deployment that counts, and so has finished. */
export type CountedDeployment = DeploymentFact & { readonly finishedAt: number }

export type Change = {
  readonly sha: string
  readonly deploymentId: number
  readonly committedAt: number
  readonly clock: 'committed' | 'pr_first_commit'
  readonly prNumber: number | null
  readonly leadSeconds: number
  readonly codingSeconds: number | null
  readonly pickupSeconds: number | null
  readonly reviewSeconds: number | null
  readonly deploySeconds: number | null
  readonly ticketed: boolean
}

export type ReworkReason = 'revert' | 'rollback' | 'hotfix' | 'label'
export type Failure = {
  readonly deploymentId: number
  readonly cause: 'revert' | 'rollback' | 'hotfix' | 'incident'
  readonly causeKey: string
  readonly recoveredAt: number | null
  readonly method: string
  readonly confidence: number
  readonly evidence: Readonly<Record<string, unknown>>
}

/** By finish, then id: the order in which deployments take their changes. */
export const byFinish = (a: CountedDeployment, b: CountedDeployment): number =>
  a.finishedAt - b.finishedAt || (a.key < b.key ? -1 : a.key > b.key ? 1 : 0)
