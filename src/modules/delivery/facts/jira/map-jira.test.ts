import { deepEqual } from 'node:assert/strict'
import { test } from 'node:test'
import type { Fact } from '../fact-rows.ts'
import { iso, jira, shaOf } from '../test-support.ts'
import { documentText } from './document-text.ts'
import { mapJira } from './map-jira.ts'

const settings = { incidentIssueTypes: ['Incident'] }
const t = 1.7e12
const d = (seconds: number) => new Date(t + seconds * 1000)
const story = {
  created: '2023-11-14T23:13:20.000+0100',
  summary: 'Down',
  issuetype: { name: 'Story' },
  project: { key: 'ABC' },
  status: { name: 'Doing', statusCategory: { key: 'indeterminate' } },
}
const map = (event: string, more: object = {}, items: unknown[] = []) =>
  mapJira(
    jira(event, {
      timestamp: t + 9000,
      issue: { key: 'ABC-7', self: 'https://acme.atlassian.net/rest/api/2/issue/1', fields: { ...story, ...more } },
      ...(items.length > 0 ? { changelog: { id: '55', items } } : {}),
    }).payload,
    settings,
  )
function columns(mapped: readonly Fact[] | string, table: string, ...names: string[]) {
  if (typeof mapped === 'string') return mapped
  const rows = mapped.filter((fact) => fact.table === table) as unknown as Record<string, unknown>[]
  return rows.map((row) => names.map((name) => row[name]))
}

test('[D2] a created issue is one of work_item_events, with the status it began in', () => {
  const names = ['itemKey', 'projectKey', 'itemType', 'externalId', 'action', 'field', 'toValue', 'occurredAt']
  deepEqual(columns(map('jira:issue_created'), 'work_item_events', ...names), [
    ['ABC-7', 'ABC', 'Story', 'created', 'created', null, 'Doing', d(0)],
    ['ABC-7', 'ABC', 'Story', 'created:status_category', 'changed', 'status_category', 'indeterminate', d(0)],
  ])
  deepEqual(columns(map('jira:issue_deleted'), 'work_item_events', 'externalId', 'occurredAt'), [['deleted', d(9)]])
  deepEqual(map('jira:issue_created', { created: 'now' }), 'ignored:incomplete')
})

test('[D2] [D8] an issue that is made in a sprint is in it from its beginning, whatever the number of the field', () => {
  const sprint = { id: 7, name: 'Sprint 7', state: 'active', boardId: 3, goal: '' }
  const initial = (more: object) => {
    const rows = columns(
      map('jira:issue_created', more),
      'work_item_events',
      'externalId',
      'field',
      'toValue',
      'occurredAt',
    )
    return (rows as unknown[][]).filter(([id]) => String(id).startsWith('initial'))
  }
  deepEqual(initial({ customfield_10020: [sprint] }), [['initial:sprint:0', 'sprint', '7', d(0)]])
  deepEqual(
    initial({
      customfield_99: [],
      customfield_1: [
        { ...sprint, state: 'closed' },
        { ...sprint, id: 8 },
      ],
    }),
    [['initial:sprint:0', 'sprint', '7, 8', d(0)]],
  )
  for (const other of [
    null,
    [],
    'com.atlassian.greenhopper.service.sprint.Sprint@1[id=7]',
    sprint,
    [sprint, 'x'],
    [{ ...sprint, id: '7' }],
    [{ ...sprint, boardId: null }],
    [{ ...sprint, state: 'open' }],
  ])
    deepEqual(initial({ customfield_10020: other }), [], JSON.stringify(other))
  deepEqual(initial({ sprint: [sprint] }), [], 'no field of a site')
})

test('[D2] changes of status, sprint and points are work_item_events; others are not', () => {
  const mapped = map('jira:issue_updated', {}, [
    { field: 'status', from: '1', fromString: 'To Do', to: '3', toString: 'Doing' },
    { field: 'Sprint', from: '', fromString: '', to: '7, 8', toString: 'Sprint 7, Sprint 8' },
    { field: 'Story Points', fromString: null, toString: '3.5' },
    { field: 'Story point estimate', fromString: '3' },
    { field: 'labels', toString: 'x' },
  ])
  deepEqual(
    columns(mapped, 'work_item_events', 'externalId', 'field', 'fromValue', 'toValue', 'points', 'occurredAt'),
    [
      ['55:status:0', 'status', 'To Do', 'Doing', null, d(9)],
      ['55:status_category:0', 'status_category', null, 'indeterminate', null, d(9)],
      ['55:sprint:0', 'sprint', null, '7, 8', null, d(9)],
      ['55:points:0', 'points', null, '3.5', 3.5, d(9)],
      ['55:points:1', 'points', '3', null, null, d(9)],
    ],
  )
  deepEqual(map('jira:issue_updated', {}, [{ field: 'labels' }]), 'ignored:unused-change')
})

test('[D10] what is moved to another project is gone under its old key', () => {
  const mapped = map('jira:issue_updated', {}, [{ field: 'Key', fromString: 'OLD-3', toString: 'ABC-7' }])
  deepEqual(columns(mapped, 'work_item_events', 'itemKey', 'projectKey', 'externalId', 'action', 'occurredAt'), [
    ['OLD-3', 'OLD', 'moved:55', 'deleted', d(9)],
  ])
  deepEqual(map('jira:issue_updated', {}, [{ field: 'Key', fromString: 'no key' }]), 'ignored:unused-change')
})

