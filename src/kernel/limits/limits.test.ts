import assert from 'node:assert/strict'
import { after, test } from 'node:test'
import { sleep } from '#kernel/clock/index.ts'
import { silentLog, testDatabase } from '#test/support/database.ts'
import { clientOf, makeLimiter, purgeRateWindows } from './index.ts'

const db = await testDatabase()
const limits = { reads: 100, writes: 0, tenant: 1000, anonymous: 5, 'sign-in': 5, failures: 5 }
const limiter = (database: typeof db.database | undefined = db.database) => {
  const made = makeLimiter(limits, database, silentLog)
  after(() => made.close())
  return made
}

/** Windows are minutes: one that is about to end would make two of one. */
async function earlyInTheMinute() {
  const left = 60_000 - (Date.now() % 60_000)
  if (left < 5000) await sleep(left + 50)
}

test('[F24] addresses of one IPv6 /64 are one client, however they are written; nonsense is one client', () => {
  const same = [
    '2001:db8:1:2::1',
    '2001:0DB8:0001:0002:ffff:ffff:ffff:ffff',
    '2001:db8:1:2:0:0:0:9%eth0',
    '2001:db8:1:2::1.2.3.4',
  ]
  assert.deepEqual([...new Set(same.map(clientOf))], ['ip:2001:db8:1:2::/64'])
  assert.notEqual(clientOf('2001:db8:1:3::1'), clientOf('2001:db8:1:2::1'))
  assert.equal(clientOf('::1'), 'ip:0:0:0:0::/64')
  assert.equal(clientOf('::ffff:192.0.2.1'), clientOf('192.0.2.1'))
  assert.notEqual(clientOf('192.0.2.1'), clientOf('192.0.2.2'))
  for (const odd of ['', 'unknown', '<script>', '1'.repeat(1000), '2001:db8::1]:80', '::g'])
    assert.equal(clientOf(odd), 'ip:unknown', odd)
})

test('[F24] a limit lets exactly so many through, and tells what is left', async () => {
  await earlyInTheMinute()
  const one = limiter()
  const taken = Array.from({ length: 8 }, () => one.take('failures', 'ip:192.0.2.7')!)
  assert.deepEqual(
    taken.map(({ allowed }) => allowed),
    [true, true, true, true, true, false, false, false],
  )
  assert.deepEqual(
    taken.map(({ remaining }) => remaining),
    [4, 3, 2, 1, 0, 0, 0, 0],
  )
  assert.ok(taken.every(({ resetSeconds }) => resetSeconds >= 1 && resetSeconds <= 60))
  assert.equal(one.take('failures', 'ip:192.0.2.8')!.allowed, true)
  assert.equal(one.take('writes', 'key:x'), undefined, '0 is without limit')
  assert.equal(one.take('writes', 'key:x', 2)!.limit, 2)
})

test('[F24] two processes share a limit', async () => {
  await earlyInTheMinute()
  const [one, two] = [limiter(), limiter()]
  for (let n = 0; n < 60; n++) assert.ok(one.take('reads', 'key:shared')!.allowed)
  for (let n = 0; n < 30; n++) assert.ok(two.take('reads', 'key:shared')!.allowed)
  await one.share()
  await two.share()
  assert.equal(two.take('reads', 'key:shared')!.remaining, 9, '100 − 60 − 30 − this one')
  let more = 0
  while (two.take('reads', 'key:shared')!.allowed) more++
  assert.equal(more, 9)
  await two.share()
  one.take('reads', 'key:shared')
  await one.share()
  assert.equal(one.take('reads', 'key:shared')!.allowed, false)
  const [row] = await db.sql(
    `select sum(hits)::int as hits, sum(refused)::int as refused from rate_window where client = 'key:shared'`,
  )
  assert.ok(Number(row!.hits) >= 100 && Number(row!.hits) <= 101, JSON.stringify(row))
  assert.ok(Number(row!.refused) >= 1)
})

test('[F24] ordinary traffic writes nothing; without a database each process limits by itself', async () => {
  const quiet = limiter()
  for (let n = 0; n < 4; n++) quiet.take('reads', 'key:quiet')
  await quiet.share()
  assert.deepEqual(await db.sql(`select from rate_window where client = 'key:quiet'`), [])

  await earlyInTheMinute()
  const away = { ...db.database, platformTx: () => Promise.reject(new Error('away')) }
  const alone = limiter(away as never)
  for (let n = 0; n < 5; n++) alone.take('sign-in', 'ip:a')
  await alone.share()
  assert.equal(alone.take('sign-in', 'ip:a')!.allowed, false)
})

test('counts older than a day are deleted', async () => {
  await db.sql(
    `insert into rate_window values (floor(extract(epoch from now()) / 60)::bigint - 1500, 'reads', 'old', 1, 0)`,
  )
  assert.equal(await purgeRateWindows(db.database), 1)
  assert.ok((await db.sql('select from rate_window')).length > 0)
})
