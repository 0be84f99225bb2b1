/** Retention of the trail: whole segments go, archived before, and what stays is still proved. */
import { deepEqual, equal, match, rejects } from 'node:assert/strict'
import { mkdtempSync, readdirSync, readFileSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { after, test } from 'node:test'
import { testApp } from '#test/support/app.ts'
import { testContext } from '#test/support/database.ts'

const folder = mkdtempSync(join(tmpdir(), 'daytwo-audit-purge-'))
after(() => rmSync(folder, { recursive: true, force: true }))
const app = await testApp({ ARCHIVE_DIR: folder })
const { sql, composed } = app
// One tenant at a time: a run of retention goes over all.
const insert = (tenantId: string, subject: string, daysAgo: number, time = '12:00') =>
  sql(
    `insert into audit_events (tenant_id, module, action, actor_type, actor_id, actor_name, subject, created_at)
    values ($1, 'x', 'x.y', 'command', 'x', 'x', $2, ((app.now() at time zone 'UTC')::date - $3::int + $4::time) at time zone 'UTC')`,
    [tenantId, subject, daysAgo, time],
  )
const subjects = async (tenantId: string) =>
  (await sql('select subject from audit_events where tenant_id = $1 order by seq', [tenantId]))
    .map(({ subject }) => String(subject))
    .filter((subject) => !subject.startsWith('a'))
const verify = async (tenantId: string) => {
  const { faults, from_seq: from } = await composed.audit.verify(testContext(tenantId))
  return { from, faults: faults.map(({ kind, seq }) => `${kind} ${seq}`) }
}
const archived = (tenantId: string) =>
  readdirSync(join(folder, 'tenants', tenantId, 'audit_events'))
    .filter((name) => name.endsWith('.jsonl'))
    .sort()
    .flatMap((name) =>
      readFileSync(join(folder, 'tenants', tenantId, 'audit_events', name), 'utf8')
        .trimEnd()
        .split('\n')
        .map((line) => JSON.parse(line)),
    )

test('[P7] old events go as a segment that begins the chain; the checkpoint at its end stays, and the rest is proved from there', async () => {
  const { tenantId } = await app.tenant()
  for (const [n, days] of [400, 400, 399, 100, 50].entries()) await insert(tenantId, `e${n + 1}`, days)
  await composed.retention.enforce()
  deepEqual(await subjects(tenantId), ['e4', 'e5'])
  deepEqual(await verify(tenantId), { from: 3, faults: [] })
  const lines = archived(tenantId)
  deepEqual(
    lines.map(({ seq, subject }) => `${seq} ${subject}`),
    ['1 e1', '2 e2', '3 e3'],
  )
  match(lines[0].hash, /^\\x[0-9a-f]{64}$/)
  deepEqual(
    (await sql(`select seq::int, kind from audit_checkpoint where tenant_id = $1 order by seq`, [tenantId])).map(
      Object.values,
    ),
    [
      [2, 'purge'],
      [3, 'purge'],
    ],
  )
  equal((await composed.audit.sign()).copied > 0, true)
  deepEqual(await verify(tenantId), { from: 3, faults: [] })
  await sql("set session_replication_role = replica; delete from audit_events where seq = 4 and subject = 'e4'")
  deepEqual((await verify(tenantId)).faults, ['missing 4'])
  await sql('delete from tenant where id = $1', [tenantId])
})

test('[P7] an event that was committed after one of the next day waits for it; nothing is archived twice, and two nights clear all', async () => {
  const { tenantId } = await app.tenant()
  // The order of the chain is that of commits: `late` began before midnight and committed after `next` did.
  await insert(tenantId, 'first', 400)
  await insert(tenantId, 'next', 399, '00:00')
  await insert(tenantId, 'late', 400, '23:59')
  await insert(tenantId, 'last', 399)
  await insert(tenantId, 'young', 10)
  await composed.retention.enforce()
  deepEqual(await subjects(tenantId), ['late', 'last', 'young'])
  deepEqual((await verify(tenantId)).faults, [])
  await composed.retention.enforce()
  await composed.retention.enforce()
  deepEqual(await subjects(tenantId), ['young'])
  deepEqual(
    archived(tenantId)
      .map(({ subject }) => subject)
      .sort(),
    ['first', 'last', 'late', 'next'],
  )
  deepEqual((await verify(tenantId)).faults, [])
  await sql('delete from tenant where id = $1', [tenantId])
})

test('[P7] what was tampered with is not purged: the evidence stays, and the run says so', async () => {
  const { tenantId } = await app.tenant()
  await insert(tenantId, 'e1', 400)
  await insert(tenantId, 'e2', 400)
  await sql(
    `set session_replication_role = replica; update audit_events set subject = 'forged' where tenant_id = '${tenantId}' and seq = 1`,
  )
  await rejects(composed.retention.enforce(), /not what was written|Event 1/)
  deepEqual((await sql('select 1 from audit_events where tenant_id = $1 and seq < 3', [tenantId])).length, 2)
  await sql('delete from tenant where id = $1', [tenantId])
})

test('[P7] the function that purges deletes nothing without a checkpoint for exactly that segment, nor from the middle', async () => {
  const { tenantId } = await app.tenant()
  for (const n of [1, 2, 3]) await insert(tenantId, `e${n}`, 400)
  const ids = (await sql('select id from audit_events where tenant_id = $1 order by seq', [tenantId])).map(({ id }) =>
    Number(id),
  )
  const purge = async (some: number[]) => {
    const rows = (await sql(
      `set role daytwo_platform; select app.purge_audit_events('${tenantId}', array[${some}]::bigint[], (now() - interval '300 days')::date, 'x', 1, repeat('0', 64)) as n`,
    )) as unknown as { rows: { n: string }[] }[]
    void rows
    return (await sql('select seq::int from audit_events where tenant_id = $1 and seq < 4 order by seq', [tenantId]))
      .length
  }
  equal(await purge(ids), 3, 'without a checkpoint')
  await sql(
    `insert into audit_checkpoint (tenant_id, seq, kind, hash, at, signature) select tenant_id, seq, 'purge', hash, now(), 'x' from audit_events where tenant_id = $1 and seq = 2`,
    [tenantId],
  )
  equal(await purge([ids[1]!, ids[2]!]), 3, 'from the middle')
  equal(await purge([ids[0]!]), 3, 'short of the checkpoint')
  equal(await purge(ids), 1, 'up to the checkpoint')
})
