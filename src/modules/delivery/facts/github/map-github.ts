/** A GitHub event → facts. Pure; reads no more of the payload than it needs and never throws. */
import { type Mapped, unusedEvent } from '../fact-rows.ts'
import { fields } from '../read-payload.ts'
import type { GithubSettings } from '../settings.ts'
import { mapDeployment, mapDeploymentStatus, mapRelease, mapWorkflowRun } from './deployments.ts'
import { mapIssue } from './issues.ts'
import { type HashPerson, mapPullRequest, mapReview } from './pull-requests.ts'
import { mapPush } from './push.ts'

/** `type` is the `X-GitHub-Event` header; `hashPerson` makes a login unreadable. */
export function mapGithub(type: string, payload: unknown, settings: GithubSettings, hashPerson: HashPerson): Mapped {
  const given = fields(payload)
  switch (type) {
    case 'deployment':
      return mapDeployment(given)
    case 'deployment_status':
      return mapDeploymentStatus(given)
    case 'release':
      return mapRelease(given)
    case 'workflow_run':
      return mapWorkflowRun(given, settings)
    case 'push':
      return mapPush(given)
    case 'pull_request':
      return mapPullRequest(given, hashPerson)
    case 'pull_request_review':
      return mapReview(given, hashPerson)
    case 'issues':
      return mapIssue(given, settings)
    case 'ping':
      return 'ignored:ping'
    default:
      return unusedEvent
  }
}
