/** Letting a person who is signed in here act at GitHub through this installation: the same OAuth app, flow and callback as signing in. */
import { Problem } from '#kernel/errors/index.ts'
import type { Flows, Reply, Request } from './flow.ts'
import type { GitHubClient, GitHubGrant } from './github-client.ts'
import { withinDeadline } from './outbound.ts'
import { flowLost } from './problems.ts'

export type GitHubGrants = {
  /** Where the browser goes to agree to `scope`. `about` names who asks, and for what. */
  begin(reply: Reply, about: string, scope: string): Promise<URL>
  /** What GitHub's answer (the query of its way back) is worth; only for the browser that began, and for the same `about`. */
  finish(request: Request, reply: Reply, about: string, answer: string): Promise<GitHubGrant>
  /** Makes a token worthless at GitHub. */
  revoke(token: string): Promise<void>
}

const deadlineMs = 4000

export const makeGitHubGrants = (flows: Flows, client: GitHubClient): GitHubGrants => ({
  async begin(reply, about, scope) {
    const secrets = await flows.begin(reply, 'repositories', '/', about)
    return client.grantUrl(secrets, scope)
  },
  async finish(request, reply, about, answer) {
    const flow = await flows.take(request, reply, 'repositories')
    if (flow?.about !== about) throw new Problem(flowLost, 'This browser did not begin it for this person and tenant.')
    return withinDeadline(deadlineMs, () => client.finishGrant(answer, flow))
  },
  revoke: (token) => withinDeadline(deadlineMs, () => client.revoke(token)),
})
