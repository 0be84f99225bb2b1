import { deepEqual, equal, ok } from 'node:assert/strict'
import { readdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { test } from 'node:test'
import { zstdCompressSync } from 'node:zlib'
import { folderStore, type Store } from '#kernel/store/index.ts'
import { testContext } from '#test/support/database.ts'
import { type Fault, faults, InjectedFault, sweep } from '#test/support/fault-sweep.ts'
import { retentionBench } from './test-bench.ts'

const bench = await retentionBench()
const { sql, tenant, database, folder } = bench
const marker: Readonly<Record<string, string>> = {
  deployment_records: 'external_id',
  audit_events: 'subject',
  event_queue: 'delivery_id',
}
// One tenant at a time, so that all statements of a run are about its rows.
await sql('delete from tenant')

/** An old row in each table; names are unique, so that none can be mistaken for another. */
let made = 0
async function fill(tenantId: string): Promise<string> {
  const name = `row-${++made}`
  await sql(
    `with c as (select $1::uuid as tenant, $2::text as name, app.now() - interval '400 days' as at),
    d as (insert into deployment_records (tenant_id, source, external_id, repository, service, environment, status, finished_at, counted, counted_at, recorded_at)
      select tenant, 'api', name, 'a/b', 'a/b', 'production', 'success', at, true, at, at from c),
    a as (insert into audit_events (tenant_id, module, action, actor_type, actor_id, actor_name, subject, created_at)
      select tenant, 'x', 'x.y', 'command', 'x', 'x', name, at from c),
    s as (insert into payload_segment (tenant_id, id, data, events, created_at)
      select tenant, gen_random_uuid(), $3, 1, at from c returning id)
    insert into event_queue (tenant_id, event_source, event_type, delivery_id, content_type, segment_id, payload_offset, payload_length, status, enqueued_at)
    select tenant, 'github', 'x', name, 'application/json', s.id, 0, 2, 'completed', at from c, s`,
    [tenantId, name, zstdCompressSync(Buffer.from('{}'))],
  )
  return name
}

const inDatabase = async (tenantId: string, table: string) =>
  (await sql(`select ${marker[table]} as name from ${table} where tenant_id = $1`, [tenantId])).map(({ name }) =>
    String(name),
  )
/** Names in files that are what their manifests say. */
async function inArchive(tenantId: string, table: string): Promise<string[]> {
  const ctx = { tenantId, actor: { type: 'command' as const, id: 't', name: 't' }, permissions: new Set(['*']) }
  const parts = await bench.composed.retention.verify(ctx, { tenantId, tables: [table] }, () => undefined)
  return parts
    .filter(({ fault }) => fault === null)
    .flatMap(({ name }) => bench.archived(name).map((row) => String(row[marker[table]!])))
}

async function isSomewhere(tenantId: string, tables: readonly string[], name: string, where: string) {
  for (const table of tables) {
    const [stored, archived] = [await inDatabase(tenantId, table), await inArchive(tenantId, table)]
    ok(stored.includes(name) || archived.includes(name), `${where}: ${name} of ${table} is nowhere`)
  }
}
async function isArchivedOnce(tenantId: string, tables: readonly string[], name: string, where: string) {
  for (const table of tables) {
    ok(!(await inDatabase(tenantId, table)).includes(name), `${where}: ${table} is purged`)
    const archived = (await inArchive(tenantId, table)).filter((one) => one === name)
    deepEqual(archived, [name], `${where}: ${table}`)
  }
}

/** Later runs need not look at it. On a slow machine the evaluation of alerts comes by meanwhile and finds its source silent. */
async function forget(tenantId: string) {
  await sql('delete from alert where tenant_id = $1', [tenantId])
  await sql('delete from tenant where id = $1', [tenantId])
}

const [diesBefore, diesAfter, failsOnce] = faults as [Fault, Fault, Fault]
for (const { tables, fault, least } of [
  { tables: ['deployment_records'], fault: diesBefore, least: 25 },
  { tables: ['deployment_records'], fault: diesAfter, least: 25 },
  { tables: ['deployment_records'], fault: failsOnce, least: 25 },
  { tables: ['audit_events'], fault: diesBefore, least: 12 },
  { tables: ['audit_events'], fault: diesAfter, least: 12 },
  { tables: ['event_queue'], fault: diesBefore, least: 12 },
])
  test(`[Q8] [Q9] whichever statement of a run over ${tables} fails (${fault.when}, then it ${fault.next}), nothing is lost and the next run completes it`, async () => {
    let name = ''
    let tenantId = ''
    const struck = await sweep(
      database,
      async (faulty) => {
        tenantId = (await tenant()).tenantId
        name = await fill(tenantId)
        await bench.enforce({ tables, database: faulty })
      },
      async ({ nth, error }) => {
        const where = `statement ${nth}`
        ok(error === undefined || error instanceof InjectedFault || /injected fault/.test(String(error)), String(error))
        await isSomewhere(tenantId, tables, name, where)
        await bench.enforce({ tables })
        await isArchivedOnce(tenantId, tables, name, where)
        if (tables.includes('audit_events')) {
          const { faults: broken } = await bench.composed.audit.verify(testContext(tenantId))
          deepEqual(broken, [], `${where}: the trail is whole, from the checkpoint of the purge on`)
        }
        await forget(tenantId)
      },
      { only: [fault] },
    )
    ok(struck >= least, `${struck} statements were struck`)
  })

test('[Q8] [Q9] whichever call of the store fails, before or after it took effect, nothing is lost and nothing stands twice', async () => {
  const good = folderStore(folder)
  const tables = ['deployment_records', 'event_queue']
  for (const late of [false, true])
    for (let nth = 1; ; nth++) {
      let calls = 0
      const meet = async <T>(call: () => Promise<T>): Promise<T> => {
        if (++calls !== nth) return call()
        if (late) await call()
        throw new Error('the store broke')
      }
      const store: Store = {
        ...good,
        put: (name, content) => meet(() => good.put(name, content)),
        async *get(name) {
          await meet(async () => undefined)
          yield* good.get(name)
        },
        async *list(prefix) {
          await meet(async () => undefined)
          yield* good.list(prefix)
        },
      }
      const { tenantId } = await tenant()
      const name = await fill(tenantId)
      const outcome = await bench.enforce({ tables, store }).catch((error) => error)
      await isSomewhere(tenantId, tables, name, `call ${nth}`)
      await bench.enforce({ tables })
      await isArchivedOnce(tenantId, tables, name, `call ${nth}`)
      await forget(tenantId)
      if (calls < nth) {
        equal(typeof outcome, 'string')
        ok(nth > 10, `${nth} calls`)
        break
      }
    }
})

test('the files of a run are whole lines', () => {
  const files = readdirSync(folder, { recursive: true }).map(String)
  const data = files.filter((name) => name.endsWith('.jsonl'))
  ok(data.length > 20)
  for (const name of data) equal(readFileSync(join(folder, name)).at(-1), 10)
})
