import { deepEqual, equal, match, ok, rejects } from 'node:assert/strict'
import { createHash } from 'node:crypto'
import { existsSync, readdirSync, readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { test } from 'node:test'
import { defaultTenantId } from '#kernel/context/index.ts'
import { folderStore, type Store } from '#kernel/store/index.ts'
import { githubWebhook } from '#test/support/webhooks.ts'
import { retentionBench } from './test-bench.ts'

const bench = await retentionBench()
const { sql, tenant, folder } = bench
const home = (tenantId: string) => `tenants/${tenantId}`
const filesOf = (tenantId: string, table: string) => {
  const path = join(folder, home(tenantId), table)
  return existsSync(path) ? readdirSync(path).sort() : []
}
const count = async (table: string, tenantId: string) =>
  Number((await sql(`select count(*)::int as n from ${table} where tenant_id = $1`, [tenantId]))[0]!.n)

/** A work item recorded so many days ago (noon UTC). */
const workItem = (tenantId: string, key: string, daysAgo: number) =>
  sql(
    `insert into work_item_events (tenant_id, source, external_id, item_key, project_key, action, points, to_value, occurred_at, recorded_at)
    values ($1, 'jira', 'x', $2, 'ABC', 'created', 0.1, $3, '2020-01-01 00:00:00.123456+00',
      ((app.now() at time zone 'UTC')::date - $4::int + time '12:00') at time zone 'UTC')`,
    [tenantId, key, 'tab\t line\n quote " back\\ ü 🚀 \u2028', daysAgo],
  )
const dayAgo = async (days: number) =>
  String((await sql(`select ((app.now() at time zone 'UTC')::date - $1::int)::text as day`, [days]))[0]!.day)

test('[Q8] rows older than the window are archived, verified and purged; younger ones stay', async () => {
  const { tenantId } = await tenant()
  await workItem(tenantId, 'ABC-1', 366)
  await workItem(tenantId, 'ABC-2', 367)
  await workItem(tenantId, 'ABC-3', 365)
  const [stored] = await sql(
    `select id, item_key, points, to_value, occurred_at::text as at from work_item_events where tenant_id = $1 and item_key = 'ABC-1'`,
    [tenantId],
  )
  await bench.enforce({ tables: ['work_item_events'] })
  deepEqual(
    (await sql('select item_key from work_item_events where tenant_id = $1', [tenantId])).map((row) => row.item_key),
    ['ABC-3'],
  )
  const day = await dayAgo(366)
  const name = `${home(tenantId)}/work_item_events/${day}.jsonl`
  const [row, ...others] = bench.archived(name)
  equal(others.length, 0)
  deepEqual([row!.id, row!.points, row!.to_value], [Number(stored!.id), 0.1, stored!.to_value])
  equal(row!.occurred_at, '2020-01-01T00:00:00.123456+00:00')
  const content = readFileSync(join(folder, name))
  const manifest = JSON.parse(readFileSync(join(folder, name.replace('.jsonl', '.manifest.json')), 'utf8'))
  equal(manifest.sha256, createHash('sha256').update(content).digest('hex'))
  deepEqual(
    [manifest.table, manifest.tenant_id, manifest.day, manifest.rows, manifest.bytes],
    ['work_item_events', tenantId, day, 1, content.length],
  )
  deepEqual(manifest.columns, Object.keys(row!))
})

test('[Q7] the default tenant’s files lie where the runbook says', async () => {
  await workItem(defaultTenantId, 'DEF-1', 400)
  await bench.enforce({ tables: ['work_item_events'] })
  equal(bench.archived(`work_item_events/${await dayAgo(400)}.jsonl`)[0]!.item_key, 'DEF-1')
})

test('[Q8] a setting of the tenant moves its window and no other’s', async () => {
  const [a, b] = [await tenant(), await tenant()]
  for (const { tenantId } of [a, b]) await workItem(tenantId, 'ABC-1', 40)
  await sql(`insert into setting (tenant_id, name, value) values ($1, 'retention.work_item_events_days', '30')`, [
    a.tenantId,
  ])
  await bench.enforce({ tables: ['work_item_events'] })
  deepEqual([await count('work_item_events', a.tenantId), await count('work_item_events', b.tenantId)], [0, 1])
})

test('[Q7] rows that come to a day later go into another part; nothing is written twice or over', async () => {
  const { tenantId } = await tenant()
  await workItem(tenantId, 'ABC-1', 366)
  await bench.enforce({ tables: ['work_item_events'] })
  await workItem(tenantId, 'ABC-2', 366)
  await bench.enforce({ tables: ['work_item_events'] })
  await bench.enforce({ tables: ['work_item_events'] })
  const day = await dayAgo(366)
  deepEqual(filesOf(tenantId, 'work_item_events'), [
    `${day}.2.jsonl`,
    `${day}.2.manifest.json`,
    `${day}.jsonl`,
    `${day}.manifest.json`,
  ])
  const keys = [`${day}.jsonl`, `${day}.2.jsonl`].map((name) =>
    bench.archived(`${home(tenantId)}/work_item_events/${name}`).map((row) => row.item_key),
  )
  deepEqual(keys, [['ABC-1'], ['ABC-2']])
  equal(await count('work_item_events', tenantId), 0)
})

/** The folder, with something wrong about it. */
const wrong = (change: (store: Store) => Partial<Store>): Store => {
  const store = folderStore(folder)
  return { ...store, ...change(store) }
}
const noSpace = async () => {
  throw Object.assign(new Error('ENOSPC: no space left on device, write'), { code: 'ENOSPC' })
}
for (const [what, store, left] of [
  ['a full disk', wrong(() => ({ put: noSpace })), []],
  [
    'a disk that fills within a file',
    wrong((good) => ({
      put: (name, content) =>
        good.put(
          name,
          (async function* () {
            for await (const chunk of content) yield chunk.subarray(0, 10)
            await noSpace()
          })(),
        ),
    })),
    [],
  ],
  [
    'a file that is not what was written',
    wrong((good) => ({
      put: (name, content) =>
        name.endsWith('.jsonl')
          ? good.put(
              name,
              (async function* () {
                for await (const chunk of content) yield Buffer.from(String(chunk).replace('ABC-1', 'ABC-X'))
              })(),
            )
          : good.put(name, content),
    })),
    ['.jsonl', '.manifest.json'],
  ],
  [
    'a store that cannot be read back',
    wrong(() => ({
      // biome-ignore lint/correctness/useYield: it fails before it has anything to yield
      async *get() {
        throw new Error('connection reset')
      },
    })),
    ['.jsonl', '.manifest.json'],
  ],
] as const)
  test(`[Q8] nothing is purged by ${what}, and the next good run does it`, async () => {
    const { tenantId } = await tenant()
    await workItem(tenantId, 'ABC-1', 366)
    await rejects(bench.enforce({ tables: ['work_item_events'], store }), /at fault/)
    equal(await count('work_item_events', tenantId), 1)
    const day = await dayAgo(366)
    deepEqual(
      filesOf(tenantId, 'work_item_events'),
      left.map((end) => day + end),
    )
    const [run] = await sql('select state, detail from retention_run where tenant_id = $1', [tenantId])
    equal(run!.state, 'failed')
    await bench.enforce({ tables: ['work_item_events'] }).catch((error) => match(String(error), /sha256 differs/))
    equal(await count('work_item_events', tenantId), 0)
    const whole = filesOf(tenantId, 'work_item_events').filter((name) => name.endsWith('.jsonl'))
    const keys = whole.flatMap((name) =>
      bench.archived(`${home(tenantId)}/work_item_events/${name}`).map((row) => row.item_key),
    )
    equal(keys.filter((key) => key === 'ABC-1').length, 1)
  })

test('[Q8] a run that died before it wrote the manifest is gone on with, and nothing stands twice', async () => {
  const { tenantId } = await tenant()
  await workItem(tenantId, 'ABC-1', 366)
  const dies = wrong((good) => ({
    put: (name, content) => (name.endsWith('.jsonl') ? good.put(name, content) : noSpace()),
  }))
  await rejects(bench.enforce({ tables: ['work_item_events'], store: dies }))
  await bench.enforce({ tables: ['work_item_events'] })
  const day = await dayAgo(366)
  deepEqual(filesOf(tenantId, 'work_item_events'), [`${day}.jsonl`, `${day}.manifest.json`])
  equal(await count('work_item_events', tenantId), 0)
})

test('[Q8] a row that changed after it was archived is archived again before it goes', async () => {
  const { tenantId } = await tenant()
  await workItem(tenantId, 'ABC-1', 366)
  const changes = wrong((good) => ({
    async put(name, content) {
      if (name.endsWith('.manifest.json'))
        await sql(
          `update work_item_events set to_value = to_value || '!' where tenant_id = $1 and to_value not like '%!'`,
          [tenantId],
        )
      return good.put(name, content)
    },
  }))
  await bench.enforce({ tables: ['work_item_events'], store: changes })
  equal(await count('work_item_events', tenantId), 1, 'what stands in no file stays')
  await bench.enforce({ tables: ['work_item_events'] })
  equal(await count('work_item_events', tenantId), 0)
  const day = await dayAgo(366)
  const [row] = bench.archived(`${home(tenantId)}/work_item_events/${day}.2.jsonl`)
  match(String(row!.to_value), /!$/)
})

test('[Q8] finished events go with payload, lineage and segment; waiting ones keep theirs', async () => {
  const { tenantId } = await tenant()
  const body = (n: number) => JSON.stringify({ action: 'nothing', n, text: 'ü\u0000' })
  const connection = await bench.http.inject({
    method: 'POST',
    url: '/api/v1/connections',
    headers: await bench.key({ tenantId }),
    payload: { source: 'github', name: 'x' },
  })
  const { id, secret } = connection.json()
  const deliver = (n: number) =>
    bench.http.inject(githubWebhook('ping', body(n), { connection: id, secret, delivery: `d-${n}` }))
  await Promise.all([deliver(1), deliver(2)])
  await bench.settle()
  await deliver(3)
  await bench.settle()
  await sql(`update event_queue set status = 'dead_lettered' where tenant_id = $1 and delivery_id = 'd-2'`, [tenantId])
  await deliver(4)
  await sql(`insert into event_lineage select tenant_id, id, 'pr_events', '7' from event_queue where tenant_id = $1`, [
    tenantId,
  ])
  await bench.age(tenantId, 31, ['event_queue', 'payload_segment'])
  await bench.enforce({ tables: ['event_queue'] })
  deepEqual(
    (await sql('select delivery_id, status from event_queue where tenant_id = $1', [tenantId])).map(Object.values),
    [['d-4', 'pending']],
  )
  equal(await count('payload_segment', tenantId), 1)
  equal(await count('event_lineage', tenantId), 1)
  const rows = filesOf(tenantId, 'event_queue')
    .filter((name) => name.endsWith('.jsonl'))
    .flatMap((name) => bench.archived(`${home(tenantId)}/event_queue/${name}`))
  const payloads = rows.map((row) => Buffer.from(String(row.payload_base64), 'base64').toString())
  deepEqual(payloads.sort(), [body(1), body(2), body(3)])
  deepEqual(rows[0]!.facts, [{ table: 'pr_events', id: '7' }])
})

test('[Q8] the audit trail leaves by its one way only, and that is written down', async () => {
  const { tenantId } = await tenant()
  const insert = (subject: string, days: number) =>
    sql(
      `insert into audit_events (tenant_id, module, action, actor_type, actor_id, actor_name, subject, created_at)
      values ($1, 'x', 'x.y', 'command', 'x', 'x', $2, app.now() - $3::int * interval '1 day')`,
      [tenantId, subject, days],
    )
  await insert('old', 400)
  await insert('young', 100)
  await bench.enforce({ tables: ['audit_events'] })
  const rows = await sql('select action, subject, delta from audit_events where tenant_id = $1 order by id', [tenantId])
  deepEqual(
    rows.map(({ action }) => action),
    ['x.y', 'retention.audit-purged'],
  )
  const { after } = rows[1]!.delta as { after: Record<string, unknown> }
  deepEqual([after.archived_rows, after.purged_rows], [1, 1])
  const [file] = filesOf(tenantId, 'audit_events')
  const content = readFileSync(join(folder, home(tenantId), 'audit_events', file!))
  equal(after.sha256, createHash('sha256').update(content).digest('hex'))
  const asPlatform = (text: string) => sql(`set role daytwo_platform; ${text.replaceAll('$1', `'${tenantId}'`)}`)
  await rejects(asPlatform('delete from audit_events where tenant_id = $1'), /permission denied/)
  await rejects(
    asPlatform(
      `select app.purge_audit_events($1, array[1], (now() - interval '89 days')::date, 'x', 1, repeat('0', 64))`,
    ),
    /90 days/,
  )
  await rejects(
    sql(
      `set role daytwo_app; select app.purge_audit_events('${tenantId}', array[1], '2020-01-01', 'x', 1, repeat('0', 64))`,
    ),
    /permission denied/,
  )
})

test('[Q8] the event log goes once its subscribers are done, unarchived', async () => {
  const { tenantId } = await tenant()
  for (const [name, status] of [
    ['done', 'completed'],
    ['waits', 'pending'],
    ['nobody', null],
  ] as const) {
    const [event] = await sql(
      `insert into domain_event (tenant_id, name, payload, created_at) values ($1, $2, '{}', app.now() - interval '9 days') returning id`,
      [tenantId, name],
    )
    if (status)
      await sql(
        `insert into subscription_work (tenant_id, subscriber, event_id, status, due_at) values ($1, 'nobody', $2, $3, 'infinity')`,
        [tenantId, event!.id, status],
      )
  }
  await bench.enforce({ tables: ['domain_event'] })
  deepEqual(
    (await sql('select name from domain_event where tenant_id = $1', [tenantId])).map(({ name }) => name),
    ['waits'],
  )
  equal(await count('subscription_work', tenantId), 1)
  deepEqual(filesOf(tenantId, 'domain_event'), [])
})

test('[Q8] one run at a time; a second says so and does nothing', async () => {
  const { tenantId } = await tenant()
  await workItem(tenantId, 'ABC-1', 366)
  const outcomes = await Promise.all([
    bench.enforce({ tables: ['work_item_events'] }),
    bench.enforce({ tables: ['work_item_events'] }),
  ])
  ok(
    outcomes.some((outcome) => outcome === 'another run is under way') ||
      filesOf(tenantId, 'work_item_events').length === 2,
  )
  equal(filesOf(tenantId, 'work_item_events').length, 2)
})

test('[Q8] GET /retention shows windows, last runs and the archive', async () => {
  const { tenantId } = await tenant()
  await workItem(tenantId, 'ABC-1', 366)
  await workItem(tenantId, 'ABC-2', 3)
  await bench.composed.operations.runSchedule(
    { tenantId, actor: { type: 'command', id: 't', name: 't' }, permissions: new Set(['*']) },
    'scheduler:enforce-data-retention',
  )
  const reply = await bench.http.inject({ url: '/api/v1/retention', headers: await bench.key({ tenantId }) })
  equal(reply.statusCode, 200, reply.body)
  const { policies, archive } = reply.json()
  const of = (table: string) => policies.find((policy: { table: string }) => policy.table === table)
  deepEqual(
    ['deployment_records', 'incident_events', 'pr_events', 'work_item_events', 'event_queue', 'audit_events'].map(
      (table) => of(table).days,
    ),
    [365, 365, 365, 365, 30, 365],
  )
  const items = of('work_item_events')
  deepEqual([items.archived_rows, items.archived_files, items.state], [1, 1, 'idle'])
  equal(items.detail, '1 rows archived in 1 files, 1 purged')
  ok(items.last_run_at && items.oldest_recorded_at)
  deepEqual([archive.files, archive.rows, archive.store], [1, 1, folder])
})

test('[Q7] a broken file is told by archive:verify', async () => {
  const { tenantId } = await tenant()
  await workItem(tenantId, 'ABC-1', 366)
  await bench.enforce({ tables: ['work_item_events'] })
  const path = join(folder, home(tenantId), 'work_item_events', `${await dayAgo(366)}.jsonl`)
  const ctx = { tenantId, actor: { type: 'command' as const, id: 't', name: 't' }, permissions: new Set(['*']) }
  const verify = async () =>
    (await bench.composed.retention.verify(ctx, { tenantId }, () => undefined)).map(({ fault }) => fault)
  deepEqual(await verify(), [null])
  const content = readFileSync(path, 'utf8')
  writeFileSync(path, content.replace('ABC-1', 'ABC-2'))
  match(String(await verify()), /its sha256 differs/)
  writeFileSync(path, content.slice(0, -20))
  match(String(await verify()), /ends within a line/)
})
