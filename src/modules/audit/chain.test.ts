import { deepEqual, equal, match, ok, rejects } from 'node:assert/strict'
import { createHash } from 'node:crypto'
import { test } from 'node:test'
import { audit } from '#kernel/audit/index.ts'
import { randomId } from '#kernel/clock/index.ts'
import { auditBench } from './test-bench.ts'
import { verifyChain } from './verify.ts'

const bench = await auditBench()
const { sql, database, deps } = bench

test('[P7] events form a chain: places without gaps, each hash over the one before and the row', async () => {
  const ctx = await bench.tenant()
  await bench.write(ctx, 3)
  const rows = await sql(
    `select seq::int, encode(hash, 'hex') as hash, jsonb_build_array(tenant_id, seq, id, module, action, extract(epoch from created_at),
      actor_type, actor_id, actor_name, subject, delta, request_id)::text as text from audit_events where tenant_id = $1 order by seq`,
    [ctx.tenantId],
  )
  deepEqual(
    rows.map(({ seq }) => seq),
    [1, 2, 3],
  )
  // Computed here too, so that writing and verifying are not merely wrong alike.
  let before = Buffer.alloc(0)
  for (const { text, hash } of rows) {
    before = createHash('sha256').update(before).update(String(text)).digest()
    equal(before.toString('hex'), hash)
  }
  deepEqual(await bench.faults(ctx), [])
  equal((await verifyChain(deps, ctx.tenantId)).events, 3)
})

test('[P7] a transaction that is rolled back leaves no gap, and a time zone changes no hash', async () => {
  const ctx = await bench.tenant()
  await bench.write(ctx, 1)
  await rejects(
    database.tenantTx(ctx, async (tx) => {
      await audit(tx, ctx, { action: 'test.undone', subject: 'x' })
      throw new Error('undone')
    }),
  )
  await sql(
    `set time zone 'Asia/Kathmandu'; insert into audit_events (tenant_id, module, action, actor_type, actor_id, actor_name, subject)
    values ('${ctx.tenantId}', 'x', 'x.y', 'command', 'x', 'x', 'elsewhere')`,
  )
  await bench.write(ctx, 1)
  deepEqual(
    (await bench.chain(ctx)).map(({ seq }) => seq),
    [1, 2, 3],
  )
  deepEqual(await bench.faults(ctx), [])
})

test('[P7] transactions that are open long do not wait for one another, only commits do', async () => {
  const ctx = await bench.tenant()
  const open = Promise.withResolvers<void>()
  const written = Promise.withResolvers<void>()
  const long = database.tenantTx(ctx, async (tx) => {
    await audit(tx, ctx, { action: 'test.long', subject: 'long' })
    written.resolve()
    await open.promise
  })
  await written.promise
  await bench.write(ctx, 2)
  open.resolve()
  await long
  deepEqual(
    (await bench.chain(ctx)).map(({ subject }) => subject),
    ['thing:1', 'thing:2', 'long'],
  )
  deepEqual(await bench.faults(ctx), [])
})

test('[P7] 125: many writers of many tenants at once, in opposite orders: every chain is whole and nothing is lost', async () => {
  const one = await bench.tenant()
  const two = await bench.tenant()
  const both = (first: typeof one, second: typeof one, n: number) =>
    database.platformTx('test', async (tx) => {
      for (const ctx of [first, second, first]) await audit(tx, ctx, { action: 'test.both', subject: `${n}` })
    })
  // As many at a time as there are connections, one of them for whoever is made to wait: who meets the other's lock the wrong
  // way round is ended by the server after a second and tried again, and nobody waits for a connection so long.
  for (let round = 0; round < 3; round++)
    await Promise.all([0, 1, 2, 3].map((n) => (n % 2 ? both(one, two, n) : both(two, one, n))))
  for (const ctx of [one, two]) {
    const chain = await bench.chain(ctx)
    equal(chain.length, 18)
    deepEqual(
      chain.map(({ seq }) => seq),
      chain.map((_, n) => n + 1),
    )
    deepEqual(await bench.faults(ctx), [])
  }
})

test('[P7] forty writers of one tenant at once, five connections: no gap, no two at one place', async () => {
  const ctx = await bench.tenant()
  await Promise.all(Array.from({ length: 40 }, () => bench.write(ctx, 2)))
  deepEqual(
    (await bench.chain(ctx)).map(({ seq }) => seq),
    Array.from({ length: 80 }, (_, n) => n + 1),
  )
  deepEqual(await bench.faults(ctx), [])
})

