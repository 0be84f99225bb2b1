import { deepEqual, equal, rejects } from 'node:assert/strict'
import { test } from 'node:test'
import type { Context } from '#kernel/context/index.ts'
import { makeEventLog } from '#kernel/events/index.ts'
import { makeHttp } from '#kernel/http/index.ts'
import { silentLog, testDatabase } from '#test/support/database.ts'
import { newStream, streamChange } from '../schemas.ts'
import { streamRoutes } from '../stream-routes.ts'
import { changeStream } from './change-stream.ts'
import { createStream } from './create-stream.ts'
import { deleteStream } from './delete-stream.ts'
import { listStreams, readStream } from './list-streams.ts'

const { database, sql, tenant } = await testDatabase()
const eventLog = makeEventLog()
const deps = { database, eventLog }

const input = (id: string, ...sources: [string, string][]) =>
  newStream.parse({ id, name: id.toUpperCase(), sources: sources.map(([kind, value]) => ({ kind, value })) })
const sources = (...given: [string, string][]) =>
  streamChange.parse({ sources: given.map(([kind, value]) => ({ kind, value })) })
const slug = (wanted: string) => (error: unknown) => (error as { type?: { slug: string } }).type?.slug === wanted

const deploy = async ({ tenantId }: Context, id: number, repository: string, service: string, finishedAt: string) =>
  sql(
    `insert into deployment_records (tenant_id, id, source, external_id, repository, service, environment, status, finished_at, counted)
     overriding system value values ($1, $2::bigint, 'github.deployment', $2::bigint::text, $3, $4, 'production', 'success', $5, true)`,
    [tenantId, id, repository, service, finishedAt],
  )
const incident = async ({ tenantId }: Context, key: string, more: Record<string, unknown>) => {
  const row = { tenant_id: tenantId, source: 'jira', incident_key: key, title: key, ...more }
  const names = Object.keys(row)
  await sql(
    `insert into incidents (${names.join(', ')}) values (${names.map((_, index) => `$${index + 1}`).join(', ')})`,
    Object.values(row),
  )
}
/** Days said to have changed since last asked. */
async function daysSaid({ tenantId }: Context) {
  const rows = await sql(
    `with gone as (delete from domain_event where tenant_id = $1 and name = 'delivery.days-changed' returning id, payload)
     select day ->> 'stream' as stream, day ->> 'day' as day from gone, jsonb_array_elements(payload -> 'days') day order by id, 1, 2`,
    [tenantId],
  )
  return rows.map(({ stream, day }) => `${stream} ${day}`)
}

test('[D1] a stream is made, read, changed and deleted, each with its audit row', async () => {
  const ctx = await tenant()
  const made = await createStream(
    deps,
    ctx,
    input('shop', ['repository', ' Acme/Shop '], ['jira_project', 'SHOP'], ['repository', 'acme/shop']),
  )
  const expected = {
    id: 'shop',
    kind: 'delivery',
    name: 'SHOP',
    sources: [
      { kind: 'jira_project', value: 'shop' },
      { kind: 'repository', value: 'acme/shop' },
    ],
  }
  deepEqual(made, expected)
  deepEqual(await readStream(database, ctx, 'shop'), expected)
  const renamed = await changeStream(deps, ctx, 'shop', { name: 'The shop' })
  deepEqual(renamed, { ...expected, name: 'The shop' })
  const moved = await changeStream(deps, ctx, 'shop', sources(['service', 'checkout']))
  deepEqual(moved.sources, [{ kind: 'service', value: 'checkout' }])
  deepEqual((await listStreams(database, ctx)).streams, [moved])
  await deleteStream(deps, ctx, 'shop')
  await rejects(readStream(database, ctx, 'shop'), slug('not-found'))
  deepEqual(await sql('select count(*)::int as n from stream_source where tenant_id = $1', [ctx.tenantId]), [{ n: 0 }])
  const audited = await sql('select action, subject, delta from audit_events where tenant_id = $1 order by id', [
    ctx.tenantId,
  ])
  deepEqual(audited, [
    { action: 'delivery.stream-created', subject: 'stream:shop', delta: { after: made } },
    { action: 'delivery.stream-changed', subject: 'stream:shop', delta: { before: made, after: renamed } },
    { action: 'delivery.stream-changed', subject: 'stream:shop', delta: { before: renamed, after: moved } },
    { action: 'delivery.stream-deleted', subject: 'stream:shop', delta: { before: moved } },
  ])
})

