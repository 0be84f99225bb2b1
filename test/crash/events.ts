/** Events whose facts can be counted exactly: every one has keys of its own. */
import { createHash } from 'node:crypto'

export type Outgoing = {
  readonly tenant: number
  readonly type: string
  readonly delivery: string
  readonly body: string
}

export type Expected = { deployments: number; commits: number; pullRequests: number; changes: number; lineage: number }

const start = Date.UTC(2026, 0, 5)
const repositories = 10

const sha = (text: string) => createHash('sha1').update(text).digest('hex')
const at = (ms: number) => new Date(ms).toISOString()

/**
 * The nth event of a tenant. Three make a delivery: a pull request, the push of two commits, and the production deployment of the
 * second of them; so each delivery is one counted deployment with two changes.
 */
export function eventOf(tenant: number, n: number, delivery = `e-${tenant}-${n}`): Outgoing {
  const group = Math.floor(n / 3)
  const repository = { full_name: `crash/repository-${group % repositories}`, default_branch: 'main' }
  const key = `${tenant}-${group}`
  const time = start + group * 11 * 60_000
  const payload = [
    () => ({
      action: 'opened',
      repository,
      pull_request: {
        number: group + 1,
        title: 'A change',
        created_at: at(time),
        user: { login: 'somebody' },
        head: { ref: 'branch', sha: sha(`${key}-1`) },
        base: { ref: 'main' },
      },
    }),
    () => ({
      ref: 'refs/heads/main',
      repository,
      commits: [0, 1].map((index) => ({
        id: sha(`${key}-${index}`),
        message: 'A change',
        timestamp: at(time + 60_000 + index * 1000),
        distinct: true,
      })),
    }),
    () => ({
      action: 'created',
      repository,
      deployment: {
        id: group + 1,
        sha: sha(`${key}-1`),
        ref: 'main',
        environment: 'production',
        created_at: at(time + 120_000),
      },
      deployment_status: { state: 'success', created_at: at(time + 180_000) },
    }),
  ][n % 3]!()
  const type = ['pull_request', 'push', 'deployment_status'][n % 3]!
  return { tenant, type, delivery, body: JSON.stringify(payload) }
}

/** What the first `events` events of each of `tenants` tenants must have become. */
export function expectedOf(tenants: number, events: number): Expected {
  const of = (kind: number) => Math.floor((events + 2 - kind) / 3) * tenants
  const [pullRequests, pushes, deployments] = [of(0), of(1), of(2)]
  return {
    deployments,
    commits: 2 * pushes,
    pullRequests,
    changes: 2 * deployments,
    lineage: pullRequests + 2 * pushes + deployments,
  }
}

/** Events of all tenants in turn. */
export function* eventsOf(tenants: number, perTenant: number): Generator<Outgoing> {
  for (let n = 0; n < perTenant; n++) for (let tenant = 0; tenant < tenants; tenant++) yield eventOf(tenant, n)
}
