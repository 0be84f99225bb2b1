import { deepEqual, equal, notEqual, ok } from 'node:assert/strict'
import { createRequire } from 'node:module'
import { test } from 'node:test'
import fc from 'fast-check'
import { hmacSha256 } from '#kernel/crypto/index.ts'
import type { TenantTx } from '#kernel/database/index.ts'
import { makeEventLog } from '#kernel/events/index.ts'
import { writeSetting } from '#kernel/settings/index.ts'
import { testDatabase } from '#test/support/database.ts'
import { mapGithub } from './github/map-github.ts'
import { mapJira } from './jira/map-jira.ts'
import { githubProcessor, jiraProcessor } from './processors.ts'
import { incidentLabel } from './settings.ts'
import { github, history, incoming, iso, jira, type Sent, seeded, shaOf } from './test-support.ts'

const { database, sql } = await testDatabase()
const eventLog = makeEventLog()
const hashPerson = (login: string) => hmacSha256('a key', login).toString('hex')
const deps = { hashPerson, eventLog }
const processors = { github: githubProcessor(deps), jira: jiraProcessor(deps) }

const newTenant = async () => {
  const id = crypto.randomUUID()
  await sql('insert into tenant (id, slug, name) values ($1, $2, $3)', [id, `t-${id}`, 'Test'])
  return { tenantId: id }
}
const process = (ctx: { tenantId: string }, sent: readonly Sent[]) =>
  database.tenantTx(ctx, (tx: TenantTx) => processors[sent[0]!.source].process(tx, incoming(sent)))

/** Sends batches of one source each, as intake does. */
async function processAll(ctx: { tenantId: string }, sent: readonly Sent[], batch: number) {
  for (const source of ['github', 'jira'] as const) {
    const own = sent.filter((one) => one.source === source)
    for (let at = 0; at < own.length; at += batch) await process(ctx, own.slice(at, at + batch))
  }
}

const tables = {
  deployment_records: 'source, external_id',
  commits: 'repository, sha',
  pr_events: 'repository, pr_number, action, occurred_at',
  work_item_events: 'source, item_key, external_id',
  incident_events: 'source, incident_key, action, occurred_at',
  pr_streams: 'repository, pr_number, stream_id',
}
/** All facts but what says when they were written. */
async function facts({ tenantId }: { tenantId: string }) {
  const rows: Record<string, unknown[]> = {}
  for (const [table, key] of Object.entries(tables))
    rows[table] = (
      await sql(
        `select to_jsonb(f) - 'tenant_id' - 'id' - 'recorded_at' - 'derived_at' as row from ${table} f where tenant_id = $1 order by ${key}`,
        [tenantId],
      )
    ).map(({ row }) => row)
  return rows
}

type Example = { name: string; examples: Record<string, unknown>[] }
const examples: Example[] = createRequire(import.meta.url)('@octokit/webhooks-examples')
const octokit = examples.flatMap(({ name, examples: payloads }) =>
  payloads.map((payload): Sent => ({ source: 'github', type: name, payload })),
)

test('[D2] every documented GitHub payload is recorded or ignored for a reason, in one batch', async () => {
  equal(octokit.length, 329)
  const ctx = await newTenant()
  const results = await process(ctx, octokit)
  equal(results.length, octokit.length)
  const counts: Record<string, number> = {}
  for (const [index, { outcome, facts: refs }] of results.entries()) {
    const key = outcome === 'recorded' ? octokit[index]!.type : outcome
    counts[key] = (counts[key] ?? 0) + 1
    equal(outcome === 'recorded', refs.length > 0, `${octokit[index]!.type}: ${outcome}`)
  }
  deepEqual(counts, {
    deployment: 4,
    deployment_status: 4,
    issues: 10,
    pull_request: 20,
    push: 3,
    release: 4,
    'ignored:deleted-ref': 4,
    'ignored:not-a-deploy-workflow': 3,
    'ignored:not-an-incident': 7,
    'ignored:own-review': 3,
    'ignored:ping': 4,
    'ignored:unused-action': 33,
    'ignored:unused-event': 230,
  })
  ok((await facts(ctx)).pr_events!.length > 5)
})

test('[D2] facts of an event name its rows', async () => {
  const ctx = await newTenant()
  const push = github('push', {
    ref: 'refs/heads/main',
    before: shaOf('a'),
    commits: [{ id: shaOf('b'), timestamp: iso(5e11), message: 'x' }],
  })
  const deployment = github('deployment', { action: 'created', deployment: { id: 5, environment: 'production' } })
  const [pushed, deployed] = await process(ctx, [push, deployment])
  deepEqual(pushed, { outcome: 'recorded', facts: [{ table: 'commits', id: `acme/shop@${shaOf('b')}` }] })
  const [row] = await sql('select id::text from deployment_records where tenant_id = $1', [ctx.tenantId])
  deepEqual(deployed, { outcome: 'recorded', facts: [{ table: 'deployment_records', id: row!.id }] })
})

