/** What GitHub's webhooks did not bring is found and brought in, once, whatever happens meanwhile. */
import assert from 'node:assert/strict'
import { test } from 'node:test'
import { defaultTenantId } from '#kernel/context/index.ts'
import { drain, makeEngine } from '#kernel/work/index.ts'
import { silentLog } from '#test/support/database.ts'
import { githubWebhook } from '#test/support/webhooks.ts'
import { type Deps, usualLimits } from '../deps.ts'
import { pollingSchedules } from '../schedules.ts'
import { pollingBench } from '../test-bench.ts'
import { pullOf, startTestGitHub, webhooksOf } from '../test-github.ts'

const github = await startTestGitHub()
const { app, address, run, fails, rows, forgetWait } = await pollingBench({ ...github.environment, GITHUB_ORG: 'acme' })
const limits = { ...usualLimits, waitMs: 50, retryMs: 5 }
const push = (id: string, repository = 'acme/shop') => ({
  ref: 'refs/heads/main',
  before: '0'.repeat(40),
  after: id.repeat(40),
  repository: { full_name: repository, default_branch: 'main' },
  commits: [{ id: id.repeat(40), timestamp: '2026-11-01T10:00:00Z', message: 'do' }],
})
const facts = () =>
  rows(
    'pr_events',
    'repository, pr_number, action, occurred_at, title, head_ref, base_ref, merge_commit_sha, merged, labels, ticket_keys',
    '1, 2, 3',
  )
const queued = (where = 'true') =>
  app.sql(
    `select delivery_id, event_type, origin, outcome from event_queue where tenant_id = $1 and ${where} order by id`,
    [defaultTenantId],
  )
/** The schedule with parts of the product replaced by ones that break. */
const gapRun = (more: Partial<Deps>) => {
  const deps: Deps = {
    database: app.database,
    dial: app.composed.dial,
    log: silentLog,
    intake: app.composed.intake,
    facts: app.composed.facts,
    github: { apiUrl: github.base, token: 'a token', org: 'acme' },
    jira: undefined,
    limits,
    ...more,
  }
  return pollingSchedules(deps)
    .find(({ name }) => name === 'scheduler:detect-github-gaps')!
    .run()
}

const shop = github.add('acme/shop')
const hook = github.hook(shop, address)
const other = github.hook(shop, 'https://elsewhere.example.com/hook')

test('[Q6] what never arrived is fetched under its own delivery id; what did is left alone', async () => {
  const arrived = github.deliver(hook, 'push', push('a'))
  await app.http.inject(githubWebhook('push', arrived.payload, { delivery: arrived.guid }))
  const lost = github.deliver(hook, 'push', push('b'))
  github.deliver(hook, 'push', push('b'), { guid: lost.guid, redelivery: true })
  github.deliver(hook, 'push', push('c'), { delivered_at: new Date(Date.now() - 4 * 86_400_000).toISOString() })
  github.deliver(other, 'push', push('d'))
  assert.equal(
    await run('detect-github-gaps'),
    '1 repository, 1 webhook: 1 of 2 deliveries missing, 0 of 0 pull-request events missing, 1 brought in',
  )
  assert.deepEqual(
    (await queued()).map(({ delivery_id, origin, outcome }) => [delivery_id, origin, outcome]),
    [
      [arrived.guid, null, 'recorded'],
      [lost.guid, 'delivery', 'recorded'],
    ],
  )
  assert.deepEqual(
    (await rows('commits', 'sha')).map(({ sha }) => String(sha)[0]),
    ['a', 'b'],
  )
  // The webhook that comes late is the same event.
  await app.http.inject(githubWebhook('push', lost.payload, { delivery: lost.guid }))
  assert.equal((await queued()).length, 2)
  const [filled] = await rows('source_gap')
  assert.match(await run('detect-github-gaps'), /0 of 0 deliveries missing/)
  const [gap] = await rows('source_gap')
  assert.deepEqual(gap, filled, 'looked at again, it was filled when it was filled')
  assert.deepEqual([gap!.delivery_id, gap!.event_type, gap!.subject], [lost.guid, 'push', 'acme/shop'])
  assert.ok(gap!.backfilled_at)
})

