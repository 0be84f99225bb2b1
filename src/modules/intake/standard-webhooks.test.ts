import assert from 'node:assert/strict'
import { test } from 'node:test'
import fc from 'fast-check'
import { Webhook } from 'standardwebhooks'
import { randomToken } from '#kernel/clock/index.ts'
import { hmacSha256 } from '#kernel/crypto/index.ts'
import { maxSecretBytes, minSecretBytes, newSecret, secretKey, signedMessage } from './standard-webhooks.ts'

const secondsNow = () => Math.floor(Date.now() / 1000)
const headersOf = (secret: string, body: string, id = 'msg_1', seconds = secondsNow()) => ({
  'webhook-id': id,
  'webhook-timestamp': String(seconds),
  'webhook-signature': new Webhook(secret).sign(id, new Date(seconds * 1000), body),
})

test('[Q9] what the reference library signs is accepted, and what we would sign it accepts', () => {
  fc.assert(
    fc.property(
      fc.uint8Array({ minLength: minSecretBytes, maxLength: maxSecretBytes }),
      fc.string({ unit: 'grapheme' }),
      fc.stringMatching(/^[A-Za-z0-9_-]{1,40}$/),
      (key, body, id) => {
        const secret = `whsec_${Buffer.from(key).toString('base64')}`
        const headers = headersOf(secret, body, id)
        const message = signedMessage(headers)
        assert.equal(message?.id, id)
        assert.ok(message.isSigned(Buffer.from(body), [newSecret(), secret]))
        assert.ok(!message.isSigned(Buffer.from(`${body} `), [secret]))
        assert.ok(!message.isSigned(Buffer.from(body), [newSecret()]))
        const digest = hmacSha256(key, `${id}.${headers['webhook-timestamp']}.${body}`).toString('base64')
        new Webhook(secret).verify(body, { ...headers, 'webhook-signature': `v1,${digest}` }, { jsonParse: false })
      },
    ),
  )
})

test('[Q9] the vector of the specification', (t) => {
  t.mock.timers.enable({ apis: ['Date'], now: 1_614_265_330_000 })
  const message = signedMessage({
    'webhook-id': 'msg_p5jXN8AQM9LWM0D4loKWxJek',
    'webhook-timestamp': '1614265330',
    'webhook-signature': 'v1,g0hM9SsE+OTPJTGt/tmIKtSyZlE3uFJELVlNIOLJ1OE=',
  })
  assert.ok(message?.isSigned(Buffer.from('{"test": 2432232314}'), ['whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw']))
})

test('[Q9] a signature counts among others, and only the first ten are looked at', () => {
  const secret = newSecret()
  const right = headersOf(secret, 'x')
  const wrong = `v1,${Buffer.from(randomToken(32), 'base64url').toString('base64')}`
  const signedWith = (list: string[]) => {
    const message = signedMessage({ ...right, 'webhook-signature': list.join(' ') })
    return message?.isSigned(Buffer.from('x'), [secret])
  }
  assert.equal(signedWith([wrong, `v1a,${right['webhook-signature'].slice(3)}`, right['webhook-signature']]), true)
  assert.equal(signedWith([...Array(9).fill(wrong), right['webhook-signature']]), true)
  assert.equal(signedWith([...Array(10).fill(wrong), right['webhook-signature']]), false)
})

test('[Q9] secrets are whsec_ and base64, of other forms there is no key', () => {
  assert.equal(secretKey(newSecret())?.length, 32)
  assert.equal(secretKey('whsec_')?.length, 0)
  const encoded = Buffer.alloc(24, 7).toString('base64')
  for (const secret of [
    encoded,
    `whsk_${encoded}`,
    `whsec_${encoded}=`,
    `whsec_ ${encoded}`,
    `whsec_${encoded}\n`,
    'whsec_a',
  ])
    assert.equal(secretKey(secret), undefined, secret)
})
