/** What Jira's webhooks did not tell is asked for and told as they would have. */
import assert from 'node:assert/strict'
import { test } from 'node:test'
import { defaultTenantId } from '#kernel/context/index.ts'
import { jiraWebhook } from '#test/support/webhooks.ts'
import { pollingBench } from '../test-bench.ts'
import { jiraTime, moved, startTestJira, statusOf, type TestIssue } from '../test-jira.ts'

const jira = await startTestJira()
const { app, run, fails, forgetWait } = await pollingBench(jira.environment)
const hour = 3_600_000
const t = Math.floor(Date.now() / 1000) * 1000 - 72 * hour
const facts = (key: string) =>
  app.sql(
    `select external_id, action, field, from_value, to_value, points, occurred_at from work_item_events where tenant_id = $1 and item_key = $2 order by occurred_at, external_id`,
    [defaultTenantId, key],
  )
const words = (found: Awaited<ReturnType<typeof facts>>) =>
  found.map(({ external_id: id, from_value: from, to_value: to }) => [id, from, to])

let ids = 100
function issueOf(
  key: string,
  more: Partial<TestIssue['fields']> = {},
  histories: TestIssue['histories'] = [],
): TestIssue {
  const made = {
    id: String(++ids),
    key,
    fields: {
      summary: 'Do',
      issuetype: { name: 'Story' },
      project: { key: key.split('-')[0] },
      status: statusOf('Done'),
      created: jiraTime(t),
      updated: jiraTime(t + 40 * hour),
      resolutiondate: null,
      ...more,
    },
    histories,
  }
  jira.issues.push(made)
  return made
}

/** As Jira tells the sprints of an issue. */
const inSprint = (id: number) => ({ id, name: `S${id}`, state: 'active', boardId: 3 })

test('[D15] an issue that no webhook told is told with each change, and with the category its status had then', async () => {
  const history = [
    moved('11', t + hour, 'To Do', 'Doing'),
    { id: '12', created: jiraTime(t + 2 * hour), items: [{ field: 'labels', toString: 'x' }] },
    moved('13', t + 3 * hour, 'Doing', 'Done', {
      field: 'Sprint',
      from: '7',
      fromString: 'S7',
      to: '7, 8',
      toString: 'S7, S8',
    }),
  ]
  issueOf('SHOP-1', { customfield_10016: 5, customfield_10020: [7, 8].map(inSprint) }, history)
  assert.equal(
    await run('poll-backlog'),
    '0 boards, 0 sprints: 0 events missing, 0 brought in; 1 issue changed: 3 events missing, 4 brought in',
  )
  await app.settle()
  assert.deepEqual(words(await facts('SHOP-1')), [
    ['created', null, 'To Do'],
    ['created:status_category', null, 'new'],
    ['initial:points:0', null, '5'],
    ['initial:sprint:0', null, '7'],
    ['11:status:0', 'To Do', 'Doing'],
    ['11:status_category:0', null, 'indeterminate'],
    ['13:sprint:0', '7', '7, 8'],
    ['13:status:0', 'Doing', 'Done'],
    ['13:status_category:0', null, 'done'],
  ])
  assert.match(jira.jira.jql[0]!, /^updated >= -432\d\dm order by updated asc$/)
  assert.match(await run('poll-backlog'), /0 events missing, 0 brought in$/)
})

test('[Q6] the same changes told by webhook, by asking, and by both are one set of facts', async () => {
  const history = [moved('21', t + hour, 'To Do', 'Doing'), moved('22', t + 3 * hour, 'Doing', 'Done')]
  const issue = issueOf('SHOP-2', {}, history)
  const webhook = (webhookEvent: string, at: number, status: string, changelog?: object) =>
    app.http.inject(
      jiraWebhook({
        webhookEvent,
        timestamp: at,
        issue: { id: issue.id, key: issue.key, fields: { ...issue.fields, status: statusOf(status) } },
        ...(changelog ? { changelog } : {}),
      }),
    )
  const byWebhook = async () => {
    await webhook('jira:issue_created', t, 'To Do')
    await webhook('jira:issue_updated', t + hour, 'Doing', { id: '21', items: history[0]!.items })
    await webhook('jira:issue_updated', t + 3 * hour, 'Done', { id: '22', items: history[1]!.items })
    await app.settle()
  }
  assert.match(await run('poll-backlog'), /3 events missing, 3 brought in$/)
  await app.settle()
  const polled = await facts('SHOP-2')
  assert.equal(polled.length, 6)
  await byWebhook()
  assert.deepEqual(await facts('SHOP-2'), polled)
  await app.sql(`delete from work_item_events where item_key = 'SHOP-2'`)
  await app.sql(`delete from event_queue where delivery_id like 'poll:${issue.id}:%'`)
  await byWebhook()
  assert.deepEqual(await facts('SHOP-2'), polled)
  issue.fields.updated = jiraTime(Date.now() - 20 * 60_000)
  assert.match(await run('poll-backlog'), /0 events missing, 0 brought in$/)
})

