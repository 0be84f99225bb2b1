import assert from 'node:assert/strict'
import { test } from 'node:test'
import { sleep } from '#kernel/clock/index.ts'
import { believeMs, remembered } from './index.ts'

test('the same question is asked once for a moment, and again after it or when it is forgotten', async () => {
  let asked = 0
  const count = remembered(
    async ({ id }: { id: string }) => `${id}${++asked}`,
    ({ id }) => id,
  )
  assert.deepEqual(await Promise.all([count.ask({ id: 'a' }), count.ask({ id: 'a' })]), ['a1', 'a1'])
  assert.equal(await count.ask({ id: 'b' }), 'b2')
  count.forget({ id: 'a' })
  assert.equal(await count.ask({ id: 'a' }), 'a3')
  await sleep(believeMs + 20)
  assert.equal(await count.ask({ id: 'a' }), 'a4')
})

test('a failure is told to who waits and then asked again', async () => {
  let fails = true
  const flaky = remembered(async (key: string) => {
    if (fails) throw new Error('not now')
    return key
  })
  await assert.rejects(flaky.ask('a'), /not now/)
  fails = false
  assert.equal(await flaky.ask('a'), 'a')
})
