/** A pull request as the API tells it → the webhooks that there must have been. Pure. */
import type { GitHubPull } from './api.ts'

export type PullEvent = {
  readonly repository: string
  readonly prNumber: number
  /** As facts name it. */
  readonly action: 'opened' | 'merged' | 'closed'
  readonly occurredAt: Date
  /** The same lack found again is the same event. */
  readonly deliveryId: string
  readonly payload: () => Buffer
}

/** Its opening and, where it is not open, its end. Of a pull request that was closed more than once the last end is known. */
export function eventsOfPull(pull: GitHubPull): PullEvent[] {
  const repository = pull.base.repo.full_name.toLowerCase()
  const event = (action: PullEvent['action'], at: string, payload: () => object): PullEvent => ({
    repository,
    prNumber: pull.number,
    action,
    occurredAt: new Date(at),
    deliveryId: `poll:${repository}#${pull.number}:${action}:${at}`,
    payload: () => Buffer.from(JSON.stringify(payload())),
  })
  const end = pull.merged_at ?? pull.closed_at
  return [
    event('opened', pull.created_at, () => opened(pull)),
    ...(end ? [event(pull.merged_at ? 'merged' : 'closed', end, () => closed(pull))] : []),
  ]
}

const repositoryOf = ({ base }: GitHubPull) => ({
  full_name: base.repo.full_name,
  ...(base.repo.default_branch ? { default_branch: base.repo.default_branch } : {}),
})

/** As it is now: right for its end. */
const closed = (pull: GitHubPull) => ({
  action: 'closed',
  number: pull.number,
  pull_request: { ...pull, merged: Boolean(pull.merged_at) },
  repository: repositoryOf(pull),
})

/** As it was at its opening, as far as that is known: what may have changed since (head, labels) is left out, and its end did not exist. */
function opened(pull: GitHubPull) {
  const untouched = pull.updated_at === pull.created_at
  return {
    action: 'opened',
    number: pull.number,
    pull_request: {
      ...pull,
      head: { ref: pull.head.ref, ...(untouched ? { sha: pull.head.sha } : {}) },
      labels: untouched ? pull.labels : [],
      updated_at: pull.created_at,
      merged: false,
      merged_at: null,
      closed_at: null,
      merge_commit_sha: null,
    },
    repository: repositoryOf(pull),
  }
}
