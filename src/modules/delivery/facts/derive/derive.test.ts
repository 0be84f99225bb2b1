import { deepEqual, equal, notDeepEqual, ok } from 'node:assert/strict'
import { test } from 'node:test'
import { makeEventLog, subscribe } from '#kernel/events/index.ts'
import { writeSetting } from '#kernel/settings/index.ts'
import { drain, makeEngine, type Work } from '#kernel/work/index.ts'
import { silentLog, testDatabase } from '#test/support/database.ts'
import { factsRecorded } from '../events.ts'
import { productionEnvironments } from '../settings.ts'
import { seeded } from '../test-support.ts'
import { derive } from './derive.ts'
import { recomputeAll } from './recompute-all.ts'
import {
  commitRow,
  deploymentRow,
  type FactRow,
  incidentRow,
  insertFacts,
  pullRequestRow,
  shaOf,
} from './test-facts.ts'

const { database, sql, tenant } = await testDatabase()
const eventLog = makeEventLog()
type Ctx = { tenantId: string }

/** What processors say they touched when they record these. */
const touchedBy = (facts: readonly FactRow[]) => ({
  repositories: [
    ...new Set(facts.filter(({ table }) => table !== 'incident_events').map(({ row }) => String(row.repository))),
  ],
  incidents: facts
    .filter(({ table }) => table === 'incident_events')
    .map(({ row }) => ({ source: String(row.source), key: String(row.incident_key) })),
})
async function record(ctx: Ctx, facts: readonly FactRow[]) {
  await insertFacts(sql, ctx.tenantId, facts)
  await database.tenantTx(ctx, (tx) => derive(tx, eventLog, [touchedBy(facts)]))
}

/** All derived tables by natural keys. */
async function derived({ tenantId }: Ctx) {
  const of = (text: string) => sql(text, [tenantId])
  const key = `d.source || ':' || d.external_id`
  return {
    deployments: await of(
      `select ${key} as key, d.counted, d.counted_at, d.rework_reason, d.ticket_links from deployment_records d where tenant_id = $1 order by 1`,
    ),
    changes: await of(
      `select ${key} as deployment, to_jsonb(c) - 'deployment_id' - 'tenant_id' as change from changes c join deployment_records d on d.tenant_id = c.tenant_id and d.id = c.deployment_id where c.tenant_id = $1 order by c.repository, c.sha`,
    ),
    incidents: await of(
      `select i.source, i.incident_key, ${key} as deployment, to_jsonb(i) - 'deployment_id' - 'id' - 'tenant_id' as incident from incidents i left join deployment_records d on d.tenant_id = i.tenant_id and d.id = i.deployment_id where i.tenant_id = $1 order by 1, 2`,
    ),
    failures: await of(
      `select ${key} as deployment, to_jsonb(f) - 'deployment_id' - 'tenant_id' as failure from deployment_failures f join deployment_records d on d.tenant_id = f.tenant_id and d.id = f.deployment_id where f.tenant_id = $1 order by 1, f.cause, f.cause_key`,
    ),
  }
}
/** Days that were said to have changed since the last time this was asked. */
async function daysSaid({ tenantId }: Ctx): Promise<string[]> {
  const rows = await sql(
    `delete from domain_event where tenant_id = $1 and name = 'delivery.days-changed' returning payload`,
    [tenantId],
  )
  ok(rows.length <= 1, 'one event for one derivation')
  const days = rows.flatMap(({ payload }) => (payload as { days: { stream: string; day: string }[] }).days)
  return days.map(({ stream, day }) => `${stream} ${day}`).sort()
}
const forgetDays = ({ tenantId }: Ctx) => sql('delete from domain_event where tenant_id = $1', [tenantId])
const stream = (ctx: Ctx, id: string, kind: string, value: string) =>
  sql(
    `with s as (insert into stream (tenant_id, id, kind, name) values ($1, $2, 'delivery', $2) on conflict do nothing)
    insert into stream_source (tenant_id, stream_id, kind, value) values ($1, $2, $3, $4)`,
    [ctx.tenantId, id, kind, value],
  )
