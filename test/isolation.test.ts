/** Two tenants, every route and every table: neither sees anything of the other's, and neither check is vacuous. */
import assert from 'node:assert/strict'
import { test } from 'node:test'
import { z } from 'zod'
import { sql, statement } from '#kernel/sql/index.ts'
import { testApp } from './support/app.ts'
import { githubWebhook, jiraWebhook } from './support/webhooks.ts'

const app = await testApp()
const alpha = await app.tenant()
const beta = await app.tenant()
const marker = 'alpha-only'
const asAlpha = await app.key({ tenantId: alpha.tenantId })
const asBeta = await app.key({ tenantId: beta.tenantId })

/** Everything a tenant can have, made through the product's own doors. */
async function fill() {
  const post = async (url: string, payload: object, headers = asAlpha) => {
    const reply = await app.http.inject({ method: 'POST', url: `/api/v1${url}`, headers, payload })
    assert.ok(reply.statusCode < 300, `${url}: ${reply.body}`)
    return reply.json()
  }
  const repository = { full_name: `${marker}/shop`, default_branch: 'main' }
  await post('/streams', {
    id: marker,
    name: marker,
    sources: [
      { kind: 'repository', value: repository.full_name },
      { kind: 'jira_project', value: 'ALPHA' },
    ],
  })
  const github = await post('/connections', { source: 'github', name: marker })
  const jira = await post('/connections', { source: 'jira', name: marker })
  const sha = 'a'.repeat(40)
  const at = (hours: number) => new Date(Date.UTC(2026, 10, 1, hours)).toISOString()
  const user = { login: marker }
  const deployment = { id: 7, sha, ref: 'main', environment: 'production', created_at: at(5), payload: {} }
  const pull = {
    number: 3,
    title: 'ALPHA-1 do',
    body: '',
    head: { ref: 'alpha-1', sha },
    base: { ref: 'main' },
    user,
    labels: [],
    created_at: at(2),
    updated_at: at(4),
    merged: true,
    merged_at: at(4),
    closed_at: at(4),
    merge_commit_sha: sha,
  }
  const issue = {
    number: 9,
    title: marker,
    body: `root cause: ${sha}`,
    user,
    labels: [{ name: 'incident' }],
    state: 'open',
    created_at: at(7),
    updated_at: at(7),
    closed_at: null,
  }
  const events: [string, object][] = [
    [
      'push',
      {
        ref: 'refs/heads/main',
        before: '0'.repeat(40),
        after: sha,
        repository,
        commits: [{ id: sha, timestamp: at(1), message: 'ALPHA-1 do (#3)' }],
      },
    ],
    ['pull_request', { action: 'closed', number: 3, pull_request: pull, repository }],
    [
      'deployment_status',
      {
        action: 'created',
        deployment,
        deployment_status: { state: 'success', created_at: at(6), environment: 'production' },
        repository,
      },
    ],
    ['issues', { action: 'opened', issue, repository }],
  ]
  for (const [name, payload] of events) {
    const reply = await app.http.inject(githubWebhook(name, payload, { connection: github.id, secret: github.secret }))
    assert.equal(reply.statusCode, 202)
  }
  const fields = {
    project: { key: 'ALPHA' },
    issuetype: { name: 'Story' },
    created: at(1),
    status: { name: 'To Do', statusCategory: { key: 'new' } },
  }
  await app.http.inject(
    jiraWebhook(
      { webhookEvent: 'jira:issue_created', timestamp: Date.parse(at(1)), issue: { id: '1', key: 'ALPHA-1', fields } },
      { connection: jira.id, secret: jira.secret },
    ),
  )
  const keyed = { ...asAlpha, 'idempotency-key': marker }
  const key = await post('/api-keys', { name: marker, scopes: ['metrics:read'] }, keyed)
  await app.settle()
  const { incidents } = (
    await app.http.inject({ url: '/api/v1/incidents?from=2026-10-01&to=2026-11-21', headers: asAlpha })
  ).json()
  const { deployments } = (
    await app.http.inject({ url: '/api/v1/deployments?from=2026-10-01&to=2026-11-21', headers: asAlpha })
  ).json()
  assert.equal(incidents.length, 1)
  assert.equal(deployments.length, 1)
  const overridden = await app.http.inject({
    method: 'PUT',
    url: `/api/v1/incidents/${incidents[0].id}/attribution`,
    headers: asAlpha,
    payload: { deployment_id: deployments[0].id, reason: marker },
  })
  assert.equal(overridden.statusCode, 200, overridden.body)
  await app.settle()
  const set = await app.http.inject({
    method: 'PUT',
    url: '/api/v1/settings/delivery.rework_labels',
    headers: asAlpha,
    payload: { value: [marker] },
  })
  assert.equal(set.statusCode, 200, set.body)
  await app.settle()
  await app.sql(`insert into dora_seal (tenant_id, sealed_before) values ($1, '2000-01-01')`, [alpha.tenantId])
  await app.sql(
    `insert into archive_file (tenant_id, table_name, day, part, name, row_count, byte_count, sha256) values ($1, $2, '2000-01-01', 1, $2, 1, 1, '')`,
    [alpha.tenantId, marker],
  )
  await app.sql(
    `insert into retention_run (tenant_id, table_name, last_run_at, state, detail) values ($1, 'pr_events', now(), 'idle', $2)`,
    [alpha.tenantId, marker],
  )
  await app.sql(
    `insert into work_claim (tenant_id, id, work, row_ids, lease_until) values ($1, gen_random_uuid(), $2, '{}', now())`,
    [alpha.tenantId, marker],
  )
  await app.sql(`insert into setting (tenant_id, name, value) values ($1, 'intake.signature_failures_high', '1')`, [
    alpha.tenantId,
  ])
  await app.http.inject(
    jiraWebhook({ webhookEvent: marker }, { connection: jira.id, secret: 'not the secret of the address' }),
  )
  await app.composed.intake.flushRefusals()
  await app.composed.alerts.evaluate()
  const person = await app.person({ tenantId: alpha.tenantId, name: marker, email: `${marker}@example.com` })
  const invitation = await post('/invitations', { email: `${marker}-guest@example.com`, role: 'viewer' })
  await post('/access-review/complete', { note: marker })
  const helper = await app.person({ tenantId: null, platformRole: 'support', name: marker })
  const support = await post(
    `/tenants/${alpha.tenantId}/support-access`,
    { role: 'viewer', reason: marker, minutes: 5 },
    helper.headers as never,
  )
  const mail = await app.composed.database.platformTx('mail', (tx) =>
    app.composed.mail.send(tx, {
      tenantId: alpha.tenantId,
      to: `${marker}@example.com`,
      subject: marker,
      text: marker,
      purpose: 'test',
    }),
  )
  const [allowance] = await app.sql(
    `insert into dial_allowance (tenant_id, id, target, reason, created_by) values ($1, gen_random_uuid(), $2, $2, $2) returning id`,
    [alpha.tenantId, `${marker}.internal`],
  )
  await app.composed.audit.sign()
  await app.composed.audit.verify({ ...alpha, permissions: new Set(['*']) })
  await app.sql('insert into audit_log_position (tenant_id, seq) values ($1, 1)', [alpha.tenantId])
  const [anomaly] = await app.sql(
    `insert into audit_anomaly (tenant_id, id, day, rule, severity, subject, detail, count, evidence)
    values ($1, gen_random_uuid(), '2000-01-01', 'first-time-actor', 'LOW', $2, $2, 1, '{1}') returning id`,
    [alpha.tenantId, marker],
  )
  const [alert] = await app.sql('select id from alert where tenant_id = $1', [alpha.tenantId])
  const [event] = await app.sql('select id from event_queue where tenant_id = $1 limit 1', [alpha.tenantId])
  return {
    connection: github.id,
    key: key.id,
    incident: incidents[0].id,
    deployment: deployments[0].id,
    event: Number(event!.id),
    alert: String(alert!.id),
    anomaly: String(anomaly!.id),
    mail,
    allowance: String(allowance!.id),
    person: person.id,
    invitation: invitation.id,
    support: support.id,
  }
}
const theirs = await fill()

