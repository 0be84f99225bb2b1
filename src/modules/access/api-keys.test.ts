/** API keys: what ends them, what they cannot give away, and what is no key at all. */
import assert from 'node:assert/strict'
import { test } from 'node:test'
import { sha256 } from '#kernel/crypto/index.ts'
import { testApp } from '#test/support/app.ts'

const app = await testApp()
const owner = await app.key()
type Key = { id: string; key: string }
const inject = (method: 'GET' | 'POST' | 'DELETE', url: string, headers: object, payload?: object) =>
  app.http.inject({ method, url: `/api/v1${url}`, headers: { ...headers }, ...(payload ? { payload } : {}) })
async function make(body: object, by: object = owner): Promise<Key> {
  const reply = await inject('POST', '/api-keys', by, { name: 'test', scopes: ['metrics:read'], ...body })
  assert.equal(reply.statusCode, 201, reply.body)
  return reply.json()
}
const bearer = ({ key }: Pick<Key, 'key'>) => ({ authorization: `Bearer ${key}` })
const metrics = async (headers: object) => (await inject('GET', '/metrics/dora', headers)).statusCode
const rotate = (id: string, by: object = owner, body: object = {}) => inject('POST', `/api-keys/${id}/rotate`, by, body)
async function expect(status: number, ask: () => Promise<number>) {
  const deadline = performance.now() + 1000
  for (let seen = await ask(); seen !== status; seen = await ask())
    assert.ok(performance.now() < deadline, `still ${seen}, not ${status}, after a second`)
}

test('[P6] 77: a key without the scope is 403; revoked, expired, or of a suspended tenant 401, each within a second', async () => {
  const key = await make({})
  assert.equal(await metrics(bearer(key)), 200)
  assert.equal((await inject('GET', '/api-keys', bearer(key))).statusCode, 403)
  await inject('DELETE', `/api-keys/${key.id}`, owner)
  await expect(401, () => metrics(bearer(key)))

  const short = await make({ expires_in_days: 1 })
  assert.equal(await metrics(bearer(short)), 200)
  await app.sql('update api_key set expires_at = app.now() where id = $1', [short.id])
  await expect(401, () => metrics(bearer(short)))

  const beta = await app.tenant()
  const theirs = await app.key({ tenantId: beta.tenantId })
  assert.equal(await metrics(theirs), 200)
  assert.equal((await inject('DELETE', `/api-keys/${key.id}`, theirs)).statusCode, 404, 'another tenant’s key')
  assert.equal((await rotate(key.id, theirs)).statusCode, 404)
  await app.sql(`update tenant set status = 'suspended' where id = $1`, [beta.tenantId])
  await expect(401, () => metrics(theirs))
  await app.sql(`update tenant set status = 'ready' where id = $1`, [beta.tenantId])
  await expect(200, () => metrics(theirs))
})

test('[P6] 77: a key is stored as its hash, shown by its prefix, and nothing in an address', async () => {
  const key = await make({})
  const [row] = await app.sql('select hash, prefix, k::text as row from api_key k where id = $1', [key.id])
  assert.deepEqual(row!.hash, sha256(key.key))
  assert.equal(row!.prefix, key.key.slice(0, 9))
  assert.ok(!String(row!.row).includes(key.key.slice(9)))
  const list = (await inject('GET', '/api-keys', owner)).body
  assert.ok(list.includes(String(row!.prefix)) && !list.includes(key.key.slice(9)))
  for (const name of ['key', 'api_key', 'access_token', 'authorization'])
    assert.equal((await inject('GET', `/session?${name}=${key.key}`, {})).statusCode, 401, name)
})

test('[P6] 78: what is not exactly one key in one header is 401, and never an error of ours', async () => {
  const { key } = await make({})
  const wrong = [
    '',
    'Bearer',
    'Bearer ',
    `Bearer  ${key}`,
    `Bearer ${key} ${key}`,
    `Bearer ${key.slice(0, -1)}`,
    `Bearer ${key}x`,
    `Bearer ${key.slice(0, 9)}`,
    `Bearer ${key.toUpperCase()}`,
    `Basic ${Buffer.from(`${key}:`).toString('base64')}`,
    `Token ${key}`,
    key,
    `Bearer ${key}, Bearer ${key}`,
    'Bearer d2_%00',
    `Bearer eyJ.${key}.x`,
  ]
  for (const authorization of wrong) {
    const reply = await inject('GET', '/metrics/dora', { authorization })
    assert.equal(reply.statusCode, 401, `${authorization}: ${reply.body}`)
    assert.ok(!reply.body.includes(key))
  }
  assert.equal(await metrics({ authorization: `bearer ${key}` }), 200, 'the scheme is written in any case')
})

