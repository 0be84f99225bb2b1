import assert from 'node:assert/strict'
import { test } from 'node:test'
import { defaultTenantId } from '#kernel/context/index.ts'
import { jarOf, signIn, testApp } from '#test/support/app.ts'
import { newPlatformAdmin } from './new-platform-admin.ts'
import { makeBench, within } from './test-bench.ts'

const app = await testApp()
const { get, post, patch, remove, mailsTo, audited } = makeBench(app)
const platform = await app.person({ platformRole: 'platform_admin', name: 'Pat Platform' })
const support = await app.person({ tenantId: null, platformRole: 'support', name: 'Sue Support' })
const alpha = await app.tenant()
const owner = await app.person({ tenantId: alpha.tenantId, name: 'Olga Owner' })
const reason = 'They asked why a figure is missing.'
const open = (who: typeof platform, input: object = {}, tenantId = alpha.tenantId) =>
  post(`/tenants/${tenantId}/support-access`, who.headers, { role: 'viewer', reason, minutes: 30, ...input })

test('[P4] a platform admin makes a tenant and its owner is invited', async () => {
  const made = await post('/tenants', platform.headers, {
    slug: 'northwind',
    name: 'Northwind',
    time_zone: 'Europe/Berlin',
    plan: 'core',
    owner_email: 'nora@example.com',
  })
  assert.equal(made.status, 201, made.text)
  assert.deepEqual(
    [made.body.status, made.body.time_zone, made.body.modules, made.body.pending_invitations],
    ['ready', 'Europe/Berlin', ['delivery', 'alerts'], 1],
  )
  assert.match((await mailsTo('nora@example.com'))[0]!, /Pat Platform invites you to Northwind/)
  const twice = await post('/tenants', platform.headers, { slug: 'northwind', name: 'Other' })
  assert.deepEqual([twice.status, twice.body.type], [409, '/problems/tenants/slug-taken'])
  const faults: [object, string][] = [
    [{ slug: 'North', name: 'N' }, '#/slug'],
    [{ slug: 'n', name: 'N', time_zone: 'Mars/Olympus' }, '#/time_zone'],
    [{ slug: 'n', name: 'N', time_zone: '+02:00' }, '#/time_zone'],
    [{ slug: 'n', name: 'N', modules: [] }, '#/modules'],
    [{ slug: 'n', name: 'N', id: alpha.tenantId }, '#/id'],
    [{ slug: 'n', name: 'N', status: 'removed' }, '#/status'],
  ]
  for (const [input, pointer] of faults) {
    const refused = await post('/tenants', platform.headers, input)
    assert.deepEqual([refused.status, refused.body.errors?.[0]?.pointer], [422, pointer], refused.text)
  }
})

test('[P4] 104: the list of tenants is searched, wildcards stand for themselves, and it goes by pages', async () => {
  for (const name of ['one', 'two', 'three']) await post('/tenants', platform.headers, { slug: `page-${name}`, name })
  const first = (await get('/tenants?q=PAGE-&limit=2', platform.headers)).body
  assert.equal(first.tenants.length, 2)
  const second = (await get(`/tenants?q=page-&limit=2&cursor=${first.next_cursor}`, platform.headers)).body
  assert.deepEqual([second.tenants.length, second.next_cursor], [1, null])
  assert.equal((await get('/tenants?q=%25', platform.headers)).body.tenants.length, 0, 'a percent sign is one')
  assert.equal((await get('/tenants?cursor=x', platform.headers)).status, 422)
})

test('[P5] platform routes are closed to a tenant’s people and to its keys, whatever their scope', async () => {
  const key = await app.key({ tenantId: alpha.tenantId })
  for (const headers of [owner.headers, key])
    for (const answer of [
      await get('/tenants', headers),
      await get('/people', headers),
      await post('/tenants', headers, { slug: 'mine', name: 'Mine' }),
      await patch(`/tenants/${alpha.tenantId}`, headers, { plan: 'enterprise' }),
      await remove(`/tenants/${defaultTenantId}`, headers),
      await patch(`/people/${owner.id}`, headers, { platform_role: 'platform_admin' }),
      await post(`/tenants/${defaultTenantId}/support-access`, headers, { role: 'viewer', reason, minutes: 5 }),
    ])
      assert.equal(answer.status, 403, answer.text)
  assert.equal((await post('/tenants', support.headers, { slug: 'mine', name: 'Mine' })).status, 403)
  assert.equal((await get('/tenants', await app.key())).status, 200, 'the installation’s own key')
})