test('[Q6] the same pull request told by webhooks, by asking, and by both is one set of facts', async () => {
  const pull = pullOf(1)
  shop.pulls.push(pull)
  const told = async () => {
    const found = await facts()
    await app.sql('delete from pr_events')
    return found
  }
  for (const payload of webhooksOf(pull, 'acme/shop')) await app.http.inject(githubWebhook('pull_request', payload))
  await app.settle()
  const byWebhook = await told()
  assert.equal(byWebhook.length, 2)

  assert.match(await run('detect-github-gaps'), /2 of 2 pull-request events missing, 2 brought in/)
  await app.settle()
  assert.deepEqual(await told(), byWebhook)

  // Both, in either order.
  const polled = await queued(`origin = 'poll'`)
  assert.deepEqual(
    polled.map(({ delivery_id }) => String(delivery_id).replace(/:\d{4}-.*/, '')),
    ['poll:acme/shop#1:opened', 'poll:acme/shop#1:merged'],
  )
  for (const payload of webhooksOf(pull, 'acme/shop')) await app.http.inject(githubWebhook('pull_request', payload))
  await app.sql(`update event_queue set status = 'pending' where origin = 'poll'`)
  await app.settle()
  assert.deepEqual(await facts(), byWebhook)

  // Nothing is missing any more, however often it is looked.
  const before = (await queued()).length
  pull.updated_at = new Date(Date.now() - 20 * 60_000).toISOString()
  assert.match(await run('detect-github-gaps'), /0 of 0 pull-request events missing, 0 brought in/)
  assert.equal((await queued()).length, before)
})

test('[Q6] expected and missing are told by source, and an event says that it was fetched', async () => {
  const as = await app.key()
  const { sources } = (await app.http.inject({ url: '/api/v1/admin/integration-health', headers: as })).json()
  const { checked_at: at, ...gaps } = sources.find((one: { source: string }) => one.source === 'github').gaps
  assert.ok(Date.now() - Date.parse(at) < 60_000)
  assert.deepEqual(gaps, {
    days: 7,
    missing: 3,
    backfilled: 3,
    error: null,
    kinds: [
      { kind: 'delivery', expected: 2, missing: 1, backfilled: 1 },
      { kind: 'pull_request', expected: 2, missing: 2, backfilled: 2 },
    ],
  })
  assert.equal(sources.find((one: { source: string }) => one.source === 'jira').gaps, null)
  const [{ id }] = (await app.sql(`select id from event_queue where origin = 'delivery'`)) as [{ id: number }]
  const event = (await app.http.inject({ url: `/api/v1/events/${id}`, headers: as })).json()
  assert.equal(event.origin, 'delivery')
  assert.deepEqual(JSON.parse(event.payload), push('b'))
})

test('[Q6] a run that is stopped at any page goes on there, and nothing is lost or counted twice', async () => {
  const api = github.add('acme/api')
  const apiHook = github.hook(api, address)
  const lost = Array.from({ length: 9 }, (_, n) =>
    github.deliver(apiHook, 'push', push(String(n), 'acme/api'), {
      delivered_at: new Date(Date.now() - (n + 1) * 3_600_000).toISOString(),
    }),
  )
  api.pulls.push(...Array.from({ length: 5 }, (_, n) => pullOf(n + 1, { opened: 50 + n, merged: 20 + n })))
  await app.composed.operations.runSchedule(
    { tenantId: defaultTenantId, actor: { type: 'command', id: 't', name: 't' }, permissions: new Set(['*']) },
    'scheduler:sync-repositories',
  )
  // Each run is stopped by the source a little later: in the middle of a page of the log, while a delivery is fetched, between pages.
  let stops = 0
  for (let after = 3; stops < 40; after += 2) {
    let left = after
    github.says.meanwhile = () => {
      if (left-- === 0)
        github.says.instead.push({ on: /./, answer: { status: 429, headers: { 'retry-after': '3600' } } })
    }
    const told = await run('detect-github-gaps')
    github.says.instead.length = 0
    if (!/stopped: GitHub takes no more requests until/.test(told)) break
    stops++
    assert.match(await run('detect-github-gaps'), /^GitHub takes no requests until/, 'it is not asked before its time')
    await forgetWait()
  }
  github.says.meanwhile = undefined
  assert.ok(stops >= 5, `${stops} stops`)
  const events = await queued(`event_type = 'push' and origin = 'delivery'`)
  for (const { guid } of lost) assert.equal(events.filter(({ delivery_id }) => delivery_id === guid).length, 1)
  await app.settle()
  assert.equal((await facts()).filter(({ repository }) => repository === 'acme/api').length, 10)
  const [days] = await app.sql(
    `select sum(expected) filter (where kind = 'delivery')::int as deliveries, sum(expected) filter (where kind = 'pull_request')::int as pulls from poll_day where source = 'github'`,
  )
  assert.deepEqual(days, { deliveries: 2 + 9, pulls: 2 + 10 })
  assert.deepEqual(await rows('source_gap', 'count(*)::int as n, count(backfilled_at)::int as closed'), [
    { n: 3 + 9 + 10, closed: 3 + 9 + 10 },
  ])
})

