/**
 * Which change went live with which deployment, and how long it took. Pure: a function of the facts, whatever their order.
 *
 * Deployments take, in the order in which they finished, all known ancestors of their commit that no earlier one took. A merge
 * commit is no change. What an import assigned stands; its releases before the first with changes are the baseline, whose commits
 * are no changes. Lead time is deployment finished − committed (the definition of 2021 and
 * 2023); for a squashed or rebased pull request "committed" is its first commit, for the merge wrote a new one.
 */
import { type CommitGraph, commitGraph, walk } from './commit-graph.ts'
import { byFinish, type Change, type CommitFact, type CountedDeployment, type PullRequestFact } from './facts.ts'
import { claimCommits } from './pull-request-commits.ts'

export type ChangesInput = {
  readonly commits: readonly CommitFact[]
  /** In the order of `byFinish`. */
  readonly deployments: readonly CountedDeployment[]
  /** Changes that an import assigned. */
  readonly imported: readonly { readonly sha: string; readonly deploymentId: number }[]
  readonly pullRequests: readonly PullRequestFact[]
}

export type DerivedChanges = {
  readonly changes: readonly Change[]
  /** The deployment that first contained a commit, merge commits included. Takes a prefix of 7 or more too. */
  deploymentOf(sha: string): number | undefined
}

export function deriveChanges(given: ChangesInput): DerivedChanges {
  const { deployments, baselineUntil } = turns(given)
  const input = { ...given, deployments }
  const graph = commitGraph(input.commits)
  const taken = takeCommits(graph, input)
  const pulls = claimCommits(graph, taken.ordinal, input.pullRequests)
  const byNumber = new Map(input.pullRequests.map((pr) => [pr.number, pr]))
  const changes: Change[] = []
  for (let at = 0; at < graph.commits.length; at++) {
    const ordinal = taken.ordinal[at]!
    if (ordinal < 0 || taken.imported[at] === 1) continue
    if (graph.parentCount[at]! > 1 || pulls.merges.has(at)) continue
    const deployment = deployments[ordinal]!
    if (deployment.source === 'git' && ordinal < baselineUntil) continue
    const commit = graph.commits[at]!
    const number = pulls.mergedAs.get(at) ?? commit.prNumber ?? (pulls.claimed[at]! || null)
    const change = changeOf(commit, deployment, number, byNumber.get(number ?? 0), pulls.firstCommitAt.get(at))
    changes.push(pulls.ticketed.has(at) ? { ...change, ticketed: true } : change)
  }
  return { changes, deploymentOf: lookUp(graph, taken, input) }
}

/**
 * The order in which deployments take commits, and the turn of the first imported release that has changes of its own: those
 * before it are the baseline. Of releases at one instant the baseline comes first.
 */
function turns({ deployments, imported }: ChangesInput): {
  deployments: readonly CountedDeployment[]
  baselineUntil: number
} {
  const having = new Set(imported.map(({ deploymentId }) => deploymentId))
  const rank = ({ id, source }: CountedDeployment) => (source === 'git' && !having.has(id) ? 0 : 1)
  const sorted = [...deployments].sort((a, b) => a.finishedAt - b.finishedAt || rank(a) - rank(b) || byFinish(a, b))
  const first = sorted.findIndex(({ id, source }) => source === 'git' && having.has(id))
  return { deployments: sorted, baselineUntil: first < 0 ? sorted.length : first }
}

export type Taken = {
  /** Position of the deployment that took the commit; `notTaken` for none. */
  readonly ordinal: Int32Array
  /** 1 where an import assigned the commit. */
  readonly imported: Uint8Array
}
const notTaken = -1

function takeCommits(graph: CommitGraph, { deployments, imported }: ChangesInput): Taken {
  const ordinal = new Int32Array(graph.commits.length).fill(notTaken)
  const marks = new Uint8Array(graph.commits.length)
  const position = new Map(deployments.map(({ id }, at) => [id, at]))
  for (const { sha, deploymentId } of imported) {
    const at = graph.indexOf(sha)
    if (at === undefined) continue
    marks[at] = 1
    // An imported deployment may no longer count; its changes stay taken all the same.
    ordinal[at] = position.get(deploymentId) ?? deployments.length
  }
  for (let turn = 0; turn < deployments.length; turn++) {
    const start = graph.indexOf(deployments[turn]!.sha)
    if (start === undefined) continue
    walk(graph, start, (at) => {
      if (ordinal[at] !== notTaken) return false
      ordinal[at] = turn
      return true
    })
  }
  return { ordinal, imported: marks }
}

const maxSeconds = 2_147_483_647
/** Whole seconds, rounded down, within PostgreSQL's `integer`. */
const secondsBetween = (from: number, to: number): number =>
  Math.max(-maxSeconds, Math.min(maxSeconds, Math.floor((to - from) / 1000)))
const stage = (from: number | null | undefined, to: number | null | undefined): number | null =>
  from == null || to == null || to < from ? null : secondsBetween(from, to)

function changeOf(
  commit: CommitFact,
  deployment: CountedDeployment,
  prNumber: number | null,
  pr: PullRequestFact | undefined,
  firstCommitAt: number | undefined,
): Change {
  const committedAt = firstCommitAt ?? commit.committedAt
  return {
    sha: commit.sha,
    deploymentId: deployment.id,
    committedAt,
    clock: firstCommitAt === undefined ? 'committed' : 'pr_first_commit',
    prNumber,
    leadSeconds: secondsBetween(committedAt, deployment.finishedAt),
    codingSeconds: stage(committedAt, pr?.openedAt),
    pickupSeconds: stage(pr?.openedAt, pr?.firstReviewAt),
    reviewSeconds: stage(pr?.firstReviewAt, pr?.mergedAt),
    deploySeconds: stage(pr?.mergedAt, deployment.finishedAt),
    ticketed: commit.tickets !== '' || (pr?.tickets.length ?? 0) > 0,
  }
}

function lookUp(graph: CommitGraph, { ordinal }: Taken, { deployments, imported }: ChangesInput) {
  const importedTo = new Map(imported.map(({ sha, deploymentId }) => [sha, deploymentId]))
  let prefixes: Map<string, string[]> | undefined
  const full = (sha: string): string | undefined => {
    if (sha.length >= 40 || graph.indexOf(sha) !== undefined || importedTo.has(sha)) return sha
    prefixes ??= Map.groupBy(new Set([...graph.commits.map((commit) => commit.sha), ...importedTo.keys()]), (one) =>
      one.slice(0, 7),
    )
    const found = prefixes.get(sha.slice(0, 7))?.filter((one) => one.startsWith(sha)) ?? []
    return found.length === 1 ? found[0] : undefined
  }
  return (given: string): number | undefined => {
    const sha = full(given)
    if (sha === undefined) return undefined
    const at = graph.indexOf(sha)
    return importedTo.get(sha) ?? (at === undefined ? undefined : deployments[ordinal[at]!]?.id)
  }
}
