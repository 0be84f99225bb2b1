import { deepEqual } from 'node:assert/strict'
import { test } from 'node:test'
import type { Fact } from '../fact-rows.ts'
import { github, iso, shaOf, zeros } from '../test-support.ts'
import { mapGithub } from './map-github.ts'

const settings = { incidentLabel: 'incident', deployWorkflows: ['deploy*', '*to prod'] }
const map = (type: string, payload: Record<string, unknown>) =>
  mapGithub(type, github(type, payload, 'Acme/Shop').payload, settings, (login) => `#${login}`)

/** The facts with only the named columns, or why there are none. */
function columns(mapped: readonly Fact[] | string, ...names: string[]) {
  if (typeof mapped === 'string') return mapped
  return mapped.map((fact) => names.map((name) => (fact as unknown as Record<string, unknown>)[name]))
}
const t = (seconds: number) => iso(1.7e12 + seconds * 1000)
const d = (seconds: number) => new Date(1.7e12 + seconds * 1000)
const [a, b, c] = [shaOf('a'), shaOf('b'), shaOf('c')]

const deployment = { id: 7, sha: a.toUpperCase(), ref: 'main', environment: 'Production', created_at: t(0) }
const status = (state: unknown, more = {}) => ({
  action: 'created',
  deployment,
  deployment_status: { state, created_at: t(9), log_url: '', target_url: 'https://ci.test/1', ...more },
})

test('[D2] deployment and deployment_status become deployment_records', () => {
  const [created] = map('deployment', { action: 'created', deployment }) as Fact[]
  deepEqual(created, {
    table: 'deployment_records',
    source: 'github.deployment',
    externalId: 'acme/shop#7',
    repository: 'acme/shop',
    service: 'acme/shop',
    environment: 'Production',
    sha: a,
    ref: 'main',
    url: null,
    status: 'pending',
    createdAt: d(0),
    finishedAt: null,
    failedAt: null,
  })
  const outcomes: [unknown, unknown][] = [
    ['success', [['success', d(9), null, 'https://ci.test/1']]],
    ['failure', [['failure', null, d(9), 'https://ci.test/1']]],
    ['error', [['failure', null, d(9), 'https://ci.test/1']]],
    ['in_progress', [['pending', null, null, 'https://ci.test/1']]],
    ['inactive', [['pending', null, null, 'https://ci.test/1']]],
    ['exploded', 'ignored:incomplete'],
    ['constructor', 'ignored:incomplete'],
    [undefined, 'ignored:incomplete'],
  ]
  for (const [state, expected] of outcomes)
    deepEqual(columns(map('deployment_status', status(state)), 'status', 'finishedAt', 'failedAt', 'url'), expected)
  const script = columns(map('deployment_status', status('success', { target_url: 'javascript:alert(1)' })), 'url')
  deepEqual(script, [[null]])
})

test('[D2] a deployment names its service in its custom payload, or is its repository', () => {
  const services: [unknown, string][] = [
    [{ service: 'Checkout' }, 'checkout'],
    ['{"service":"Checkout"}', 'checkout'],
    ['{"service":', 'acme/shop'],
    ['', 'acme/shop'],
    [{ service: 5 }, 'acme/shop'],
    [null, 'acme/shop'],
  ]
  for (const [payload, service] of services) {
    const mapped = map('deployment', { action: 'created', deployment: { ...deployment, payload } })
    deepEqual(columns(mapped, 'service'), [[service]])
  }
})

