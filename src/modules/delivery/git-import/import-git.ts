/** Turns a local git repository into deployments and changes; needs no credentials and no network. */
import { audit } from '#kernel/audit/index.ts'
import { monotonicMs } from '#kernel/clock/index.ts'
import { type Context, requirePermission } from '#kernel/context/index.ts'
import type { Database } from '#kernel/database/index.ts'
import { Problem } from '#kernel/errors/index.ts'
import type { EventLog } from '#kernel/events/index.ts'
import type { Logger } from '#kernel/telemetry/index.ts'
import { factsRecorded } from '../facts/events.ts'
import { firstReleases, notReleased } from './containment.ts'
import { checkStreamId, ensureStream } from './ensure-stream.ts'
import { type Git, openGit } from './git.ts'
import { type History, isMerge, readHistory } from './history.ts'
import { repositoryName } from './names.ts'
import { noReleases } from './problems.ts'
import { deleteDeployments, gitDeployments } from './queries.ts'
import { type Release, readReleaseTags, releasesOfMerges, releasesOfTags, tagMatcher } from './releases.ts'
import {
  externalId,
  type Found,
  isChange,
  leadSeconds,
  type ReportProgress,
  type Written,
  writeFound,
} from './write.ts'

export type GitImport = {
  /** A folder in a working copy or worktree, or a bare repository. */
  readonly path: string
  /** Id of the delivery stream; else the one that has the repository, else one named after the folder. */
  readonly stream?: string | undefined
  /** `owner/name`; else that of the remote `origin`, else `local/<folder>`. */
  readonly repository?: string | undefined
  /** `tags`: release tags are deployments. `merges`: merges on the first-parent line of HEAD are. */
  readonly deploys: 'tags' | 'merges'
  /** A regular expression that whole tag names must match, in place of `v?X.Y.Z` and its hotfixes. */
  readonly tagPattern?: string | undefined
  /** Called at every step and batch. What it throws ends the import, which a later run completes. */
  readonly progress: ReportProgress
}

export type ImportSummary = {
  readonly repository: string
  readonly stream: string
  /** Deployments, the baseline included. */
  readonly releases: number
  /** The first release: its commits are not changes. */
  readonly baseline: string
  readonly baselineCommits: number
  readonly hotfixes: number
  /** Changes with a lead time. */
  readonly changes: number
  /** Changes committed after their deployment, by the clocks: stored, left out of metrics. */
  readonly negativeDropped: number
  /** Merge commits after the baseline; a merge is not a change. */
  readonly mergesSkipped: number
  /** Changes that say they revert a commit. */
  readonly reverts: number
  readonly commitsRead: number
  /** Commits of HEAD, merges left out, that no release contains yet. */
  readonly commitsNotReleased: number
  /** Days (UTC) of the first and last deployment. */
  readonly from: string
  readonly to: string
  /** Rows that were new or differed; all zero when nothing happened since the last import. */
  readonly written: Written
  /** What an earlier import had recorded and the repository no longer says. */
  readonly withdrawn: { readonly deployments: number; readonly changes: number }
  readonly durationMs: number
}

export type ImportDeps = { readonly database: Database; readonly eventLog: EventLog; readonly log?: Logger | undefined }

/**
 * Imports a repository. Each non-merge commit is a change of the first release, by ancestry over all earlier ones in order of
 * deployment, that contains it; lead time runs from its committer date. Any number of runs, also killed ones, leave what one
 * complete run leaves.
 */
