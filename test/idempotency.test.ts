/** A request that is repeated under its `Idempotency-Key` has one effect and one answer, whatever dies when. */
import assert from 'node:assert/strict'
import { test } from 'node:test'
import pg from 'pg'
import { sleep } from '#kernel/clock/index.ts'
import { makeHttp } from '#kernel/http/index.ts'
import { keptHours, purgeIdempotencyKeys } from '#kernel/idempotency/index.ts'
import { testApp } from './support/app.ts'
import { silentLog } from './support/database.ts'

const app = await testApp()
const { tenantId } = await app.tenant()
const key = await app.key({ tenantId })

type Options = { headers?: Record<string, string>; url?: string }
const post = async (
  idempotencyKey: string | undefined,
  payload: object,
  { headers = key, url = '/streams' }: Options = {},
) => {
  const reply = await app.http.inject({
    method: 'POST',
    url: `/api/v1${url}`,
    headers: { ...headers, ...(idempotencyKey === undefined ? {} : { 'idempotency-key': idempotencyKey }) },
    payload,
  })
  return { status: reply.statusCode, headers: reply.headers, text: reply.body, body: reply.json() }
}
const slug = ({ body }: { body: { type?: string } }) => String(body.type).replace('/problems/', '')
const streams = async (id: string) =>
  (await app.sql('select from stream where tenant_id = $1 and id = $2', [tenantId, id])).length
const expireLeases = () =>
  app.sql(`update idempotency_key set lease_until = now() - interval '1 second' where answered_at is null`)
/** Makes the database fail at one place until the returned function is called. */
async function breaking(table: string, when: string): Promise<() => Promise<unknown>> {
  await app.sql(`create function fail() returns trigger language plpgsql as $$ begin raise exception 'broken by the test'; end $$;
    create trigger fail before ${when} on ${table} for each row execute function fail()`)
  return () => app.sql(`drop trigger fail on ${table}; drop function fail()`)
}

test('[P8] [F14] the same key and body get the same answer, and one effect', async () => {
  const first = await post('same-1', { id: 'one', name: 'One' })
  assert.equal(first.status, 201)
  assert.equal(first.headers['idempotency-replayed'], undefined)
  // Neither the order of keys nor white space is the request.
  const again = await post('same-1', { name: ' One ', id: 'one' })
  assert.deepEqual([again.status, again.text], [201, first.text])
  assert.equal(again.headers['idempotency-replayed'], 'true')
  assert.equal(again.headers['content-type'], first.headers['content-type'])
  assert.equal(await streams('one'), 1)
  assert.equal(
    Number((await app.sql(`select count(*)::int as n from audit_events where subject = 'stream:one'`))[0]!.n),
    1,
  )
})

test('[P8] 123: the same key with another body or address is 422, and another caller’s key is another key', async () => {
  await post('scope-1', { id: 'scoped', name: 'x' })
  const otherBody = await post('scope-1', { id: 'scoped-2', name: 'x' })
  assert.deepEqual([otherBody.status, slug(otherBody)], [422, 'idempotency/key-reused'])
  const otherRoute = await post('scope-1', { source: 'github', name: 'x' }, { url: '/connections' })
  assert.equal(otherRoute.status, 422)
  assert.equal(await streams('scoped-2'), 0)
  const other = await post('scope-1', { id: 'scoped-2', name: 'x' }, { headers: await app.key({ tenantId }) })
  assert.equal(other.status, 201)
  const elsewhere = await app.key({ tenantId: (await app.tenant()).tenantId })
  assert.equal((await post('scope-1', { id: 'scoped', name: 'theirs' }, { headers: elsewhere })).body.name, 'theirs')
})

test('[P8] [F14] of 200 at once one has an effect; the others get its answer or are told to wait', async () => {
  const replies = await Promise.all(Array.from({ length: 200 }, () => post('storm', { id: 'storm', name: 'x' })))
  const fresh = replies.filter(({ status, headers }) => status === 201 && !headers['idempotency-replayed'])
  assert.equal(fresh.length, 1)
  for (const reply of replies) {
    if (reply.status === 201) assert.equal(reply.text, fresh[0]!.text)
    else {
      assert.deepEqual([reply.status, slug(reply)], [409, 'idempotency/in-flight'])
      assert.match(String(reply.headers['retry-after']), /^[1-5]$/)
    }
  }
  assert.equal(await streams('storm'), 1)
  assert.equal((await post('storm', { id: 'storm', name: 'x' })).text, fresh[0]!.text)
})

test('[P8] 123: a key that is empty, too long or not visible ASCII is 400', async () => {
  for (const bad of ['', 'x'.repeat(256), 'two words', 'é', 'a\tb']) {
    const reply = await post(bad, { id: 'bad-key', name: 'x' })
    assert.deepEqual([reply.status, slug(reply)], [400, 'idempotency/key-malformed'], bad)
  }
  assert.equal(await streams('bad-key'), 0)
  assert.equal((await post('x'.repeat(255), { id: 'long-key', name: 'x' })).status, 201)
})

