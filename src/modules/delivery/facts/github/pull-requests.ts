/** `pull_request` and `pull_request_review` → pr_events. */
import { incomplete, type Mapped, type PullRequestFact, unusedAction } from '../fact-rows.ts'
import {
  type Fields,
  fields,
  instant,
  list,
  maxInteger,
  positive,
  prose,
  repositoryOf,
  sha,
  sortedDistinct,
  text,
} from '../read-payload.ts'
import { ticketKeys } from '../tickets.ts'

export type HashPerson = (login: string) => string

/** Which of the pull request's times says when it happened. */
const timeOf: ReadonlyMap<unknown, 'created_at' | 'closed_at' | 'updated_at'> = new Map([
  ['opened', 'created_at'],
  ['closed', 'closed_at'],
  ['reopened', 'updated_at'],
  ['synchronize', 'updated_at'],
  ['edited', 'updated_at'],
  ['labeled', 'updated_at'],
  ['unlabeled', 'updated_at'],
  ['ready_for_review', 'updated_at'],
  ['converted_to_draft', 'updated_at'],
  ['review_requested', 'updated_at'],
])

export function mapPullRequest(payload: Fields, hashPerson: HashPerson): Mapped {
  const { action } = payload
  const time = timeOf.get(action)
  if (!time) return unusedAction
  const pr = fields(payload.pull_request)
  const merged = action === 'closed' && instant(pr.merged_at) !== undefined
  const at = instant(merged ? pr.merged_at : pr[time])
  const fact = at && pullRequestOf(payload, merged ? 'merged' : (action as string), at, hashPerson)
  return fact ? [fact] : incomplete
}

export function mapReview(payload: Fields, hashPerson: HashPerson): Mapped {
  if (payload.action !== 'submitted') return unusedAction
  const review = fields(payload.review)
  const at = instant(review.submitted_at)
  const state = text(review.state, 50)?.toLowerCase()
  const fact = at && pullRequestOf(payload, 'reviewed', at, hashPerson)
  const reviewer = fields(review.user)
  if (!fact || !state) return incomplete
  // Waiting for review ends when somebody else looks, and a bot is nobody.
  if (reviewer.type === 'Bot') return 'ignored:bot-review'
  const login = loginOf(reviewer)
  if (login && login === loginOf(fields(fields(payload.pull_request).user))) return 'ignored:own-review'
  return [{ ...fact, reviewState: state }]
}

const loginOf = (user: Fields): string | undefined => text(user.login, 100)?.toLowerCase()

function pullRequestOf(
  payload: Fields,
  action: string,
  occurredAt: Date,
  hashPerson: HashPerson,
): PullRequestFact | undefined {
  const pr = fields(payload.pull_request)
  const repository = repositoryOf(payload)
  const prNumber = positive(pr.number, maxInteger)
  if (!repository || !prNumber) return undefined
  const head = fields(pr.head)
  const headRef = text(head.ref, 300)
  const author = loginOf(fields(pr.user))
  const merged = instant(pr.merged_at) !== undefined
  return {
    table: 'pr_events',
    repository,
    prNumber,
    action,
    occurredAt,
    title: text(pr.title) ?? null,
    headRef: headRef ?? null,
    headSha: sha(head.sha) ?? null,
    baseRef: text(fields(pr.base).ref, 300) ?? null,
    // Until the merge this names a trial merge that no branch contains.
    mergeCommitSha: (merged && sha(pr.merge_commit_sha)) || null,
    merged,
    authorHash: author ? hashPerson(author) : null,
    reviewState: null,
    labels: labelsOf(pr),
    ticketKeys: ticketKeys([prose(pr.title), prose(pr.body)], headRef),
  }
}

const maxLabels = 100
/** Names of labels as GitHub writes them, distinct and sorted. */
export const labelsOf = (labelled: Fields): string[] =>
  sortedDistinct(list(labelled.labels, maxLabels).flatMap((label) => text(fields(label).name, 100) ?? []))