test('[Q6] a process that dies between any two steps of a page leaves nothing behind that the next one does not mend', async () => {
  const { intake } = app.composed
  const web = github.add('acme/web')
  const webHook = github.hook(web, address)
  const crash = new Error('the process died')
  const dies: readonly [string, Partial<Deps>][] = [
    ['before intake has it', { intake: { ...intake, backfill: () => Promise.reject(crash) } }],
    [
      'after intake has it',
      {
        intake: {
          ...intake,
          backfill: async (ctx, events) => {
            await intake.backfill(ctx, events)
            throw crash
          },
        },
      },
    ],
  ]
  await run('sync-repositories')
  for (const [index, [when, broken]] of dies.entries()) {
    const { guid } = github.deliver(webHook, 'push', push(String(index), 'acme/web'), {
      delivered_at: new Date(Date.now() - (30 - index) * 60_000).toISOString(),
    })
    await assert.rejects(gapRun(broken), crash)
    const [open] = await app.sql('select backfilled_at from source_gap where delivery_id = $1', [guid])
    assert.equal(open!.backfilled_at, null, when)
    await gapRun({})
    const [closed] = await app.sql('select backfilled_at from source_gap where delivery_id = $1', [guid])
    assert.ok(closed!.backfilled_at, when)
    assert.equal((await queued(`delivery_id = '${guid}'`)).length, 1, when)

    const pull = pullOf(10 + index, { merged: null })
    web.pulls.push(pull)
    pull.updated_at = new Date(Date.now() - (20 - index) * 60_000).toISOString()
    await assert.rejects(gapRun(broken), crash)
    await gapRun({})
    await app.settle()
    assert.equal(
      (await facts()).filter(({ pr_number: n, repository }) => repository === 'acme/web' && n === 10 + index).length,
      1,
    )
  }
  assert.deepEqual(await rows('source_gap', 'count(*)::int as n', '1').then((all) => all.length), 1)
  const [{ open }] = (await app.sql('select count(*)::int as open from source_gap where backfilled_at is null')) as [
    { open: number },
  ]
  assert.equal(open, 0)
})

test('[Q6] two runs beside each other: the one that comes second stops, and nothing is doubled', async () => {
  const both = github.add('acme/both')
  const bothHook = github.hook(both, address)
  for (let n = 0; n < 6; n++) github.deliver(bothHook, 'push', push(String(n), 'acme/both'))
  await run('sync-repositories')
  const before = (await queued()).length
  const told = await Promise.all([gapRun({}), gapRun({})])
  await gapRun({})
  assert.equal((await queued()).length, before + 6, told.join('\n'))
  const [{ n }] = (await app.sql(
    `select count(*)::int as n from source_gap where subject = 'acme/both' and backfilled_at is not null`,
  )) as [{ n: number }]
  assert.equal(n, 6)
  const [days] = await app.sql(`select sum(expected)::int as n from poll_day where kind = 'delivery'`)
  assert.equal(days!.n, 2 + 9 + 2 + 6)
})

test('[Q6] what cannot be fetched raises integration_gap_github, is tried again, and then is over', async () => {
  const gone = github.deliver(hook, 'deployment', { action: 'created' })
  github.says.instead.push({
    on: new RegExp(`deliveries/${gone.id}`),
    answer: { status: 404, body: { message: 'Not Found' } },
  })
  assert.match(
    await run('detect-github-gaps'),
    /1 of 1 delivery missing, 0 of 0 pull-request events missing, 0 brought in/,
  )
  await app.composed.alerts.evaluate()
  const [alert] = await app.sql(`select state, severity, detail from alert where condition = 'integration_gap_github'`)
  assert.deepEqual(alert, {
    state: 'raised',
    severity: 'MEDIUM',
    detail:
      '1 event of GitHub did not arrive and could not be fetched, for example deployment acme/shop (GitHub answered 404: Not Found).',
  })
  assert.match(await run('detect-github-gaps'), /1 brought in/)
  assert.equal((await queued(`delivery_id = '${gone.guid}'`)).length, 1)
  const [{ open }] = (await app.sql('select count(*)::int as open from source_gap where backfilled_at is null')) as [
    { open: number },
  ]
  assert.equal(open, 0)
})

