import assert from 'node:assert/strict'
import { readFileSync } from 'node:fs'
import { test } from 'node:test'
import { Problem } from '#kernel/errors/index.ts'
import { checkClaims, isVerified, usedSecondFactor } from './check-claims.ts'
import { groupsOfClaims, isOverage } from './groups.ts'
import * as problems from './problems.ts'
import { nextPlatformRole, rolesOf } from './roles.ts'
import { newMapping, signInProblems } from './schemas.ts'
import { toldAs } from './told.ts'

const told = (error: unknown, stage: 'discovery' | 'callback' | 'api' = 'callback') => toldAs(error, stage).type.slug
const oauth = (error: string, description = '') =>
  Object.assign(new Error('server responded with an error in the response body'), {
    error,
    error_description: description,
  })
const coded = (code: string, message = '') => Object.assign(new Error(message), { code })

test('[P2] each failure of the runbook’s OIDC troubleshooting has its own problem with its own remedy', () => {
  const cases: [string, unknown, ('discovery' | 'callback' | 'api')?][] = [
    ['sso/client-refused', oauth('invalid_client', 'AADSTS7000215: Invalid client secret provided.')],
    ['sso/client-refused', oauth('unauthorized_client', 'AADSTS700016: Application was not found in the directory')],
    ['sso/client-refused', oauth('invalid_client', 'AADSTS7000222: The provided client secret keys are expired.')],
    ['sso/issuer-mismatch', oauth('invalid_request', 'AADSTS90002: Tenant not found.')],
    ['sso/issuer-mismatch', coded('OAUTH_JSON_ATTRIBUTE_COMPARISON_FAILED'), 'discovery'],
    ['sso/issuer-unreachable', coded('OAUTH_RESPONSE_IS_NOT_CONFORM'), 'discovery'],
    [
      'sso/redirect-mismatch',
      oauth('invalid_client', 'AADSTS50011: The redirect URI specified in the request does not match'),
    ],
    ['sso/redirect-mismatch', oauth('invalid_grant', "the 'redirect_uri' does not match")],
    ['sso/redirect-mismatch', oauth('redirect_uri_mismatch'), 'api'],
    ['sso/code-refused', oauth('invalid_grant')],
    ['sso/code-refused', oauth('bad_verification_code'), 'api'],
    ['sso/declined', oauth('access_denied', 'AADSTS65004: User declined to consent')],
    ['sso/provider-error', oauth('server_error')],
    ['sso/token-invalid', coded('OAUTH_JWT_TIMESTAMP_CHECK_FAILED')],
  ]
  for (const [slug, error, stage] of cases) assert.equal(told(error, stage), slug, JSON.stringify(error))
  // A Problem of ours further down the chain of causes is one that kept us from asking.
  assert.equal(toldAs(new Problem(problems.noRole, 'x'), 'callback').type, problems.noRole)

  const remedies = new Map(problems.all.map(({ slug, remedy }) => [slug, remedy]))
  assert.equal(new Set(remedies.values()).size, problems.all.length)
  for (const variable of ['OIDC_CLIENT_ID', 'OIDC_CLIENT_SECRET', 'OIDC_TENANT_ID'])
    assert.ok(remedies.get('sso/client-refused')!.includes(variable))
  assert.match(remedies.get('sso/redirect-mismatch')!, /Azure.*OIDC_REDIRECT_URI exactly/)
  assert.match(remedies.get('sso/provider-error')!, /application log for the specific OAuth error/)
  const shown = problems.all.map(({ slug }) => slug).filter((slug) => slug !== 'sso/mapping-exists')
  assert.deepEqual([...signInProblems].sort(), shown.sort())
})

test('[P2] 85: claims beyond the library’s checks', () => {
  const nowSeconds = 1_800_000_000
  const good = { sub: 's', aud: 'me', iat: nowSeconds, exp: nowSeconds + 300 }
  const check = (change: object, header: object = { typ: 'JWT' }, allowedTenants: string[] = []) => {
    try {
      checkClaims({ ...header }, { ...good, ...change }, { clientId: 'me', allowedTenants, nowSeconds })
      return 'fine'
    } catch (error) {
      return (error as Problem).type.slug
    }
  }
  for (const change of [{}, { aud: ['me'] }, { azp: 'me' }, { nbf: nowSeconds + 59 }, { iat: nowSeconds - 400 }])
    assert.equal(check(change), 'fine', JSON.stringify(change))
  assert.equal(check({}, {}), 'fine')
  const bad = [
    { exp: undefined },
    { exp: nowSeconds - 61 },
    { exp: String(nowSeconds + 300) },
    { exp: 2 ** 31 },
    { exp: nowSeconds + 0.5 },
    { exp: Number.NaN },
    { nbf: nowSeconds + 61 },
    { nbf: 'soon' },
    { iat: nowSeconds + 61 },
    { iat: nowSeconds - 90_000 },
    { iat: undefined },
    { aud: ['me', 'you'] },
    { aud: ['me', 'you'], azp: 'me' },
    { aud: [] },
    { aud: 'you' },
    { azp: 'you' },
    { azp: 7 },
    { sub: '' },
    { sub: 7 },
    { sub: 'x'.repeat(256) },
  ]
  for (const change of bad) assert.equal(check(change), 'sso/token-invalid', JSON.stringify(change))
  for (const typ of ['at+jwt', 'application/at+jwt', 'logout+jwt', 7])
    assert.equal(check({}, { typ }), 'sso/token-invalid')
  assert.equal(check({ tid: 'A1' }, {}, ['a1']), 'fine')
  for (const tid of ['b2', undefined, ['a1', 'b2']]) assert.equal(check({ tid }, {}, ['a1']), 'sso/wrong-directory')
})