test('[P6] a rotated key has the rights, the streams and the time to live of the one before, which overlaps', async () => {
  const payload = { id: 'payments', name: 'Payments' }
  assert.equal((await inject('POST', '/streams', owner, payload)).statusCode, 201)
  const old = await make({ streams: ['payments'], expires_in_days: 90 })
  await app.sql(
    `update api_key set created_at = created_at - interval '60 days', expires_at = expires_at - interval '60 days' where id = $1`,
    [old.id],
  )
  const reply = await rotate(old.id)
  assert.equal(reply.statusCode, 201, reply.body)
  const fresh: Key = reply.json()
  const [row] = await app.sql(
    `select scopes, streams, round(extract(epoch from expires_at - app.now()) / 86400)::int as days from api_key where id = $1`,
    [fresh.id],
  )
  assert.deepEqual(row, { scopes: ['metrics:read'], streams: ['payments'], days: 90 })
  const asked = async (key: Key) => (await inject('GET', '/metrics/dora?stream=payments', bearer(key))).statusCode
  assert.deepEqual([await asked(old), await asked(fresh)], [200, 200])
  const [was] = await app.sql(
    `select round(extract(epoch from expires_at - app.now()) / 3600)::int as hours from api_key where id = $1`,
    [old.id],
  )
  assert.equal(was!.hours, 24)
  const endless: Key = (await rotate((await make({})).id)).json()
  assert.deepEqual(await app.sql('select expires_at from api_key where id = $1', [endless.id]), [{ expires_at: null }])
})

test('[P6] rotating a key is in the trail of both: what replaced the old one, until when it works, and what the new one replaced', async () => {
  for (const overlap of [24, 0]) {
    const old = await make({ expires_in_days: 90 })
    const fresh: Key = (await rotate(old.id, owner, { overlap_hours: overlap })).json()
    const [was] = await app.sql('select prefix, expires_at, revoked_at from api_key where id = $1', [old.id])
    const entry = async (id: string, action: string) =>
      (await app.sql('select delta from audit_events where subject = $1 and action = $2', [`api_key:${id}`, action]))[0]
        ?.delta as { before: Record<string, unknown>; after: Record<string, unknown> } | undefined
    const ended = await entry(old.id, 'access.key-replaced')
    assert.deepEqual(ended?.after, {
      replacedBy: fresh.id,
      overlapHours: overlap,
      endsAt: ((overlap === 0 ? was!.revoked_at : was!.expires_at) as Date).toISOString(),
    })
    assert.equal(ended.before.prefix, was!.prefix)
    assert.ok(Date.parse(String(ended.before.expiresAt)) - Date.parse(String(ended.after.endsAt)) > 88 * 86_400_000)
    assert.deepEqual((await entry(fresh.id, 'access.key-rotated'))?.before, { id: old.id, prefix: was!.prefix })
  }
})

test('[P6] nobody gets more by rotating than they hold, nor brings an ended key back', async () => {
  const wide = await make({ scopes: ['*'] })
  const all = await make({})
  const narrow = bearer(await make({ scopes: ['keys:write', 'metrics:read'], streams: ['payments'] }))
  assert.equal((await rotate(wide.id, narrow)).statusCode, 403, 'a scope more')
  assert.equal((await rotate(all.id, narrow)).statusCode, 403, 'every stream')
  const own = await make({ streams: ['payments'] })
  assert.equal((await rotate(own.id, narrow)).statusCode, 201)
  assert.equal(await metrics(bearer(all)), 200, 'what was refused ended nothing')

  await app.sql('update api_key set expires_at = app.now() where id = $1', [all.id])
  assert.equal((await rotate(all.id)).statusCode, 404)
  await inject('DELETE', `/api-keys/${wide.id}`, owner)
  assert.equal((await rotate(wide.id)).statusCode, 404)
  const raced = await make({})
  const replies = await Promise.all(Array.from({ length: 8 }, () => rotate(raced.id, owner, { overlap_hours: 0 })))
  assert.equal(replies.filter(({ statusCode }) => statusCode === 201).length, 1, 'without overlap one key follows one')
  await expect(401, () => metrics(bearer(raced)))
})

test('[P6] [P9] keys go by pages, newest first, each once though others are made and end meanwhile', async () => {
  const { tenantId } = await app.tenant()
  const boss = await app.key({ tenantId })
  const made: string[] = []
  for (let n = 0; n < 4; n++) made.push((await make({ name: `key ${n}` }, boss)).id)
  made.sort().reverse()
  const seen: string[] = []
  const sizes: number[] = []
  for (let cursor = ''; ; ) {
    const {
      keys,
      scopes,
      next_cursor: next,
    } = (await inject('GET', `/api-keys?limit=2${cursor && `&cursor=${cursor}`}`, boss)).json()
    assert.ok(scopes.length > 5, 'each page says what scopes there are')
    sizes.push(keys.length)
    seen.push(...keys.map(({ id }: Key) => id))
    if (sizes.length === 1) {
      await make({}, boss)
      assert.equal((await inject('DELETE', `/api-keys/${made[1]}`, boss)).statusCode, 204)
    }
    if (next === null) break
    cursor = next
  }
  // The last is the one that asks.
  assert.deepEqual([sizes, seen.slice(0, 4)], [[2, 2, 1], made])
  for (const [query, pointer] of [
    ['cursor=1', 'query/cursor'],
    ['limit=201', 'query/limit'],
    ['page=2', 'query/page'],
  ]) {
    const refused = await inject('GET', `/api-keys?${query}`, boss)
    assert.deepEqual([refused.statusCode, refused.json().errors?.[0]?.pointer], [422, pointer])
  }
  assert.equal(
    (await inject('GET', `/api-keys?cursor=${made[0]}`, owner)).json().keys.some(({ id }: Key) => made.includes(id)),
    false,
  )
})
