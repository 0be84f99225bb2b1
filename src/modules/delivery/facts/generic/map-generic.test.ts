import assert from 'node:assert/strict'
import { test } from 'node:test'
import fc from 'fast-check'
import { makeEventLog } from '#kernel/events/index.ts'
import { testDatabase } from '#test/support/database.ts'
import { genericProcessor } from '../processors.ts'
import { seeded, shaOf } from '../test-support.ts'
import { mapGeneric } from './map-generic.ts'

const { database, sql, tenant } = await testDatabase()
const processor = genericProcessor({ eventLog: makeEventLog() })
const enqueuedAt = new Date('2026-03-01T12:00:00Z')
const map = (payload: unknown) => mapGeneric({ source: 'jenkins', payload, enqueuedAt })
const event = (type: string, data: object, more: object = {}) => ({ type, data, ...more })
const deployed = { external_id: '42', repository: 'Acme/Shop', environment: 'Production' }

test('[Q9] a deployment says what the columns of its fact say', () => {
  const data = {
    ...deployed,
    service: 'Checkout',
    sha: shaOf('a').toUpperCase(),
    ref: 'main',
    url: 'https://ci.test/42',
    created_at: '2026-03-01T10:00:00+01:00',
    finished_at: '2026-03-01T09:10:00Z',
    unknown: 'left alone',
  }
  const fact = {
    table: 'deployment_records',
    source: 'jenkins',
    externalId: 'acme/shop:checkout#production#42',
    repository: 'acme/shop',
    service: 'checkout',
    environment: 'Production',
    sha: shaOf('a'),
    ref: 'main',
    url: 'https://ci.test/42',
    status: 'success',
    createdAt: new Date('2026-03-01T09:00:00Z'),
    finishedAt: new Date('2026-03-01T09:10:00Z'),
    failedAt: null,
  }
  assert.deepEqual(map(event('deployment.finished', data)), [fact])
  assert.deepEqual(map(event('deployment.failed', data)), [
    { ...fact, status: 'failure', finishedAt: null, failedAt: fact.finishedAt },
  ])
  assert.deepEqual(map(event('deployment.started', data)), [{ ...fact, status: 'pending', finishedAt: null }])
})

test('[Q9] what gives no time happened at its timestamp, else when it came in', () => {
  const timestamp = '2026-03-01T11:59:00Z'
  const [named] = map(event('deployment.finished', deployed, { timestamp })) as unknown as { finishedAt: Date }[]
  assert.deepEqual(named!.finishedAt, new Date(timestamp))
  const [plain] = map(event('deployment.finished', deployed)) as unknown as { finishedAt: Date }[]
  assert.deepEqual(plain!.finishedAt, enqueuedAt)
})

test('[Q9] one build number in two repositories, services or environments is as many deployments', () => {
  const keys = [
    deployed,
    { ...deployed, environment: 'staging' },
    { ...deployed, service: 'checkout' },
    { ...deployed, repository: 'acme/api' },
    { ...deployed, repository: 'acme/group/shop' },
  ].map((data) => (map(event('deployment.finished', data)) as unknown as { externalId: string }[])[0]!.externalId)
  assert.equal(new Set(keys).size, keys.length, keys.join())
})

test('[Q9] an incident says what is true of it with the times it gives, and the latest word counts', () => {
  const data = {
    external_id: 'PD-1',
    title: 'Checkout is down',
    severity: 'SEV1',
    service: 'Checkout',
    deployment_sha: 'ABCDEF1',
    started_at: '2026-03-01T10:00:00Z',
    resolved_at: '2026-03-01T11:00:00Z',
  }
  const rows = map(event('incident.resolved', data)) as unknown as { action: string; occurredAt: Date }[]
  assert.deepEqual(
    rows.map(({ action, occurredAt }) => [action, occurredAt.toISOString()]),
    [
      ['opened', '2026-03-01T10:00:00.000Z'],
      ['resolved', '2026-03-01T11:00:00.000Z'],
      ['linked', enqueuedAt.toISOString()],
    ],
  )
  assert.deepEqual(rows[0], {
    table: 'incident_events',
    source: 'jenkins',
    incidentKey: 'PD-1',
    action: 'opened',
    occurredAt: new Date(data.started_at),
    title: 'Checkout is down',
    severity: 'sev1',
    repository: null,
    service: 'checkout',
    projectKey: null,
    deploymentSha: 'abcdef1',
    url: null,
  })
  const [closed, ...none] = map(event('incident.resolved', { external_id: 'PD-1' })) as unknown as { action: string }[]
  assert.deepEqual([closed!.action, none], ['resolved', []])
})