test('[P7] [F36] no role of the product changes, removes, places or dates an event, nor writes heads and checkpoints', async () => {
  const ctx = await bench.tenant()
  await bench.write(ctx, 1)
  const { tenantId } = ctx
  const columns = `module, action, actor_type, actor_id, actor_name, subject`
  for (const role of ['daytwo_app', 'daytwo_platform', 'daytwo_operator']) {
    for (const text of [
      `update audit_events set subject = 'other'`,
      `delete from audit_events`,
      `truncate audit_events`,
      `update audit_chain set seq = 7`,
      `delete from audit_chain`,
      `insert into audit_chain values (gen_random_uuid(), 1, '')`,
      `update audit_checkpoint set hash = ''`,
      `delete from audit_checkpoint`,
      `insert into audit_events (tenant_id, ${columns}, created_at) values ('${tenantId}', 'a', 'a.b', 'x', 'x', 'x', 'x', '2020-01-01')`,
      `insert into audit_events (tenant_id, ${columns}, seq) values ('${tenantId}', 'a', 'a.b', 'x', 'x', 'x', 'x', 1)`,
      ...(role === 'daytwo_platform'
        ? []
        : [
            `insert into audit_checkpoint (tenant_id, seq, kind, hash, at, signature) values ('${tenantId}', 1, 'daily', '', now(), '')`,
          ]),
      ...(role === 'daytwo_operator'
        ? [
            `insert into audit_events (tenant_id, ${columns}) values ('${tenantId}', 'a', 'a.b', 'person', 'x', 'x', 'x')`,
          ]
        : []),
    ])
      await rejects(
        sql(`set role ${role}; set app.tenant_id = '${tenantId}'; ${text}`),
        /permission denied/,
        `${role}: ${text}`,
      )
  }
  deepEqual(await bench.faults(ctx), [])
})

test('[P7] what the operator role changes with SQL is in the chain, with before and after', async () => {
  const ctx = await bench.tenant()
  await sql(`set role daytwo_operator; update tenant set name = 'Renamed' where id = '${ctx.tenantId}'`)
  const [row] = await sql('select action, actor_type, delta, seq::int from audit_events where tenant_id = $1', [
    ctx.tenantId,
  ])
  deepEqual([row!.action, row!.actor_type, row!.seq], ['update.tenant', 'operator', 1])
  const { before, after } = row!.delta as Record<string, { name: string }>
  deepEqual([before!.name, after!.name], ['Test', 'Renamed'])
  deepEqual(await bench.faults(ctx), [])
})

test('[P7] [F36] what the operator role changes is written down without hashes, keys and sealed bytes, but that they changed', async () => {
  const secrets = ['canary-password-hash', 'canary-refresh', 'canary-data']
  const id = randomId()
  await sql(
    `set role daytwo_operator; insert into person (id, email, name, password_hash) values ('${id}', '${id}@example.com', 'P', 'canary-password-hash');
    update person set password_hash = 'canary-refresh' where id = '${id}'; update person set name = 'Q' where id = '${id}'`,
  )
  const ctx = await bench.tenant()
  await sql(
    `set role daytwo_operator; insert into connection (tenant_id, id, source, name, secret) values ('${ctx.tenantId}', '${id}', 'github', 'c', 'canary-data')`,
  )
  const rows = await sql(
    `select action, delta from audit_events where actor_type = 'operator' and (subject = $1 or tenant_id = $2) order by id`,
    [`person:${id}`, ctx.tenantId],
  )
  const hashes = rows.map(({ action, delta }) => {
    const { before, after } = delta as Record<string, Record<string, unknown> | null>
    const of = (row: Record<string, unknown> | null | undefined) => row?.password_hash ?? row?.secret
    return [action, of(before), of(after)]
  })
  deepEqual(hashes, [
    ['insert.person', undefined, '***'],
    ['update.person', '***', '*** (changed)'],
    ['update.person', '***', '***'],
    ['insert.connection', undefined, '***'],
  ])
  const text = JSON.stringify(rows)
  for (const secret of secrets) {
    ok(!text.includes(secret), secret)
    ok(!text.includes(Buffer.from(secret).toString('hex')), `${secret}, in hexadecimal`)
  }
})

test('[P7] 121: no session dates what it does, nor makes young events look old enough to purge', async () => {
  const ctx = await bench.tenant()
  await bench.write(ctx, 1)
  await sql(
    `set app.clock_offset = '-3 years'; set role daytwo_operator; update tenant set name = 'Long ago' where id = '${ctx.tenantId}'`,
  )
  const [row] = await sql(
    `select count(*)::int as n from audit_events where tenant_id = $1 and created_at > now() - interval '1 minute'`,
    [ctx.tenantId],
  )
  equal(row!.n, 2)
  await rejects(
    sql(
      `set app.clock_offset = '3 years'; set role daytwo_platform;
      select app.purge_audit_events('${ctx.tenantId}', array[1]::bigint[], (now() - interval '1 day')::date, 'x', 1, repeat('0', 64))`,
    ),
    /kept for 90 days at least/,
  )
})

test('[P7] a signed checkpoint covers the chain, once; its copy is in the archive', async () => {
  const ctx = await bench.tenant()
  await bench.write(ctx, 2)
  ok((await bench.sign(ctx)).signed)
  ok(!(await bench.sign(ctx)).signed, 'nothing was added')
  await bench.write(ctx, 1)
  await bench.sign(ctx)
  const rows = await sql('select seq::int, copied_at from audit_checkpoint where tenant_id = $1 order by seq', [
    ctx.tenantId,
  ])
  deepEqual(
    rows.map(({ seq }) => seq),
    [2, 3],
  )
  ok(rows.every(({ copied_at }) => copied_at))
  const verified = await verifyChain(deps, ctx.tenantId)
  deepEqual([verified.checkpoints, verified.uptoSeq, verified.faults], [2, 3, []])
  const names = []
  for await (const { name } of deps.store.list(`audit-checkpoints/${ctx.tenantId}/`)) names.push(name)
  equal(names.length, 2)
  match(names[0]!, /0002\.daily\.json$/)
})