test('[D2] a published release is a production deployment, and its tag tells the commit', () => {
  const release = {
    id: 1,
    tag_name: 'v1.0.0',
    target_commitish: 'main',
    published_at: t(5),
    html_url: 'https://x.test/r',
  }
  const names = ['externalId', 'environment', 'ref', 'sha', 'status', 'finishedAt']
  const at = (more: object, action = 'published') =>
    columns(map('release', { action, release: { ...release, ...more } }), ...names)
  const row = ['acme/shop#v1.0.0', 'production', 'v1.0.0', null, 'success', d(5)]
  deepEqual(at({}), [row])
  deepEqual(at({ target_commitish: b }), [row.with(3, b)])
  deepEqual(at({}, 'released'), [row])
  deepEqual(at({}, 'edited'), 'ignored:unused-action')
  deepEqual(at({ prerelease: true }), 'ignored:prerelease')
  deepEqual(at({ draft: true }), 'ignored:prerelease')
  deepEqual(at({ published_at: null }), 'ignored:incomplete')
  const tag = { ref: 'refs/tags/v1.0.0', after: c, commits: [], head_commit: { id: b } }
  deepEqual(columns(map('push', tag), ...names), [['acme/shop#v1.0.0', 'production', 'v1.0.0', b, 'pending', null]])
})

test('[D2] a completed deploy workflow on the default branch is a production deployment', () => {
  const run = {
    id: 3,
    name: 'Deploy web',
    event: 'push',
    head_branch: 'main',
    head_sha: a,
    conclusion: 'success',
    updated_at: t(8),
  }
  const names = ['externalId', 'sha', 'status', 'finishedAt', 'failedAt']
  const cases: [object, unknown][] = [
    [{}, [['acme/shop#3', a, 'success', d(8), null]]],
    [{ conclusion: 'failure', run_attempt: 1 }, [['acme/shop#3', a, 'failure', null, d(8)]]],
    [{ conclusion: 'timed_out' }, [['acme/shop#3', a, 'failure', null, d(8)]]],
    [{ run_attempt: 2 }, [['acme/shop#3.2', a, 'success', d(8), null]]],
    [{ name: 'web TO PROD' }, [['acme/shop#3', a, 'success', d(8), null]]],
    [{ name: 'Test' }, 'ignored:not-a-deploy-workflow'],
    [{ event: 'pull_request' }, 'ignored:not-the-default-branch'],
    [{ head_branch: 'next' }, 'ignored:not-the-default-branch'],
    [{ conclusion: 'cancelled' }, 'ignored:unused-conclusion'],
    [{ updated_at: 'yesterday' }, 'ignored:incomplete'],
  ]
  for (const [more, expected] of cases)
    deepEqual(
      columns(map('workflow_run', { action: 'completed', workflow_run: { ...run, ...more } }), ...names),
      expected,
    )
  deepEqual(map('workflow_run', { action: 'requested', workflow_run: run }), 'ignored:unused-action')
})

test('[D2] a push is a chain of commits', () => {
  const commit = (id: string, message = 'x') => ({ id, timestamp: '2023-11-14T23:13:20+01:00', message })
  const push = { ref: 'refs/heads/main', before: a, commits: [commit(b), commit(c)] }
  const parents = (more: object) => columns(map('push', { ...push, ...more }), 'sha', 'parents')
  deepEqual(parents({}), [
    [b, [a]],
    [c, [b]],
  ])
  deepEqual(parents({ before: zeros }), [
    [b, []],
    [c, [b]],
  ])
  deepEqual(parents({ forced: true }), [
    [b, []],
    [c, [b]],
  ])
  deepEqual(parents({ commits: [{ id: 'no' }, commit(c)] }), [[c, []]])
  // Commits known from another branch are not chained; the merge behind them joins both lines.
  const known = (id: string) => ({ ...commit(id), distinct: false })
  const e = 'e'.repeat(40)
  deepEqual(parents({ commits: [known(b), known(c), commit(e)] }), [
    [b, []],
    [c, []],
    [e, [a, c]],
  ])
  deepEqual(parents({ deleted: true }), 'ignored:deleted-ref')
  deepEqual(parents({ ref: 'refs/notes/x' }), 'ignored:unused-ref')
  deepEqual(parents({ commits: [] }), 'ignored:no-commits')
  deepEqual(parents({ commits: 'none' }), 'ignored:incomplete')
  const messages: [string, unknown][] = [
    ['Add (#12)\n\nbody (#13)', [d(0), null, 12, []]],
    ['Merge pull request #14 from acme/abc\n', [d(0), null, 14, []]],
    ['Revert "x"\n\nThis reverts commit ABCDEF1.', [d(0), 'abcdef1', null, []]],
    ['ABC-12 and ABC-1: things (#99999999999)', [d(0), null, null, ['ABC-1', 'ABC-12']]],
  ]
  for (const [message, expected] of messages) {
    const mapped = map('push', { ...push, commits: [commit(b, message)] })
    deepEqual(columns(mapped, 'committedAt', 'reverts', 'prNumber', 'ticketKeys'), [expected])
  }
})