const attributed = async (ctx: Ctx) =>
  Object.fromEntries(
    (await derived(ctx)).incidents.map((row) => [
      row.incident_key,
      [row.deployment, (row.incident as { method: string }).method],
    ]),
  )

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

test('[Q3] recomputing everything through the event log and its work changes nothing', async () => {
  const log = makeEventLog()
  const subscriber = subscribe('delivery.derive-test', factsRecorded, (tx, recorded) => derive(tx, log, recorded))
  log.connect([subscriber])
  const ctx = await tenant()
  await record(ctx, history(3))
  const before = await derived(ctx)
  deepEqual(await recomputeAll({ database, eventLog: log }, ctx), {
    repositories: 2,
    incidents: before.incidents.length,
  })
  const { failed, completed } = await drain(makeEngine(subscriber.work as unknown as Work, database, silentLog))
  deepEqual([failed, completed], [0, 3])
  deepEqual(await derived(ctx), before)
})

/** Two repositories with pull requests of both styles, redeployments, rollbacks, reverts, hotfixes and incidents. */
function history(seed: number): FactRow[] {
  const random = seeded(seed)
  const facts: FactRow[] = []
  for (const name of ['acme/shop', 'acme/api']) {
    const own = { repository: name }
    let tip = `${name}0`
    let minutes = random.below(500)
    const deployed: string[] = []
    facts.push(commitRow(tip, [], minutes, own))
    for (let n = 1; n <= 14; n++) {
      minutes += 1 + random.below(900)
      const number = n
      const branch = [`${name}b${n}`, `${name}c${n}`]
      const start = tip
      facts.push(commitRow(branch[0]!, [start], minutes, own), commitRow(branch[1]!, [branch[0]!], minutes + 5, own))
      const squash = random.chance(0.5)
      const tickets = random.chance(0.5) ? [`OPS-${random.below(6)}`] : []
      const pr = {
        ...own,
        head_sha: shaOf(branch[1]!),
        head_ref: random.chance(0.15) ? 'hotfix/x' : 'feature/x',
        labels: random.chance(0.1) ? ['rework'] : [],
        ticket_keys: tickets,
      }
      const merge = `${name}m${n}`
      facts.push(pullRequestRow(number, 'opened', minutes + 6, pr))
      if (random.chance(0.7))
        facts.push(pullRequestRow(number, 'reviewed', minutes + 20, { ...pr, review_state: 'approved' }))
      facts.push(pullRequestRow(number, 'merged', minutes + 30, { ...pr, merge_commit_sha: shaOf(merge) }))
      const reverts = random.chance(0.2) && deployed.length > 0 ? shaOf(random.pick(deployed)) : null
      facts.push(
        commitRow(merge, squash ? [start] : [start, branch[1]!], minutes + 30, {
          ...own,
          reverts,
          pr_number: squash ? number : null,
        }),
      )
      tip = merge
      if (random.chance(0.7)) {
        const sha = random.chance(0.3) && deployed.length > 0 ? random.pick(deployed) : tip
        deployed.push(sha)
        const service = random.chance(0.2) ? 'checkout' : name
        facts.push(
          deploymentRow(`${name}#${n}`, sha, minutes + 40 + random.below(600), {
            ...own,
            service,
            environment: random.chance(0.8) ? 'production' : random.pick(['staging', 'Live']),
          }),
        )
      }
      if (random.chance(0.5)) {
        const started = minutes + random.below(2000)
        const jira = random.chance(0.5)
        const key = jira ? `OPS-${n % 6}` : `${name}#i${n}`
        const more = {
          ...(jira
            ? { source: 'jira', repository: null, project_key: 'OPS', service: random.chance(0.3) ? 'checkout' : null }
            : own),
          deployment_sha:
            random.chance(0.2) && deployed.length > 0
              ? shaOf(random.pick(deployed)).slice(0, 7 + random.below(33))
              : null,
        }
        if (
          facts.some(
            ({ row }) => row.incident_key === key && row.repository !== (more as { repository?: unknown }).repository,
          )
        )
          continue
        facts.push(incidentRow(key, 'opened', started, more))
        if (random.chance(0.6)) facts.push(incidentRow(key, 'resolved', started + 50, more))
        if (random.chance(0.2)) facts.push(incidentRow(key, 'reopened', started + 60, more))
        if (random.chance(0.1)) facts.push(incidentRow(key, 'withdrawn', started + 70, more))
      }
    }
  }
  const distinct = new Map(
    facts.map((one) => [
      JSON.stringify([
        one.table,
        one.row.repository,
        one.row.sha,
        one.row.external_id,
        one.row.pr_number,
        one.row.action,
        one.row.incident_key,
        one.row.occurred_at,
      ]),
      one,
    ]),
  )
  return [...distinct.values()]
}

