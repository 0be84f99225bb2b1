import { deepEqual, equal, ok } from 'node:assert/strict'
import { test } from 'node:test'
import type { Context } from '#kernel/context/index.ts'
import { makeEventLog } from '#kernel/events/index.ts'
import { type Http, makeHttp } from '#kernel/http/index.ts'
import { silentLog, testDatabase } from '#test/support/database.ts'
import { derive } from './derive/derive.ts'
import { at, commitRow, deploymentRow, type FactRow, incidentRow, insertFacts, shaOf } from './derive/test-facts.ts'
import { deliveryFacts } from './index.ts'

const { database, sql, tenant } = await testDatabase()
const eventLog = makeEventLog()
const { routes } = deliveryFacts.start({ database, eventLog, hashPerson: (login) => login })
const callers = new Map<string, Context>()
const http = await makeHttp({
  log: silentLog,
  requestTimeoutMs: 10_000,
  authenticators: [async (request) => callers.get(String(request.headers.authorization))],
  production: false,
})
await http.register(async (api: Http) => await routes?.(api))

let names = 0
function caller(ctx: Context, more: Partial<Context> = {}): string {
  const name = `caller ${++names}`
  callers.set(name, { ...ctx, ...more })
  return name
}
async function ask(who: string | undefined, url: string, method: 'GET' | 'PUT' | 'DELETE' = 'GET', body?: object) {
  const headers = who === undefined ? {} : { authorization: who }
  const answer = await http.inject({ method, url, headers, ...(body ? { payload: body } : {}) })
  return { status: answer.statusCode, body: answer.json() }
}
async function record(ctx: Context, facts: readonly FactRow[]) {
  await insertFacts(sql, ctx.tenantId, facts)
  const incidents = facts.flatMap(({ table, row }) =>
    table === 'incident_events' ? [{ source: String(row.source), key: String(row.incident_key) }] : [],
  )
  const repositories = [
    ...new Set(facts.flatMap(({ table, row }) => (table === 'incident_events' ? [] : [String(row.repository)]))),
  ]
  await database.tenantTx(ctx, (tx) => derive(tx, eventLog, [{ repositories, incidents }]))
}
const window = 'from=2026-01-01&to=2026-03-31'
const day = 24 * 60
const api = { repository: 'acme/api', service: 'acme/api' }
const line = 'abcd'.split('').map((name, n, all) => commitRow(name, n === 0 ? [] : [all[n - 1]!], n * 60))

async function shop() {
  const ctx = await tenant()
  await sql(
    `insert into stream (tenant_id, id, kind, name) values ($1, 'shop', 'delivery', 'Shop'), ($1, 'api', 'tech', 'API')`,
    [ctx.tenantId],
  )
  await sql(
    `insert into stream_source (tenant_id, stream_id, kind, value) values ($1, 'shop', 'repository', 'acme/shop'), ($1, 'api', 'repository', 'acme/api')`,
    [ctx.tenantId],
  )
  await record(ctx, [
    ...line,
    deploymentRow(1, 'b', day),
    deploymentRow(2, 'd', 2 * day, { ref: 'hotfix/x' }),
    deploymentRow(3, 'z', 3 * day, api),
    deploymentRow(4, 'd', 4 * day, { environment: 'staging' }),
    incidentRow('acme/shop#1', 'opened', 2 * day + 60),
    incidentRow('acme/api#2', 'opened', 20 * day, { repository: 'acme/api' }),
    incidentRow('acme/api#3', 'opened', 21 * day, { repository: 'acme/api' }),
    incidentRow('acme/api#3', 'withdrawn', 22 * day, { repository: 'acme/api' }),
  ])
  const all = (await ask(caller(ctx), `/deployments?${window}`)).body.deployments as { id: number }[]
  const incidents = (await ask(caller(ctx), `/incidents?${window}`)).body.incidents as { id: number }[]
  return { ctx, who: caller(ctx), deployments: all.map(({ id }) => id), incidents: incidents.map(({ id }) => id) }
}
type Listed = { repository: string; ref: string }

