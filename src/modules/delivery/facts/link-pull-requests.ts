/** Pull requests belong to the streams whose Jira tickets they name (D7). */
import type { Database, TenantTx } from '#kernel/database/index.ts'
import type { EventLog } from '#kernel/events/index.ts'
import { factsRecorded } from './events.ts'
import { hasTicketStreams, relinkAll, relinkThese } from './link-queries.ts'

export type PullRequestKey = { readonly repository: string; readonly prNumber: number }

const allTimeoutMs = 120_000

const mayLink = async (tx: TenantTx): Promise<boolean> => (await tx.row(hasTicketStreams, undefined))!.any

/** A commit that came: a pull request whose head it is has got another branch. */
export type Head = { readonly repository: string; readonly sha: string }

/** Links these pull requests and those of these heads anew; returns the repositories in which a link came or went. */
export async function linkPullRequestsOf(
  tx: TenantTx,
  pairs: readonly PullRequestKey[],
  heads: readonly Head[],
): Promise<string[]> {
  if (pairs.length + heads.length === 0 || !(await mayLink(tx))) return []
  const rows = await tx.rows(relinkThese, {
    tenantId: tx.tenantId,
    repositories: pairs.map(({ repository }) => repository),
    numbers: pairs.map(({ prNumber }) => prNumber),
    headRepositories: heads.map(({ repository }) => repository),
    heads: heads.map(({ sha }) => sha),
  })
  return rows.map((row) => row.repository)
}

/** Links all pull requests of the tenant anew, and says so for the repositories in which that changed anything. */
export async function relinkPullRequests(tx: TenantTx, eventLog: EventLog): Promise<number> {
  if (!(await mayLink(tx))) return 0
  const repositories = (await tx.rows(relinkAll, { tenantId: tx.tenantId })).map((row) => row.repository)
  if (repositories.length > 0) await eventLog.publish(tx, factsRecorded, { repositories, incidents: [] })
  return repositories.length
}

/**
 * What `scheduler:enrich-pr-delivery-streams` does for one tenant. Batches link what they touch at once; this catches what two
 * workers could not see of each other. Returns the number of repositories in which a link came or went.
 */
export const linkPullRequests = (database: Database, eventLog: EventLog, tenantId: string): Promise<number> =>
  database.tenantTx({ tenantId }, (tx) => relinkPullRequests(tx, eventLog), { statementTimeoutMs: allTimeoutMs })
