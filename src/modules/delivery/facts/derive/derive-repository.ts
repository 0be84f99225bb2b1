/** Derives one repository: which deployments count, which changes each shipped, which failed and which repaired. */
import type { TenantTx } from '#kernel/database/index.ts'
import { deriveChanges } from './changes.ts'
import { changeDifferences, failureDifferences } from './differences.ts'
import {
  byFinish,
  type Change,
  type CommitFact,
  type CountedDeployment,
  type DeploymentFact,
  type Failure,
} from './facts.ts'
import { deriveFailures } from './failures.ts'
import { type StoredChange, unpackChanges, unpackCommits } from './packed.ts'
import {
  deleteChanges,
  deleteFailures,
  loadChanges,
  loadCommits,
  loadDeployments,
  loadFailures,
  loadPullRequests,
  loadTicketLinks,
  writeChanges,
  writeFailures,
  writeMarks,
} from './repository-queries.ts'
import type { DeriveSettings } from './settings.ts'

/** A deployment whose day must be rolled up again, at an instant at which it counts or counted. */
export type TouchedDeployment = {
  readonly id: number
  readonly repository: string
  readonly service: string
  readonly at: number
  /** Streams that tickets bring or brought it into. */
  readonly streams: readonly string[]
}

export type RepositoryDerived = {
  readonly touched: readonly TouchedDeployment[]
  /** First seven digits of commits that an incident may name and whose deployment may now be another. */
  readonly prefixes: readonly string[]
  /** Tickets named by reverts and hotfixes that came, went or changed. */
  readonly tickets: readonly string[]
}

/** The caller holds the repository's lock. */
export async function deriveRepository(
  tx: TenantTx,
  settings: DeriveSettings,
  repository: string,
): Promise<RepositoryDerived> {
  const of = { repository }
  const all = await tx.rows(loadDeployments, of)
  const commits = unpackCommits(await tx.row(loadCommits, of))
  const pullRequests = await tx.rows(loadPullRequests, of)
  const stored = unpackChanges(await tx.row(loadChanges, of))
  const storedFailures = await tx.rows(loadFailures, of)
  const links = await tx.rows(loadTicketLinks, of)

  // What was derived from facts that are purged stands, as an import's word does; so do deployments' days.
  const sealed = new Set(all.flatMap((one) => (one.sealed ? one.id : [])))
  const deployments = all
    .filter((one): one is CountedDeployment => (one.sealed ? hasCounted(one) : counts(one, settings)))
    .sort(byFinish)
  const purged = shippedByPurged(commits)
  const stands = ({ sha, origin, deploymentId }: StoredChange) =>
    origin === 'git' || sealed.has(deploymentId) || purged.has(sha)
  const before = stored.filter((change) => !stands(change))
  const standing = stored.filter(stands)
  const imported = [...[...purged].map((sha) => ({ sha, deploymentId: 0 })), ...standing]
  const found = deriveChanges({ commits, deployments, imported, pullRequests })
  const { deploymentOf } = found
  const changes = found.changes.filter(({ deploymentId }) => !sealed.has(deploymentId))
  const shipped = [...changes, ...standing]
  const { failures, rework } = deriveFailures({
    deployments,
    changes: shipped,
    commits,
    deploymentOf,
    pullRequests,
    reworkLabels: settings.reworkLabels,
  })

  const changed = changeDifferences(before, changes)
  const open = ({ deploymentId }: Failure) => !sealed.has(deploymentId)
  const failed = failureDifferences(storedFailures.filter(open), failures.filter(open))
  const linksOf = ticketLinks(links, shipped)
  const counted = new Set(deployments.map(({ id }) => id))
  const marks = all.flatMap((one) => {
    if (one.sealed) return []
    const countedAt = counted.has(one.id) ? one.finishedAt : null
    const mark = {
      id: one.id,
      countedAt,
      reworkReason: (countedAt !== null && rework.get(one.id)) || null,
      ticketLinks: (countedAt !== null && linksOf.get(one.id)) || [],
    }
    return sameMark(one, mark) ? [] : [mark]
  })

  // What is no longer shipped goes first: a deployment that stops counting must not keep rows for a moment.
  if (failed.gone.length > 0) await tx.run(deleteFailures, { failures: failed.gone })
  if (changed.gone.length > 0) await tx.run(deleteChanges, { repository, shas: changed.gone.map(({ sha }) => sha) })
  if (marks.length > 0) await tx.run(writeMarks, { marks })
  const { tenantId } = tx
  if (changed.put.length > 0) await tx.run(writeChanges, { tenantId, repository, changes: changed.put })
  if (failed.put.length > 0) await tx.run(writeFailures, { tenantId, failures: failed.put })

  const moved = [...changed.put, ...changed.gone, ...changed.replaced]
  const failuresMoved = [...failed.put, ...failed.gone, ...failed.replaced]
  const touchedIds = new Set([
    ...marks.map(({ id }) => id),
    ...moved.map(({ deploymentId }) => deploymentId),
    ...failuresMoved.map(({ deploymentId }) => deploymentId),
  ])
  return {
    touched: all.flatMap((one) => (touchedIds.has(one.id) ? touches(one, counted.has(one.id), linksOf) : [])),
    prefixes: [
      ...new Set([...deployments.flatMap(({ sha }) => sha ?? []), ...moved.map(({ sha }) => sha)].map(sevenOf)),
    ],
    tickets: [...new Set(failuresMoved.flatMap(ticketsOf))],
  }
}