const pr = {
  number: 4,
  title: 'ABC-1 Add\0 things',
  body: 'Closes XYZ-2',
  user: { login: 'Mona' },
  head: { ref: 'feature/abc-3-things', sha: a },
  base: { ref: 'main' },
  labels: [{ name: 'b' }, { name: 'a' }, { name: 'a' }],
  created_at: t(1),
  updated_at: t(2),
  closed_at: null,
  merged_at: null,
  merge_commit_sha: c,
}

test('[D2][D7][D13] pull_request becomes pr_events', () => {
  const [opened] = map('pull_request', { action: 'opened', pull_request: pr }) as Fact[]
  deepEqual(opened, {
    table: 'pr_events',
    repository: 'acme/shop',
    prNumber: 4,
    action: 'opened',
    occurredAt: d(1),
    title: 'ABC-1 Add  things',
    headRef: 'feature/abc-3-things',
    headSha: a,
    baseRef: 'main',
    mergeCommitSha: null,
    merged: false,
    authorHash: '#mona',
    reviewState: null,
    labels: ['a', 'b'],
    ticketKeys: ['ABC-1', 'ABC-3', 'XYZ-2'],
  })
  const cases: [string, object, unknown][] = [
    ['synchronize', {}, [['synchronize', d(2), null, false]]],
    ['labeled', {}, [['labeled', d(2), null, false]]],
    ['ready_for_review', {}, [['ready_for_review', d(2), null, false]]],
    ['closed', { closed_at: t(3) }, [['closed', d(3), null, false]]],
    ['closed', { closed_at: t(4), merged_at: t(3) }, [['merged', d(3), c, true]]],
    ['closed', {}, 'ignored:incomplete'],
    ['assigned', {}, 'ignored:unused-action'],
    ['opened', { number: '4' }, 'ignored:incomplete'],
    ['toString', {}, 'ignored:unused-action'],
  ]
  for (const [action, more, expected] of cases) {
    const mapped = map('pull_request', { action, pull_request: { ...pr, ...more } })
    deepEqual(columns(mapped, 'action', 'occurredAt', 'mergeCommitSha', 'merged'), expected)
  }
})

test('[D2] a review by somebody else is one of pr_events', () => {
  const review = { state: 'APPROVED', submitted_at: t(6), user: { login: 'ada' } }
  const at = (more: object, action = 'submitted') =>
    columns(
      map('pull_request_review', { action, pull_request: pr, review: { ...review, ...more } }),
      'action',
      'occurredAt',
      'reviewState',
      'authorHash',
    )
  deepEqual(at({}), [['reviewed', d(6), 'approved', '#mona']])
  deepEqual(at({ user: { login: 'mona' } }), 'ignored:own-review')
  deepEqual(at({ user: { login: 'linter[bot]', type: 'Bot' } }), 'ignored:bot-review')
  deepEqual(at({ submitted_at: null }), 'ignored:incomplete')
  deepEqual(at({}, 'dismissed'), 'ignored:unused-action')
})

