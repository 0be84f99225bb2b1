import { type Context, defaultTenantId } from '#kernel/context/index.ts'
import type { Database } from '#kernel/database/index.ts'
import type { Dial } from '#kernel/dial/index.ts'
import type { Logger } from '#kernel/telemetry/index.ts'
import type { DeliveryFactsPort } from '#modules/delivery/facts/index.ts'
import type { IntakePort } from '#modules/intake/index.ts'

/** What one run may take of a source and of our time. */
export type Limits = {
  readonly requests: number
  readonly ms: number
  /** A wait that the source asks for is waited for up to this long; a longer one ends the run. */
  readonly waitMs: number
  /** Between two attempts at what failed. */
  readonly retryMs: number
}
export const usualLimits: Limits = { requests: 4000, ms: 20 * 60_000, waitMs: 30_000, retryMs: 1000 }

export type GitHubAccess = { readonly apiUrl: string; readonly token: string; readonly org: string | undefined }
export type JiraAccess = { readonly baseUrl: string; readonly email: string; readonly token: string }

export type Deps = {
  readonly database: Database
  readonly dial: Pick<Dial, 'fetch'>
  readonly log: Logger
  readonly intake: Pick<IntakePort, 'backfill' | 'knownDeliveries' | 'gitHubAddresses' | 'processQueue'>
  readonly facts: Pick<DeliveryFactsPort, 'knownPullRequestEvents' | 'knownWorkItemEvents'>
  /** Undefined where the environment names no credentials. */
  readonly github: GitHubAccess | undefined
  readonly jira: JiraAccess | undefined
  readonly limits: Limits
}

/** The credentials are the installation's, and what they tell is the default tenant's, as with the bare webhook addresses. */
export const pollingContext: Context = {
  tenantId: defaultTenantId,
  actor: { type: 'job', id: 'polling', name: 'polling' },
  permissions: new Set(['events:write', 'connections:read']),
}