/** A release or a deploy workflow has no environment of its own: it counts as production by being chosen as the source. */
const withoutEnvironment: ReadonlySet<string> = new Set(['git', 'github.release', 'github.workflow_run'])

/**
 * A successful production deployment of the source that this tenant counts. The choice is among GitHub's events; imports, the API
 * and sources that were connected by name always count.
 */
const counts = (one: DeploymentFact, settings: DeriveSettings): one is CountedDeployment =>
  one.status === 'success' &&
  one.finishedAt !== null &&
  (withoutEnvironment.has(one.source) || settings.productionEnvironments.has(one.environment.toLowerCase())) &&
  (!one.source.startsWith('github.') || one.source === settings.deploymentsFrom)

/** As it was derived while its facts were there. */
const hasCounted = (one: DeploymentFact): boolean => one.counted && one.finishedAt !== null

/** Taken, by no deployment that is left. */
const shippedByPurged = (commits: readonly CommitFact[]): ReadonlySet<string> =>
  new Set(commits.flatMap(({ sha, sealed }) => (sealed ? sha : [])))

const sevenOf = (sha: string): string => sha.slice(0, 7)
const ticketsOf = ({ evidence }: Failure): string[] => (evidence.tickets as string[] | undefined) ?? []

type Mark = { countedAt: number | null; reworkReason: string | null; ticketLinks: readonly string[] }
const sameMark = (one: DeploymentFact, mark: Mark): boolean =>
  one.counted === (mark.countedAt !== null) &&
  one.countedAt === mark.countedAt &&
  one.reworkReason === mark.reworkReason &&
  one.ticketLinks.join() === mark.ticketLinks.join()

/** `stream pr_number` by deployment, sorted. */
function ticketLinks(
  links: readonly { prNumber: number; stream: string }[],
  shipped: readonly Pick<Change, 'deploymentId' | 'prNumber'>[],
): Map<number, readonly string[]> {
  if (links.length === 0) return new Map()
  const streams = Map.groupBy(links, ({ prNumber }) => prNumber)
  const found = new Map<number, Set<string>>()
  for (const { deploymentId, prNumber } of shipped)
    for (const { stream } of streams.get(prNumber ?? 0) ?? []) {
      const known = found.get(deploymentId) ?? new Set()
      found.set(deploymentId, known.add(`${stream} ${prNumber}`))
    }
  return new Map([...found].map(([id, names]) => [id, [...names].sort()]))
}

function touches(
  one: DeploymentFact,
  counted: boolean,
  linksOf: ReadonlyMap<number, readonly string[]>,
): TouchedDeployment[] {
  const { id, repository, service } = one
  const links = [...one.ticketLinks, ...(linksOf.get(id) ?? [])]
  const streams = [...new Set(links.map((link) => link.slice(0, link.indexOf(' '))))]
  const times = new Set([one.countedAt, counted ? one.finishedAt : null].filter((at) => at !== null))
  return [...times].map((at) => ({ id, repository, service, at, streams }))
}
