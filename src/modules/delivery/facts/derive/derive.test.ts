import { deepEqual, equal, notDeepEqual } from 'node:assert/strict'
import { test } from 'node:test'
import { writeSetting } from '#kernel/settings/index.ts'
import { productionEnvironments } from '../settings.ts'
import { derive } from './derive.ts'
import { deriveBench } from './test-bench.ts'
import { commitRow, deploymentRow, incidentRow, insertFacts, shaOf } from './test-facts.ts'

const { database, sql, tenant, eventLog, record, derived, daysSaid, forgetDays, stream, attributed } =
  await deriveBench()
const day = 24 * 60
const line = 'abcdef'.split('').map((name, n, all) => commitRow(name, n === 0 ? [] : [all[n - 1]!], n * 10))

test('[D2] counted: a success in production of the source that the tenant counts', async () => {
  const ctx = await tenant()
  await record(ctx, [
    deploymentRow(1, 'a', 10),
    deploymentRow(2, 'a', 11, { environment: 'staging' }),
    deploymentRow(3, 'a', 12, { status: 'failure', finished_at: null }),
    deploymentRow(4, 'a', 13, { source: 'github.workflow_run' }),
    deploymentRow(5, 'a', 14, { source: 'api', environment: 'LIVE' }),
  ])
  const counted = (await derived(ctx)).deployments.filter((row) => row.counted).map(({ key }) => key)
  deepEqual(counted, ['api:5', 'github.deployment:1'])
  await database.tenantTx(ctx, (tx) => writeSetting(tx, ctx, productionEnvironments, ['staging']))
  await database.tenantTx(ctx, (tx) => derive(tx, eventLog, [{ repositories: ['acme/shop'], incidents: [] }]))
  deepEqual(
    (await derived(ctx)).deployments.filter((row) => row.counted).map(({ key }) => key),
    ['github.deployment:2'],
  )
})

test('[D5] a late deployment takes its commits from the later one, and only those days are said to have changed', async () => {
  const ctx = await tenant('America/New_York')
  await stream(ctx, 'shop', 'repository', 'acme/shop')
  await stream(ctx, 'other', 'repository', 'acme/other')
  await record(ctx, [...line, deploymentRow(1, 'a', 5 * day), deploymentRow(3, 'f', 9 * day)])
  // Midnight UTC is the evening before in New York.
  deepEqual(await daysSaid(ctx), ['all 2026-01-09', 'all 2026-01-13', 'shop 2026-01-09', 'shop 2026-01-13'])
  await record(ctx, [deploymentRow(2, 'c', 7 * day)])
  deepEqual(await daysSaid(ctx), ['all 2026-01-11', 'all 2026-01-13', 'shop 2026-01-11', 'shop 2026-01-13'])
  const { changes } = await derived(ctx)
  deepEqual(
    changes.map(({ deployment }) => deployment).sort(),
    ['1', '2', '2', '3', '3', '3'].map((id) => `github.deployment:${id}`),
  )
  await database.tenantTx(ctx, (tx) => derive(tx, eventLog, [{ repositories: ['acme/shop'], incidents: [] }]))
  deepEqual(await daysSaid(ctx), [], 'nothing changed, nothing said')
})

test('[D5] an earlier success heard of later moves the deployment: both days are said', async () => {
  const ctx = await tenant()
  await record(ctx, [deploymentRow(1, null, 5 * day)])
  await daysSaid(ctx)
  await sql(`update deployment_records set finished_at = finished_at - interval '2 days' where tenant_id = $1`, [
    ctx.tenantId,
  ])
  await database.tenantTx(ctx, (tx) => derive(tx, eventLog, [{ repositories: ['acme/shop'], incidents: [] }]))
  deepEqual(await daysSaid(ctx), ['all 2026-01-08', 'all 2026-01-10'])
})

test('[D7] a ticket link that comes or goes re-opens the days of the stream it links', async () => {
  const ctx = await tenant()
  await stream(ctx, 'pay', 'jira_project', 'pay')
  await record(ctx, [commitRow('a', [], 0, { pr_number: 7, ticket_keys: ['PAY-1'] }), deploymentRow(1, 'a', 5 * day)])
  deepEqual(await daysSaid(ctx), ['all 2026-01-10'])
  const again = () =>
    database.tenantTx(ctx, (tx) => derive(tx, eventLog, [{ repositories: ['acme/shop'], incidents: [] }]))
  await sql(
    `insert into pr_streams (tenant_id, repository, pr_number, stream_id, ticket_key) values ($1, 'acme/shop', 7, 'pay', 'PAY-1')`,
    [ctx.tenantId],
  )
  await again()
  deepEqual(await daysSaid(ctx), ['all 2026-01-10', 'pay 2026-01-10'])
  await sql('delete from pr_streams where tenant_id = $1', [ctx.tenantId])
  await again()
  deepEqual(await daysSaid(ctx), ['all 2026-01-10', 'pay 2026-01-10'])
})

