import assert from 'node:assert/strict'
import { test } from 'node:test'
import { Problem } from '#kernel/errors/index.ts'
import { makeGate } from './gate.ts'
import { hashPassword, verifyPassword } from './password-hash.ts'

test('[P1] [F23] two work, thirty wait in their order, the rest is refused at once; a failure frees its place', async () => {
  const gate = makeGate(2, 30)
  let running = 0
  let most = 0
  const order: number[] = []
  const work = (n: number) => async () => {
    most = Math.max(most, ++running)
    order.push(n)
    await new Promise((resolve) => setImmediate(resolve))
    running--
    if (n % 3 === 0) throw new Error('failed on purpose')
    return n
  }
  for (let round = 0; round < 2; round++) {
    order.length = 0
    const done = await Promise.allSettled(Array.from({ length: 100 }, (_, n) => gate.run(work(n))))
    const busy = done.filter(
      (one) => one.status === 'rejected' && one.reason instanceof Problem && one.reason.type.slug === 'people/busy',
    )
    assert.equal(busy.length, 68)
    assert.equal(most, 2)
    assert.deepEqual(
      order,
      Array.from({ length: 32 }, (_, n) => n),
    )
    gate.refuseWhenFull()
  }
})

test('[P1] [F23] hashing leaves the event loop to others', async () => {
  const hash = await hashPassword('violet harbour lantern orchard')
  const hashes = 20
  let turns = 0
  let hashing = true
  const turn = () => {
    turns++
    if (hashing) setImmediate(turn)
  }
  setImmediate(turn)
  await Promise.all(Array.from({ length: hashes }, () => verifyPassword(hash, 'not it')))
  hashing = false
  // On the loop there would be one or two for each; a bare loop takes thousands.
  assert.ok(turns > 50 * hashes, `${turns} turns of the loop`)
})
