/** Payloads as GitHub and Jira send them, cut to what matters, and a history of them; for tests and measurements. */
import { createHash } from 'node:crypto'
import type { IncomingEvent } from '#modules/intake/index.ts'

export type Sent = { source: 'github' | 'jira'; type: string; payload: Record<string, unknown> }

export const shaOf = (seed: string): string => createHash('sha1').update(seed).digest('hex')
export const iso = (ms: number): string => `${new Date(ms).toISOString().slice(0, 19)}Z`
export const zeros = '0'.repeat(40)

export const repo = (name = 'acme/shop') => ({ full_name: name, default_branch: 'main' })
export const github = (type: string, payload: Record<string, unknown>, repository = 'acme/shop'): Sent => ({
  source: 'github',
  type,
  payload: { repository: repo(repository), sender: { login: 'mona' }, ...payload },
})
export const jira = (webhookEvent: string, payload: Record<string, unknown>): Sent => ({
  source: 'jira',
  type: webhookEvent,
  payload: { webhookEvent, ...payload },
})

let lastId = 0
export const incoming = (sent: readonly Sent[]): IncomingEvent[] =>
  sent.map(({ source, type, payload }) => ({
    id: ++lastId,
    source,
    type,
    payload,
    deliveryId: `d-${lastId}`,
    enqueuedAt: new Date(0),
  }))

/** Small numbers that repeat with the seed (mulberry32). */
export function seeded(seed: number) {
  let state = seed
  const next = () => {
    state = (state + 0x6d2b79f5) | 0
    let t = Math.imul(state ^ (state >>> 15), 1 | state)
    t = (t + Math.imul(t ^ (t >>> 7), 61 | t)) ^ t
    return ((t ^ (t >>> 14)) >>> 0) / 4294967296
  }
  const below = (n: number) => Math.floor(next() * n)
  return {
    below,
    chance: (p: number) => next() < p,
    pick: <T>(of: readonly T[]): T => of[below(of.length)]!,
    shuffled<T>(of: readonly T[]): T[] {
      const out = [...of]
      for (let i = out.length - 1; i > 0; i--) {
        const j = below(i + 1)
        ;[out[i], out[j]] = [out[j]!, out[i]!]
      }
      return out
    },
  }
}

const startMs = Date.UTC(2026, 0, 5, 8)
const minute = 60_000

/** A year's habits in small: pull requests with pushes and reviews, deployments with statuses, issues and Jira, interleaved. */
export function history(seed: number, pullRequests: number): Sent[] {
  const random = seeded(seed)
  const events: Sent[] = []
  let tip = zeros
  let at = startMs
  for (let n = 1; n <= pullRequests; n++) {
    at += random.below(300) * minute
    const name = random.pick(['acme/shop', 'acme/api'])
    const ticket = `SHOP-${1 + random.below(40)}`
    const head = shaOf(`${seed} head ${n}`)
    const merge = shaOf(`${seed} merge ${n}`)
    const labels = random.chance(0.3) ? [{ name: random.pick(['hotfix', 'Bug', 'émoji 🚀']) }] : []
    const pr = {
      number: n,
      title: `${ticket} improve things`,
      body: 'See the ticket.',
      user: { login: random.pick(['ada', 'grace', 'edsger']) },
      head: { ref: `feature/${ticket.toLowerCase()}-x`, sha: head },
      base: { ref: 'main' },
      labels,
      created_at: iso(at),
      updated_at: iso(at),
      merged_at: null as string | null,
      closed_at: null as string | null,
      merge_commit_sha: null as string | null,
    }
    const send = (type: string, payload: Record<string, unknown>) => events.push(github(type, payload, name))
    send('pull_request', { action: 'opened', pull_request: pr })
    const updated = (minutes: number) => ({ ...pr, updated_at: iso(at + minutes * minute) })
    if (random.chance(0.5)) send('pull_request', { action: 'synchronize', pull_request: updated(10) })
    if (random.chance(0.5)) {
      // Two labels put on and a title changed within one second.
      send('pull_request', { action: 'labeled', pull_request: { ...updated(12), labels: [{ name: 'a' }] } })
      send('pull_request', {
        action: 'labeled',
        pull_request: { ...updated(12), title: `${ticket} improve all`, labels: [{ name: 'a' }, { name: 'b' }] },
      })
    }
    send('pull_request_review', {
      action: 'submitted',
      pull_request: updated(20),
      review: { state: 'approved', submitted_at: iso(at + 20 * minute), user: { login: 'barbara' } },
    })
    const merged = {
      ...updated(30),
      merged_at: iso(at + 30 * minute),
      closed_at: iso(at + 30 * minute),
      merge_commit_sha: merge,
    }
    send('pull_request', { action: 'closed', pull_request: merged })
    const commits = [
      { id: head, message: `${ticket}: work`, timestamp: iso(at - 60 * minute) },
      {
        id: merge,
        message: `Improve things (#${n})\n\nThis reverts commit ${head}.`,
        timestamp: iso(at + 30 * minute),
      },
    ]
    send('push', { ref: `refs/heads/feature/${n}`, before: zeros, commits: commits.slice(0, 1) })
    send('push', { ref: 'refs/heads/main', before: tip, commits })
    tip = merge
    const deployment = {
      id: seed * 10_000 + n,
      sha: merge,
      ref: 'main',
      environment: 'production',
      created_at: iso(at + 40 * minute),
      payload: random.chance(0.5) ? '{"service":"Checkout"}' : {},
    }
    send('deployment', { action: 'created', deployment })
    const states = ['in_progress', random.pick(['failure', 'error', 'success']), 'success', 'inactive']
    for (const [index, state] of states.slice(0, 1 + random.below(4)).entries())
      send('deployment_status', {
        action: 'created',
        deployment,
        deployment_status: {
          state,
          created_at: iso(at + (41 + index) * minute),
          target_url: `https://ci.test/${n}/${index}`,
        },
      })
    const run = {
      id: n,
      name: 'Deploy',
      head_branch: 'main',
      event: 'push',
      head_sha: merge,
      updated_at: iso(at + 45 * minute),
      run_attempt: 1,
    }
    send('workflow_run', {
      action: 'completed',
      workflow_run: { ...run, conclusion: random.pick(['success', 'failure']) },
    })
    if (random.chance(0.3)) {
      send('push', { ref: `refs/tags/v1.${n}`, before: zeros, commits: [], head_commit: { id: merge } })
      send('release', {
        action: 'published',
        release: { tag_name: `v1.${n}`, target_commitish: 'main', published_at: iso(at + 50 * minute) },
      })
    }
    if (random.chance(0.5)) events.push(...githubIncident(name, 1000 + n, at + 60 * minute, head))
    events.push(...jiraStory(n, at, ticket))
  }
  return events
}

