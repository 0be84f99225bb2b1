import assert from 'node:assert/strict'
import { test } from 'node:test'
import { dictionary } from '@zxcvbn-ts/language-common'
import { Problem } from '#kernel/errors/index.ts'
import { hashPassword, isOutdated, verifyPassword } from './password-hash.ts'
import { requireGoodPassword } from './password-rules.ts'

const context = ['maria.example@shop.example', 'Maria Example']
async function verdict(password: string): Promise<string> {
  try {
    await requireGoodPassword(password, context, '#/password')
    return 'good'
  } catch (error) {
    assert.ok(error instanceof Problem, String(error))
    assert.equal(error.type.slug, 'people/password-too-weak')
    assert.equal(error.errors[0]!.pointer, '#/password')
    assert.equal(error.errors[0]!.detail, error.message)
    assert.ok(password === '' || !error.message.includes(password), 'a refused password is not repeated')
    return error.message
  }
}

test('[P1] [F22] any characters are taken, from 15 to 256, and nothing is demanded of them', async () => {
  const long = 'violet harbour lantern orchard pebble saddle thimble walnut '
  for (const password of [
    'violet harbour lantern orchard',
    'kq7 vz2 pd9 wm4',
    'nurkleinbuchstabendiehalten',
    'лилия гавань фонарь сад',
    '紫の港と提灯と果樹園と小石と鞍',
    'otter 🦦 harbour 🪁 lantern 🧵',
    long.repeat(5).slice(0, 64),
    long.repeat(5).slice(0, 200),
    '\t violet  harbour   lantern \t',
  ])
    assert.equal(await verdict(password), 'good', password)
})

test('[P1] [F22] too short and too long are told with their length, counted as people count', async () => {
  assert.match(await verdict(''), /It has 0 characters; at least 15/)
  assert.match(await verdict('kq7 vz2 pd9 wm'), /It has 14 characters/)
  assert.match(await verdict('🦦🪁🧵🦚🪐🧭🪵🦩🪩🧶🦔🪴🧊🦜'), /It has 14 characters/, 'an emoji is one')
  assert.match(await verdict(`${'violet harbour lantern '.repeat(12)}`), /It has 276 characters; at most 256/)
})

test('[P1] [F22] what is known or would be guessed is refused, with the reason', async () => {
  for (const [password, why] of [
    ['passwordpassword', /repeats/],
    ['aaaaaaaaaaaaaaaaaaaa', /repeats one character/],
    ['abcabcabcabcabcabc', /repeats one short piece/],
    ['123456789012345', /lists/],
    ['qwertyuiopasdfgh', /lists|keys|keyboard/],
    ['P@ssw0rd12345678', /lists/],
    ['iloveyouiloveyou', /repeats/],
    ['administrator123', /guessed|tried first|try these/],
    ['maria.example@shop.example', /your name|e-mail/],
    ['MariaExample2026!', /your name/],
    ['daytwo daytwo daytwo', /name of this product|repeats/],
    ['xMaria-Example-shopx', /your name/],
  ] as const)
    assert.match(await verdict(password), why, password)
})

test('[F22] of the 3,000 most used passwords none is taken, nor when it is lengthened by writing it again', async () => {
  const top = dictionary['passwords-common']!.slice(0, 3000).map(String)
  assert.equal(top.length, 3000)
  for (const password of top.filter((each) => [...each].length >= 15)) assert.notEqual(await verdict(password), 'good')
  for (const password of top.filter((_, index) => index % 500 === 7)) {
    const twice = password.repeat(Math.ceil(15 / password.length))
    assert.notEqual(await verdict(twice), 'good', twice)
  }
})

test('[F22] nothing is cut off, and equal text typed on different systems is equal', async () => {
  const long = Array.from({ length: 256 }, (_, index) => String.fromCharCode(97 + ((index * 7) % 26))).join('')
  const hash = await hashPassword(long)
  assert.match(hash, /^\$argon2id\$v=19\$m=19456,t=2,p=1\$/)
  assert.equal(await verifyPassword(hash, long), true)
  assert.equal(await verifyPassword(hash, long.slice(0, 72)), false)
  assert.equal(await verifyPassword(hash, long.slice(0, 255)), false)
  assert.equal(await verifyPassword(hash, `${long} `), false)
  const composed = await hashPassword('caf\u00e9 \u00e0 la carte hier')
  assert.equal(await verifyPassword(composed, 'cafe\u0301 a\u0300 la carte hier'), true)
  assert.equal(await verifyPassword(null, long), false)
  assert.equal(await verifyPassword('no hash at all', long), false)
  assert.equal(isOutdated(hash), false)
  assert.equal(isOutdated(hash.replace('m=19456', 'm=4096')), true)
})
