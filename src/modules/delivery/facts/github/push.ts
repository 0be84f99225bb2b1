/** `push` → commits, chained oldest to newest. */
import { type CommitFact, incomplete, type Mapped } from '../fact-rows.ts'
import { type Fields, fields, instant, list, maxInteger, prose, repositoryOf, sha } from '../read-payload.ts'
import { ticketKeys } from '../tickets.ts'
import { mapTagPush } from './deployments.ts'

/** GitHub lists no more in one push. */
const maxCommits = 2048

export function mapPush(payload: Fields): Mapped {
  const { ref } = payload
  if (typeof ref !== 'string' || ref.length > 1000) return incomplete
  if (payload.deleted === true) return 'ignored:deleted-ref'
  if (ref.startsWith('refs/tags/')) return mapTagPush(payload, ref.slice('refs/tags/'.length))
  if (!ref.startsWith('refs/heads/')) return 'ignored:unused-ref'
  const repository = repositoryOf(payload)
  if (!repository || !Array.isArray(payload.commits)) return incomplete
  if (payload.commits.length === 0) return 'ignored:no-commits'
  const commits = chained(repository, list(payload.commits, maxCommits).map(fields), {
    // What a forced push replaced is no ancestor of what it brought.
    before: payload.forced === true ? undefined : sha(payload.before),
  })
  return commits.length > 0 ? commits : incomplete
}

/**
 * Parents as far as a push tells them. GitHub lists commits oldest first and marks with `distinct: false` those that were pushed
 * before on another branch: they came in through a merge, so they are not chained here (their own push did that), and the
 * first new commit behind them joins both lines. Chaining them would make a merged branch contain what it never had.
 */
export function chained(
  repository: string,
  listed: readonly Fields[],
  { before }: { before: string | undefined },
): CommitFact[] {
  const commits: CommitFact[] = []
  let line = before
  let merged: string | undefined
  for (const given of listed) {
    const known = given.distinct === false
    const commit = commitOf(repository, given, known ? [] : [line, merged])
    if (commit) commits.push(commit)
    if (known) merged = commit?.sha
    else {
      line = commit?.sha
      merged = undefined
    }
  }
  return commits
}

function commitOf(repository: string, given: Fields, parents: readonly (string | undefined)[]): CommitFact | undefined {
  const id = sha(given.id)
  const committedAt = instant(given.timestamp)
  if (!id || !committedAt) return undefined
  const message = prose(given.message)
  return {
    table: 'commits',
    repository,
    sha: id,
    parents: parents.filter((parent) => parent !== undefined && parent !== id) as string[],
    committedAt,
    reverts: /\bThis reverts commit ([0-9a-f]{7,40})\b/i.exec(message)?.[1]?.toLowerCase() ?? null,
    prNumber: prNumberIn(message),
    ticketKeys: ticketKeys([message]),
  }
}

/** As GitHub writes it: `… (#12)` at the end of a squash's first line, or a merge's `Merge pull request #12 from …`. */
function prNumberIn(message: string): number | null {
  const [first = ''] = message.split('\n', 1)
  const digits = (/\(#(\d{1,10})\)\s{0,9}$/.exec(first) ?? /^Merge pull request #(\d{1,10}) from /.exec(first))?.[1]
  const number = Number(digits)
  return number > 0 && number <= maxInteger ? number : null
}