function githubIncident(name: string, number: number, at: number, cause: string): Sent[] {
  const issue = {
    number,
    title: 'Checkout is down',
    body: `root cause: ${cause}`,
    state: 'open',
    closed_at: null,
    created_at: iso(at),
    html_url: `https://github.com/${name}/issues/${number}`,
  }
  const labels = [{ name: 'Incident' }, { name: 'sev2' }, { name: 'service:checkout' }]
  const label = { name: 'Incident' }
  const send = (action: string, minutes: number, more: Record<string, unknown>, rest = {}) =>
    github(
      'issues',
      { action, issue: { ...issue, labels, updated_at: iso(at + minutes * minute), ...more }, ...rest },
      name,
    )
  const closed = { state: 'closed', closed_at: iso(at + 9 * minute) }
  return [
    send('opened', 0, { labels: [] }),
    send('labeled', 1, {}, { label }),
    send('edited', 2, { title: 'Zero checkouts' }),
    send('edited', 3, { title: 'All checkouts fail' }),
    send('unlabeled', 4, { labels: labels.slice(1) }, { label }),
    send('labeled', 5, {}, { label }),
    send('closed', 9, closed),
    send('reopened', 12, {}),
    send('closed', 20, { state: 'closed', closed_at: iso(at + 20 * minute) }),
  ]
}

function jiraStory(n: number, at: number, ticket: string): Sent[] {
  const type = n % 4 === 0 ? 'Incident' : 'Story'
  const fields = {
    created: `${iso(at - 90 * minute).slice(0, 19)}.000+0000`,
    summary: `Story ${n}`,
    issuetype: { name: type },
    project: { key: 'SHOP' },
    priority: { name: 'High' },
    components: [{ name: 'Checkout' }],
  }
  const status = (name: string, key: string) => ({ name, statusCategory: { key } })
  const issue = (more: Record<string, unknown>) => ({
    key: `${ticket.split('-')[0]}-${n}`,
    self: 'https://acme.atlassian.net/rest/api/2/1',
    fields: { ...fields, ...more },
  })
  const change = (id: number, minutes: number, items: unknown[], more: Record<string, unknown>) =>
    jira('jira:issue_updated', {
      timestamp: at + minutes * minute,
      issue: issue(more),
      changelog: { id: String(n * 100 + id), items },
    })
  const done = { status: status('Done', 'done'), resolutiondate: iso(at + 50 * minute) }
  return [
    jira('jira:issue_created', { timestamp: at - 90 * minute, issue: issue({ status: status('To Do', 'new') }) }),
    change(
      1,
      5,
      [
        { field: 'status', fromString: 'To Do', toString: 'In Progress' },
        { field: 'Sprint', from: '', to: '7' },
      ],
      { status: status('In Progress', 'indeterminate') },
    ),
    change(2, 8, [{ field: 'Story Points', fromString: null, toString: '5' }], {
      status: status('In Progress', 'indeterminate'),
    }),
    change(
      3,
      50,
      [
        { field: 'status', fromString: 'In Progress', toString: 'Done' },
        { field: 'resolution', from: null, to: '1' },
      ],
      done,
    ),
    ...(n % 8 === 0
      ? [change(4, 70, [{ field: 'resolution', from: '1', to: null }], { status: status('To Do', 'new') })]
      : []),
    ...(n % 9 === 0 ? [jira('jira:issue_deleted', { timestamp: at + 80 * minute, issue: issue(done) })] : []),
  ]
}
