import assert from 'node:assert/strict'
import { test } from 'node:test'
import { lockMinutes, newTotp, stepOfCode } from './totp.ts'

/** "12345678901234567890", the secret of RFC 6238, appendix B. */
const rfcSecret = 'GEZDGNBVGY3TQOJQGEZDGNBVGY3TQOJQ'
/** Its vectors for SHA-1 have eight digits, of which six are the last ones. */
const vectors = [
  [59, '94287082'],
  [1_111_111_109, '07081804'],
  [1_111_111_111, '14050471'],
  [1_234_567_890, '89005924'],
  [2_000_000_000, '69279037'],
  [20_000_000_000, '65353130'],
] as const

test('[P1] codes are those of RFC 6238', async () => {
  for (const [seconds, eight] of vectors)
    assert.equal(await stepOfCode(rfcSecret, eight.slice(2), seconds), Math.floor(seconds / 30), eight)
})

test('[P1] a code is good one step early and one late, and no more', async () => {
  const [seconds, eight] = vectors[2]
  const step = Math.floor(seconds / 30)
  const code = eight.slice(2)
  for (const away of [-1, 0, 1]) assert.equal(await stepOfCode(rfcSecret, code, seconds + away * 30), step)
  for (const away of [-2, 2, 10]) assert.equal(await stepOfCode(rfcSecret, code, seconds + away * 30), undefined)
})

test('[P1] a code may be typed with a space; other shapes are none', async () => {
  assert.equal(await stepOfCode(rfcSecret, '287 082', 59), 1)
  for (const code of ['94287082', '28708', '', '287083', '２８７０８２'])
    assert.equal(await stepOfCode(rfcSecret, code, 59), undefined, code)
})

test('[P1] a secret has 160 random bits and an address every app reads', async () => {
  const made = await newTotp('maria@example.com')
  assert.match(made.secret, /^[A-Z2-7]{32}$/)
  assert.notEqual(made.secret, (await newTotp('maria@example.com')).secret)
  const uri = new URL(made.uri)
  assert.equal(uri.protocol, 'otpauth:')
  assert.equal(decodeURIComponent(uri.pathname), '/daytwo:maria@example.com')
  assert.deepEqual(Object.fromEntries(uri.searchParams), {
    issuer: 'daytwo',
    secret: made.secret,
    algorithm: 'SHA1',
    digits: '6',
    period: '30',
  })
})

test('[P1] every fifth wrong code locks, each time for longer, at most a day', () => {
  assert.deepEqual([1, 4, 5, 6, 10, 15, 20, 500].map(lockMinutes), [0, 0, 15, 0, 30, 60, 120, 1440])
})