test('[D2] sprints that start and close are work_item_events of their board', () => {
  const sprint = { id: 7, name: 'S7', originBoardId: 3, startDate: iso(t), completeDate: iso(t + 5000) }
  const names = ['itemKey', 'projectKey', 'itemType', 'action', 'externalId', 'toValue', 'occurredAt']
  const at = (event: string, more = {}) =>
    columns(
      mapJira({ webhookEvent: event, timestamp: t + 2000, sprint: { ...sprint, ...more } }, settings),
      'work_item_events',
      ...names,
    )
  const of = (...rest: unknown[]) => [['sprint:7', 'board:3', 'sprint', ...rest]]
  deepEqual(at('sprint_started'), of('started', `started:${t + 2000}`, 'S7', d(2)))
  const closed = of('closed', `closed:${t + 5000}`, 'S7', d(5))
  deepEqual(at('sprint_closed'), [...of('started', `started:${t}`, 'S7', d(0)), ...closed])
  deepEqual(at('sprint_closed', { activatedDate: iso(t + 1000) }), [
    ...of('started', `started:${t + 1000}`, 'S7', d(1)),
    ...closed,
  ])
  deepEqual(at('sprint_closed', { startDate: iso(t + 6000) }), closed)
  deepEqual(at('sprint_created'), 'ignored:unused-event')
  deepEqual(at('sprint_closed', { id: null }), 'ignored:incomplete')
})

test('[D2] issues of an incident type become incident_events', () => {
  const incident = { issuetype: { name: 'incident' } }
  const done = { status: { name: 'Done', statusCategory: { key: 'done' } } }
  const typeTo = (fromString: string) => ({ field: 'issuetype', fromString })
  const status = { field: 'status', toString: 'Done' }
  const cases: [string, object, unknown[], unknown][] = [
    ['created', incident, [], [['opened', d(0)]]],
    ['created', {}, [], []],
    ['updated', incident, [{ field: 'labels' }], [['opened', d(0)]]],
    [
      'updated',
      incident,
      [{ field: 'summary' }],
      [
        ['opened', d(0)],
        ['linked', d(9)],
      ],
    ],
    [
      'updated',
      { ...incident, resolutiondate: iso(t + 6000) },
      [status],
      [
        ['opened', d(0)],
        ['resolved', d(6)],
      ],
    ],
    [
      'updated',
      { ...incident, ...done },
      [status],
      [
        ['opened', d(0)],
        ['resolved', d(9)],
      ],
    ],
    [
      'updated',
      { ...incident, ...done, statuscategorychangedate: iso(t + 5000) },
      [],
      [
        ['opened', d(0)],
        ['resolved', d(5)],
      ],
    ],
    [
      'updated',
      { ...incident, ...done },
      [{ field: 'summary' }],
      [
        ['opened', d(0)],
        ['linked', d(9)],
      ],
    ],
    [
      'updated',
      incident,
      [{ field: 'resolution', from: '1', to: null }],
      [
        ['opened', d(0)],
        ['reopened', d(9)],
      ],
    ],
    [
      'updated',
      incident,
      [typeTo('Bug')],
      [
        ['opened', d(0)],
        ['reopened', d(9)],
      ],
    ],
    [
      'updated',
      { ...incident, resolutiondate: iso(t) },
      [typeTo('Bug')],
      [
        ['opened', d(0)],
        ['resolved', d(0)],
        ['opened', d(9)],
      ],
    ],
    ['updated', {}, [typeTo('Incident')], [['withdrawn', d(9)]]],
    ['deleted', incident, [], [['withdrawn', d(9)]]],
    ['deleted', {}, [], []],
  ]
  for (const [event, more, items, expected] of cases)
    deepEqual(
      columns(map(`jira:issue_${event}`, more, items), 'incident_events', 'action', 'occurredAt'),
      expected,
      `${event} ${JSON.stringify(more)}`,
    )
})

test('[D2][D4] an incident tells its service, severity and the deployment it names', () => {
  const line = (text: string) => ({ type: 'paragraph', content: [{ type: 'text', text }] })
  const description = {
    type: 'doc',
    content: [line('It broke.'), line(`Caused by: ${shaOf('a').slice(0, 10)}`), line('ff')],
  }
  const more = {
    issuetype: { name: 'Incident' },
    priority: { name: 'High' },
    components: [{ name: 'Checkout' }],
    description,
  }
  const row = columns(
    map('jira:issue_created', more),
    'incident_events',
    'incidentKey',
    'projectKey',
    'service',
    'severity',
    'deploymentSha',
    'title',
    'url',
  )
  deepEqual(row, [
    ['ABC-7', 'ABC', 'checkout', 'High', shaOf('a').slice(0, 10), 'Down', 'https://acme.atlassian.net/browse/ABC-7'],
  ])
})

test('[Q2] a description nested ten thousand deep is read without harm', () => {
  let nested: unknown = { type: 'text', text: 'deep' }
  for (let depth = 0; depth < 10_000; depth++) nested = { content: [nested, nested] }
  deepEqual(documentText(nested), '')
  deepEqual(
    documentText({ content: [{ type: 'text', text: 'a' }, { type: 'hardBreak' }, { type: 'text', text: 'b' }] }),
    'a\nb',
  )
})

test('[Q2] Jira events without an event name or an issue are incomplete', () => {
  for (const payload of [null, [], 'x', {}, { issue: { key: 'TEST-1' } }, { webhookEvent: 'jira:issue_updated' }])
    deepEqual(mapJira(payload, settings), 'ignored:incomplete')
  deepEqual(
    mapJira({ webhookEvent: 'jira:issue_updated', timestamp: t, issue: { key: 'no key' } }, settings),
    'ignored:incomplete',
  )
  deepEqual(mapJira({ webhookEvent: 'comment_created' }, settings), 'ignored:unused-event')
})
