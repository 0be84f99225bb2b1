import assert from 'node:assert/strict'
import { test } from 'node:test'
import { permissions } from '#app/modules.ts'
import { platformRoles, tenantRoles } from '#kernel/context/index.ts'
import { jarOf, testApp } from '#test/support/app.ts'
import { newInvitation, personReply } from './schemas.ts'
import { fromPage, makeBench, within } from './test-bench.ts'

const app = await testApp()
const { get, post, patch, remove, audited } = makeBench(app)
const alpha = await app.tenant()
const beta = await app.tenant()
const owner = await app.person({ tenantId: alpha.tenantId, name: 'Olga Owner' })
const admin = await app.person({ tenantId: alpha.tenantId, role: 'admin', name: '=cmd|calc' })
const stranger = await app.person({ tenantId: beta.tenantId })
const add = (role: (typeof tenantRoles)[number]) => app.person({ tenantId: alpha.tenantId, role })

test('[P4] members are listed, changed and removed, with before and after in the audit', async () => {
  const one = await add('viewer')
  const changed = await patch(`/members/${one.id}`, admin.headers, { role: 'operator' })
  assert.deepEqual([changed.status, changed.body.role], [200, 'operator'], changed.text)
  assert.equal((await patch(`/members/${one.id}`, admin.headers, { role: 'operator' })).status, 200)
  const entries = await audited(alpha.tenantId, 'tenants.member-changed')
  assert.equal(entries.length, 1, 'the same again is no change')
  const { before, after } = entries[0]!.delta as Record<string, { role: string }>
  assert.deepEqual([before!.role, after!.role], ['viewer', 'operator'])
  assert.equal((await remove(`/members/${one.id}`, admin.headers)).status, 204)
  const { members } = (await get('/members', owner.headers)).body
  assert.ok(members.length >= 2 && !members.some((row: { person_id: string }) => row.person_id === one.id))
  assert.equal((await remove(`/members/${one.id}`, admin.headers)).status, 404)
})

test('[P4] the rules on owners hold at the door', async () => {
  const status = async (who: typeof owner, id: string, change: object) =>
    (await patch(`/members/${id}`, who.headers, change)).status
  assert.equal(await status(admin, owner.id, { role: 'viewer' }), 403)
  assert.equal(await status(admin, admin.id, { role: 'owner' }), 403)
  assert.equal(await status(owner, owner.id, { role: 'admin' }), 409)
  assert.equal(await status(owner, owner.id, { status: 'suspended' }), 403)
  assert.equal((await remove(`/members/${owner.id}`, owner.headers)).body.type, '/problems/tenants/last-owner')
  const member = await add('member')
  assert.equal(await status(member, member.id, { role: 'admin' }), 403)
  assert.equal((await get('/members', member.headers)).status, 200)
})

test('[P4] two owners who demote each other at once leave one', async () => {
  const tenant = await app.tenant()
  const [one, two] = await Promise.all([0, 1].map(() => app.person({ tenantId: tenant.tenantId })))
  const answers = await Promise.all([
    patch(`/members/${two!.id}`, one!.headers, { role: 'viewer' }),
    patch(`/members/${one!.id}`, two!.headers, { role: 'viewer' }),
  ])
  const owners = await app.sql(`select from member where tenant_id = $1 and role = 'owner'`, [tenant.tenantId])
  assert.equal(owners.length, 1, JSON.stringify(answers.map(({ status }) => status)))
})

test('[P4] two owners who take themselves out at once leave one', async () => {
  const tenant = await app.tenant()
  const both = await Promise.all([0, 1].map(() => app.person({ tenantId: tenant.tenantId })))
  const answers = await Promise.all(both.map(({ id, headers }) => remove(`/members/${id}`, headers)))
  assert.deepEqual(answers.map(({ status }) => status).sort(), [204, 409])
})

