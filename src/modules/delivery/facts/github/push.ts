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
  const commits: CommitFact[] = []
  // What a forced push replaced is no ancestor of what it brought.
  let parent = payload.forced === true ? undefined : sha(payload.before)
  for (const given of list(payload.commits, maxCommits)) {
    const commit = commitOf(repository, fields(given), parent)
    parent = commit?.sha
    if (commit) commits.push(commit)
  }
  return commits.length > 0 ? commits : incomplete
}

function commitOf(repository: string, given: Fields, parent: string | undefined): CommitFact | undefined {
  const id = sha(given.id)
  const committedAt = instant(given.timestamp)
  if (!id || !committedAt) return undefined
  const message = prose(given.message)
  return {
    table: 'commits',
    repository,
    sha: id,
    parents: parent && parent !== id ? [parent] : [],
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