test('[D2] GET /deployments lists those that count, newest first, with changes, lead time, failure and rework', async () => {
  const { who } = await shop()
  const { status, body } = await ask(who, `/deployments?${window}`)
  equal(status, 200)
  deepEqual(
    body.deployments.map((one: Record<string, unknown>) => [
      one.repository,
      one.changes,
      one.lead_seconds_p50,
      one.failed,
      one.rework_reason,
      one.finished_at,
    ]),
    [
      ['acme/api', 0, null, false, null, '2026-01-08T00:00:00.000Z'],
      ['acme/shop', 2, (2 * day - 180) * 60, true, 'hotfix', '2026-01-07T00:00:00.000Z'],
      ['acme/shop', 2, (day - 60) * 60, true, null, '2026-01-06T00:00:00.000Z'],
    ],
  )
  equal(body.next_cursor, null)
  const of = async (query: string) =>
    (await ask(who, `/deployments?${window}&${query}`)).body.deployments.map(
      ({ repository, ref }: Listed) => `${repository} ${ref}`,
    )
  deepEqual(await of('stream=shop'), ['acme/shop hotfix/x', 'acme/shop main'])
  deepEqual(await of('tech_stream=api'), ['acme/api main'])
  deepEqual(await of('only=rework'), ['acme/shop hotfix/x'])
  deepEqual(await of('only=failed&stream=shop'), ['acme/shop hotfix/x', 'acme/shop main'])
  equal((await of('only=untraced')).length, 3)
  deepEqual(await of('stream=all&limit=1'), ['acme/api main'])
  const { body: recent } = await ask(who, '/deployments')
  ok(Array.isArray(recent.deployments), 'without a window the last ninety days')
})

test('[D7] a deployment says which tickets it delivers and what names them; those without any can be listed', async () => {
  const ctx = await tenant()
  const who = caller(ctx)
  await sql(`insert into stream (tenant_id, id, kind, name) values ($1, 'tic', 'delivery', 'Tickets')`, [ctx.tenantId])
  const pull = (number: number, head: string, merge: string, keys: string[]): FactRow => ({
    table: 'pr_events',
    row: {
      repository: 'acme/shop',
      pr_number: number,
      action: 'merged',
      occurred_at: new Date(at(60)).toISOString(),
      head_sha: shaOf(head),
      merge_commit_sha: shaOf(merge),
      merged: true,
      labels: [],
      ticket_keys: keys,
    },
  })
  await sql(
    `insert into pr_streams (tenant_id, repository, pr_number, stream_id, ticket_key) values ($1, 'acme/shop', 2, 'tic', 'TIC-2')`,
    [ctx.tenantId],
  )
  await record(ctx, [
    commitRow('p', [], 0, { ticket_keys: ['TIC-1'] }),
    commitRow('squash', ['p'], 60),
    commitRow('branch', [], 30, { ticket_keys: ['TIC-2'] }),
    commitRow('other', ['squash'], 70),
    commitRow('last', ['other'], 80),
    pull(2, 'branch', 'squash', []),
    pull(3, 'elsewhere', 'other', ['TIC-3']),
    deploymentRow(1, 'p', day),
    deploymentRow(2, 'squash', 2 * day),
    deploymentRow(3, 'other', 3 * day),
    deploymentRow(4, 'last', 4 * day),
    deploymentRow(5, 'unknown', 5 * day),
  ])
  const { body } = await ask(who, `/deployments?${window}`)
  const listed = body.deployments as { id: number; traced: boolean }[]
  deepEqual(
    listed.map(({ traced }) => traced),
    [false, false, true, true, true],
  )
  const named = await Promise.all(listed.map(async ({ id }) => (await ask(who, `/deployments/${id}`)).body.tickets))
  deepEqual(named, [
    [],
    [],
    [{ key: 'TIC-3', named_by: 'pull_request', sha: null, pr_number: 3 }],
    [{ key: 'TIC-2', named_by: 'branch_commit', sha: null, pr_number: 2 }],
    [{ key: 'TIC-1', named_by: 'commit', sha: shaOf('p'), pr_number: null }],
  ])
  const untraced = (await ask(who, `/deployments?${window}&only=untraced`)).body.deployments as { id: number }[]
  deepEqual(
    untraced.map(({ id }) => id),
    listed.filter(({ traced }) => !traced).map(({ id }) => id),
  )
})