test('[D15] a long history is read to its end, an incident resolves when it did, a moved issue keeps to its key', async () => {
  jira.jira.embedded = 1
  const resolution = (to: string | null) => ({ field: 'resolution', from: null, to, toString: to })
  issueOf(
    'OPS-1',
    {
      issuetype: { name: 'Incident' },
      resolutiondate: jiraTime(t + 5 * hour + 120),
      updated: jiraTime(Date.now() - 19 * 60_000),
    },
    [
      moved('31', t + hour, 'To Do', 'Done', resolution('Fixed')),
      moved('32', t + 2 * hour, 'Done', 'Doing', {
        field: 'resolution',
        from: '1',
        fromString: 'Fixed',
        to: null,
        toString: null,
      }),
      moved('33', t + 5 * hour, 'Doing', 'Done', resolution('Fixed')),
    ],
  )
  issueOf('NEW-1', { updated: jiraTime(Date.now() - 19 * 60_000) }, [
    moved('41', t + hour, 'To Do', 'Doing'),
    { id: '42', created: jiraTime(t + 2 * hour), items: [{ field: 'Key', fromString: 'OLD-9', toString: 'NEW-1' }] },
    moved('43', t + 3 * hour, 'Doing', 'Done'),
  ])
  await run('poll-backlog')
  await app.settle()
  jira.jira.embedded = 100
  assert.deepEqual(
    (
      await app.sql(
        `select action, occurred_at from incident_events where incident_key = 'OPS-1' order by occurred_at, action`,
      )
    ).map(({ action, occurred_at: at }) => [action, Number(at) - t]),
    [
      ['opened', 0],
      ['resolved', hour],
      ['reopened', 2 * hour],
      ['resolved', 5 * hour + 120],
    ],
  )
  assert.deepEqual(
    words(await facts('NEW-1')).map(([id]) => id),
    ['43:status:0', '43:status_category:0'],
  )
})

test('[D8] sprints that began and ended are told once, at Jira’s own times; issues of running ones at once', async () => {
  const sprint = (id: number, state: 'active' | 'closed' | 'future', start: number, more: object = {}) => ({
    id,
    state,
    name: `S${id}`,
    originBoardId: 3,
    startDate: jiraTime(start),
    endDate: jiraTime(start + 14 * 24 * hour),
    ...more,
  })
  const closed = [1, 2, 3].map((n) => sprint(n, 'closed', t - n * hour, { completeDate: jiraTime(t + n * hour) }))
  jira.boards.push({ id: 3, sprints: [...closed, sprint(9, 'active', t), sprint(10, 'future', t + 99 * hour)] })
  jira.boards.push({ id: 4, sprints: [sprint(9, 'active', t)] }, { id: 5, sprints: [] })
  // Its webhook came, at the moment of the click.
  await app.http.inject(
    jiraWebhook({ webhookEvent: 'sprint_started', timestamp: t + 5000, sprint: sprint(2, 'active', t) }),
  )
  await app.settle()
  const inIt = issueOf('SHOP-9', { updated: jiraTime(t - 40 * 24 * hour), customfield_10020: [inSprint(9)] })
  jira.inSprint.set(9, [inIt])
  assert.match(await run('poll-sprint-snapshots'), /^3 boards, 5 sprints: 7 events missing, 8 brought in$/)
  await app.settle()
  assert.deepEqual(
    (
      await app.sql(
        `select item_key, external_id, project_key from work_item_events where item_type = 'sprint' order by 1, 2`,
      )
    ).map(({ item_key: key, external_id: id, project_key: board }) => `${key} ${id} ${board}`),
    [
      `sprint:1 closed:${t + hour} board:3`,
      `sprint:1 started:${t - hour} board:3`,
      `sprint:2 closed:${t + 2 * hour} board:3`,
      // The close tells the start that Jira planned; the one its webhook told counts.
      `sprint:2 started:${t - 2 * hour} board:3`,
      `sprint:2 started:${t + 5000} board:3`,
      `sprint:3 closed:${t + 3 * hour} board:3`,
      `sprint:3 started:${t - 3 * hour} board:3`,
      `sprint:9 started:${t} board:3`,
    ],
  )
  assert.ok(words(await facts('SHOP-9')).some(([id, , to]) => id === 'initial:sprint:0' && to === '9'))
  assert.match(await run('poll-sprint-snapshots'), /0 events missing, 0 brought in$/)
  Object.assign(jira.boards[0]!.sprints[3]!, { state: 'closed', completeDate: jiraTime(Date.now() - 20 * 60_000) })
  Object.assign(jira.boards[1]!.sprints[0]!, { state: 'closed', completeDate: jiraTime(Date.now() - 20 * 60_000) })
  assert.match(await run('poll-backlog'), /1 events missing, 1 brought in; /)
})