test('[D2] issues with the incident label become incident_events', () => {
  const sev = [{ name: 'Incident' }, { name: 'SEV-1' }, { name: 'service:Checkout' }]
  const issue = {
    number: 8,
    title: 'Down',
    body: `It broke.\n**Root cause:** ${a.slice(0, 9)}\n`,
    state: 'open',
    labels: sev,
    created_at: t(0),
    updated_at: t(5),
    html_url: 'https://x.test/8',
  }
  const closed = { state: 'closed', closed_at: t(4) }
  const incident = { name: 'incident' }
  const cases: [string, object, object, unknown][] = [
    ['opened', { updated_at: t(0) }, {}, [['opened', d(0)]]],
    ['opened', { labels: [] }, {}, []],
    [
      'edited',
      {},
      {},
      [
        ['opened', d(0)],
        ['linked', d(5)],
      ],
    ],
    [
      'labeled',
      {},
      { label: incident },
      [
        ['opened', d(0)],
        ['reopened', d(5)],
      ],
    ],
    [
      'labeled',
      closed,
      { label: incident },
      [
        ['opened', d(0)],
        ['resolved', d(4)],
        ['opened', d(5)],
      ],
    ],
    [
      'labeled',
      {},
      { label: { name: 'sev1' } },
      [
        ['opened', d(0)],
        ['linked', d(5)],
      ],
    ],
    [
      'closed',
      { ...closed, updated_at: t(4) },
      {},
      [
        ['opened', d(0)],
        ['resolved', d(4)],
      ],
    ],
    [
      'reopened',
      {},
      {},
      [
        ['opened', d(0)],
        ['reopened', d(5)],
      ],
    ],
    ['unlabeled', { labels: [] }, { label: incident }, [['withdrawn', d(5)]]],
    ['unlabeled', { labels: [] }, { label: { name: 'bug' } }, 'ignored:not-an-incident'],
    ['deleted', {}, {}, [['withdrawn', d(5)]]],
    ['transferred', {}, {}, [['withdrawn', d(5)]]],
    ['deleted', { labels: [] }, {}, []],
    ['assigned', {}, {}, []],
    ['milestoned', {}, {}, 'ignored:unused-action'],
    ['opened', { created_at: '5' }, {}, 'ignored:incomplete'],
  ]
  for (const [action, more, rest, expected] of cases) {
    const mapped = map('issues', { action, issue: { ...issue, ...more }, ...rest })
    const own = typeof mapped === 'string' ? mapped : mapped.filter(({ table }) => table === 'incident_events')
    deepEqual(columns(own, 'action', 'occurredAt'), expected, `${action} ${JSON.stringify(more)}`)
  }
  const [, opened] = map('issues', { action: 'opened', issue }) as Fact[]
  deepEqual(opened, {
    table: 'incident_events',
    source: 'github',
    incidentKey: 'acme/shop#8',
    action: 'opened',
    occurredAt: d(0),
    title: 'Down',
    severity: 'sev1',
    repository: 'acme/shop',
    service: 'checkout',
    projectKey: null,
    deploymentSha: a.slice(0, 9),
    url: 'https://x.test/8',
  })
})

test('[D2] any issue that is opened, closed or reopened is one of work_item_events', () => {
  const issue = { number: 8, state: 'closed', closed_at: t(4), labels: [], created_at: t(0), updated_at: t(5) }
  const at = (action: string) =>
    columns(map('issues', { action, issue }), 'itemKey', 'projectKey', 'action', 'externalId', 'occurredAt')
  const of = (...rest: unknown[]) => [['acme/shop#8', 'acme/shop', ...rest]]
  deepEqual(at('opened'), of('created', 'created', d(0)))
  deepEqual(at('closed'), of('closed', `closed:${+d(4)}`, d(4)))
  deepEqual(at('reopened'), of('reopened', `reopened:${+d(5)}`, d(5)))
  deepEqual(at('transferred'), of('deleted', 'deleted', d(5)))
})

test('[D10] an issue that is assigned, or labelled so, is in work', () => {
  const issue = { number: 8, state: 'open', labels: [], created_at: t(0), updated_at: t(5) }
  const at = (action: string, more: object = {}) =>
    columns(map('issues', { action, issue, ...more }), 'externalId', 'field', 'toValue', 'occurredAt')
  const taken = [[`in_progress:${+d(5)}`, 'status_category', 'indeterminate', d(5)]]
  deepEqual(at('assigned'), taken)
  for (const name of ['In Progress', 'status: in-progress', 'doing', 'WIP'])
    deepEqual(at('labeled', { label: { name } }), taken, name)
  for (const name of ['progress', 'in progress?', 'bug'])
    deepEqual(at('labeled', { label: { name } }), 'ignored:not-an-incident', name)
})