test('[D4] a late incident finds its deployment, and a late deployment is found by an incident that was there', async () => {
  const ctx = await tenant()
  await record(ctx, [deploymentRow(1, 'a', 60)])
  await record(ctx, [incidentRow('acme/shop#1', 'opened', 300)])
  deepEqual(await attributed(ctx), { 'acme/shop#1': ['github.deployment:1', 'service'] })
  await record(ctx, [deploymentRow(2, 'b', 200)])
  deepEqual(await attributed(ctx), { 'acme/shop#1': ['github.deployment:2', 'service'] })
  const { failures } = await derived(ctx)
  deepEqual(
    failures.map((row) => [row.deployment, (row.failure as { cause_key: string }).cause_key]),
    [['github.deployment:2', 'github:acme/shop#1']],
  )
  await forgetDays(ctx)
  await record(ctx, [incidentRow('acme/shop#1', 'withdrawn', 400)])
  deepEqual((await derived(ctx)).failures, [], 'a withdrawn incident is no failure')
  deepEqual(await daysSaid(ctx), ['all 2026-01-05'])
})

test('[D4] a named commit, a revert that names the ticket and the project of a stream attribute across repositories', async () => {
  const ctx = await tenant()
  const own = { repository: 'acme/api' }
  const api = { ...own, service: 'acme/api' }
  await stream(ctx, 'pay', 'jira_project', 'pay')
  await stream(ctx, 'pay', 'repository', 'acme/api')
  const lost = { source: 'jira', repository: null, project_key: 'PAY' }
  await record(ctx, [
    incidentRow('PAY-1', 'opened', 100, { ...lost, deployment_sha: shaOf('x').slice(0, 9) }),
    incidentRow('PAY-2', 'opened', 100, lost),
    incidentRow('PAY-3', 'opened', 100, lost),
  ])
  deepEqual(await attributed(ctx), { 'PAY-1': [null, null], 'PAY-2': [null, null], 'PAY-3': [null, null] })
  await record(ctx, [
    commitRow('x', [], 1, own),
    commitRow('y', ['x'], 2, own),
    commitRow('z', ['y'], 3, own),
    commitRow('r', ['z'], 150, { ...own, reverts: shaOf('y'), ticket_keys: ['PAY-2'] }),
    deploymentRow(1, 'x', 10, api),
    deploymentRow(2, 'y', 20, api),
    deploymentRow(3, 'z', 30, api),
    deploymentRow(4, 'r', 160, api),
  ])
  deepEqual(await attributed(ctx), {
    'PAY-1': ['github.deployment:1', 'sha'],
    'PAY-2': ['github.deployment:2', 'revert'],
    'PAY-3': ['github.deployment:3', 'project'],
  })
})

test('[D4] facts that come after an incident find it by the commit or ticket they share, however long ago they happened', async () => {
  const ctx = await tenant()
  const lost = { source: 'jira', repository: null, project_key: 'PAY' }
  await record(ctx, [
    incidentRow('PAY-1', 'opened', 60 * day, { ...lost, deployment_sha: shaOf('a').slice(0, 7) }),
    incidentRow('PAY-2', 'opened', 60 * day, lost),
    incidentRow('PAY-3', 'opened', 60 * day, { ...lost, deployment_sha: shaOf('c') }),
  ])
  await record(ctx, [...line.slice(0, 3), deploymentRow(1, 'b', day), deploymentRow(2, 'c', 2 * day)])
  deepEqual(await attributed(ctx), {
    'PAY-1': ['github.deployment:1', 'sha'],
    'PAY-2': [null, null],
    'PAY-3': ['github.deployment:2', 'sha'],
  })
  await record(ctx, [
    commitRow('r', ['c'], 3 * day, { reverts: shaOf('c'), ticket_keys: ['PAY-2'] }),
    deploymentRow(3, 'r', 4 * day),
  ])
  deepEqual((await attributed(ctx))['PAY-2'], ['github.deployment:2', 'revert'])
})

test('[D5] an earlier opening heard of later moves the incident: both days are said', async () => {
  const ctx = await tenant()
  await stream(ctx, 'shop', 'repository', 'acme/shop')
  await record(ctx, [incidentRow('acme/shop#1', 'opened', 5 * day)])
  deepEqual(await daysSaid(ctx), ['all 2026-01-10', 'shop 2026-01-10'])
  await record(ctx, [incidentRow('acme/shop#1', 'opened', 3 * day)])
  deepEqual(await daysSaid(ctx), ['all 2026-01-08', 'all 2026-01-10', 'shop 2026-01-08', 'shop 2026-01-10'])
})

test('[Q8] what was derived from purged incident events stays', async () => {
  const ctx = await tenant()
  await record(ctx, [deploymentRow(1, 'a', 60), incidentRow('acme/shop#1', 'opened', 100)])
  const before = await derived(ctx)
  await sql('delete from incident_events where tenant_id = $1', [ctx.tenantId])
  await database.tenantTx(ctx, (tx) =>
    derive(tx, eventLog, [{ repositories: ['acme/shop'], incidents: [{ source: 'github', key: 'acme/shop#1' }] }]),
  )
  deepEqual(await derived(ctx), before)
  await record(ctx, [deploymentRow(2, 'b', 90)])
  deepEqual(await attributed(ctx), { 'acme/shop#1': ['github.deployment:2', 'service'] })
})

test('[D5] another tenant with the same facts is not touched', async () => {
  const [mine, theirs] = [await tenant(), await tenant()]
  const facts = [...line, deploymentRow(1, 'c', day)]
  await insertFacts(sql, theirs.tenantId, facts)
  const before = await derived(theirs)
  await record(mine, facts)
  deepEqual(await derived(theirs), before)
  notDeepEqual((await derived(mine)).changes, [])
  equal((await derived(mine)).changes.length, 3)
})
