/** GitHub's webhook payloads, as far as anybody reads them, in the shapes GitHub sends. */
import { organisation, type RepositoryProfile } from './company.ts'
import { digest } from './random.ts'

export const noSha = '0'.repeat(40)
const iso = (at: number): string => `${new Date(at).toISOString().slice(0, 19)}Z`

const home = 'https://github.com'
const api = 'https://api.github.com'
const idOf = (name: string) => Number.parseInt(digest(name).slice(0, 7), 16)

/** Payloads share what they say alike: a year is some 10,000 of them. */
function once<K, V>(make: (key: K) => V): (key: K) => V {
  const made = new Map<K, V>()
  return (key) => {
    let value = made.get(key)
    if (value === undefined) {
      value = make(key)
      made.set(key, value)
    }
    return value
  }
}

const account = once((login: string) => ({
  login,
  id: idOf(login),
  node_id: digest(login).slice(0, 16),
  url: `${api}/users/${login}`,
  html_url: `${home}/${login}`,
  type: login === organisation ? 'Organization' : 'User',
  site_admin: false,
}))

const repositoryFields = once(({ name, language }: RepositoryProfile) => {
  const full = `${organisation}/${name}`
  return {
    id: idOf(full),
    node_id: digest(full).slice(0, 16),
    name,
    full_name: full,
    private: true,
    owner: account(organisation),
    html_url: `${home}/${full}`,
    description: null,
    fork: false,
    url: `${api}/repos/${full}`,
    language,
    archived: false,
    default_branch: 'main',
  }
})

export type Commit = { readonly id: string; readonly at: number; readonly message: string; readonly author: string }

const commitFields = (full: string, { id, at, message, author }: Commit, distinct: boolean) => {
  const person = { name: author, email: `${author}@acme.example`, username: author }
  return {
    id,
    tree_id: digest('tree', id).slice(0, 40),
    distinct,
    message,
    timestamp: iso(at),
    url: `${home}/${full}/commit/${id}`,
    author: person,
    committer: person,
    added: [],
    removed: [],
    modified: [`src/${id.slice(0, 6)}.ts`],
  }
}

export type Push = {
  readonly branch: string
  readonly before: string
  readonly commits: readonly Commit[]
  /** Commits that another branch's push brought before. */
  readonly known: ReadonlySet<string>
  readonly pusher: string
}

export function pushPayload(profile: RepositoryProfile, { branch, before, commits, known, pusher }: Push) {
  const repository = repositoryFields(profile)
  const listed = commits.map((commit) => commitFields(repository.full_name, commit, !known.has(commit.id)))
  const head = listed.at(-1)!
  return {
    ref: `refs/heads/${branch}`,
    before,
    after: head.id,
    created: before === noSha,
    deleted: false,
    forced: false,
    base_ref: null,
    compare: `${repository.html_url}/compare/${before.slice(0, 12)}...${head.id.slice(0, 12)}`,
    commits: listed,
    head_commit: head,
    pusher: { name: pusher, email: `${pusher}@acme.example` },
    repository,
    sender: account(pusher),
  }
}

export type PullRequest = {
  readonly number: number
  readonly title: string
  readonly body: string
  readonly branch: string
  readonly author: string
  readonly labels: readonly string[]
  readonly baseSha: string
  readonly openedAt: number
  readonly headSha: string
  readonly commitCount: number
  readonly closedAt: number | undefined
  readonly mergeCommit: string | undefined
  readonly mergedBy: string | undefined
}

const label = (name: string) => ({
  id: idOf(name),
  node_id: digest(name).slice(0, 16),
  name,
  color: 'd73a4a',
  default: false,
})

function pullRequestFields(profile: RepositoryProfile, pr: PullRequest, at: number) {
  const repository = repositoryFields(profile)
  const url = `${repository.url}/pulls/${pr.number}`
  const side = (ref: string, sha: string) => ({
    label: `${organisation}:${ref}`,
    ref,
    sha,
    user: account(organisation),
    repo: repository,
  })
  return {
    url,
    id: idOf(`${repository.full_name}#${pr.number}`),
    node_id: digest(url).slice(0, 16),
    html_url: `${repository.html_url}/pull/${pr.number}`,
    number: pr.number,
    state: pr.closedAt === undefined ? 'open' : 'closed',
    locked: false,
    title: pr.title,
    user: account(pr.author),
    body: pr.body,
    created_at: iso(pr.openedAt),
    updated_at: iso(at),
    closed_at: pr.closedAt === undefined ? null : iso(pr.closedAt),
    merged_at: pr.mergeCommit === undefined || pr.closedAt === undefined ? null : iso(pr.closedAt),
    merge_commit_sha: pr.mergeCommit ?? null,
    assignees: [],
    requested_reviewers: [],
    labels: pr.labels.map(label),
    draft: false,
    head: side(pr.branch, pr.headSha),
    base: side('main', pr.baseSha),
    author_association: 'MEMBER',
  }
}