test('[P5] every table holds rows of the one tenant, and shows the other none of them', async () => {
  const tables = (
    await app.sql(
      `select c.relname as name from pg_class c join pg_namespace n on n.oid = c.relnamespace where n.nspname = 'public' and c.relkind = 'r' and c.relforcerowsecurity order by 1`,
    )
  ).map(({ name }) => String(name))
  assert.ok(tables.length > 20)
  for (const table of tables) {
    const column = table === 'tenant' ? 'id' : 'tenant_id'
    const [of] = await app.sql(`select count(*)::int as n from ${table} where ${column} = $1`, [alpha.tenantId])
    assert.ok(Number(of!.n) > 0, `${table} has rows of the first tenant, so the check means something`)
    const count = {
      name: `test.count-${table}`,
      row: z.object({ mine: z.number(), foreign: z.number() }),
      sample: undefined,
      sql: () =>
        ({
          text: `select count(*) filter (where ${column} = $1::uuid) as mine, count(*) filter (where ${column} <> $1::uuid) as foreign from ${table}`,
          values: [beta.tenantId],
        }) as never,
    }
    const seen = (await app.database.tenantTx(beta, (tx) => tx.row(count as never, undefined as never))) as {
      foreign: number
    }
    assert.equal(seen.foreign, 0, table)
  }
})