test('[Q6] lies: pages in a circle, a next page elsewhere, times in the future, other forms', async () => {
  const circle = `<${github.base}/repos/acme/shop/hooks/${hook.id}/deliveries?per_page=100>; rel="next"`
  const log = new RegExp(`/repos/acme/shop/hooks/${hook.id}/deliveries\\?`)
  const now = new Date().toISOString()
  const item = { id: 5, guid: 'lie-1', delivered_at: now, redelivery: false, event: 'push' }
  github.says.instead.push({ on: log, answer: { body: [], headers: { link: circle } } })
  assert.match(await run('detect-github-gaps'), /0 of 0 deliveries missing/, 'an empty page is the last one')
  github.says.instead.push({ on: log, answer: { body: [item], headers: { link: circle } } })
  github.says.instead.push({
    on: /deliveries\/5/,
    answer: { body: { guid: 'another', event: 'push', request: { payload: {} } } },
  })
  assert.match(await fails('detect-github-gaps'), /pages go in a circle/)
  github.says.instead.push({
    on: log,
    answer: { body: [item], headers: { link: '<https://evil.example/x>; rel="next"' } },
  })
  assert.match(await fails('detect-github-gaps'), /names a next page that is not its own/)
  github.says.instead.push({ on: log, answer: { text: '{"message":' } })
  assert.match(await fails('detect-github-gaps'), /in a form that is not its own/)
  github.says.instead.push({
    on: log,
    answer: { body: [{ ...item, guid: 'lie-2', delivered_at: '2099-01-01T00:00:00Z' }] },
  })
  await run('detect-github-gaps')
  const [cursor] = await app.sql(`select position->>'since' as since from poll_cursor where scope = $1`, [
    `/repos/acme/shop#${hook.id}`,
  ])
  assert.ok(Date.parse(String(cursor!.since)) <= Date.now() + 5000, String(cursor!.since))
  const next = github.deliver(hook, 'push', push('e'), { delivered_at: new Date().toISOString() })
  await run('detect-github-gaps')
  assert.equal((await queued(`delivery_id = '${next.guid}'`)).length, 1)
})

test('[Q6] a token that is not accepted, and a repository that is not shown, are told', async () => {
  github.says.instead.push({ on: /orgs\/acme\/hooks/, answer: { status: 401 } })
  assert.match(await fails('detect-github-gaps'), /stopped: GitHub does not accept the credentials \(401\)$/)
  const [state] = await rows('poll_cursor', 'last_error', '1')
  assert.ok(state)
  github.says.instead.push({ on: /repos\/acme\/api\/pulls/, answer: { status: 403, body: { message: 'SSO' } } })
  assert.match(await run('detect-github-gaps'), /not shown to the token: acme\/api/)
})

test('[Q6] what is older than ninety days is left alone, also of a pull request that changed since', async () => {
  const pull = pullOf(77, { opened: 91 * 24, merged: 89 * 24 })
  pull.updated_at = new Date(Date.now() - 18 * 60_000).toISOString()
  shop.pulls.push(pull)
  assert.match(await run('detect-github-gaps'), /, 1 of \d pull-request events missing, 1 brought in/)
  await app.settle()
  assert.deepEqual(
    (await facts()).filter((fact) => fact.pr_number === 77).map(({ action }) => action),
    ['merged'],
  )
})

test('[Q6] [D14] a run that the source stopped goes on when the source takes requests again, not only at its next time', async () => {
  await forgetWait()
  github.says.instead.push({ on: /./, answer: { status: 429, headers: { 'retry-after': '90' } } })
  await app.sql(`update schedule set due_at = now() - interval '1 second' where name = 'scheduler:detect-github-gaps'`)
  await drain(makeEngine(app.composed.work.find(({ name }) => name === 'schedule-days')!, app.database, silentLog))
  github.says.instead.length = 0
  const [stopped] = await app.sql(
    `select last_outcome, status, extract(epoch from due_at - now())::float8 as seconds from schedule where name = 'scheduler:detect-github-gaps'`,
  )
  assert.match(String(stopped!.last_outcome), /stopped: GitHub takes no more requests until/)
  assert.equal(stopped!.status, 'pending')
  assert.ok(Number(stopped!.seconds) <= 91 && Number(stopped!.seconds) > 0, `due in ${stopped!.seconds} s`)
})
