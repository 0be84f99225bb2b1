/** A superuser who switches every trigger off tampers in each way there is; verification finds each, and says where. */
import { deepEqual, equal, ok } from 'node:assert/strict'
import { readdirSync, rmSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { test } from 'node:test'
import type { Context } from '#kernel/context/index.ts'
import { checkpointKey, sign } from './checkpoint.ts'
import { signChain, trails } from './nightly.ts'
import { auditBench, recompute } from './test-bench.ts'

const bench = await auditBench()
const { sql } = bench

/** Six events, signed at four. */
async function trail(): Promise<Context> {
  const ctx = await bench.tenant()
  await bench.write(ctx, 4)
  await bench.sign(ctx)
  await bench.write(ctx, 2)
  deepEqual(await bench.faults(ctx), [])
  return ctx
}
const at = (seq: number) => `where tenant_id = $tenant and seq = ${seq}`
const columns: Record<string, string> = {
  module: `'other'`,
  action: `'other.done'`,
  created_at: `created_at - interval '1 microsecond'`,
  actor_type: `'person'`,
  actor_id: `'other'`,
  actor_name: `'other'`,
  subject: `'other'`,
  delta: `'{"after": {}}'`,
  request_id: `'other'`,
}
test('[P7] a change of any column of any event is found, and which event it is', async () => {
  const ctx = await trail()
  const known = (
    await sql(`select column_name as name from information_schema.columns where table_name = 'audit_events'`)
  ).map(({ name }) => String(name))
  deepEqual(
    known.filter((name) => !['tenant_id', 'id', 'seq', 'hash'].includes(name)).sort(),
    Object.keys(columns).sort(),
  )
  for (const [column, value] of Object.entries(columns)) {
    await bench.tamper(
      ctx,
      `create table kept as select * from audit_events ${at(3)}; update audit_events set ${column} = ${value} ${at(3)}`,
    )
    deepEqual(await bench.faults(ctx), ['changed 3'], column)
    await bench.tamper(
      ctx,
      `update audit_events a set ${column} = k.${column} from kept k where a.tenant_id = k.tenant_id and a.seq = 3; drop table kept`,
    )
  }
  deepEqual(await bench.faults(ctx), [], 'and it was only that')
})

for (const [what, text, found] of [
  ['the id of an event', `update audit_events set id = default ${at(3)}`, ['changed 3']],
  [
    'an event that moved to another tenant',
    `update audit_events set tenant_id = gen_random_uuid() ${at(3)}`,
    ['missing 3'],
  ],
  ['a deleted event', `delete from audit_events ${at(3)}`, ['missing 3']],
  ['a deleted beginning', `delete from audit_events where tenant_id = $tenant and seq <= 2`, ['missing 2']],
  [
    'a deleted beginning up to a daily checkpoint',
    `delete from audit_events where tenant_id = $tenant and seq <= 4`,
    ['missing 4'],
  ],
  ['a deleted tail', `delete from audit_events where tenant_id = $tenant and seq > 4`, ['cut 5']],
  [
    'a deleted tail with the head set back',
    `delete from audit_events where tenant_id = $tenant and seq > 3; update audit_chain set seq = 3, hash = (select hash from audit_events ${at(3)}) where tenant_id = $tenant`,
    ['cut 4'],
  ],
  [
    'everything deleted',
    `delete from audit_events where tenant_id = $tenant; delete from audit_chain where tenant_id = $tenant`,
    ['cut 1'],
  ],
  [
    'two events that changed places',
    `update audit_events set seq = -2 ${at(2)}; update audit_events set seq = 2 ${at(3)}; update audit_events set seq = 3 where tenant_id = $tenant and seq = -2`,
    ['changed 2', 'changed 3', 'changed 4'],
  ],
  [
    'two events that changed places and hashes',
    `create temp table s as select * from audit_events where tenant_id = $tenant and seq in (2, 3);
      update audit_events a set subject = s.subject, delta = s.delta from s where a.tenant_id = $tenant and s.seq = 5 - a.seq and a.seq in (2, 3)`,
    ['changed 2', 'changed 3'],
  ],
  [
    'an event that was inserted past the chain',
    `insert into audit_events (tenant_id, module, action, actor_type, actor_id, actor_name, subject) values ($tenant, 'x', 'x.y', 'x', 'x', 'x', 'x')`,
    ['inserted null'],
  ],
  [
    'an event that was put between others',
    `update audit_events set seq = seq + 1000 where tenant_id = $tenant and seq > 3; update audit_events set seq = seq - 999 where tenant_id = $tenant and seq > 1000;
      insert into audit_events (tenant_id, module, action, actor_type, actor_id, actor_name, subject, seq, hash) values ($tenant, 'x', 'x.y', 'x', 'x', 'x', 'x', 4, sha256('x'))`,
    ['changed 4', 'changed 5', 'changed 6', 'changed 7', 'rewritten 6', 'rewritten 4'],
  ],
  [
    'a change with its own hash computed anew',
    `update audit_events set subject = 'other' ${at(3)}; update audit_events a set hash = app.audit_hash((select b.hash from audit_events b where b.tenant_id = a.tenant_id and b.seq = 2), 3, a) ${at(3)}`,
    ['changed 4'],
  ],
  [
    'a signed event rewritten with all that follows',
    `update audit_events set subject = 'other' ${at(3)}; ${recompute(3)}`,
    ['rewritten 4'],
  ],
  [
    'the whole chain rewritten',
    `update audit_events set actor_name = 'nobody' where tenant_id = $tenant; ${recompute(1)}`,
    ['rewritten 4'],
  ],
  [
    'the whole chain rewritten, and the checkpoints of the database deleted',
    `update audit_events set actor_name = 'nobody' where tenant_id = $tenant; ${recompute(1)}; delete from audit_checkpoint where tenant_id = $tenant`,
    ['missing-checkpoint 4', 'rewritten 4'],
  ],
  [
    'the whole chain rewritten, and its checkpoint forged without the key',
    `update audit_events set actor_name = 'nobody' where tenant_id = $tenant; ${recompute(1)};
      update audit_checkpoint set hash = (select hash from audit_events ${at(4)}), signature = sha256('guess') where tenant_id = $tenant`,
    ['forged-checkpoint 4', 'missing-checkpoint 4', 'rewritten 4'],
  ],
  [
    'a beginning deleted under a daily checkpoint that was made to look like one of a purge',
    `delete from audit_events where tenant_id = $tenant and seq <= 4; update audit_checkpoint set kind = 'purge' where tenant_id = $tenant`,
    ['forged-checkpoint 4', 'missing-checkpoint 4', 'missing-checkpoint 4', 'missing 4'],
  ],
] as const)
  test(`[P7] verification finds ${what}`, async () => {
    const ctx = await trail()
    await bench.tamper(ctx, text)
    deepEqual((await bench.faults(ctx)).sort(), [...found].sort())
  })

test('[P7] a replaced function of the database convinces nobody', async () => {
  const ctx = await trail()
  const [kept] = await sql(`select pg_get_functiondef('app.audit_hash'::regproc) as text`)
  await bench.tamper(
    ctx,
    `create or replace function app.audit_hash(previous bytea, place bigint, e audit_events) returns bytea language sql stable parallel safe as 'select e.hash';
    update audit_events set subject = 'other' ${at(3)}`,
  )
  const found = await bench.faults(ctx)
  await sql(String(kept!.text))
  deepEqual(found, ['changed 3'])
})

test('[P7] checkpoints that were planted in the archive, or taken from it, are found', async () => {
  const ctx = await trail()
  const folder = join(bench.folder, 'audit-checkpoints', ctx.tenantId)
  const [name] = readdirSync(folder)
  const planted = sign(checkpointKey('another key than that of this instance'), {
    tenantId: ctx.tenantId,
    seq: 5,
    kind: 'daily',
    hash: Buffer.alloc(32),
    micros: '1',
  })
  const text = { ...planted, hash: planted.hash.toString('hex'), signature: planted.signature.toString('hex') }
  writeFileSync(join(folder, '0000000000000005.daily.json'), JSON.stringify(text))
  deepEqual(await bench.faults(ctx), ['forged-checkpoint 5'])
  rmSync(join(folder, '0000000000000005.daily.json'))
  rmSync(join(folder, name!))
  deepEqual(await bench.faults(ctx), ['missing-checkpoint 4'])
})

test('[P7] each night finds tampering with what came since the last signature, signs nothing, and says all that is wrong', async () => {
  const ctx = await trail()
  await bench.tamper(
    ctx,
    `update audit_events set subject = 'other' ${at(2)}; update audit_events set subject = 'other' ${at(5)}`,
  )
  const { verified, signed } = await signChain(bench.deps, ctx.tenantId)
  ok(!signed)
  deepEqual(
    verified.faults.map(({ seq }) => seq),
    [2, 5],
  )
  const [kept] = await sql('select whole, faults from audit_verification where tenant_id = $1', [ctx.tenantId])
  equal(kept!.whole, true)
  equal((kept!.faults as unknown[]).length, 2)
})

test('[P7] a trail that was wiped out with its head and checkpoints is missed by the night, and by who verifies all', async () => {
  const ctx = await trail()
  await bench.tamper(
    ctx,
    `delete from audit_events where tenant_id = $tenant; delete from audit_chain where tenant_id = $tenant;
    delete from audit_checkpoint where tenant_id = $tenant`,
  )
  const { verified, signed } = await signChain(bench.deps, ctx.tenantId)
  ok(!signed)
  deepEqual(verified.faults.map(({ kind, seq }) => `${kind} ${seq}`).sort(), ['cut 1', 'missing-checkpoint 4'])
  await bench.tamper(
    ctx,
    `delete from audit_verification where tenant_id = $tenant; delete from tenant where id = $tenant`,
  )
  ok((await trails(bench.deps)).some(({ tenantId }) => tenantId === ctx.tenantId))
})

test('[P7] each night finds a tail that was rewritten together with the checkpoints that had covered it', async () => {
  const ctx = await trail()
  await bench.sign(ctx)
  await bench.tamper(
    ctx,
    `update audit_events set subject = 'other' ${at(5)}; ${recompute(5)}; delete from audit_checkpoint where tenant_id = $tenant and seq = 6`,
  )
  const { verified, signed } = await signChain(bench.deps, ctx.tenantId)
  ok(!signed)
  deepEqual(verified.faults.map(({ kind, seq }) => `${kind} ${seq}`).sort(), ['missing-checkpoint 6', 'rewritten 6'])
})