test('[P5] 91: a member of another tenant is 404 like nobody; 97: fields nobody may set are 422; 95: nothing is not everything', async () => {
  const nobody = '00000000-0000-7000-8000-00000000dead'
  for (const id of [owner.id, nobody])
    for (const answer of [
      await patch(`/members/${id}`, stranger.headers, { role: 'viewer' }),
      await remove(`/members/${id}`, stranger.headers),
    ])
      assert.deepEqual(
        [answer.status, answer.body.type, answer.body.detail],
        [404, '/problems/not-found', 'No member has this id.'],
      )
  for (const field of ['tenant_id', 'person_id', 'source', 'joined_at', 'platform_role', 'ids', 'email'])
    assert.equal(
      (await patch(`/members/${admin.id}`, owner.headers, { role: 'admin', [field]: [] })).status,
      422,
      field,
    )
  assert.equal((await patch(`/members/${admin.id}`, owner.headers, {})).status, 422)
  assert.equal((await remove('/members/', owner.headers)).status, 422)
  const [row] = await app.sql('select count(*)::int as n from member where tenant_id = $1', [alpha.tenantId])
  assert.ok(Number(row!.n) >= 2)
})

test('[P5] 92: a tenant named in a header, a query or a body is not believed', async () => {
  const headers = { ...stranger.headers, 'x-tenant-id': alpha.tenantId, 'x-tenant': 'default', tenant: alpha.tenantId }
  const { members } = (await get('/members', headers)).body
  assert.deepEqual(
    members.map((row: { person_id: string }) => row.person_id),
    [stranger.id],
  )
  assert.equal((await get(`/members?tenant_id=${alpha.tenantId}`, stranger.headers)).status, 422)
})

test('[P4] [P5] a person switches between their tenants with new tokens, and into no other', async () => {
  const one = await app.person({ tenantId: alpha.tenantId, role: 'viewer' })
  await app.database.platformTx('test', (tx) =>
    app.composed.tenants.addMember(tx, { tenantId: beta.tenantId, personId: one.id, role: 'admin', source: 'command' }),
  )
  const there = await app.composed.tenants.membershipsOf(one.id)
  assert.deepEqual(there.map(({ role, support }) => `${role} ${support}`).sort(), ['admin false', 'viewer false'])
  const moved = await post('/auth/tenant', one.headers, { tenant_id: beta.tenantId })
  assert.deepEqual([moved.status, moved.body.tenant?.id, moved.body.role], [200, beta.tenantId, 'admin'], moved.text)
  const now = { ...fromPage, cookie: jarOf(moved) }
  assert.equal((await get('/tenant', now)).body.id, beta.tenantId)
  assert.notEqual(now.cookie, one.headers.cookie)
  for (const tenant of [await app.tenant(), { tenantId: '00000000-0000-7000-8000-00000000dead' }]) {
    const refused = await post('/auth/tenant', now, { tenant_id: tenant.tenantId })
    assert.deepEqual([refused.status, refused.body.detail], [404, 'You belong to no tenant with this id.'])
  }
  assert.equal(
    (await post('/auth/tenant', { ...now, 'sec-fetch-site': 'cross-site' }, { tenant_id: alpha.tenantId })).status,
    403,
  )
  const key = await app.key({ tenantId: beta.tenantId })
  assert.equal((await post('/auth/tenant', key, { tenant_id: alpha.tenantId })).status, 403)
})

test('[P4] [P1] suspending or removing a member ends their reach within a second; their keys stay the tenant’s', async () => {
  const one = await add('admin')
  const made = await post('/api-keys', one.headers, { name: 'theirs', scopes: ['members:read'] })
  assert.equal(made.status, 201, made.text)
  const key = { authorization: `Bearer ${made.body.key}` }
  const sees = async () => (await get('/members', one.headers)).status
  assert.equal(await sees(), 200)
  await patch(`/members/${one.id}`, owner.headers, { status: 'suspended' })
  await within(1000, 'suspended', async () => (await sees()) === 403)
  assert.equal((await get('/session', one.headers)).status, 200, 'they are signed in still, in no tenant')
  await patch(`/members/${one.id}`, owner.headers, { status: 'active' })
  await within(1000, 'let in again', async () => (await sees()) === 200)
  await remove(`/members/${one.id}`, owner.headers)
  await within(1000, 'removed', async () => (await sees()) === 403)
  assert.equal((await get('/members', key)).status, 200)
})

test('[P4] roles are what the modules declare: each has all of the role below and more', async () => {
  const { roles, permissions: listed } = (await get('/roles', owner.headers)).body
  assert.deepEqual(
    roles.map(({ name }: { name: string }) => name),
    [...tenantRoles, ...platformRoles],
  )
  assert.equal(listed.length, permissions().length)
  const of = (name: string): string[] => roles.find((role: { name: string }) => role.name === name).permissions
  for (const ladder of [tenantRoles, platformRoles])
    ladder.slice(1).forEach((role, index) => {
      assert.ok(
        of(ladder[index]!).every((permission) => of(role).includes(permission)),
        role,
      )
    })
  assert.ok(!of('owner').some((name) => of('platform_admin').includes(name)), 'neither reaches into the other')
})