test('[Q9] commits are chained oldest to newest behind what they follow', () => {
  const [a, b, c] = ['a', 'b', 'c'].map(shaOf)
  const commits = [b, c].map((sha) => ({ sha, committed_at: '2026-03-01T10:00:00Z', message: 'SHOP-1 do (#7)' }))
  const rows = map(event('commits.pushed', { repository: 'acme/shop', before: a, commits })) as unknown as {
    sha: string
    parents: string[]
    prNumber: number
    ticketKeys: string[]
  }[]
  assert.deepEqual(
    rows.map(({ sha, parents, prNumber, ticketKeys }) => ({ sha, parents, prNumber, ticketKeys })),
    [
      { sha: b, parents: [a], prNumber: 7, ticketKeys: ['SHOP-1'] },
      { sha: c, parents: [b], prNumber: 7, ticketKeys: ['SHOP-1'] },
    ],
  )
})

test('[Q9] what is unknown or incomplete says so', () => {
  const { external_id: _, ...nameless } = deployed
  for (const [payload, outcome] of [
    [event('deployment.exploded', deployed), 'ignored:unknown-type'],
    [event('toString', deployed), 'ignored:unknown-type'],
    [event('deployment.finished', deployed, { version: 2 }), 'ignored:unknown-version'],
    [event('deployment.finished', nameless), 'ignored:incomplete'],
    [event('deployment.finished', { ...deployed, sha: 'main' }), 'ignored:incomplete'],
    [event('deployment.finished', { ...deployed, repository: 'shop' }), 'ignored:incomplete'],
    [event('deployment.finished', { ...deployed, environment: 'a#b' }), 'ignored:incomplete'],
    [event('deployment.finished', { ...deployed, finished_at: '2026-02-30T00:00:00Z' }), 'ignored:incomplete'],
    [event('deployment.finished', { ...deployed, url: 'javascript:alert(1)' }), 'ignored:incomplete'],
    [event('incident.opened', {}), 'ignored:incomplete'],
    [event('incident.opened', { external_id: '\u0001' }), 'ignored:incomplete'],
    [event('commits.pushed', { repository: 'acme/shop', commits: [] }), 'ignored:incomplete'],
    [{ data: deployed }, 'ignored:incomplete'],
    [null, 'ignored:incomplete'],
    [[], 'ignored:incomplete'],
  ] as const)
    assert.equal(map(payload), outcome, JSON.stringify(payload))
})

const types = ['deployment.finished', 'incident.opened', 'incident.withdrawn', 'commits.pushed', '__proto__']
const nasty = fc.oneof(
  fc.constantFrom<unknown>('\0', '\ud800', '', '__proto__', '2026-01-01T00:00:00Z', 1e308, null, -1, [], {}),
  fc.anything({ withNullPrototype: true, maxDepth: 3 }),
)

