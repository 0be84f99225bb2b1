/** Writes what an import found, in batches of one transaction each; every one may be repeated without effect. */
import type { Context } from '#kernel/context/index.ts'
import type { Database, TenantTx } from '#kernel/database/index.ts'
import { notReleased } from './containment.ts'
import { type History, isMerge } from './history.ts'
import {
  deleteChanges,
  gitChanges,
  gitDeployments,
  upsertChanges,
  upsertCommits,
  upsertDeployments,
} from './queries.ts'
import type { Release } from './releases.ts'

/** What is written: the history, its releases in order of deployment, and for each commit the index of its release. */
export type Found = {
  readonly repository: string
  readonly history: History
  readonly releases: readonly Release[]
  readonly owner: Int32Array
}
export type Written = { commits: number; deployments: number; changes: number }
export type ReportProgress = (progress: { phase: string; done: number; total: number }) => void

const batchRows = 2000
const maxInt4 = 2_147_483_647

const time = (seconds: number) => new Date(seconds * 1000)
export const externalId = (repository: string, release: Release): string => `${repository}@${release.name}`

/** Seconds from commit to deployment; negative where the clocks disagree. */
export const leadSeconds = ({ history, releases, owner }: Found, id: number): number =>
  releases[owner[id]!]!.deployedAt - history.committedAt[id]!

/** The first release is the baseline: what it contains was there before counting began. */
export const isChange = ({ history, owner }: Found, id: number): boolean =>
  owner[id]! > 0 && owner[id] !== notReleased && !isMerge(history, id)

export async function writeFound(
  database: Database,
  ctx: Context,
  found: Found,
  report: ReportProgress,
): Promise<Written & { staleChanges: number }> {
  const { repository, history, releases } = found
  const scope = { tenantId: ctx.tenantId, repository }
  const inBatches = async <T>(
    phase: string,
    all: readonly T[],
    write: (tx: TenantTx, batch: T[]) => Promise<number>,
  ) => {
    let written = 0
    report({ phase, done: 0, total: all.length })
    for (let from = 0; from < all.length; from += batchRows) {
      const batch = all.slice(from, from + batchRows)
      written += await database.tenantTx(ctx, (tx) => write(tx, batch))
      report({ phase, done: from + batch.length, total: all.length })
    }
    return written
  }

  const commits = await inBatches('writing commits', [...history.shas.keys()], (tx, batch) =>
    tx.run(upsertCommits, { ...scope, commits: batch.map((id) => commitRow(history, id)) }),
  )
  const deployments = await inBatches('writing deployments', releases, (tx, batch) =>
    tx.run(upsertDeployments, {
      ...scope,
      deployments: batch.map((release) => ({
        externalId: externalId(repository, release),
        sha: history.shas[release.tip]!,
        ref: release.ref ?? null,
        deployedAt: time(release.deployedAt),
      })),
    }),
  )
  const known = await database.tenantTx(ctx, (tx) => tx.rows(gitDeployments, { repository }))
  const idOf = new Map(known.map((row) => [row.externalId, row.id]))
  const deploymentIds = releases.map((release) => idOf.get(externalId(repository, release))!)
  const changeIds = [...history.shas.keys()].filter((id) => isChange(found, id))
  const changes = await inBatches('writing changes', changeIds, (tx, batch) =>
    tx.run(upsertChanges, {
      ...scope,
      changes: batch.map((id) => ({
        sha: history.shas[id]!,
        deploymentId: deploymentIds[found.owner[id]!]!,
        committedAt: time(history.committedAt[id]!),
        prNumber: history.prNumbers.get(id) ?? null,
        leadSeconds: Math.max(-maxInt4, Math.min(maxInt4, leadSeconds(found, id))),
        ticketed: history.tickets.has(id),
      })),
    }),
  )
  return { commits, deployments, changes, staleChanges: await deleteStale(database, ctx, found) }
}

const commitRow = (history: History, id: number) => {
  const from = history.parentsAt[id]!
  const parents = history.parents.slice(from, from + history.parentCount[id]!).map((parent) => history.shas[parent]!)
  return {
    sha: history.shas[id]!,
    // In the order in which pushes are recorded too, so that neither rewrites the other.
    parents: parents.sort().join(' '),
    committedAt: time(history.committedAt[id]!),
    reverts: history.reverts.get(id) ?? null,
    prNumber: history.prNumbers.get(id) ?? null,
    ticketKeys: (history.tickets.get(id) ?? []).join(' '),
  }
}

/** An earlier import may have called a commit a change that is none now: a tag was moved or removed, an older one fetched. */
async function deleteStale(database: Database, ctx: Context, found: Found): Promise<number> {
  const { repository, history } = found
  let deleted = 0
  for (let after = ''; ; ) {
    const page = await database.tenantTx(ctx, async (tx) => {
      const rows = await tx.rows(gitChanges, { repository, after, limit: batchRows })
      const shas = rows.map(({ sha }) => sha).filter((sha) => !isKnownChange(found, history.ids.get(sha)))
      if (shas.length > 0) deleted += await tx.run(deleteChanges, { repository, shas })
      return rows
    })
    if (page.length < batchRows) return deleted
    after = page.at(-1)!.sha
  }
}

const isKnownChange = (found: Found, id: number | undefined) => id !== undefined && isChange(found, id)