test('[D2] GET /deployments/:id shows changes, causes of failure and the events it came from', async () => {
  const { who, ctx, deployments } = await shop()
  const id = deployments[1]!
  await sql('insert into event_lineage (tenant_id, event_id, fact_table, fact_id) values ($1, 77, $2, $3)', [
    ctx.tenantId,
    'deployment_records',
    String(id),
  ])
  const { status, body } = await ask(who, `/deployments/${id}`)
  equal(status, 200)
  deepEqual([body.sha, body.events, body.changes], [shaOf('d'), [77], 2])
  deepEqual(
    body.changes_list.map(({ sha, lead_seconds: lead }: Record<string, unknown>) => [sha, lead]),
    [
      [shaOf('c'), (2 * day - 120) * 60],
      [shaOf('d'), (2 * day - 180) * 60],
    ],
  )
  deepEqual(
    body.failures.map(({ cause, cause_key: key, method }: Record<string, unknown>) => [cause, key, method]),
    [['incident', 'github:acme/shop#1', 'service']],
  )
  for (const unknown of ['0', '-1', 'x', '1.5', '99999999999999999', String(id + 1_000_000)])
    deepEqual([(await ask(who, `/deployments/${unknown}`)).status, unknown], [404, unknown])
  const other = await tenant()
  equal((await ask(caller(other), `/deployments/${id}`)).status, 404, "another tenant's is not found")
})

test('[D2] GET /incidents lists them with method, confidence and evidence; withdrawn ones are none', async () => {
  const { who } = await shop()
  const { status, body } = await ask(who, `/incidents?${window}`)
  equal(status, 200)
  deepEqual(
    body.incidents.map((one: Record<string, unknown>) => [one.key, one.method, one.confidence]),
    [
      ['acme/api#2', null, null],
      ['acme/shop#1', 'service', 0.6],
    ],
  )
  equal(body.incidents[1].evidence.seconds_after, 3600)
  const keys = async (query: string) =>
    (await ask(who, `/incidents?${window}&${query}`)).body.incidents.map(({ key }: { key: string }) => key)
  deepEqual(await keys('attributed=no'), ['acme/api#2'])
  deepEqual(await keys('attributed=yes'), ['acme/shop#1'])
  deepEqual(await keys('stream=shop'), ['acme/shop#1'])
})

test('[D2] pages follow each other without gap or repetition, also among equal times', async () => {
  const ctx = await tenant()
  await record(ctx, [
    ...Array.from({ length: 23 }, (_, n) =>
      deploymentRow(n, null, day + (n >> 2), {
        finished_at: new Date(at(day + (n >> 2))).toISOString().replace('.000Z', '.123456Z'),
      }),
    ),
    ...Array.from({ length: 11 }, (_, n) => incidentRow(`acme/shop#${n}`, 'opened', day + (n >> 2))),
  ])
  const who = caller(ctx)
  for (const [list, expected] of [
    ['deployments', 23],
    ['incidents', 11],
  ] as const) {
    const seen: number[] = []
    let cursor: string | null = ''
    while (cursor !== null) {
      const page = await ask(who, `/${list}?${window}&limit=3${cursor && `&cursor=${cursor}`}`)
      seen.push(...page.body[list].map(({ id }: { id: number }) => id))
      cursor = page.body.next_cursor
    }
    equal(seen.length, expected)
    equal(new Set(seen).size, expected)
  }
})