test('[P5] a tenant can neither write rows of another nor move its own there', async () => {
  const write = statement({
    name: 'test.foreign-write',
    row: z.never(),
    sample: { tenantId: beta.tenantId },
    sql: ({ tenantId }: { tenantId: string }) =>
      sql`insert into stream (tenant_id, id, kind, name) values (${tenantId}::uuid, 'planted', 'delivery', 'x')`,
  })
  await assert.rejects(
    app.database.tenantTx(beta, (tx) => tx.run(write, { tenantId: alpha.tenantId })),
    /row-level security/,
  )
  await app.database.tenantTx(beta, (tx) => tx.run(write, { tenantId: beta.tenantId }))
  const move = statement({
    name: 'test.move',
    row: z.never(),
    sample: { tenantId: beta.tenantId },
    sql: ({ tenantId }: { tenantId: string }) =>
      sql`update stream set tenant_id = ${tenantId}::uuid where id = 'planted'`,
  })
  await assert.rejects(
    app.database.tenantTx(beta, (tx) => tx.run(move, { tenantId: alpha.tenantId })),
    /row-level security/,
  )
})

type Call = { path?: string; payload?: object; status: number | readonly number[] }
/** How each route is asked for something of the first tenant's by the second; a route without a line here fails the build. */
const calls: Record<string, Call> = {
  // First, while the second tenant has done nothing that bears the first one's name.
  'GET /audit': { status: 200 },
  'GET /audit/facets': { status: 200 },
  'GET /audit/export': { status: 200 },
  'POST /audit/verify': { status: 200 },
  'GET /audit/anomalies': { status: 200 },
  'POST /audit/anomalies/{id}/acknowledge': {
    path: `/audit/anomalies/${theirs.anomaly}/acknowledge`,
    payload: { note: 'x' },
    status: 404,
  },
  'GET /mail': { status: 200 },
  'GET /mail/{id}': { path: `/mail/${theirs.mail}`, status: 404 },
  'POST /mail/{id}/send-again': { path: `/mail/${theirs.mail}/send-again`, status: 404 },
  // Of the platform: no key of a tenant decides what that tenant may reach.
  'GET /dial-allowances': { status: 403 },
  'POST /dial-allowances': {
    payload: { tenant_id: alpha.tenantId, target: '10.0.0.0/8', reason: 'to look in' },
    status: 403,
  },
  'DELETE /dial-allowances/{id}': { path: `/dial-allowances/${theirs.allowance}`, status: 403 },
  'GET /api-keys': { status: 200 },
  'POST /api-keys': { payload: { name: 'x', scopes: ['metrics:read'] }, status: 201 },
  'DELETE /api-keys/{id}': { path: `/api-keys/${theirs.key}`, status: 404 },
  'POST /api-keys/{id}/rotate': { path: `/api-keys/${theirs.key}/rotate`, payload: {}, status: 404 },
  'GET /session': { status: 200 },
  // Of the platform: a key made by who holds the machine sees them all.
  'GET /oidc-mappings': { status: 200 },
  'POST /oidc-mappings': { payload: { group: 'x', platform_role: 'support' }, status: 201 },
  'DELETE /oidc-mappings/{id}': { path: `/oidc-mappings/${theirs.key}`, status: 404 },
  // Of persons, who belong to no tenant; a key has no account.
  'GET /account': { status: 403 },
  'PATCH /account': { payload: { name: 'x' }, status: 403 },
  'POST /account/password': { payload: { password: 'x' }, status: 403 },
  'GET /account/sessions': { status: 403 },
  'DELETE /account/sessions/{id}': { path: `/account/sessions/${theirs.key}`, status: 403 },
  'POST /account/sessions/end-others': { status: 403 },
  'GET /account/second-factors': { status: 403 },
  'POST /account/confirm': { payload: { method: 'totp', code: '123456' }, status: 403 },
  'POST /account/totp': { status: 403 },
  'POST /account/totp/confirm': { payload: { code: '123456' }, status: 403 },
  'DELETE /account/totp': { status: 403 },
  'POST /account/recovery-codes': { status: 403 },
  'POST /account/passkeys/options': { status: 403 },
  'POST /account/passkeys': {
    payload: {
      response: { id: 'x', rawId: 'x', type: 'public-key', response: { clientDataJSON: 'x', attestationObject: 'x' } },
    },
    status: 403,
  },
  'PATCH /account/passkeys/{id}': { path: `/account/passkeys/${theirs.key}`, payload: { name: 'x' }, status: 403 },
  'DELETE /account/passkeys/{id}': { path: `/account/passkeys/${theirs.key}`, status: 403 },
  'GET /members': { status: 200 },
  'PATCH /members/{person_id}': { path: `/members/${theirs.person}`, payload: { role: 'viewer' }, status: 404 },
  'DELETE /members/{person_id}': { path: `/members/${theirs.person}`, status: 404 },
  'GET /invitations': { status: 200 },
  'POST /invitations': { payload: { email: 'beta@example.com', role: 'viewer' }, status: 201 },
  'POST /invitations/{id}/resend': { path: `/invitations/${theirs.invitation}/resend`, status: 404 },
  'DELETE /invitations/{id}': { path: `/invitations/${theirs.invitation}`, status: 404 },
  'GET /roles': { status: 200 },
  'GET /access-review': { status: 200 },
  'POST /access-review/complete': { payload: {}, status: 201 },
  'GET /support-access': { status: 200 },
  'DELETE /support-access/{id}': { path: `/support-access/${theirs.support}`, status: 404 },
  'GET /tenant': { status: 200 },
  'PATCH /tenant': { payload: { name: 'Beta' }, status: 200 },
  // Of the platform: a key of another tenant than the first never reaches it, whatever its scope.
  'GET /tenants': { status: 403 },
  'POST /tenants': { payload: { slug: 'x', name: 'x' }, status: 403 },
  'PATCH /tenants/{id}': { path: `/tenants/${alpha.tenantId}`, payload: { plan: 'core' }, status: 403 },
  'DELETE /tenants/{id}': { path: `/tenants/${alpha.tenantId}`, status: 403 },
  'POST /tenants/{id}/support-access': {
    path: `/tenants/${alpha.tenantId}/support-access`,
    payload: { role: 'viewer', reason: 'to look in', minutes: 5 },
    status: 403,
  },
  'GET /registrations': { status: 403 },
  'POST /registrations/{id}/approve': {
    path: `/registrations/${theirs.person}/approve`,
    payload: { plan: 'core' },
    status: 403,
  },
  'POST /registrations/{id}/reject': {
    path: `/registrations/${theirs.person}/reject`,
    payload: { reason: 'not today' },
    status: 403,
  },
  'GET /people': { status: 403 },
  'PATCH /people/{id}': { path: `/people/${theirs.person}`, payload: { status: 'disabled' }, status: 403 },
  'GET /streams': { status: 200 },
  'POST /streams': { payload: { id: marker.replace('only', 'also'), name: 'x' }, status: 201 },
  'GET /streams/{id}': { path: `/streams/${marker}`, status: 404 },
  'PATCH /streams/{id}': { path: `/streams/${marker}`, payload: { name: 'x' }, status: 404 },
  'DELETE /streams/{id}': { path: `/streams/${marker}`, status: 404 },
  'GET /deployments': { path: '/deployments?from=2026-10-01&to=2026-11-21', status: 200 },
  // The same names as the first tenant's: they are this one's own.
  'POST /deployments': {
    payload: { external_id: '7', repository: `${marker}/shop`, environment: 'production' },
    status: 202,
  },
  'POST /incidents': { payload: { external_id: `${marker}/shop#9`, title: 'x' }, status: 202 },
  'GET /deployments/{id}': { path: `/deployments/${theirs.deployment}`, status: 404 },
  'GET /incidents': { path: '/incidents?from=2026-10-01&to=2026-11-21', status: 200 },
  'PUT /incidents/{id}/attribution': {
    path: `/incidents/${theirs.incident}/attribution`,
    payload: { deployment_id: null, reason: 'not mine' },
    status: 404,
  },
  'DELETE /incidents/{id}/attribution': { path: `/incidents/${theirs.incident}/attribution`, status: 404 },
  'GET /metrics/dora': { path: '/metrics/dora?from=2026-10-01&to=2026-11-21', status: 200 },
  'GET /metrics/dora/streams': { path: '/metrics/dora/streams?from=2026-10-01&to=2026-11-21', status: 200 },
  'GET /metrics/lead-time': { path: `/metrics/lead-time?stream=${marker}`, status: 404 },
  'GET /metrics/bands': { status: 200 },
  'GET /events': { status: 200 },
  'GET /events/{id}': { path: `/events/${theirs.event}`, status: 404 },
  'GET /lineage': { path: `/lineage?table=deployment_records&id=${theirs.deployment}`, status: 200 },
  'GET /work': { status: 200 },
  'GET /work/history': { status: 200 },
  'GET /work/{name}/dead-letters': { path: '/work/event_queue/dead-letters', status: 200 },
  'GET /work/{name}/rows/{id}': { path: `/work/event_queue/rows/${theirs.event}`, status: 404 },
  'POST /work/{name}/requeue': { path: '/work/event_queue/requeue', payload: { ids: [theirs.event] }, status: 200 },
  'GET /database-report': { status: 200 },
  'GET /connect': { status: 200 },
  'GET /connections': { status: 200 },
  'POST /connections': { payload: { source: 'github', name: 'x' }, status: 201 },
  'POST /connections/{id}/rotate': { path: `/connections/${theirs.connection}/rotate`, payload: {}, status: 404 },
  'DELETE /connections/{id}': { path: `/connections/${theirs.connection}`, status: 404 },
  'GET /admin/system-alerts': { status: 200 },
  'GET /admin/system-alerts/{id}': { path: `/admin/system-alerts/${theirs.alert}`, status: 404 },
  'POST /admin/system-alerts/{id}/acknowledge': {
    path: `/admin/system-alerts/${theirs.alert}/acknowledge`,
    payload: {},
    status: 404,
  },
  'GET /admin/integration-health': { status: 200 },
  'GET /settings': { status: 200 },
  'PUT /settings/{name}': {
    path: '/settings/delivery.rework_labels',
    payload: { value: ['hotfix'] },
    status: 200,
  },
  'DELETE /settings/{name}': { path: '/settings/delivery.rework_labels', status: 200 },
  'GET /schedules': { status: 200 },
  'GET /retention': { status: 200 },
  'POST /schedules/{name}/run': { path: '/schedules/nope/run', status: 404 },
}
/** Signed, not keyed: shown in intake's own tests, where each connection belongs to its tenant alone. */
const signed = /^POST \/webhooks\//
/** Stays open: followed in its module's own tests. */
const followed = /^GET \/(live|audit\/stream)$/