test('[Q6] stopped at any page it goes on there, and nothing is lost, doubled or counted twice', async () => {
  const made = Array.from({ length: 7 }, (_, n) =>
    issueOf(`STOP-${n}`, { updated: jiraTime(Date.now() - 18 * 60_000 + n * 1000) }, [
      moved(`5${n}`, t + hour * (n + 1), 'To Do', 'Done'),
    ]),
  )
  const counted = async () =>
    Number(
      (await app.sql(`select sum(expected)::int as n from poll_day where source = 'jira' and kind = 'issue'`))[0]!.n,
    )
  const before = await counted()
  let stops = 0
  // The credentials are fine, the source has enough of us a little later each time.
  for (let after = 1; stops < 30; after++) {
    let left = after
    jira.says.meanwhile = () => {
      if (left-- === 0) jira.says.instead.push({ on: /./, answer: { status: 429, headers: { 'retry-after': '600' } } })
    }
    const told = await run('poll-backlog')
    jira.says.instead.length = 0
    if (!/stopped: Jira takes no more requests/.test(told)) break
    stops++
    await forgetWait()
  }
  jira.says.meanwhile = undefined
  assert.ok(stops >= 4, `${stops} stops`)
  await app.settle()
  for (const { key } of made) assert.equal((await facts(key)).length, 4, key)
  assert.ok((await counted()) - before <= 14)
  const [{ n, closed }] = (await app.sql(
    `select count(*)::int as n, count(backfilled_at)::int as closed from source_gap where subject like 'STOP-%'`,
  )) as [{ n: number; closed: number }]
  assert.deepEqual([n, closed], [14, 14])
})

test('[Q6] lies of Jira: pages in a circle, other forms, a query it refuses', async () => {
  issueOf('LIE-1', { updated: jiraTime(Date.now() - 60_000) })
  const search = /search\/jql/
  const again = { issues: [], nextPageToken: 'again' }
  jira.says.instead.push({ on: search, answer: { body: again } }, { on: search, answer: { body: again } })
  assert.match(await fails('poll-backlog'), /Jira's pages go in a circle/)
  jira.says.instead.push({ on: search, answer: { body: { issues: [{ id: 1, key: '../x' }] } } })
  assert.match(await fails('poll-backlog'), /in a form that is not its own/)
  jira.says.instead.push({ on: search, answer: { status: 400, body: { errorMessages: ['The value is wrong.'] } } })
  assert.match(await fails('poll-backlog'), /Jira answered 400 to \/rest\/api\/3\/search\/jql: The value is wrong\.$/)
  jira.says.instead.push(
    ...Array.from({ length: 3 }, () => ({
      on: search,
      answer: (request: { socket: { destroy(): void } }) => request.socket.destroy(),
    })),
  )
  assert.match(await fails('poll-backlog'), /Jira could not be asked/)
  const as = await app.key()
  const { sources } = (await app.http.inject({ url: '/api/v1/admin/integration-health', headers: as })).json()
  assert.match(sources.find((one: { source: string }) => one.source === 'jira').gaps.error, /could not be asked/)
})

test('[Q6] a search that has to wait, so that its relative time is counted late, leaves nothing out', async () => {
  const since = t + 50 * hour
  const changed = since + 60_000
  issueOf('LATE-1', { updated: jiraTime(changed) }, [moved('901', changed, 'To Do', 'Doing')])
  await app.sql(`update poll_cursor set position = $1 where poller = 'jira-issues'`, [
    { since: new Date(since), from: new Date(since) },
  ])
  jira.jira.lateMs = 20 * 60_000
  assert.match(await run('poll-backlog'), /[1-9]\d* brought in$/)
  jira.jira.lateMs = 0
  await app.settle()
  assert.ok((await facts('LATE-1')).some(({ to_value: to }) => to === 'Doing'))
})