test('[P4] the access review counts who is there, who is stale, what is open, and remembers that somebody looked', async () => {
  const tenant = await app.tenant()
  const boss = await app.person({ tenantId: tenant.tenantId, name: 'Bea Boss' })
  const stale = await app.person({ tenantId: tenant.tenantId, role: 'admin', name: '=1+1' })
  const off = await app.person({ tenantId: tenant.tenantId, role: 'admin' })
  await app.sql(
    `update member set joined_at = now() - interval '200 days', last_seen_at = now() - interval '91 days' where person_id = $1`,
    [stale.id],
  )
  await patch(`/members/${off.id}`, boss.headers, { status: 'suspended' })
  await post('/invitations', boss.headers, { email: 'later@example.com', role: 'viewer' })
  await app.key({ tenantId: tenant.tenantId })
  const review = await get('/access-review', boss.headers)
  assert.equal(review.status, 200, review.text)
  assert.deepEqual(review.body.counts, {
    members: 3,
    admins: 2,
    owners: 1,
    stale: 1,
    without_second_factor: 2,
    suspended: 1,
    pending_invitations: 1,
    open_support_accesses: 0,
  })
  assert.deepEqual([review.body.keys.active, review.body.keys.never_used, review.body.last_completed], [1, 1, null])
  const { members } = review.body
  assert.deepEqual(
    members.filter((row: { stale: boolean }) => row.stale).map((row: { person_id: string }) => row.person_id),
    [stale.id],
  )
  const done = await post('/access-review/complete', boss.headers, { note: 'one to remove' })
  assert.deepEqual([done.status, done.body.by, done.body.note], [201, 'Bea Boss', 'one to remove'])
  assert.equal((await get('/access-review', boss.headers)).body.last_completed.by, 'Bea Boss')
  assert.equal((await audited(tenant.tenantId, 'tenants.access-reviewed')).length, 1)
  const viewer = await app.person({ tenantId: tenant.tenantId, role: 'member' })
  assert.equal((await get('/access-review', viewer.headers)).status, 403)
})

test('[P4] 112: the review as CSV is text to a spreadsheet', async () => {
  const file = await get('/access-review?format=csv', owner.headers)
  assert.equal(file.status, 200)
  assert.match(file.text, /^email,name,role,/)
  assert.ok(file.text.includes(`"'=cmd|calc"`), file.text)
  assert.ok(!/,=/.test(file.text))
  assert.equal((await get('/access-review?format=xls', owner.headers)).status, 422)
})

test('[P4] when somebody was here is noted to the minute, in the tenant and for the person', async () => {
  const one = await add('viewer')
  await get('/members', one.headers)
  await within(3000, 'noted', async () => {
    const [row] = await app.sql(
      'select m.last_seen_at as a, p.last_seen_at as b from member m join person p on p.id = m.person_id where p.id = $1',
      [one.id],
    )
    return row!.a !== null && row!.b !== null
  })
})

test('[P4] [P6] a key that manages members is an admin at the most; one that may do everything is an owner', async () => {
  const key = await app.key({ tenantId: alpha.tenantId, scopes: ['members:write', 'members:read'] })
  const all = await app.key({ tenantId: alpha.tenantId })
  const second = await add('owner')
  assert.equal((await post('/invitations', key, { email: 'key-a@example.com', role: 'admin' })).status, 201)
  assert.equal((await post('/invitations', key, { email: 'key-o@example.com', role: 'owner' })).status, 403)
  assert.equal((await patch(`/members/${second.id}`, key, { role: 'viewer' })).status, 403)
  assert.equal((await remove(`/members/${second.id}`, key)).status, 403)
  assert.equal((await patch(`/members/${second.id}`, all, { role: 'viewer' })).status, 200)
})

test('[P4] the roles of the requests are the roles there are', () => {
  assert.deepEqual(newInvitation.shape.role.options, [...tenantRoles])
  assert.deepEqual(personReply.shape.platform_role.unwrap().options, [...platformRoles])
})