test('[Q2] [Q9] whatever a payload is, mapping it never throws and what it maps to can be written', async () => {
  const ctx = await tenant()
  const recorded: string[] = []
  const data = fc.record(
    {
      external_id: fc.oneof({ weight: 4, arbitrary: fc.string({ unit: 'binary', minLength: 1 }) }, nasty),
      repository: fc.constantFrom<unknown>('acme/shop', 'ACME/x', 7),
      environment: fc.oneof({ weight: 4, arbitrary: fc.string({ unit: 'binary', minLength: 1 }) }, nasty),
      service: fc.string({ unit: 'binary' }),
      title: fc.oneof(fc.string({ unit: 'binary' }), fc.constant('\ud800'), nasty),
      finished_at: fc.constantFrom('1970-01-01T00:00:00Z', '9999-12-31T00:00:00Z', '0001-01-01T00:00:00Z'),
      commits: nasty,
    },
    { requiredKeys: ['external_id', 'repository', 'environment'] },
  )
  const said = fc.record({
    type: fc.constantFrom(...types),
    data: fc.oneof({ weight: 8, arbitrary: data }, nasty),
    timestamp: nasty,
  })
  const payload = fc.oneof({ weight: 8, arbitrary: said }, nasty)
  await fc.assert(
    fc.asyncProperty(fc.array(payload, { minLength: 5, maxLength: 20 }), async (payloads) => {
      const events = payloads.map((one, id) => ({
        id,
        source: 'jenkins',
        type: '',
        deliveryId: `${id}`,
        enqueuedAt,
        payload: one,
      }))
      const results = await database.tenantTx(ctx, (tx) => processor.process(tx, events))
      assert.equal(results.length, events.length)
      recorded.push(...results.map(({ outcome }) => outcome).filter((outcome) => outcome === 'recorded'))
    }),
    { numRuns: 40 },
  )
  assert.ok(recorded.length > 10, `${recorded.length} recorded`)
})

test('[Q3] [Q9] any order, any batches and redelivery give the same facts', async () => {
  const random = seeded(5)
  const at = (minutes: number) => new Date(Date.UTC(2026, 2, 1, 8, minutes)).toISOString()
  const payloads = Array.from({ length: 12 }, (_, n) => {
    const repository = random.pick(['acme/shop', 'acme/api'])
    const data = {
      external_id: `${n}`,
      repository,
      environment: random.pick(['production', 'Production', 'staging']),
      sha: shaOf(`${n}`),
    }
    const incident = { external_id: `PD-${n % 4}`, title: `Title ${n}`, service: 'checkout' }
    return [
      event('deployment.started', { ...data, created_at: at(n * 9) }),
      event(random.pick(['deployment.finished', 'deployment.failed']), { ...data, finished_at: at(n * 9 + 4) }),
      event('deployment.finished', { ...data, url: 'https://ci.test/x' }, { timestamp: at(n * 9 + 6) }),
      event('incident.opened', { ...incident, started_at: at(n * 9 + 5) }),
      event(random.pick(['incident.resolved', 'incident.withdrawn', 'incident.reopened']), incident, {
        timestamp: at(n * 9 + 7),
      }),
      event('commits.pushed', {
        repository,
        before: shaOf(`${n - 1}`),
        commits: [{ sha: shaOf(`${n}`), committed_at: at(n * 9 - 3) }],
      }),
    ]
  }).flat()
  const events = payloads.map((payload, id) => ({
    id,
    source: id % 5 === 0 ? 'api' : 'jenkins',
    type: '',
    deliveryId: `${id}`,
    enqueuedAt: new Date(enqueuedAt.getTime() + id * 1000),
    payload,
  }))
  const factsOf = async (sent: typeof events, batch: number) => {
    const ctx = await tenant()
    for (let start = 0; start < sent.length; start += batch)
      await database.tenantTx(ctx, (tx) => processor.process(tx, sent.slice(start, start + batch)))
    const rows: unknown[] = []
    for (const [table, key] of [
      ['deployment_records', 'source, external_id'],
      ['incident_events', 'source, incident_key, action, occurred_at'],
      ['commits', 'repository, sha'],
    ])
      rows.push(
        await sql(
          `select to_jsonb(f) - 'tenant_id' - 'id' - 'recorded_at' - 'derived_at' as row from ${table} f where tenant_id = $1 order by ${key}`,
          [ctx.tenantId],
        ),
      )
    return rows
  }
  const expected = await factsOf(events, 500)
  assert.ok(expected.every((rows) => (rows as unknown[]).length >= 12))
  for (let seed = 1; seed <= 8; seed++) {
    const shuffle = seeded(seed)
    const again = events.filter(() => shuffle.chance(0.2))
    assert.deepEqual(
      await factsOf(shuffle.shuffled([...events, ...again]), 1 + shuffle.below(30)),
      expected,
      `shuffle ${seed}`,
    )
  }
})