test('[P8] an answer that held a secret is not given again: 409 with the id, and the secret is nowhere', async () => {
  for (const [url, payload, secretOf] of [
    ['/api-keys', { name: 'x', scopes: ['metrics:read'] }, 'key'],
    ['/connections', { source: 'github', name: 'x' }, 'secret'],
  ] as const) {
    const made = await post(`secret${url}`, payload, { url })
    assert.equal(made.status, 201)
    const again = await post(`secret${url}`, payload, { url })
    assert.deepEqual([again.status, slug(again), again.body.id], [409, 'idempotency/secret-shown', made.body.id])
    const [row] = await app.sql(`select row_to_json(k)::text as row from idempotency_key k where route = $1`, [
      `POST /api/v1${url}`,
    ])
    assert.ok(made.body[secretOf].length > 20)
    assert.ok(!String(row!.row).includes(made.body[secretOf]))
  }
  assert.equal((await app.sql(`select from api_key where tenant_id = $1 and name = 'x'`, [tenantId])).length, 1)
})

test('[P8] [F14] death between effect and answer: a repeat does nothing and says what was done', async () => {
  const mend = await breaking('idempotency_key', 'update of answered_at')
  assert.equal((await post('died', { id: 'died', name: 'x' })).status, 201)
  await mend()
  const early = await post('died', { id: 'died', name: 'x' })
  assert.deepEqual([early.status, slug(early)], [409, 'idempotency/in-flight'])
  await expireLeases()
  const late = await post('died', { id: 'died', name: 'x' })
  assert.deepEqual([late.status, slug(late)], [409, 'idempotency/answer-lost'])
  assert.deepEqual(late.body.changed, ['stream:died'])
  assert.equal(await streams('died'), 1)
})

test('[P8] [F14] a request that outlived its lease has no effect beside the one that took over', async () => {
  const blocker = new pg.Client({ connectionString: app.adminUrl })
  blocker.on('error', () => undefined)
  await blocker.connect()
  try {
    await blocker.query('begin; lock table stream in access exclusive mode')
    const waiting = async (count: number) => {
      for (let n = 0; n < 200; n++) {
        const [row] = await app.sql(
          `select count(*)::int as n from pg_stat_activity where datname = current_database() and wait_event_type = 'Lock'`,
        )
        if (Number(row!.n) >= count) return
        await sleep(20)
      }
      assert.fail(`${count} requests should wait`)
    }
    const slow = post('slow', { id: 'slow', name: 'x' })
    await waiting(1)
    await expireLeases()
    const second = post('slow', { id: 'slow', name: 'x' })
    await waiting(2)
    await blocker.query('commit')
    const replies = await Promise.all([slow, second])
    assert.equal(replies[1]!.status, 201)
    // Whichever came first at the table: the slow one finds its key gone, or what the other one made.
    assert.ok(['idempotency/overtaken', 'delivery/stream-exists'].includes(slug(replies[0]!)))
    const again = await post('slow', { id: 'slow', name: 'x' })
    assert.equal(again.text, replies[1]!.text)
  } finally {
    await blocker.end()
  }
  assert.equal(
    Number((await app.sql(`select count(*)::int as n from audit_events where subject = 'stream:slow'`))[0]!.n),
    1,
  )
})

test('[P8] 123: a failure of ours is not frozen; a refusal is', async () => {
  const mend = await breaking('stream', 'insert')
  assert.equal((await post('ours', { id: 'ours', name: 'x' })).status, 500)
  await mend()
  assert.equal((await post('ours', { id: 'ours', name: 'x' })).status, 201)
  const refused = await post('taken', { id: 'ours', name: 'y' })
  assert.equal(refused.status, 409)
  await app.sql(`delete from stream where id = 'ours'`)
  const again = await post('taken', { id: 'ours', name: 'y' })
  assert.deepEqual([again.status, again.headers['idempotency-replayed']], [409, 'true'])
  // What never ran took no key.
  assert.equal((await post('unread', { id: 'A B', name: 'x' })).status, 422)
  assert.equal((await post('unread', { id: 'a-b', name: 'x' })).status, 201)
})

test('[P8] a key is free again after its hours, and purged', async () => {
  await post('old', { id: 'old', name: 'x' })
  const age = () => app.sql(`update idempotency_key set created_at = now() - interval '${keptHours} hours 1 second'`)
  await age()
  assert.equal((await post('old', { id: 'old-2', name: 'x' })).status, 201)
  const kept = (await app.sql('select from idempotency_key')).length
  assert.ok(kept > 5)
  assert.equal(await purgeIdempotencyKeys(app.database), kept - 1)
  await age()
  assert.equal(await purgeIdempotencyKeys(app.database), 1)
})

test('[P8] without a key nothing is kept; a start refuses a POST that does not say what it does with one', async () => {
  assert.equal((await post(undefined, { id: 'keyless', name: 'x' })).status, 201)
  assert.deepEqual(await app.sql('select from idempotency_key'), [])
  const http = await makeHttp({ log: silentLog, requestTimeoutMs: 1000, authenticators: [], production: false })
  http.post('/things', { config: { permission: 'things:write' } }, () => null)
  await assert.rejects(async () => http.ready(), /route POST \/things must state .* Idempotency-Key/)
  await http.close()
})