test('[D2] one event tells what a batch touched; nothing is said of what touched nothing', async () => {
  const ctx = await newTenant()
  const issue = {
    number: 3,
    title: 'Down',
    state: 'open',
    labels: [{ name: 'INCIDENT' }],
    created_at: iso(1e12),
    updated_at: iso(1e12),
  }
  await process(ctx, [
    github('deployment', { action: 'created', deployment: { id: 1, environment: 'production' } }, 'Acme/Shop'),
    github('deployment', { action: 'created', deployment: { id: 2, environment: 'production' } }, 'acme/shop'),
    github('deployment', { action: 'created', deployment: { id: 2, environment: 'staging' } }, 'acme/api'),
    github('issues', { action: 'opened', issue }),
  ])
  await process(ctx, [github('ping', {})])
  const said = await sql('select name, payload from domain_event where tenant_id = $1', [ctx.tenantId])
  deepEqual(said, [
    {
      name: 'delivery.facts-recorded',
      payload: {
        repositories: ['acme/api', 'acme/shop'],
        incidents: [{ source: 'github', key: 'acme/shop#3' }],
      },
    },
    { name: 'delivery.work-items-recorded', payload: { items: [{ source: 'github', key: 'acme/shop#3' }] } },
  ])
})

test('[Q3] any order, any batches and redelivery give the same facts', { timeout: 200_000 }, async () => {
  const sent = history(7, 26)
  ok(sent.length > 450, `${sent.length} events`)
  const first = await newTenant()
  const stream = "insert into stream (tenant_id, id, kind, name) values ($1, 'shop', 'delivery', 'Shop')"
  const source =
    "insert into stream_source (tenant_id, stream_id, kind, value) values ($1, 'shop', 'jira_project', 'shop')"
  const prepare = async ({ tenantId }: { tenantId: string }) => {
    await sql(stream, [tenantId])
    await sql(source, [tenantId])
  }
  await prepare(first)
  await processAll(first, sent, 500)
  const expected = await facts(first)
  for (const [table, rows] of Object.entries(expected)) ok(rows.length > 5, `${table}: ${rows.length}`)
  for (let shuffle = 1; shuffle <= 20; shuffle++) {
    const random = seeded(shuffle)
    const again = sent.filter(() => random.chance(0.1))
    const ctx = await newTenant()
    await prepare(ctx)
    await processAll(ctx, random.shuffled([...sent, ...again]), 1 + random.below(100))
    deepEqual(await facts(ctx), expected, `shuffle ${shuffle}`)
  }
})

test('[Q3] workers that process the same deployments at the same moment agree', async () => {
  const sent = history(11, 8).filter(({ source }) => source === 'github')
  const [alone, together] = [await newTenant(), await newTenant()]
  await processAll(alone, sent, 500)
  await Promise.all([1, 2, 3, 4].map((seed) => processAll(together, seeded(seed).shuffled(sent), 20)))
  deepEqual(await facts(together), await facts(alone))
})

test('[Q3] events of one deployment: the earliest success wins over any failure, in every order', async () => {
  const deployment = { id: 9, environment: 'Production', sha: shaOf('x'), created_at: iso(1e12) }
  const status = (state: string, at: number) =>
    github('deployment_status', { action: 'created', deployment, deployment_status: { state, created_at: iso(at) } })
  const sent = [
    status('success', 1e12 + 9e4),
    status('success', 1e12 + 5e4),
    status('failure', 1e12 + 2e4),
    status('error', 1e12 + 1e4),
    status('inactive', 1e12 + 99e4),
  ]
  for (const batch of [1, 5]) {
    const ctx = await newTenant()
    await processAll(ctx, sent, batch)
    const rows = await sql(
      'select status, finished_at, failed_at, environment from deployment_records where tenant_id = $1',
      [ctx.tenantId],
    )
    deepEqual(rows, [
      {
        status: 'success',
        finished_at: new Date(1e12 + 5e4),
        failed_at: new Date(1e12 + 1e4),
        environment: 'Production',
      },
    ])
  }
})

const settings = { incidentLabel: 'incident', deployWorkflows: ['*'], incidentIssueTypes: ['Incident'] }
const types = [...new Set(octokit.map(({ type }) => type))]
const jiraEvents = ['jira:issue_created', 'jira:issue_updated', 'jira:issue_deleted', 'sprint_started', 'sprint_closed']
const nasty = fc.oneof(
  fc.constantFrom(
    '\0',
    'a\0b',
    '\ud800',
    'x\udc00y',
    '',
    'toString',
    '__proto__',
    'constructor',
    '9'.repeat(400),
    '2026-01-01T00:00:00Z',
    'success',
  ),
  fc.constantFrom<unknown>(null, -1, 0, 1e308, Number.MAX_SAFE_INTEGER, 2 ** 31, 1.5, true, false, [], {}),
  fc.anything({ withNullPrototype: true, maxDepth: 3 }),
)