for (let seed = 1; seed <= 10; seed++)
  test(`[Q3] the same facts in any order and any batches derive the same (seed ${seed})`, async () => {
    const random = seeded(seed)
    const facts = history(seed)
    const [once, piecemeal] = [await tenant(), await tenant()]
    for (const ctx of [once, piecemeal]) {
      await stream(ctx, 'ops', 'jira_project', 'ops')
      await stream(ctx, 'ops', 'repository', 'acme/api')
    }
    await record(once, facts)
    const shuffled = random.shuffled(facts)
    const days = new Set<string>()
    while (shuffled.length > 0) {
      await record(piecemeal, shuffled.splice(0, 1 + random.below(40)))
      for (const one of await daysSaid(piecemeal)) days.add(one)
    }
    const expected = await derived(once)
    deepEqual(await derived(piecemeal), expected)
    ok(expected.changes.length > 10 && expected.incidents.length > 0)
    const missed = (await daysSaid(once)).filter((one) => !days.has(one))
    deepEqual(missed, [], 'every day that counts was said to have changed')
  })

test('[Q3] histories of the tests have failures and attributions of every kind', async () => {
  const seen = new Set<unknown>()
  for (const seed of [1, 2, 3, 4, 5, 6]) {
    const ctx = await tenant()
    await stream(ctx, 'ops', 'jira_project', 'ops')
    await stream(ctx, 'ops', 'repository', 'acme/api')
    await record(ctx, history(seed))
    const { failures, incidents, deployments, changes } = await derived(ctx)
    for (const { failure } of failures) seen.add((failure as { cause: string }).cause)
    for (const { incident } of incidents) seen.add((incident as { method: string }).method)
    for (const { rework_reason: reason } of deployments) seen.add(reason)
    for (const { change } of changes) seen.add((change as { clock: string }).clock)
  }
  for (const kind of [
    'incident',
    'rollback',
    'revert',
    'hotfix',
    'sha',
    'service',
    'project',
    'label',
    'pr_first_commit',
    'committed',
  ])
    ok(seen.has(kind), `none is ${kind}`)
})

test('[Q3] two workers that derive repositories of one service at once leave what one would have', async () => {
  const shared = { service: 'checkout' }
  const one = [commitRow('a', [], 0), deploymentRow(1, 'a', 100, shared)]
  const two = [
    commitRow('b', [], 0, { repository: 'acme/api' }),
    deploymentRow(2, 'b', 200, { ...shared, repository: 'acme/api' }),
  ]
  const incident = [incidentRow('OPS-1', 'opened', 300, { source: 'jira', repository: null, service: 'checkout' })]
  for (let round = 0; round < 5; round++) {
    const ctx = await tenant()
    await insertFacts(sql, ctx.tenantId, [...one, ...two, ...incident])
    await Promise.all(
      [one, two, incident, two, one].map((facts) =>
        database.tenantTx(ctx, (tx) => derive(tx, eventLog, [touchedBy(facts)])),
      ),
    )
    deepEqual(await attributed(ctx), { 'OPS-1': ['github.deployment:2', 'service'] })
  }
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
