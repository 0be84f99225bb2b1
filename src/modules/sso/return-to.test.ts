import assert from 'node:assert/strict'
import { test } from 'node:test'
import fc from 'fast-check'
import { returnAddress } from './return-to.ts'
import { awayAddresses } from './test-return-to.ts'

test('[P2] [P3] 89: after signing in a browser stays on this origin', () => {
  for (const address of awayAddresses) assert.equal(returnAddress(address), '/', JSON.stringify(address))
  for (const other of [undefined, null, 7, ['/x'], {}, '']) assert.equal(returnAddress(other), '/')
})

test('[P2] addresses of the console are kept as they are', () => {
  for (const address of ['/', '/metrics', '/queue?state=dead&x=%2F%2Fevil', '/alerts#open', '/a//b', '/streams/%C3%BC'])
    assert.equal(returnAddress(address), address)
})

test('[P2] 89: whatever is answered resolves to this origin', () => {
  const part = fc.constantFrom(
    '/',
    '\\',
    '\t',
    '\n',
    '.',
    '..',
    '@',
    ':',
    'evil.example',
    'https:',
    '%2f',
    '%5c',
    '%09',
    '?',
    '#',
    'a',
    ' ',
  )
  fc.assert(
    fc.property(fc.array(part, { maxLength: 8 }), (parts) => {
      for (const base of ['https://here.example', 'http://127.0.0.1:3333/auth/social/callback?code=1'])
        assert.equal(new URL(returnAddress(`/${parts.join('')}`), base).origin, new URL(base).origin)
    }),
    { numRuns: 2000 },
  )
})