/** A payload in which some values, at any depth, are replaced by nasty ones. */
function spoil(value: unknown, bad: readonly unknown[], random: ReturnType<typeof seeded>): unknown {
  if (random.chance(0.06)) return random.pick(bad)
  if (Array.isArray(value)) return value.map((one) => spoil(one, bad, random))
  if (typeof value !== 'object' || value === null) return value
  return Object.fromEntries(Object.entries(value).map(([key, one]) => [key, spoil(one, bad, random)]))
}
const hostile = (sent: readonly Sent[]) =>
  fc
    .tuple(fc.array(nasty, { minLength: 4, maxLength: 8 }), fc.nat(), fc.nat(sent.length - 1))
    .map(([bad, seed, index]): Sent => {
      const { payload, ...rest } = sent[index]!
      return { ...rest, payload: spoil(payload, bad, seeded(seed)) as Record<string, unknown> }
    })

test('[Q2] whatever a payload is, mapping it never throws', () => {
  fc.assert(
    fc.property(fc.constantFrom(...types, ...jiraEvents), nasty, (type, payload) => {
      ok(mapGithub(type, payload, settings, hashPerson))
      ok(mapJira(payload, settings))
      ok(mapJira({ webhookEvent: type, issue: payload, sprint: payload }, settings))
      ok(mapJira({ webhookEvent: type, issue: { key: 'A-1', fields: payload } }, settings))
    }),
    { numRuns: 2000 },
  )
})

test('[Q2] hostile payloads are written or ignored, and never fail their batch', { timeout: 200_000 }, async () => {
  const ctx = await newTenant()
  const sent = [...octokit, ...history(3, 20)]
  const own = (source: string) => sent.filter((one) => one.source === source)
  let recorded = 0
  for (const source of ['github', 'jira'] as const)
    await fc.assert(
      fc.asyncProperty(fc.array(hostile(own(source)), { minLength: 20, maxLength: 40 }), async (batch) => {
        const results = await process(ctx, batch)
        equal(results.length, batch.length)
        for (const { outcome } of results) if (outcome === 'recorded') recorded++
      }),
      { numRuns: 60, interruptAfterTimeLimit: 60_000 },
    )
  ok(recorded > 100, `${recorded} recorded`)
})

test('[Q2] text that PostgreSQL cannot hold is cleaned before it becomes a key', async () => {
  const ctx = await newTenant()
  const tags = ['v1\ud800', 'v2\0', '\udfff\0', `v3${'🚀'.repeat(5000)}`]
  const sent = tags.map((tag_name) =>
    github('release', { action: 'published', release: { tag_name, published_at: iso(1e12) } }),
  )
  const results = await process(ctx, sent)
  deepEqual(new Set(results.map(({ outcome }) => outcome)), new Set(['recorded']))
  const refs = (await sql('select ref from deployment_records where tenant_id = $1 order by id', [ctx.tenantId])) as {
    ref: string
  }[]
  ok(refs.every(({ ref }) => ref.isWellFormed() && ref.length <= 300))
  equal(refs.length, 4)
})

test('[Q2] events that are too incomplete say so', async () => {
  const ctx = await newTenant()
  const results = await process(ctx, [
    { source: 'jira', type: 'unknown', payload: { issue: { key: 'TEST-1' } } },
    jira('jira:issue_updated', { issue: {} }),
    jira('jira:version_released', {}),
    jira('jira:issue_updated', {
      timestamp: 1e12,
      issue: { key: 'A-1', fields: {} },
      changelog: { id: '1', items: [{ field: 'labels' }] },
    }),
  ])
  deepEqual(
    results.map(({ outcome }) => outcome),
    ['ignored:incomplete', 'ignored:incomplete', 'ignored:unused-event', 'ignored:unused-change'],
  )
})

test('[D13] no login is stored, only its HMAC', async () => {
  const ctx = await newTenant()
  await processAll(ctx, history(5, 5), 500)
  const stored = await facts(ctx)
  const all = JSON.stringify(stored)
  for (const login of ['ada', 'grace', 'edsger', 'barbara']) ok(!all.includes(login), login)
  const hashes = new Set((stored.pr_events as { author_hash: string }[]).map((row) => row.author_hash))
  ok([...hashes].every((hash) => ['ada', 'grace', 'edsger'].map(hashPerson).includes(hash)))
})

test('[D2] the label that makes an issue an incident is a setting, read per batch', async () => {
  const ctx = await newTenant()
  const issue = {
    number: 3,
    title: 'Down',
    state: 'open',
    labels: [{ name: 'Outage' }],
    created_at: iso(1e12),
    updated_at: iso(1e12),
  }
  const opened = github('issues', { action: 'edited', issue })
  equal((await process(ctx, [opened]))[0]!.outcome, 'ignored:not-an-incident')
  const actor = { type: 'command' as const, id: 't', name: 't' }
  await database.tenantTx(ctx, (tx) =>
    writeSetting(tx, { ...ctx, actor, permissions: new Set(['*']) }, incidentLabel, 'outage'),
  )
  equal((await process(ctx, [opened]))[0]!.outcome, 'recorded')
  notEqual((await facts(ctx)).incident_events!.length, 0)
})