test('[P4] a plan and modules are granted, told in the tenant’s own audit; the first tenant is neither suspended nor removed', async () => {
  const granted = await patch(`/tenants/${alpha.tenantId}`, platform.headers, { plan: 'pro', modules: ['delivery'] })
  assert.deepEqual([granted.body.plan, granted.body.modules], ['pro', ['delivery']], granted.text)
  const [entry] = await audited(alpha.tenantId, 'tenants.changed')
  assert.equal(entry!.actor_name, 'Pat Platform')
  const refused = await patch(`/tenants/${defaultTenantId}`, platform.headers, { status: 'suspended' })
  assert.deepEqual([refused.status, refused.body.type], [409, '/problems/tenants/state'])
  assert.equal((await remove(`/tenants/${defaultTenantId}`, platform.headers)).status, 409)
  assert.equal(
    (await patch('/tenants/00000000-0000-7000-8000-00000000dead', platform.headers, { plan: 'pro' })).status,
    404,
  )
})

test('[P4] support looks in with a reason: seen and audited there, marked in its name, over by itself', async () => {
  const support = await app.person({ tenantId: null, platformRole: 'support', name: 'Sue Support' })
  assert.equal((await get('/streams', support.headers)).status, 403)
  const before = await post('/auth/tenant', support.headers, { tenant_id: alpha.tenantId })
  assert.equal(before.status, 404, 'a platform role reaches into no tenant by itself')
  assert.equal((await open(support, { role: 'admin' })).status, 403, 'the role admin is for platform admins')
  const opened = await open(support, { role: 'operator' })
  assert.deepEqual([opened.status, opened.body.open], [201, true], opened.text)
  assert.equal((await open(support)).body.type, '/problems/tenants/support-open')
  const moved = await post('/auth/tenant', support.headers, { tenant_id: alpha.tenantId })
  assert.deepEqual([moved.status, moved.body.role, moved.body.support], [200, 'operator', true], moved.text)
  const inside = { 'sec-fetch-site': 'same-origin', cookie: jarOf(moved) }
  assert.equal((await get('/streams', inside)).status, 200)
  assert.equal((await post('/invitations', inside, { email: 'x@example.com', role: 'viewer' })).status, 403)
  await post('/streams', inside, { id: 'by-support', name: 'By support' })
  const [made] = await audited(alpha.tenantId, 'delivery.stream-created')
  assert.equal(made!.actor_name, 'Sue Support (support)')
  const [told] = await audited(alpha.tenantId, 'tenants.support-opened')
  assert.equal((told!.delta as { after: { reason: string } }).after.reason, reason)
  const { support_accesses: seen } = (await get('/support-access', owner.headers)).body
  assert.deepEqual([seen[0].person, seen[0].reason, seen[0].open], ['Sue Support', reason, true])
  await app.sql(`update support_access set until = now() where id = $1`, [opened.body.id])
  await within(1000, 'it ran out', async () => (await get('/streams', inside)).status === 403)
  const again = await open({ ...support, headers: inside })
  assert.equal(again.status, 201, 'and may be opened again')
  const ended = async () =>
    (await audited(alpha.tenantId, 'tenants.support-expired')).map(({ subject, actor_name }) => [subject, actor_name])
  assert.deepEqual(await ended(), [[`support_access:${opened.body.id}`, 'support-access']])
  await app.sql(`update support_access set until = now() where id = $1`, [again.body.id])
  const sweep = app.composed.schedules.find(({ name }) => /end-support/.test(name))
  await Promise.all([sweep!.run(), sweep!.run()])
  assert.deepEqual(
    (await ended()).slice(1),
    [[`support_access:${again.body.id}`, 'support-access']],
    'once, by the clock',
  )
})

test('[P4] a support access is ended by its person or an admin of the tenant; for others it does not exist', async () => {
  const tenant = await app.tenant()
  const boss = await app.person({ tenantId: tenant.tenantId })
  const member = await app.person({ tenantId: tenant.tenantId, role: 'member' })
  const second = await app.person({ tenantId: null, platformRole: 'platform_admin' })
  const { body } = await open(second, { role: 'admin' }, tenant.tenantId)
  for (const other of [owner, support, member])
    assert.equal((await remove(`/support-access/${body.id}`, other.headers)).status, 404)
  const moved = await post('/auth/tenant', second.headers, { tenant_id: tenant.tenantId })
  const inside = { 'sec-fetch-site': 'same-origin', cookie: jarOf(moved) }
  assert.equal((await get('/members', inside)).status, 200)
  assert.equal((await remove(`/support-access/${body.id}`, boss.headers)).status, 204)
  await within(1000, 'closed', async () => (await get('/members', inside)).status === 403)
  assert.equal((await audited(tenant.tenantId, 'tenants.support-closed')).length, 1)
  const again = await open(support, {}, tenant.tenantId)
  assert.equal((await remove(`/support-access/${again.body.id}`, support.headers)).status, 204)
  for (const wrong of [
    { minutes: 481 },
    { minutes: 0 },
    { reason: 'x' },
    { role: 'owner' },
    { person_id: owner.id },
    { until: '2030-01-01' },
  ])
    assert.equal((await open(support, wrong, tenant.tenantId)).status, 422, JSON.stringify(wrong))
})

