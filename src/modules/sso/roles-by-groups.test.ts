/** What groups do to roles that people here have touched, and what they leave alone. */
import assert from 'node:assert/strict'
import { test } from 'node:test'
import { defaultTenantId } from '#kernel/context/index.ts'
import { testApp } from '#test/support/app.ts'
import { openBrowser } from './test-browser.ts'
import { clientId, clientSecret, startIssuer } from './test-issuer.ts'

const issuer = await startIssuer()
const app = await testApp({
  AUTH_METHOD: 'oidc',
  OIDC_ISSUER: issuer.issuer,
  OIDC_CLIENT_ID: clientId,
  OIDC_CLIENT_SECRET: clientSecret,
  OIDC_REDIRECT_URI: 'http://127.0.0.1:3333/auth/social/callback',
  DIAL_ALLOW: '127.0.0.1',
})
const { tenantId } = await app.tenant()
const admin = await app.key()
const tenantAdmin = await app.key({ tenantId })
for (const payload of [
  { group: 'platform-admins', platform_role: 'platform_admin' },
  { group: 'g-viewers', tenant_id: tenantId, role: 'viewer' },
  { group: 'g-admins', tenant_id: tenantId, role: 'admin' },
  { group: 'g-default', tenant_id: defaultTenantId, role: 'member' },
]) {
  const reply = await app.http.inject({ method: 'POST', url: '/api/v1/oidc-mappings', headers: admin, payload })
  assert.equal(reply.statusCode, 201, reply.body)
}
// An administrator remains, so that the role can be taken.
await app.person({ tenantId: null, platformRole: 'platform_admin' })

const address = (name: string) => `${name}@example.com`
async function signIn(name: string, groups?: readonly string[]) {
  issuer.is({ sub: name, email: address(name), email_verified: true, name, ...(groups ? { groups } : {}) })
  const browser = openBrowser(app.http)
  const { location } = await browser.start('/auth/oidc/start?return_to=/metrics')
  return { browser, ...(await browser.comeBack(issuer.agree(location))) }
}
const memberAt = async (name: string, of = tenantId) =>
  (
    await app.sql(
      'select m.role, m.status, m.source from member m join person p on p.id = m.person_id where p.email = $1 and m.tenant_id = $2',
      [address(name), of],
    )
  )[0]
const personOf = async (name: string) =>
  (await app.sql('select id, platform_role from person where email = $1', [address(name)]))[0]!
async function byHand(method: 'PATCH' | 'DELETE', name: string, payload?: object) {
  const url = `/api/v1/members/${(await personOf(name)).id}`
  const reply = await app.http.inject({ method, url, headers: tenantAdmin, ...(payload ? { payload } : {}) })
  assert.ok(reply.statusCode < 300, reply.body)
}

test('[P2] a suspension outlasts sign-ins with the group, without it and with it again', async () => {
  await signIn('sue', ['g-admins'])
  await byHand('PATCH', 'sue', { status: 'suspended' })
  const suspended = { role: 'admin', status: 'suspended', source: 'sso' }
  assert.equal((await signIn('sue', [])).problem, 'sso/no-role')
  assert.deepEqual(await memberAt('sue'), suspended)
  const { browser } = await signIn('sue', ['g-viewers'])
  assert.deepEqual(await memberAt('sue'), suspended)
  assert.equal((await browser.session())?.tenant ?? null, null)
  await byHand('PATCH', 'sue', { status: 'active' })
  await signIn('sue', ['g-viewers'])
  assert.deepEqual(await memberAt('sue'), { role: 'viewer', status: 'active', source: 'sso' }, 'the groups rule again')
})

test('[P2] a token that says nothing of groups takes no role, and lets nobody in who has one by groups', async () => {
  await signIn('uma', ['g-admins', 'platform-admins'])
  assert.equal((await signIn('uma')).problem, 'sso/no-groups')
  assert.equal((await memberAt('uma'))?.role, 'admin')
  assert.equal((await personOf('uma')).platform_role, 'platform_admin')
  await signIn('uma', ['g-admins'])
  assert.equal((await personOf('uma')).platform_role, null)
  assert.equal((await signIn('uma')).problem, 'sso/no-groups')
  await byHand('PATCH', 'uma', { role: 'viewer' })
  assert.equal((await signIn('uma')).location, '/metrics', 'what is theirs by hand needs no groups')
  await signIn('uma', ['g-default'])
  assert.equal((await signIn('uma')).problem, 'sso/no-groups', 'one role by groups is enough to need them')
  assert.equal((await memberAt('uma', defaultTenantId))?.role, 'member')
})

test('[P2] a suspended member stays that when the token says nothing of groups', async () => {
  await signIn('tom', ['g-admins'])
  await byHand('PATCH', 'tom', { status: 'suspended' })
  assert.equal((await signIn('tom')).problem, 'sso/no-groups')
  assert.deepEqual(await memberAt('tom'), { role: 'admin', status: 'suspended', source: 'sso' })
})

test('[P2] a role changed by hand is by hand: groups neither change nor take it, until the member is taken out', async () => {
  await signIn('val', ['g-admins'])
  await byHand('PATCH', 'val', { role: 'viewer' })
  await signIn('val', ['g-admins'])
  assert.deepEqual(await memberAt('val'), { role: 'viewer', status: 'active', source: 'hand' })
  assert.equal((await signIn('val', [])).location, '/metrics')
  assert.equal((await memberAt('val'))?.role, 'viewer')
  await byHand('DELETE', 'val')
  await signIn('val', ['g-admins'])
  assert.deepEqual(await memberAt('val'), { role: 'admin', status: 'active', source: 'sso' })
})

test('[P2] a removed tenant that is resumed has the members it had', async () => {
  await signIn('wes', ['g-admins', 'g-default'])
  const set = (status: string) => app.sql('update tenant set status = $2 where id = $1', [tenantId, status])
  await set('removed')
  await signIn('wes', ['g-admins', 'g-default'])
  assert.equal((await memberAt('wes'))?.role, 'admin')
  assert.equal((await signIn('wes', ['g-admins'])).problem, 'sso/no-role', 'what cannot be entered is no way in')
  assert.deepEqual([(await memberAt('wes'))?.role, await memberAt('wes', defaultTenantId)], ['admin', undefined])
  await set('ready')
  assert.equal((await signIn('wes', ['g-admins'])).location, '/metrics')
})