test('[D1] an id can be used once in a tenant, and by every tenant', async () => {
  const [one, other] = [await tenant(), await tenant()]
  await createStream(deps, one, input('shop'))
  await rejects(createStream(deps, one, input('shop')), slug('delivery/stream-exists'))
  await createStream(deps, other, input('shop'))
  equal((await listStreams(database, one)).streams.length, 1)
})

test('[D1] another tenant does not see, change or delete a stream', async () => {
  const [owner, other] = [await tenant(), await tenant()]
  await createStream(deps, owner, input('shop', ['repository', 'acme/shop']))
  deepEqual((await listStreams(database, other)).streams, [])
  await rejects(readStream(database, other, 'shop'), slug('not-found'))
  await rejects(changeStream(deps, other, 'shop', { name: 'Mine' }), slug('not-found'))
  await rejects(deleteStream(deps, other, 'shop'), slug('not-found'))
  equal((await readStream(database, owner, 'shop')).name, 'SHOP')
})

test('[D1] reading and writing streams need their permission, and a limited key sees only its streams', async () => {
  const ctx = await tenant()
  await createStream(deps, ctx, input('shop'))
  await createStream(deps, ctx, input('api'))
  const may = (...names: string[]) => ({ ...ctx, permissions: new Set(names) })
  await rejects(listStreams(database, may('delivery:write')), slug('forbidden'))
  await rejects(readStream(database, may(), 'shop'), slug('forbidden'))
  await rejects(createStream(deps, may('delivery:read'), input('x')), slug('forbidden'))
  await rejects(changeStream(deps, may('delivery:read'), 'shop', { name: 'x' }), slug('forbidden'))
  await rejects(deleteStream(deps, may('delivery:read'), 'shop'), slug('forbidden'))
  const limited = { ...ctx, streams: new Set(['shop']) }
  deepEqual(
    (await listStreams(database, limited)).streams.map(({ id }) => id),
    ['shop'],
  )
  deepEqual((await listStreams(database, { ...ctx, streams: new Set<string>() })).streams, [])
  equal((await readStream(database, limited, 'shop')).id, 'shop')
  await rejects(readStream(database, limited, 'api'), slug('forbidden'))
  await rejects(createStream(deps, limited, input('x')), slug('forbidden'))
  await rejects(changeStream(deps, limited, 'shop', { name: 'x' }), slug('forbidden'))
  await rejects(deleteStream(deps, limited, 'shop'), slug('forbidden'))
})

test("[D1] a change of sources re-opens the days that were or become the stream's, in the tenant's time zone", async () => {
  const ctx = await tenant('America/New_York')
  await deploy(ctx, 1, 'acme/shop', 'checkout', '2026-03-02T02:00:00Z')
  await deploy(ctx, 2, 'acme/api', 'acme/api', '2026-03-05T12:00:00Z')
  await deploy(ctx, 3, 'acme/other', 'acme/other', '2026-03-09T12:00:00Z')
  await incident(ctx, 'OPS-1', {
    project_key: 'OPS',
    started_at: '2026-03-10T12:00:00Z',
    resolved_at: '2026-03-11T12:00:00Z',
  })
  await incident(ctx, 'X-1', { project_key: 'X', deployment_id: 2, started_at: '2026-03-12T12:00:00Z' })
  await createStream(deps, ctx, input('shop', ['repository', 'acme/shop']))
  deepEqual(await daysSaid(ctx), ['shop 2026-03-01'])
  await changeStream(deps, ctx, 'shop', sources(['repository', 'acme/api']))
  deepEqual(await daysSaid(ctx), ['shop 2026-03-01', 'shop 2026-03-05', 'shop 2026-03-12'])
  await changeStream(deps, ctx, 'shop', { name: 'Only a name' })
  deepEqual(await daysSaid(ctx), [])
  await changeStream(deps, ctx, 'shop', sources(['service', 'checkout'], ['jira_project', 'OPS']))
  deepEqual(
    await daysSaid(ctx),
    ['01', '05', '10', '11', '12'].map((day) => `shop 2026-03-${day}`),
  )
  await deleteStream(deps, ctx, 'shop')
  deepEqual(
    await daysSaid(ctx),
    ['01', '10', '11'].map((day) => `shop 2026-03-${day}`),
  )
})

