import assert from 'node:assert/strict'
import { test } from 'node:test'
import { safeReturnTo } from './return-to.ts'

const origin = 'https://daytwo.example'

test('[P1] 89: after signing in nobody is sent to another site', () => {
  for (const address of [
    '//evil.example',
    '/\\evil.example',
    '/\t/evil.example',
    '\\\\evil.example',
    'https://evil.example/',
    'https:evil.example',
    'javascript:alert(1)',
    'data:text/html,x',
    'evil.example',
    '/%0a/evil.example\n',
    '/.//evil.example',
    '/queue/..//evil.example',
    ' /queue',
    '',
    undefined,
  ])
    assert.equal(safeReturnTo(address, origin), '/', String(address))
})

test('[P1] an address of the console is kept with its filters', () => {
  assert.equal(safeReturnTo('/queue?status=pending#row', origin), '/queue?status=pending#row')
  assert.equal(safeReturnTo('/../streams', origin), '/streams')
})

test('[P1] signing in never leads back to signing in', () => {
  for (const address of ['/sign-in?return_to=/sign-in', '/auth/oidc/start', '/setup', '/reset#token=1'])
    assert.equal(safeReturnTo(address, origin), '/')
})
