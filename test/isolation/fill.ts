/** A tenant that has a row in every table, so that looking for them from elsewhere means something. */
import assert from 'node:assert/strict'
import type { Context } from '#kernel/context/index.ts'
import type { TestApp } from '../support/app.ts'
import { githubWebhook, jiraWebhook } from '../support/webhooks.ts'

/** Stands in the names of all that the first tenant has, and of nothing else. */
export const marker = 'alpha-only'

/** Ids of what `fill` made. */
export type Filled = Awaited<ReturnType<typeof fill>>

/** Everything a tenant can have, made through the product's own doors. */
export async function fill(app: TestApp, alpha: Context, asAlpha: Record<string, string>) {
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
  // Its number is one that another tenant's sprint may have too.
  for (const [webhookEvent, timestamp, more] of [
    ['sprint_started', at(2), {}],
    ['sprint_closed', at(9), { completeDate: at(9) }],
  ] as const)
    await app.http.inject(
      jiraWebhook(
        { webhookEvent, timestamp: Date.parse(timestamp), sprint: { id: 71, name: marker, originBoardId: 3, ...more } },
        { connection: jira.id, secret: jira.secret },
      ),
    )
  const changelog = { id: '71', items: [{ field: 'Sprint', from: '', to: '71' }] }
  await app.http.inject(
    jiraWebhook(
      {
        webhookEvent: 'jira:issue_updated',
        timestamp: Date.parse(at(1)),
        issue: { id: '1', key: 'ALPHA-1', fields },
        changelog,
      },
      { connection: jira.id, secret: jira.secret },
    ),
  )
  await app.settle()
  await app.sql(
    `insert into sprint_kept_fact (tenant_id, item_key, what, external_id, project_key, action, occurred_at, recorded_at)
    values ($1, $2, 'created', 'created', $2, 'created', now(), now())`,
    [alpha.tenantId, marker],
  )
  await app.sql(`insert into dora_seal (tenant_id, sealed_before) values ($1, '2000-01-01')`, [alpha.tenantId])
  await app.sql(`insert into dora_history (tenant_id, kept_from) values ($1, '2000-01-01')`, [alpha.tenantId])
  await app.sql(
    `insert into forecast (tenant_id, stream_id, kind, made_on, horizon_days, definition, history_from, history_to, samples, finished,
      method, target_items, outcomes, capped_share, low_confidence)
    values ($1, $2, 'when', '2026-11-01', 0, 'x', '2026-10-01', '2026-10-31', 31, 10, 'exact', 1, '{}', 0, false)`,
    [alpha.tenantId, marker],
  )
  await app.sql(
    `insert into cross_stream_run (tenant_id, digest, definition, computed_at, first_week, weeks, time_zone, streams, pairs, tests,
      insufficient, pairs_sharing, pairs_beyond)
    values ($1, $2, $2, now(), '2026-01-05', 26, $2, 2, 1, 1, 0, 0, 0)`,
    [alpha.tenantId, marker],
  )
  await app.sql(
    `insert into cross_stream_series (tenant_id, stream_id, measure, points) values ($1, $2, 'deployments', '{1}')`,
    [alpha.tenantId, marker],
  )
  await app.sql(
    `insert into cross_stream_correlation (tenant_id, stream_a, stream_b, measure_a, measure_b, place, lag, coefficient, n, effective_n,
      p, q, lag_coefficients, lag_q)
    values ($1, $2, $2 || '-b', 'deployments', 'deployments', 1, 0, 1, 8, 8, 0.01, 0.01, '{1}', '{1}')`,
    [alpha.tenantId, marker],
  )
  await app.sql(
    `insert into dora_daily_past select p.* from dora_daily d
      cross join jsonb_populate_record(null::dora_daily_past, to_jsonb(d) || jsonb_build_object('replaced_at', now())) p
      where d.tenant_id = $1`,
    [alpha.tenantId],
  )
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
  const person = await app.person({
    tenantId: alpha.tenantId,
    role: 'viewer',
    name: marker,
    email: `${marker}@example.com`,
  })
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
  const [authorization] = await app.sql(
    `insert into github_authorization (tenant_id, id, person_id, login, sees_private, sealed_token, expires_at)
    values ($1, gen_random_uuid(), $2, $3, true, '', now() + interval '1 hour') returning id`,
    [alpha.tenantId, person.id, marker],
  )
  await app.sql(
    `insert into github_repository (tenant_id, name, hook_id, address, connected_by) values ($1, $2, 1, $3, $3)`,
    [alpha.tenantId, `${marker}/shop`, marker],
  )
  const pulse = await post('/pulse-surveys', {
    stream: marker,
    addresses: Array.from({ length: 5 }, (_, n) => `${marker}-${n}@example.com`),
  })
  await app.composed.schedules.find(({ name }) => name === 'scheduler:pulse')!.run()
  const [period] = await app.sql('select id from pulse_period where tenant_id = $1', [alpha.tenantId])
  for (const row of [
    `pulse_answer (tenant_id, period_id, person_hash, scores, comment) values ($1, $2, '', '{1}', $3)`,
    `pulse_result (tenant_id, period_id, question, counts) values ($1, $2, $3, '{5,0,0,0,0}')`,
    `pulse_comment (tenant_id, period_id, comment, ended_at) values ($1, $2, $3, now())`,
  ])
    await app.sql(`insert into ${row}`, [alpha.tenantId, period!.id, marker])
  const [alert] = await app.sql('select id from alert where tenant_id = $1', [alpha.tenantId])
  const channel = await post('/notification-channels', {
    kind: 'email',
    name: marker,
    address: `${marker}@example.com`,
  })
  await app.sql(
    `insert into notification (tenant_id, channel_id, alert_id, opening, change, nth, condition, subject, severity, detail, value, threshold, status)
    values ($1, $2, $3, 1, 'raised', 1, $4, $4, 'LOW', $4, 1, 1, 'completed')`,
    [alpha.tenantId, channel.id, alert!.id, marker],
  )
  const [event] = await app.sql('select id from event_queue where tenant_id = $1 limit 1', [alpha.tenantId])
  await app.sql(
    `insert into poll_cursor (tenant_id, poller, scope, last_outcome) values ($1, 'github-pulls', $2, $2)`,
    [alpha.tenantId, marker],
  )
  await app.sql(
    `insert into source_repository (tenant_id, source, external_id, name, archived, private) values ($1, 'github', '1', $2, false, true)`,
    [alpha.tenantId, `${marker}/unheard`],
  )
  await app.sql(
    `insert into poll_day (tenant_id, source, kind, day, expected) values ($1, 'github', 'delivery', '2026-11-01', 1)`,
    [alpha.tenantId],
  )
  await app.sql(
    `insert into source_gap (tenant_id, source, delivery_id, kind, event_type, subject, occurred_at) values ($1, 'github', $2, 'delivery', 'push', $2, now())`,
    [alpha.tenantId, marker],
  )
  return {
    connection: github.id,
    key: key.id,
    incident: incidents[0].id,
    deployment: deployments[0].id,
    event: Number(event!.id),
    alert: String(alert!.id),
    channel: channel.id,
    anomaly: String(anomaly!.id),
    mail,
    allowance: String(allowance!.id),
    authorization: String(authorization!.id),
    person: person.id,
    invitation: invitation.id,
    support: support.id,
    pulse: pulse.id as string,
  }
}
