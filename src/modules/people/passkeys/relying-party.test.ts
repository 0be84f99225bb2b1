import assert from 'node:assert/strict'
import { test } from 'node:test'
import { Problem } from '#kernel/errors/index.ts'
import { partyAt, passkeysAt, relyingParty } from './relying-party.ts'

test('[P1] an installation’s passkeys belong to the host name of its console', () => {
  assert.deepEqual(relyingParty(['https://daytwo.example.com']), {
    possible: true,
    id: 'daytwo.example.com',
    origins: ['https://daytwo.example.com'],
    address: 'https://daytwo.example.com',
  })
  const apart = relyingParty(['https://api.example.com', 'https://example.com'])
  assert.deepEqual(apart.possible && apart.origins, ['https://api.example.com', 'https://example.com'])
  const other = relyingParty(['https://api.other.com', 'https://example.com'])
  assert.deepEqual(other.possible && other.origins, ['https://example.com'])
})

test('[P1] an address of this machine becomes localhost, for an IP address can have none', () => {
  for (const address of ['http://127.0.0.1:3333', 'http://localhost:3333', 'http://[::1]:3333']) {
    const party = relyingParty([address])
    assert.deepEqual(party.possible && [party.id, ...party.origins], ['localhost', 'http://localhost:3333'], address)
    assert.equal(passkeysAt(party, 'localhost:3333').possible, true)
    assert.deepEqual(passkeysAt(party, '127.0.0.1:3333'), {
      possible: false,
      why: '127.0.0.1 is an IP address; passkeys need a host name.',
      address: 'http://localhost:3333',
    })
    assert.throws(
      () => partyAt(party, '127.0.0.1:3333'),
      (error: Problem) => error instanceof Problem && /Open http:\/\/localhost:3333/.test(error.message),
    )
  }
})

test('[P1] other IP addresses and unencrypted names cannot have passkeys, and it is said why', () => {
  for (const [address, why] of [
    ['https://192.0.2.7', /IP address/],
    ['http://daytwo.example.com', /not encrypted/],
  ] as const) {
    const party = relyingParty([address])
    assert.equal(party.possible, false)
    assert.match(passkeysAt(party, new URL(address).host).why ?? '', why)
    assert.throws(() => partyAt(party, new URL(address).host), why)
  }
})