test('[P2] 87: only the provider’s own word verifies an address, and only its `mfa` is a second factor', () => {
  for (const claims of [{ email_verified: true }, { xms_edov: true }, { xms_edov: 1 }, { xms_edov: '1' }])
    assert.ok(isVerified(claims))
  for (const claims of [
    {},
    { email_verified: 'true' },
    { email_verified: 1 },
    { email_verified: 'false' },
    { xms_edov: 0 },
  ])
    assert.ok(!isVerified(claims))
  assert.ok(usedSecondFactor({ amr: ['pwd', 'mfa'] }))
  for (const amr of [undefined, 'mfa', ['pwd'], []]) assert.ok(!usedSecondFactor({ amr }))
})

test('[P2] the groups claim is read by its name or its path, and overage is known when Entra says so', () => {
  assert.deepEqual(groupsOfClaims({ groups: ['a', 7, 'b'] }, 'groups'), ['a', 'b'])
  assert.deepEqual(groupsOfClaims({ roles: 'a' }, 'roles'), ['a'])
  assert.deepEqual(groupsOfClaims({ realm_access: { roles: ['x'] } }, 'realm_access.roles'), ['x'])
  assert.equal(groupsOfClaims({}, 'groups'), undefined)
  assert.ok(isOverage({ _claim_names: { groups: 'src1' } }, 'groups'))
  assert.ok(isOverage({ hasgroups: true }, 'groups'))
  assert.ok(!isOverage({ groups: ['a'] }, 'groups'))
})

test('[P2] the highest of several mappings wins, on the platform and in each tenant', () => {
  const { platform, tenants } = rolesOf([
    { platformRole: 'support', tenantId: null, role: null },
    { platformRole: 'platform_admin', tenantId: null, role: null },
    { platformRole: 'support', tenantId: null, role: null },
    { platformRole: null, tenantId: 'a', role: 'viewer' },
    { platformRole: null, tenantId: 'a', role: 'admin' },
    { platformRole: null, tenantId: 'a', role: 'member' },
    { platformRole: null, tenantId: 'b', role: 'viewer' },
  ])
  assert.equal(platform, 'platform_admin')
  assert.deepEqual(
    [...tenants],
    [
      ['a', 'admin'],
      ['b', 'viewer'],
    ],
  )
})

test('[P2] a platform role of groups lies over one given by hand, and goes with the group', () => {
  const none = { given: null, own: null, current: null }
  const raised = nextPlatformRole(none, 'platform_admin')
  assert.deepEqual(raised, { given: 'platform_admin', own: null, current: 'platform_admin' })
  assert.deepEqual(nextPlatformRole(raised, null), none)
  const support = { given: null, own: null, current: 'support' as const }
  const over = nextPlatformRole(support, 'platform_admin')
  assert.deepEqual(over, { given: 'platform_admin', own: 'support', current: 'platform_admin' })
  assert.deepEqual(nextPlatformRole(over, null), support)
  assert.deepEqual(
    nextPlatformRole({ given: null, own: null, current: 'platform_admin' }, null).current,
    'platform_admin',
  )
  // Taken away by hand since, and still mapped: given again.
  assert.deepEqual(nextPlatformRole({ ...raised, current: null }, 'platform_admin'), raised)
})

test('[P2] a mapping gives a platform role or a role in a tenant, not both and not half of one', () => {
  const tenant_id = '00000000-0000-7000-8000-000000000001'
  for (const fine of [{ platform_role: 'support' }, { tenant_id, role: 'viewer' }])
    assert.ok(newMapping.safeParse({ group: 'g', ...fine }).success)
  for (const bad of [
    {},
    { tenant_id },
    { role: 'viewer' },
    { platform_role: 'support', role: 'viewer' },
    { platform_role: 'support', tenant_id, role: 'viewer' },
    { platform_role: 'owner' },
  ])
    assert.ok(!newMapping.safeParse({ group: 'g', ...bad }).success, JSON.stringify(bad))
})

test('[P2] sealed, hashed and short-lived: what a sign-in under way leaves in the database', () => {
  const migration = readFileSync(new URL('./migrations/202611210420_sso.sql', import.meta.url), 'utf8')
  assert.doesNotMatch(migration, /^\s+(state|nonce|verifier|cookie)\b/m)
})