export async function importGit(deps: ImportDeps, ctx: Context, input: GitImport): Promise<ImportSummary> {
  requirePermission(ctx, 'delivery:write')
  const { database, eventLog, log } = deps
  const started = monotonicMs()
  if (input.stream !== undefined) checkStreamId(input.stream)
  const git = await openGit(input.path)
  const repository = await repositoryName(git, input.repository)
  const { history, releases } = await readRepository(git, input)
  const owner = firstReleases(
    history,
    releases.map((release) => release.tip),
  )
  const found: Found = { repository, history, releases, owner }
  const stream = await database.tenantTx(ctx, (tx) =>
    ensureStream(tx, ctx, { repository, stream: input.stream, folderName: git.folderName }),
  )
  const { staleChanges, ...written } = await writeFound(database, ctx, found, input.progress)

  const kept = new Set(releases.map((release) => externalId(repository, release)))
  const deployments = await database.tenantTx(ctx, async (tx) => {
    const known = await tx.rows(gitDeployments, { repository })
    const ids = known.filter((row) => !kept.has(row.externalId)).map((row) => row.id)
    if (ids.length > 0) await tx.run(deleteDeployments, { ids })
    await audit(tx, ctx, {
      action: 'delivery.git-imported',
      subject: `repository:${repository}`,
      after: { deploys: input.deploys, releases: releases.length, written, withdrawn: ids.length },
    })
    // Also when nothing was written: an earlier run may have died just before this line.
    await eventLog.publish(tx, factsRecorded, { repositories: [repository], incidents: [] })
    return ids.length
  })
  const summary: ImportSummary = {
    ...summarise(found),
    stream,
    written,
    withdrawn: { deployments, changes: staleChanges },
    durationMs: Math.round(monotonicMs() - started),
  }
  log?.info({ repository, releases: summary.releases, changes: summary.changes }, 'git repository imported')
  return summary
}

async function readRepository(git: Git, input: GitImport): Promise<{ history: History; releases: readonly Release[] }> {
  const byTags = input.deploys === 'tags'
  const tags = byTags ? await readReleaseTags(git, tagMatcher(input.tagPattern)) : []
  const head = await git.quiet(['rev-parse', '--verify', '--quiet', 'HEAD^{commit}'])
  if (byTags ? tags.length === 0 : head === undefined) throw nothingToCount(input)
  const tips = [...tags.map((tag) => tag.sha), ...(head === undefined ? [] : [head])]
  const total = Number(await git.text(['rev-list', '--count', '--stdin'], `${tips.join('\n')}\n`))
  const history = await readHistory(git, tips, (done) => input.progress({ phase: 'reading commits', done, total }))
  const branch = byTags ? undefined : await git.quiet(['symbolic-ref', '--quiet', 'HEAD'])
  const releases = byTags ? releasesOfTags(tags, history) : releasesOfMerges(head!, branch, history)
  if (releases.length === 0) throw nothingToCount(input)
  return { history, releases }
}

const nothingToCount = ({ path, deploys, tagPattern }: GitImport) =>
  new Problem(
    noReleases,
    deploys === 'merges'
      ? `${path} has no merge commit on the first-parent line of its default branch (HEAD).`
      : `${path} has no tag named ${tagPattern === undefined ? 'like v1.2.3 or 1.2.3' : `as ${tagPattern} says`}.`,
  )

function summarise(found: Found) {
  const { repository, history, releases, owner } = found
  const counts = {
    changes: 0,
    negativeDropped: 0,
    mergesSkipped: 0,
    reverts: 0,
    baselineCommits: 0,
    commitsNotReleased: 0,
  }
  for (const id of history.shas.keys()) {
    const merge = isMerge(history, id)
    if (owner[id] === 0) counts.baselineCommits++
    else if (owner[id] === notReleased) counts.commitsNotReleased += merge ? 0 : 1
    else if (merge) counts.mergesSkipped++
    if (!isChange(found, id)) continue
    if (leadSeconds(found, id) < 0) counts.negativeDropped++
    else counts.changes++
    if (history.reverts.has(id)) counts.reverts++
  }
  const day = (release: Release) => new Date(release.deployedAt * 1000).toISOString().slice(0, 10)
  return {
    repository,
    releases: releases.length,
    baseline: releases[0]!.name,
    hotfixes: releases.filter((release) => release.hotfix).length,
    ...counts,
    commitsRead: history.shas.length,
    from: day(releases[0]!),
    to: day(releases.at(-1)!),
  }
}