test('[D6] each refusal has its status', async () => {
  const { ctx, who } = await shop()
  const limited = caller(ctx, { streams: new Set(['shop']) })
  const none = caller(ctx, { streams: new Set() })
  const statusOf = async (by: string | undefined, url: string) => (await ask(by, url)).status
  for (const list of ['/deployments', '/incidents']) {
    equal(await statusOf(undefined, list), 401)
    equal(await statusOf(caller(ctx, { permissions: new Set(['queue:read']) }), list), 403)
    equal(await statusOf(limited, list), 403, 'a limited key must name a stream')
    equal(await statusOf(limited, `${list}?stream=all`), 403)
    equal(await statusOf(limited, `${list}?tech_stream=api`), 403)
    equal(await statusOf(limited, `${list}?stream=nowhere`), 403, 'and is not told which exist')
    equal(await statusOf(limited, `${list}?stream=shop`), 200)
    equal(await statusOf(none, `${list}?stream=shop`), 403)
    equal(await statusOf(who, `${list}?stream=nowhere`), 404)
    equal(await statusOf(who, `${list}?stream=api`), 404, 'a tech stream is no delivery stream')
    equal(await statusOf(who, `${list}?stream=shop&tech_stream=api`), 422)
    equal(await statusOf(who, `${list}?from=2026-02-01&to=2026-01-01`), 422)
    equal(await statusOf(who, `${list}?from=2020-01-01&to=2026-01-01`), 422)
    equal(await statusOf(who, `${list}?from=0000-01-01`), 422)
    equal(await statusOf(who, `${list}?to=9999-12-31`), 422)
    equal(await statusOf(who, `${list}?limit=0`), 422)
    equal(await statusOf(who, `${list}?nonsense=1`), 422)
    for (const cursor of [
      '',
      'x',
      '!!!!',
      'MTIzLjQ=',
      Buffer.from('1.').toString('base64url'),
      Buffer.from('-1.5').toString('base64url'),
      Buffer.from('12345678901234567.1').toString('base64url'),
    ])
      deepEqual([await statusOf(who, `${list}?cursor=${encodeURIComponent(cursor)}`), cursor], [422, cursor])
    equal(
      await statusOf(who, `${list}?cursor=${Buffer.from('9999999999999999.9999999999999999').toString('base64url')}`),
      200,
    )
  }
})

test('[D6] a limited key sees a deployment of its streams only', async () => {
  const { ctx, deployments } = await shop()
  const [ofApi, ofShop] = deployments
  const limited = caller(ctx, { streams: new Set(['shop']) })
  equal((await ask(limited, `/deployments/${ofShop}`)).status, 200)
  equal((await ask(limited, `/deployments/${ofApi}`)).status, 404)
})

