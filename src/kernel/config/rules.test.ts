import assert from 'node:assert/strict'
import { test } from 'node:test'
import { ConfigError, readConfig } from './index.ts'

function faults(environment: Record<string, string>): Record<string, string> {
  try {
    readConfig({ APP_KEY: 'k'.repeat(40), ...environment }, { folder: '/nonexistent', generate: false })
  } catch (error) {
    assert.ok(error instanceof ConfigError)
    return Object.fromEntries(error.faults.map(({ name, problem, expected }) => [name, `${problem}: ${expected}`]))
  }
  return {}
}
const oidc = {
  AUTH_METHOD: 'oidc',
  OIDC_TENANT_ID: '0b9c1f0e-1111-4222-8333-444455556666',
  OIDC_CLIENT_ID: 'c',
  OIDC_CLIENT_SECRET: 's',
  OIDC_REDIRECT_URI: 'https://d.example/auth/social/callback',
}

test('[P2] [R5] AUTH_METHOD=oidc names every variable it lacks at once', () => {
  assert.deepEqual(Object.keys(faults({ AUTH_METHOD: 'oidc' })), [
    'OIDC_TENANT_ID',
    'OIDC_CLIENT_ID',
    'OIDC_CLIENT_SECRET',
    'OIDC_REDIRECT_URI',
  ])
  assert.deepEqual(faults(oidc), {})
  const { OIDC_TENANT_ID: _, ...other } = oidc
  assert.deepEqual(faults({ ...other, OIDC_ISSUER: 'https://login.example/realm' }), {})
  assert.match(faults({ ...oidc, AUTH_METHOD: 'saml' }).AUTH_METHOD!, /found "saml"/)
  assert.deepEqual(faults({ AUTH_METHOD: 'database' }), {})
})

test('[P2] `common` and `organizations` need a list of directories', () => {
  for (const OIDC_TENANT_ID of ['common', 'organizations']) {
    assert.deepEqual(Object.keys(faults({ ...oidc, OIDC_TENANT_ID })), ['OIDC_ALLOWED_TENANTS'])
    assert.deepEqual(faults({ ...oidc, OIDC_TENANT_ID, OIDC_ALLOWED_TENANTS: oidc.OIDC_TENANT_ID }), {})
  }
  const issuer = 'https://login.microsoftonline.com/common/v2.0'
  assert.deepEqual(Object.keys(faults({ ...oidc, OIDC_ISSUER: issuer })), ['OIDC_ALLOWED_TENANTS'])
  assert.deepEqual(Object.keys(faults({ ...oidc, OIDC_TENANT_ID: 'common', OIDC_ALLOWED_TENANTS: '*' })), [
    'OIDC_ALLOWED_TENANTS',
  ])
})

test('[P3] ALLOW_TEST_LOGIN is refused unless this is development or a test', () => {
  for (const NODE_ENV of ['development', 'test']) assert.deepEqual(faults({ NODE_ENV, ALLOW_TEST_LOGIN: '1' }), {})
  const told = faults({ NODE_ENV: 'production', ALLOW_TEST_LOGIN: '1' })
  assert.match(told.ALLOW_TEST_LOGIN!, /not allowed with NODE_ENV=production/)
  assert.equal(faults({ NODE_ENV: 'production', ALLOW_TEST_LOGIN: '0' }).ALLOW_TEST_LOGIN, undefined)
})

test('[P2] [P3] codes and secrets go over https, or stay on this machine; GitHub needs id and secret', () => {
  assert.deepEqual(Object.keys(faults({ ...oidc, OIDC_ISSUER: 'http://sso.example' })), ['OIDC_ISSUER'])
  assert.deepEqual(Object.keys(faults({ GITHUB_API_URL: 'http://127.0.0.1.evil.example' })), ['GITHUB_API_URL'])
  for (const OIDC_ISSUER of ['http://127.0.0.1:9000', 'http://localhost:9000', 'http://[::1]:9000'])
    assert.deepEqual(faults({ ...oidc, OIDC_ISSUER }), {})
  assert.deepEqual(Object.keys(faults({ GITHUB_CLIENT_ID: 'x' })), ['GITHUB_CLIENT_SECRET'])
})
