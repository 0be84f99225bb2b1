/** Which commits a merged pull request brought, and when work on it began. Part of `deriveChanges`. */
import { type CommitGraph, walk } from './commit-graph.ts'
import type { PullRequestFact } from './facts.ts'

export type PullRequestCommits = {
  /** Commits that only join two lines. */
  readonly merges: ReadonlySet<number>
  /** The pull request whose merge made this commit. */
  readonly mergedAs: ReadonlyMap<number, number>
  /** First commit of the pull request that was squashed or rebased into this one, or when it was opened. */
  readonly firstCommitAt: ReadonlyMap<number, number>
  /** Squashes of branches one of whose commits names a ticket. */
  readonly ticketed: ReadonlySet<number>
  /** Number of the pull request whose merge brought the commit; 0 for none. */
  readonly claimed: Int32Array
}

/** A branch with more commits than this is one whose beginning we do not know. */
const maxBranch = 2000

/** `ordinal`: the deployment that took each commit, below 0 for none. */
export function claimCommits(
  graph: CommitGraph,
  ordinal: Int32Array,
  pullRequests: readonly PullRequestFact[],
): PullRequestCommits {
  const merges = new Set<number>()
  const mergedAs = new Map<number, number>()
  const firstCommitAt = new Map<number, number>()
  const ticketed = new Set<number>()
  const merged = pullRequests
    .filter((pr) => pr.mergedAt !== null)
    .sort((a, b) => a.mergedAt! - b.mergedAt! || a.number - b.number)
  for (const pr of merged) {
    const at = graph.indexOf(pr.mergeCommitSha)
    if (at !== undefined && ordinal[at]! >= 0 && !mergedAs.has(at)) mergedAs.set(at, pr.number)
  }
  const claims = makeClaims(graph, ordinal, mergedAs)
  for (const pr of merged) {
    const at = graph.indexOf(pr.mergeCommitSha)
    if (at === undefined || mergedAs.get(at) !== pr.number) continue
    const head = graph.indexOf(pr.headSha)
    const joins = graph.parentCount[at]! > 1
    if (joins) claims.ofMerge(at, head, pr.number)
    // The head went live itself: its commits were kept, and the merge joined them or was a fast-forward to the head.
    else if (head !== undefined && ordinal[head]! >= 0) claims.ofChain(at, head, pr.number)
    else {
      const branch = head === undefined ? undefined : branchOf(graph, ordinal, head)
      const started = branch?.startedAt ?? pr.openedAt
      if (started !== null) firstCommitAt.set(at, started)
      if (branch?.ticketed) ticketed.add(at)
      continue
    }
    if (head !== at) merges.add(at)
  }
  return { merges, mergedAs, firstCommitAt, ticketed, claimed: claims.claimed }
}

/** What is reachable from the head of a squashed branch and never went live; undefined when that is too much. */
function branchOf(
  graph: CommitGraph,
  ordinal: Int32Array,
  head: number,
): { startedAt: number; ticketed: boolean } | undefined {
  const seen = new Set<number>()
  let startedAt = Number.POSITIVE_INFINITY
  let ticketed = false
  walk(graph, head, (at) => {
    if (ordinal[at]! >= 0 || seen.has(at) || seen.size > maxBranch) return false
    seen.add(at)
    startedAt = Math.min(startedAt, graph.commits[at]!.committedAt)
    ticketed ||= graph.commits[at]!.tickets !== ''
    return true
  })
  return seen.size > maxBranch ? undefined : { startedAt, ticketed }
}

/**
 * A merge brings what its head reaches and no merge before had on either side. Called in the order of the merges; as what was
 * settled is never walked again, all calls together visit each commit once.
 */
function makeClaims(graph: CommitGraph, ordinal: Int32Array, mergedAs: ReadonlyMap<number, number>) {
  const claimed = new Int32Array(graph.commits.length)
  const settled = new Uint8Array(graph.commits.length)
  const settle = (at: number) => {
    if (settled[at] === 1) return false
    settled[at] = 1
    return true
  }
  const claim = (start: number, number: number, mayClaim: (at: number) => boolean) =>
    walk(graph, start, (at) => {
      if (settled[at] === 1 || !mayClaim(at)) return false
      settled[at] = 1
      claimed[at] = number
      return true
    })
  return {
    claimed,
    /** Both sides are known. Facts from pushes keep parents sorted, so the head tells which side is the branch. */
    ofMerge(merge: number, head: number | undefined, number: number) {
      const parents = graph.parents[merge]!
      const tips = head !== undefined && parents.includes(head) ? [head] : parents.slice(1)
      for (const parent of parents) if (!tips.includes(parent)) walk(graph, parent, settle)
      for (const tip of tips) claim(tip, number, () => true)
      settled[merge] = 1
    },
    /** A push told only the order of its commits: ends at earlier deployments' commits and other merges too. */
    ofChain(merge: number, head: number, number: number) {
      claim(head, number, (at) => ordinal[at] === ordinal[merge] && (at === merge || !mergedAs.has(at)))
      settled[merge] = 1
    },
  }
}
