import { deepEqual, ok } from 'node:assert/strict'
import { test } from 'node:test'
import { makeEventLog, subscribe } from '#kernel/events/index.ts'
import { drain, makeEngine, type Work } from '#kernel/work/index.ts'
import { silentLog } from '#test/support/database.ts'
import { factsRecorded } from '../events.ts'
import { seeded } from '../test-support.ts'
import { derive } from './derive.ts'
import { recomputeAll } from './recompute-all.ts'
import { deriveBench } from './test-bench.ts'
import {
  commitRow,
  deploymentRow,
  type FactRow,
  incidentRow,
  insertFacts,
  pullRequestRow,
  shaOf,
} from './test-facts.ts'

const { database, sql, tenant, eventLog, touchedBy, record, derived, daysSaid, stream, attributed } =
  await deriveBench()

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
