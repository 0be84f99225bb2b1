/** How the server reads the trail of one tenant among others: by indexes that begin with the tenant, whatever is filtered by. */
import assert from 'node:assert/strict'
import { test } from 'node:test'
import pg from 'pg'
import { randomId } from '#kernel/clock/index.ts'
import { testDatabase } from '#test/support/database.ts'
import { eventsAfter, searchEvents } from './search-queries.ts'

const db = await testDatabase()
const tenants = [randomId(), randomId(), randomId()] as const
await db.sql(
  `set session_replication_role = replica;
  insert into audit_events (tenant_id, module, action, actor_type, actor_id, actor_name, subject, created_at, seq, hash)
  select t.id::uuid, 'm' || n % 20, 'm' || n % 20 || '.a' || n % 100, 'person', 'actor-' || n % 300, 'P ' || n % 300, 'thing:' || n / 10,
    now() - n * interval '30 seconds', 10001 - n, ''
  from unnest('{${tenants.join(',')}}'::text[]) t (id), generate_series(1, 10000) n`,
)
await db.sql('vacuum analyze audit_events')
const client = new pg.Client({ connectionString: db.url })
client.on('error', () => undefined)
await client.connect()
test.after(() => client.end())

type Plan = {
  'Node Type': string
  'Index Name'?: string
  'Index Cond'?: string
  'Relation Name'?: string
  Plans?: Plan[]
}
const nodes = (plan: Plan): Plan[] => [plan, ...(plan.Plans ?? []).flatMap(nodes)]

/** Plan nodes that read the trail, asked as the application asks. */
async function reads({ text, values }: { text: string; values: unknown[] }): Promise<Plan[]> {
  await client.query(`begin; set local role daytwo_app; select set_config('app.tenant_id', '${tenants[1]}', true)`)
  const { rows } = await client.query(`explain (format json) ${text}`, values)
  await client.query('rollback')
  return nodes(rows[0]['QUERY PLAN'][0].Plan).filter((node) => node['Index Name'] || node['Node Type'] === 'Seq Scan')
}

const before = { micros: String(Date.now() * 1000), id: '9000' }
for (const [what, filters, index] of [
  ['nothing', {}, 'audit_events__created_at'],
  ['a module', { module: 'm7' }, 'audit_events__module'],
  ['an action', { action: 'm7.a7' }, 'audit_events__action'],
  ['an actor', { actor: 'actor-7' }, 'audit_events__actor'],
  ['a subject', { subject: 'thing:70' }, 'audit_events__subject'],
  ['a time', { from: '2020-01-01T00:00:00Z', to: '2030-01-01T00:00:00Z' }, 'audit_events__created_at'],
  // Any of them: all of the tenant's events may have to be looked at.
  ['words', { q: 'thing' }, undefined],
] as const)
  test(`[P7] a search by ${what} reads one tenant's part of ${index ?? 'an index'}, first page and next`, async () => {
    for (const place of [null, before]) {
      const found = await reads(searchEvents.sql({ filters, before: place, limit: 51 }))
      assert.equal(found.length, 1)
      if (index) assert.equal(found[0]!['Index Name'], index, JSON.stringify(found))
      assert.match(String(found[0]!['Index Cond']), /tenant_id = /)
      // The next page begins where the last one ended, and does not read up to there again.
      if (place && index) assert.match(String(found[0]!['Index Cond']), /ROW\(created_at, id\) </)
    }
  })

test('[P7] following reads one tenant’s part of the chain', async () => {
  const [found] = await reads(eventsAfter.sql({ seq: 9000, limit: 100 }))
  assert.equal(found!['Index Name'], 'audit_events__seq')
  assert.match(String(found!['Index Cond']), /tenant_id = .*seq > /)
})