test('[D4] a person overrides an attribution: it beats the rules, is audited, and can be taken back', async () => {
  const { ctx, who, deployments, incidents } = await shop()
  const [ofApi, hotfix, first] = deployments
  const url = `/incidents/${incidents[1]}/attribution`
  await sql('delete from domain_event where tenant_id = $1', [ctx.tenantId])
  const { status, body } = await ask(who, url, 'PUT', { deployment_id: first, reason: 'the log says so' })
  deepEqual([status, body.deployment_id, body.method, body.overridden_by], [200, first, 'override', 'test'])
  const failed = async () =>
    (
      await sql(`select deployment_id from deployment_failures where tenant_id = $1 and cause = 'incident'`, [
        ctx.tenantId,
      ])
    ).map((row) => Number(row.deployment_id))
  deepEqual(await failed(), [first], 'derived in the same transaction')
  const [event] = await sql(
    `select payload from domain_event where tenant_id = $1 and name = 'delivery.days-changed'`,
    [ctx.tenantId],
  )
  const { days } = event!.payload as { days: { stream: string; day: string }[] }
  deepEqual(
    days.map(({ stream, day: on }) => `${stream} ${on}`),
    ['all 2026-01-06', 'all 2026-01-07', 'shop 2026-01-06', 'shop 2026-01-07'].sort(),
  )

  await record(ctx, [incidentRow('acme/shop#1', 'linked', 3 * day, { deployment_sha: shaOf('d') })])
  deepEqual(await failed(), [first], 'what the rules find later does not beat a person')
  const taken = await ask(who, url, 'DELETE')
  deepEqual(
    [taken.status, taken.body.deployment_id, taken.body.method, taken.body.overridden_by],
    [200, hotfix, 'sha', null],
  )
  equal((await ask(who, url, 'DELETE')).status, 200, 'nothing to take back is no error')
  const nobody = await ask(who, url, 'PUT', { deployment_id: null, reason: 'the provider was down' })
  deepEqual([nobody.body.deployment_id, nobody.body.method], [null, 'override'])
  deepEqual(await failed(), [])

  const audit = await sql(`select action, subject, delta from audit_events where tenant_id = $1 order by id`, [
    ctx.tenantId,
  ])
  deepEqual(
    audit.map(({ action, subject }) => `${action} ${subject}`),
    [
      `delivery.attribution-overridden incident:${incidents[1]}`,
      `delivery.attribution-override-withdrawn incident:${incidents[1]}`,
      `delivery.attribution-overridden incident:${incidents[1]}`,
    ],
  )
  deepEqual(audit[0]!.delta, {
    before: { override: null, deploymentId: hotfix, method: 'service', confidence: 0.6 },
    after: {
      override: { deploymentId: first, reason: 'the log says so', actorName: 'test' },
      deploymentId: first,
      method: 'override',
      confidence: 1,
    },
  })
  ok(ofApi)
})

test('[D4] an override is refused without permission, for what is not there and for a deployment that does not count', async () => {
  const { ctx, who, deployments, incidents } = await shop()
  const good = { deployment_id: deployments[0], reason: 'the log says so' }
  const url = `/incidents/${incidents[0]}/attribution`
  equal((await ask(undefined, url, 'PUT', good)).status, 401)
  const reader = caller(ctx, { permissions: new Set(['delivery:read']) })
  equal((await ask(reader, url, 'PUT', good)).status, 403)
  equal((await ask(reader, url, 'DELETE')).status, 403)
  for (const unknown of ['x', '99999999']) {
    equal((await ask(who, `/incidents/${unknown}/attribution`, 'PUT', good)).status, 404)
    equal((await ask(who, `/incidents/${unknown}/attribution`, 'DELETE')).status, 404)
  }
  const other = await tenant()
  equal((await ask(caller(other), url, 'PUT', good)).status, 404, "another tenant's is not found")
  const limited = caller(ctx, { streams: new Set(['shop']) })
  equal((await ask(limited, url, 'PUT', good)).status, 404, 'an incident of another stream')
  const [staging] = await sql(`select id from deployment_records where tenant_id = $1 and environment = 'staging'`, [
    ctx.tenantId,
  ])
  const otherDeployment = await shop()
  for (const id of [99_999_999, Number(staging!.id), otherDeployment.deployments[0]!]) {
    const { status, body } = await ask(who, url, 'PUT', { ...good, deployment_id: id })
    deepEqual([status, body.errors[0].pointer], [422, '#/deployment_id'])
  }
  const ofApi = await ask(limited, `/incidents/${incidents[1]}/attribution`, 'PUT', good)
  deepEqual([ofApi.status, ofApi.body.errors[0].pointer], [422, '#/deployment_id'], 'a deployment of another stream')
  equal((await ask(who, url, 'PUT', { deployment_id: 'x', reason: 'no' })).status, 422)
  deepEqual(await sql('select 1 from audit_events where tenant_id = $1', [ctx.tenantId]), [])
})

test('[D7] the schedule links pull requests of all tenants', async () => {
  const { schedules } = deliveryFacts.start({ database, eventLog, hashPerson: (login) => login })
  const [enrich] = schedules!
  equal(enrich!.name, 'scheduler:enrich-pr-delivery-streams')
  ok(/^\d+ repositories with new links, \d+ tenants$/.test(String(await enrich!.run())))
})