test("[D1] repositories with facts that are no stream's are listed for the newcomer", async () => {
  const [ctx, other] = [await tenant(), await tenant()]
  await deploy(ctx, 1, 'acme/shop', 'checkout', '2026-03-02T02:00:00Z')
  await deploy(ctx, 2, 'acme/shop', 'cart', '2026-03-02T02:00:00Z')
  await deploy(other, 1, 'other/secret', 'x', '2026-03-02T02:00:00Z')
  const commit = 'insert into commits (tenant_id, repository, sha, committed_at) values ($1, $2, $3, now())'
  for (const [repository, sha] of [
    ['acme/api', 'a'],
    ['acme/api', 'b'],
    ['acme/lib', 'a'],
  ])
    await sql(commit, [ctx.tenantId, repository, sha])
  await sql(
    "insert into pr_events (tenant_id, repository, pr_number, action, occurred_at) values ($1, 'acme/zoo', 1, 'opened', now())",
    [ctx.tenantId],
  )
  const unassigned = async () => (await listStreams(database, ctx)).unassigned_repositories
  deepEqual(await unassigned(), ['acme/api', 'acme/lib', 'acme/shop', 'acme/zoo'])
  await createStream(deps, ctx, input('shop', ['repository', 'acme/shop'], ['repository', 'acme/api']))
  deepEqual(await unassigned(), ['acme/lib', 'acme/zoo'])
  deepEqual((await listStreams(database, { ...ctx, streams: new Set(['shop']) })).unassigned_repositories, [])
})

test('[D1] the API makes, lists, changes and deletes streams', async () => {
  const ctx = await tenant()
  const http = await makeHttp({
    log: silentLog,
    requestTimeoutMs: 5000,
    authenticators: [async () => ctx],
    production: false,
  })
  await http.register(async (api) => streamRoutes(database, eventLog)(api as typeof http), { prefix: '/api/v1' })
  const call = async (method: 'GET' | 'POST' | 'PATCH' | 'DELETE', url: string, body?: object) => {
    const reply = await http.inject({ method, url: `/api/v1/streams${url}`, ...(body ? { body } : {}) })
    return { status: reply.statusCode, body: reply.body === '' ? null : reply.json() }
  }
  const made = await call('POST', '', {
    id: 'shop',
    name: 'Shop',
    sources: [{ kind: 'repository', value: 'Acme/Shop' }],
  })
  equal(made.status, 201)
  deepEqual(made.body.sources, [{ kind: 'repository', value: 'acme/shop' }])
  const again = await call('POST', '', { id: 'shop', name: 'Shop' })
  deepEqual([again.status, again.body.type], [409, '/problems/delivery/stream-exists'])
  equal((await call('POST', '', { id: 'all', name: 'All' })).status, 422)
  deepEqual((await call('GET', '')).body, { streams: [made.body], unassigned_repositories: [] })
  deepEqual((await call('GET', '/shop')).body, made.body)
  equal((await call('PATCH', '/shop', { name: 'The shop' })).body.name, 'The shop')
  equal((await call('PATCH', '/none', { name: 'x' })).status, 404)
  deepEqual(await call('DELETE', '/shop'), { status: 204, body: null })
  equal((await call('GET', '/shop')).status, 404)
  await http.close()
})
