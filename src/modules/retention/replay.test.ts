import { deepEqual, equal, match, ok, rejects } from 'node:assert/strict'
import { copyFileSync, readdirSync, readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { test } from 'node:test'
import { defaultTenantId } from '#kernel/context/index.ts'
import { history, type Sent } from '#modules/delivery/facts/test-support.ts'
import { type TestApp, testApp } from '#test/support/app.ts'
import { testContext } from '#test/support/database.ts'
import { githubWebhook, jiraWebhook } from '#test/support/webhooks.ts'
import { factTables, retentionBench } from './test-bench.ts'

const bench = await retentionBench()
const ctx = testContext()
const tenantId = defaultTenantId
const nothing = () => undefined

const send = async (app: TestApp, events: readonly Sent[]) => {
  for (const [n, { source, type, payload }] of events.entries()) {
    const delivery = `d-${n}`
    const reply = await app.http.inject(
      source === 'github' ? githubWebhook(type, payload, { delivery }) : jiraWebhook(payload, { delivery }),
    )
    equal(reply.statusCode, 202, reply.body)
  }
  await app.settle()
}
const makeStreams = async (app: TestApp) => {
  await app.composed.facts.createStream(ctx, {
    id: 'shop',
    kind: 'delivery',
    name: 'Shop',
    sources: [
      { kind: 'repository', value: 'acme/shop' },
      { kind: 'jira_project', value: 'shop' },
    ],
  } as never)
  await app.settle()
}

/** Raw facts by natural keys, every column but ids, times of recording and what is derived. */
const facts = async (app: TestApp) =>
  Object.fromEntries(
    await Promise.all(
      factTables.map(async (table) => [
        table,
        (
          await app.sql(
            `select (to_jsonb(t) - array['id', 'recorded_at', 'sealed', 'derived_at'])::text as row from ${table} t where tenant_id = $1 order by 1`,
            [tenantId],
          )
        ).map(({ row }) => row),
      ]),
    ),
  )
/** What was derived, by natural keys. */
const derived = async (app: TestApp) => ({
  changes: await app.sql(
    `select (to_jsonb(c) - array['deployment_id', 'derived_at'])::text as row, d.external_id from changes c
    join deployment_records d on d.tenant_id = c.tenant_id and d.id = c.deployment_id order by 1, 2`,
  ),
  failures: await app.sql(
    `select (to_jsonb(f) - array['deployment_id', 'derived_at'])::text as row, d.external_id from deployment_failures f
    join deployment_records d on d.tenant_id = f.tenant_id and d.id = f.deployment_id order by 1, 2`,
  ),
  incidents: await app.sql(
    `select (to_jsonb(i) - array['id', 'deployment_id', 'derived_at'])::text as row, d.external_id from incidents i
    left join deployment_records d on d.tenant_id = i.tenant_id and d.id = i.deployment_id order by 1, 2`,
  ),
  days: await app.sql(
    `select (to_jsonb(d) - array['computed_at', 'sealed'])::text as row from dora_daily d order by 1`,
  ),
})
const figures = async (app: TestApp) => {
  const headers = await app.key()
  return Promise.all(
    ['', '&stream=shop'].map(async (stream) => {
      const url = `/api/v1/metrics/dora?from=2026-01-01&to=2026-02-28&interval=day${stream}`
      const reply = await app.http.inject({ url, headers })
      equal(reply.statusCode, 200, reply.body)
      return JSON.parse(reply.body, (name, value) =>
        name === 'as_of' || name.startsWith('oldest_') ? undefined : value,
      )
    }),
  )
}

const sent = history(7, 60)
await makeStreams(bench)
await send(bench, sent)
const before = { facts: await facts(bench), derived: await derived(bench), figures: await figures(bench) }
await bench.age(tenantId, 400)
await bench.enforce()

test('[Q7] [Q8] there is something to replay, and its facts are gone', async () => {
  for (const table of factTables) {
    ok(before.facts[table]!.length > 10, table)
    deepEqual((await facts(bench))[table], [])
  }
  ok(before.derived.changes.length > 20 && before.derived.failures.length > 5 && before.derived.incidents.length > 5)
  deepEqual(await figures(bench), before.figures, 'the figures stay')
})

/** A fresh installation that looks at a copy of the archive. */
async function elsewhere() {
  const app = await testApp({ ARCHIVE_DIR: bench.folder })
  await makeStreams(app)
  return app
}

test('[Q7] archive:replay into an empty database makes the same facts and the same figures, however often', async () => {
  const other = await elsewhere()
  const dry = await other.composed.retention.replay(ctx, { dryRun: true }, nothing)
  const all = factTables.reduce((sum, table) => sum + before.facts[table]!.length, 0)
  deepEqual([dry.rows, dry.written, dry.faults], [all, 0, []])
  deepEqual((await facts(other)).deployment_records, [])

  const steps: string[] = []
  const first = await other.composed.retention.replay(ctx, { dryRun: false }, (phase) => steps.push(phase))
  deepEqual([first.rows, first.written], [all, all])
  deepEqual([...new Set(steps)], ['deployment_records', 'incident_events', 'pr_events', 'work_item_events', 'commits'])
  await other.settle()
  deepEqual(await facts(other), before.facts)
  deepEqual(await derived(other), before.derived)
  deepEqual(await figures(other), before.figures)

  const again = await other.composed.retention.replay(ctx, { dryRun: false }, nothing)
  deepEqual([again.rows, again.written], [all, 0])
  await other.settle()
  deepEqual(await facts(other), before.facts)
  deepEqual(await derived(other), before.derived)
})

test('[Q7] archived events are queued again, processed, and make the same facts', async () => {
  const other = await elsewhere()
  const chosen = { tables: ['event_queue'], dryRun: false }
  const first = await other.composed.retention.replay(ctx, chosen, nothing)
  deepEqual([first.rows, first.written], [sent.length, sent.length])
  await other.settle()
  deepEqual(await facts(other), before.facts)
  deepEqual(await figures(other), before.figures)
  equal((await other.composed.retention.replay(ctx, chosen, nothing)).written, 0)
  equal(Number((await other.sql('select count(*)::int as n from event_queue'))[0]!.n), sent.length)
})

test('[Q7] a broken file is named and left out, the others are used', async () => {
  const other = await elsewhere()
  const folder = join(bench.folder, 'deployment_records')
  const [name] = readdirSync(folder).filter((file) => file.endsWith('.jsonl'))
  const path = join(folder, name!)
  copyFileSync(path, `${path}.kept`)
  writeFileSync(path, readFileSync(path, 'utf8').replace('production', 'pr0duction'))
  try {
    const done = await other.composed.retention.replay(ctx, { dryRun: false }, nothing)
    equal(done.faults.length, 1)
    match(done.faults[0]!, /^deployment_records\/.*its sha256 differs from its manifest/)
    deepEqual((await facts(other)).deployment_records, [])
    deepEqual((await facts(other)).commits, before.facts.commits)
  } finally {
    copyFileSync(`${path}.kept`, path)
  }
})

test('[Q7] replayed where the days are sealed, facts come back and no figure moves', async () => {
  await bench.composed.retention.replay(ctx, { dryRun: false }, nothing)
  await bench.settle()
  deepEqual(await facts(bench), before.facts)
  deepEqual(await figures(bench), before.figures)
  equal(Number((await bench.sql('select count(*)::int as n from dora_daily where not sealed'))[0]!.n), 0)
})

test('[Q7] what cannot be replayed, and whose it is, is said', async () => {
  const other = await elsewhere()
  await rejects(other.composed.retention.replay(ctx, { tables: ['audit_events'], dryRun: false }, nothing), /cannot be/)
  await rejects(
    other.composed.retention.replay({ ...ctx, permissions: new Set() }, { dryRun: false }, nothing),
    /retention:replay/,
  )
  const none = await other.composed.retention.replay(
    ctx,
    { dryRun: false, tenantId: '00000000-0000-7000-8000-00000000abcd' },
    nothing,
  )
  deepEqual([none.files, none.faults], [0, []])
})
