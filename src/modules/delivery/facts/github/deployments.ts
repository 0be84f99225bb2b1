/** `deployment`, `deployment_status`, `release`, `workflow_run` and tag pushes → deployment_records. */
import { type DeploymentFact, type Fact, type Ignored, incomplete, type Mapped, unusedAction } from '../fact-rows.ts'
import { matchesAny } from '../name-patterns.ts'
import { type Fields, fields, instant, link, positive, repositoryOf, sha, text } from '../read-payload.ts'
import type { GithubSettings } from '../settings.ts'

/** `inactive` says that a newer deployment took over, not that this one failed. */
const statusOf: ReadonlyMap<unknown, DeploymentFact['status']> = new Map([
  ['success', 'success'],
  ['failure', 'failure'],
  ['error', 'failure'],
  ['in_progress', 'pending'],
  ['queued', 'pending'],
  ['pending', 'pending'],
  ['waiting', 'pending'],
  ['inactive', 'pending'],
])

export function mapDeployment(payload: Fields): Mapped {
  if (payload.action !== 'created') return unusedAction
  const deployment = deploymentOf(payload)
  return deployment ? [deployment] : incomplete
}

export function mapDeploymentStatus(payload: Fields): Mapped {
  if (payload.action !== 'created') return unusedAction
  const deployment = deploymentOf(payload)
  const given = fields(payload.deployment_status)
  const status = statusOf.get(given.state)
  const at = instant(given.created_at)
  if (!deployment || !status || !at) return incomplete
  const url = link(given.log_url) ?? link(given.target_url) ?? link(given.environment_url) ?? null
  return [{ ...deployment, url, ...ended(status, at) }]
}

const ended = (status: DeploymentFact['status'], at: Date) => ({
  status,
  finishedAt: status === 'success' ? at : null,
  failedAt: status === 'failure' ? at : null,
})

/** What every event of one deployment says alike. */
function deploymentOf(payload: Fields): DeploymentFact | undefined {
  const deployment = fields(payload.deployment)
  const repository = repositoryOf(payload)
  const id = positive(deployment.id)
  const environment = text(deployment.environment, 200)
  if (!repository || !id || !environment) return undefined
  return {
    table: 'deployment_records',
    source: 'github.deployment',
    externalId: `${repository}#${id}`,
    repository,
    service: serviceIn(deployment.payload) ?? repository,
    environment,
    sha: sha(deployment.sha) ?? null,
    ref: text(deployment.ref, 300) ?? null,
    url: null,
    createdAt: instant(deployment.created_at) ?? null,
    ...ended('pending', new Date(0)),
  }
}

const maxCustomPayload = 65_536
/** The deployment's custom payload is an object, or JSON text that whoever deploys made. */
function serviceIn(custom: unknown): string | undefined {
  let value = custom
  if (typeof custom === 'string') {
    if (custom.length > maxCustomPayload || !custom.includes('service')) return undefined
    try {
      value = JSON.parse(custom)
    } catch {
      return undefined
    }
  }
  return text(fields(value).service, 200)?.toLowerCase()
}

const released = new Set<unknown>(['published', 'released'])
/** A release is known by its tag, so that the push of the tag can tell its commit: releases themselves name a branch. */
export function mapRelease(payload: Fields): Mapped {
  if (!released.has(payload.action)) return unusedAction
  const release = fields(payload.release)
  if (release.draft === true || release.prerelease === true) return 'ignored:prerelease'
  const repository = repositoryOf(payload)
  const tag = text(release.tag_name, 300)
  const at = instant(release.published_at)
  if (!repository || !tag || !at) return incomplete
  return [
    {
      ...releaseOf(repository, tag),
      sha: sha(release.target_commitish) ?? null,
      url: link(release.html_url) ?? null,
      createdAt: at,
      ...ended('success', at),
    },
  ]
}

/** A pushed tag is a release not yet published: pending until it is, and for ever where it never is. */
export function mapTagPush(payload: Fields, tag: string): readonly Fact[] | Ignored {
  const repository = repositoryOf(payload)
  const name = text(tag, 300)
  // An annotated tag's `after` is the tag itself, not the commit.
  const commit = sha(fields(payload.head_commit).id)
  if (!repository || !name || !commit) return incomplete
  return [{ ...releaseOf(repository, name), sha: commit }]
}

const releaseOf = (repository: string, tag: string): DeploymentFact => ({
  table: 'deployment_records',
  source: 'github.release',
  externalId: `${repository}#${tag}`,
  repository,
  service: repository,
  environment: 'production',
  sha: null,
  ref: tag,
  url: null,
  createdAt: null,
  ...ended('pending', new Date(0)),
})

const conclusions: ReadonlyMap<unknown, DeploymentFact['status']> = new Map([
  ['success', 'success'],
  ['failure', 'failure'],
  ['timed_out', 'failure'],
  ['startup_failure', 'failure'],
])

export function mapWorkflowRun(payload: Fields, settings: GithubSettings): Mapped {
  if (payload.action !== 'completed') return unusedAction
  const run = fields(payload.workflow_run)
  const repository = repositoryOf(payload)
  const branch = text(fields(payload.repository).default_branch, 300)
  const id = positive(run.id)
  const at = instant(run.updated_at)
  const name = text(run.name, 200) ?? text(fields(payload.workflow).name, 200)
  if (!repository || !branch || !id || !at || !name) return incomplete
  if (!matchesAny(name, settings.deployWorkflows)) return 'ignored:not-a-deploy-workflow'
  if (run.event === 'pull_request' || run.event === 'pull_request_target' || run.head_branch !== branch)
    return 'ignored:not-the-default-branch'
  const status = conclusions.get(run.conclusion)
  if (!status) return 'ignored:unused-conclusion'
  const attempt = positive(run.run_attempt, 1_000_000) ?? 1
  return [
    {
      table: 'deployment_records',
      source: 'github.workflow_run',
      // Running a finished run again deploys again.
      externalId: attempt === 1 ? `${repository}#${id}` : `${repository}#${id}.${attempt}`,
      repository,
      service: repository,
      environment: 'production',
      sha: sha(run.head_sha) ?? null,
      ref: branch,
      url: link(run.html_url) ?? null,
      createdAt: instant(run.run_started_at) ?? instant(run.created_at) ?? null,
      ...ended(status, at),
    },
  ]
}