export function pullRequestPayload(
  profile: RepositoryProfile,
  pr: PullRequest,
  action: 'opened' | 'synchronize' | 'closed',
  at: number,
) {
  return {
    action,
    number: pr.number,
    pull_request: {
      ...pullRequestFields(profile, pr, at),
      merged: pr.mergeCommit !== undefined,
      merged_by: pr.mergedBy === undefined ? null : account(pr.mergedBy),
      commits: pr.commitCount,
      changed_files: pr.commitCount,
    },
    repository: repositoryFields(profile),
    sender: account(pr.mergedBy ?? pr.author),
  }
}

export function reviewPayload(
  profile: RepositoryProfile,
  pr: PullRequest,
  review: {
    readonly id: number
    readonly reviewer: string
    readonly state: 'approved' | 'changes_requested'
    readonly at: number
  },
) {
  const pullRequest = pullRequestFields(profile, pr, review.at)
  return {
    action: 'submitted',
    review: {
      id: review.id,
      node_id: digest('review', review.id).slice(0, 16),
      user: account(review.reviewer),
      body: null,
      commit_id: pr.headSha,
      submitted_at: iso(review.at),
      state: review.state,
      html_url: `${pullRequest.html_url}#pullrequestreview-${review.id}`,
      pull_request_url: pullRequest.url,
      author_association: 'MEMBER',
    },
    pull_request: pullRequest,
    repository: repositoryFields(profile),
    sender: account(review.reviewer),
  }
}

export type Deployment = {
  readonly id: number
  readonly sha: string
  readonly environment: 'staging' | 'production'
  readonly description: string | null
  readonly createdAt: number
}

export function deploymentPayload(profile: RepositoryProfile, deployment: Deployment) {
  return {
    action: 'created',
    deployment: deploymentFields(profile, deployment, deployment.createdAt),
    repository: repositoryFields(profile),
    sender: account('deploy-bot'),
  }
}

export function deploymentStatusPayload(
  profile: RepositoryProfile,
  deployment: Deployment,
  status: { readonly state: 'success' | 'failure'; readonly at: number },
) {
  const fields = deploymentFields(profile, deployment, status.at)
  const log = `${home}/${organisation}/${profile.name}/actions/runs/${deployment.id}`
  return {
    action: 'created',
    deployment_status: {
      url: `${fields.statuses_url}/${deployment.id}`,
      id: deployment.id,
      node_id: digest('status', deployment.id).slice(0, 16),
      state: status.state,
      creator: account('deploy-bot'),
      description: '',
      environment: deployment.environment,
      target_url: log,
      created_at: iso(status.at),
      updated_at: iso(status.at),
      deployment_url: fields.url,
      repository_url: fields.repository_url,
    },
    deployment: fields,
    repository: repositoryFields(profile),
    sender: account('deploy-bot'),
  }
}

function deploymentFields(profile: RepositoryProfile, deployment: Deployment, updatedAt: number) {
  const repositoryUrl = `${api}/repos/${organisation}/${profile.name}`
  const url = `${repositoryUrl}/deployments/${deployment.id}`
  return {
    url,
    id: deployment.id,
    node_id: digest('deployment', deployment.id).slice(0, 16),
    sha: deployment.sha,
    ref: 'main',
    task: 'deploy',
    payload: {},
    original_environment: deployment.environment,
    environment: deployment.environment,
    description: deployment.description,
    creator: account('deploy-bot'),
    created_at: iso(deployment.createdAt),
    updated_at: iso(updatedAt),
    statuses_url: `${url}/statuses`,
    repository_url: repositoryUrl,
  }
}

export type Issue = {
  readonly number: number
  readonly title: string
  readonly body: string
  readonly labels: readonly string[]
  readonly author: string
  readonly openedAt: number
}

export function issuePayload(profile: RepositoryProfile, issue: Issue, action: 'opened' | 'closed', at: number) {
  const repository = repositoryFields(profile)
  const url = `${repository.url}/issues/${issue.number}`
  return {
    action,
    issue: {
      url,
      repository_url: repository.url,
      html_url: `${repository.html_url}/issues/${issue.number}`,
      id: idOf(url),
      node_id: digest(url).slice(0, 16),
      number: issue.number,
      title: issue.title,
      user: account(issue.author),
      labels: issue.labels.map(label),
      state: action === 'closed' ? 'closed' : 'open',
      locked: false,
      assignees: [],
      comments: 0,
      created_at: iso(issue.openedAt),
      updated_at: iso(at),
      closed_at: action === 'closed' ? iso(at) : null,
      author_association: 'MEMBER',
      body: issue.body,
    },
    repository,
    sender: account(issue.author),
  }
}