const document = app.http.swagger() as unknown as { paths: Record<string, Record<string, { security?: unknown }>> }
const routes = Object.entries(document.paths)
  .filter(([path]) => path.startsWith('/api/v1'))
  .flatMap(([path, methods]) =>
    Object.keys(methods).map((method) => `${method.toUpperCase()} ${path.slice('/api/v1'.length)}`),
  )

test('[P5] every route has a line in the matrix', () => {
  assert.ok(routes.length > 25)
  assert.deepEqual(
    routes.filter((route) => !signed.test(route) && !followed.test(route) && !calls[route]),
    [],
  )
  assert.deepEqual(
    Object.keys(calls).filter((route) => !routes.includes(route)),
    [],
  )
})

/** Open to everybody who is signed in; who may do more is the use case's to say. */
const lent = new Set(['GET /session', 'DELETE /support-access/{id}'])

for (const [route, { path, payload, status }] of Object.entries(calls)) {
  const [method, template] = route.split(' ') as ['GET' | 'POST', string]
  const request = { method, url: `/api/v1${path ?? template}`, ...(payload ? { payload } : {}) }

  test(`[P5] ${route} shows another tenant nothing`, async () => {
    const reply = await app.http.inject({ ...request, headers: asBeta })
    assert.ok([status].flat().includes(reply.statusCode), `${reply.statusCode}: ${reply.body}`)
    // The path of the request itself may come back in a problem's detail; data may not.
    if (reply.statusCode < 400) assert.ok(!reply.body.includes(marker), reply.body)
  })

  test(`[D6] [P6] ${route} is closed to the anonymous, to unknown keys and to keys without its scope`, async () => {
    assert.equal((await app.http.inject(request)).statusCode, 401)
    assert.equal(
      (await app.http.inject({ ...request, headers: { authorization: `Bearer d2_${'x'.repeat(43)}` } })).statusCode,
      401,
    )
    assert.equal((await app.http.inject({ ...request, headers: { authorization: 'Basic abc' } })).statusCode, 401)
    const narrow = await app.key({ scopes: [lent.has(route) ? 'metrics:read' : 'session:read'] })
    assert.equal((await app.http.inject({ ...request, headers: narrow })).statusCode, 403)
  })
}

test('[P5] after all that, the first tenant has lost nothing', async () => {
  const reply = await app.http.inject({ url: `/api/v1/streams/${marker}`, headers: asAlpha })
  assert.equal(reply.json().name, marker)
  assert.equal(
    (
      await app.sql('select count(*)::int as n from connection where tenant_id = $1 and disabled_at is null', [
        alpha.tenantId,
      ])
    )[0]!.n,
    2,
  )
})

test('[P5] an id of another tenant and an id of nobody are answered alike', async () => {
  for (const [foreign, nobody] of [
    [`/api/v1/events/${theirs.event}`, '/api/v1/events/999999999'],
    [`/api/v1/deployments/${theirs.deployment}`, '/api/v1/deployments/999999999'],
    [`/api/v1/streams/${marker}`, '/api/v1/streams/nobody-has-this'],
  ] as const) {
    const [a, b] = await Promise.all([foreign, nobody].map((url) => app.http.inject({ url, headers: asBeta })))
    const same = (reply: { json(): Record<string, unknown> }) => ({
      type: reply.json().type,
      status: reply.json().status,
    })
    assert.deepEqual(same(a!), same(b!))
  }
})