test('[P4] two platform admins who take each other’s role at once leave one', async () => {
  const { people } = (await get('/people?platform_role=platform_admin', platform.headers)).body
  for (const { id } of people)
    if (id !== platform.id) await patch(`/people/${id}`, platform.headers, { platform_role: null })
  const other = await app.person({ platformRole: 'platform_admin' })
  const answers = await Promise.all([
    patch(`/people/${other.id}`, platform.headers, { platform_role: null }),
    patch(`/people/${platform.id}`, other.headers, { status: 'disabled' }),
  ])
  const left = await app.sql(`select id from person where platform_role = 'platform_admin' and status = 'active'`)
  assert.equal(left.length, 1, JSON.stringify(answers.map(({ status }) => status)))
  // As it was, for the tests after this one.
  await app.sql(`update person set platform_role = 'platform_admin', status = 'active' where id = $1`, [platform.id])
  await app.sql(`update person set platform_role = null where id = $1`, [other.id])
  platform.headers = await signIn(app.http, platform.email, platform.password)
})

test('[P4] [P8] an administrator who is in no tenant may repeat a request by its key', async () => {
  const root = await app.person({ tenantId: null, platformRole: 'platform_admin' })
  const headers = { ...root.headers, 'idempotency-key': 'once' }
  const payload = { tenant_id: alpha.tenantId, target: '10.1.0.0/16', reason: 'their Jira' }
  const [first, again] = [
    await post('/dial-allowances', headers, payload),
    await post('/dial-allowances', headers, payload),
  ]
  assert.deepEqual([first.status, again.status, again.body.id], [201, 201, first.body.id], first.text)
})

test('[P4] people are found, disabled and given platform roles; a platform admin remains', async () => {
  const found = (await get(`/people?q=${encodeURIComponent(owner.email)}`, support.headers)).body.people
  assert.deepEqual([found.length, found[0].tenants[0].id, found[0].tenants[0].role], [1, alpha.tenantId, 'owner'])
  assert.ok(!/password|hash/.test(JSON.stringify(found)))
  const one = await app.person({ tenantId: alpha.tenantId, role: 'viewer' })
  assert.equal((await patch(`/people/${one.id}`, support.headers, { status: 'disabled' })).status, 403)
  assert.equal((await patch(`/people/${one.id}`, platform.headers, { status: 'disabled' })).body.status, 'disabled')
  await within(1000, 'disabled', async () => (await get('/session', one.headers)).status === 401)
  assert.equal(
    (await patch(`/people/${one.id}`, platform.headers, { status: 'active', platform_role: 'support' })).status,
    200,
  )
  for (const field of ['email', 'password_hash', 'tenants', 'id', 'created_at'])
    assert.equal(
      (await patch(`/people/${one.id}`, platform.headers, { status: 'active', [field]: 'x' })).status,
      422,
      field,
    )
  const admins = (await get('/people?platform_role=platform_admin', platform.headers)).body.people
  for (const { id } of admins)
    if (id !== platform.id)
      assert.equal((await patch(`/people/${id}`, platform.headers, { platform_role: null })).status, 200)
  const last = await patch(`/people/${platform.id}`, platform.headers, { platform_role: null })
  assert.deepEqual([last.status, last.body.type], [409, '/problems/people/last-platform-admin'], last.text)
})

test('[A1] a new platform admin raises an alert that names who gave the role; the first does not', async () => {
  const admin = await app.person({ platformRole: 'platform_admin', name: 'Quinn Quiet' })
  const one = await app.person({ tenantId: null, name: 'Noel New' })
  await patch(`/people/${one.id}`, admin.headers, { platform_role: 'platform_admin' })
  const found = await newPlatformAdmin.evaluate(app.database)
  const told = found.filter(({ subject }) => subject === `person:${one.id}`)
  assert.match(told[0]!.detail, /^Noel New became administrator of the platform at .*, by Quinn Quiet\.$/)
  assert.ok(!found.some(({ subject }) => subject === `person:${admin.id}`))
  await patch(`/people/${one.id}`, admin.headers, { platform_role: null })
  const after = await newPlatformAdmin.evaluate(app.database)
  assert.ok(!after.some(({ subject }) => subject === `person:${one.id}`), 'gone with the role')
})
