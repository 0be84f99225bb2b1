import assert from 'node:assert/strict'
import { test } from 'node:test'
import { monotonicMs } from '#kernel/clock/index.ts'
import { defaultTenantId } from '#kernel/context/index.ts'
import { jarOf, testPassword as password, testApp } from '#test/support/app.ts'
import { fromPage, makeBench, within } from './test-bench.ts'

const app = await testApp()
const { get, post, call, mailsTo, tokenTo, audited } = makeBench(app)
const platform = await app.person({ platformRole: 'platform_admin', name: 'Pat Platform' })
const support = await app.person({ tenantId: null, platformRole: 'support' })
let count = 0
const address = () => `founder-${++count}@example.com`
const register = (email: string, organisation = 'Blue Bicycles') =>
  post('/auth/register', fromPage, { email, organisation })

async function requested(organisation?: string) {
  const email = address()
  await register(email, organisation)
  const done = await post('/auth/register/confirm', fromPage, {
    token: await tokenTo(email),
    name: 'Fay Founder',
    password,
  })
  assert.equal(done.status, 200, done.text)
  const { registrations } = (await get('/registrations?status=requested', platform.headers)).body
  const { id } = registrations.find((row: { email: string }) => row.email === email)
  return { email, id, headers: { ...fromPage, cookie: jarOf(done) } }
}

test('[P4] asked, confirmed, approved: the tenant is ready and who asked owns it', async () => {
  const { email, id, headers } = await requested('Blue Bicycles')
  const before = (await get('/session', headers)).body
  assert.equal(before.tenant, null)
  assert.equal((await get('/members', headers)).status, 403)
  const approved = await post(`/registrations/${id}/approve`, platform.headers, { plan: 'pro' })
  assert.equal(approved.status, 201, approved.text)
  const { tenant, registration } = approved.body
  assert.deepEqual(
    [tenant.slug, tenant.status, tenant.plan, tenant.modules],
    ['blue-bicycles', 'ready', 'pro', ['delivery', 'incidents', 'alerts', 'operations']],
  )
  assert.deepEqual(
    [registration.status, registration.decided_by, registration.tenant_id],
    ['approved', 'Pat Platform', tenant.id],
  )
  const moved = await post('/auth/tenant', headers, { tenant_id: tenant.id })
  assert.deepEqual([moved.status, moved.body.role], [200, 'owner'], moved.text)
  assert.match((await mailsTo(email))[0]!, /Blue Bicycles is ready/)
  assert.equal((await audited(defaultTenantId, 'tenants.registration-approved')).length, 1)
  assert.equal((await audited(tenant.id, 'tenants.created')).length, 1)
  const [joined] = await audited(tenant.id, 'tenants.member-added')
  const { after } = joined!.delta as { after: { email: string; role: string } }
  assert.deepEqual([after.email, after.role], [email, 'owner'], 'the trail of a tenant begins with its owner')
  const twice = await post(`/registrations/${id}/approve`, platform.headers, { plan: 'pro' })
  assert.deepEqual([twice.status, twice.body.type], [409, '/problems/tenants/already-decided'])
})

test('[P4] two organisations of one name get two short names; a taken one is told', async () => {
  const one = await requested('Twin')
  const two = await requested('Twin')
  const slugs = []
  for (const { id } of [one, two])
    slugs.push((await post(`/registrations/${id}/approve`, platform.headers, { plan: 'core' })).body.tenant.slug)
  assert.deepEqual(slugs, ['twin', 'twin-2'])
  const three = await requested('Twin')
  const taken = await post(`/registrations/${three.id}/approve`, platform.headers, { plan: 'core', slug: 'twin' })
  assert.deepEqual([taken.status, taken.body.type], [409, '/problems/tenants/slug-taken'])
  for (const wrong of [
    { plan: 'core', modules: [] },
    { plan: 'core', modules: ['all'] },
    { plan: 'gold' },
    { plan: 'core', status: 'ready' },
  ])
    assert.equal((await post(`/registrations/${three.id}/approve`, platform.headers, wrong)).status, 422)
})

test('[P4] of approvals at once one counts, and organisations of one name do not trip each other', async () => {
  const one = await requested('Storm')
  const approve = ({ id }: { id: string }) => post(`/registrations/${id}/approve`, platform.headers, { plan: 'core' })
  const answers = await Promise.all(Array.from({ length: 5 }, () => approve(one)))
  assert.deepEqual(answers.map(({ status }) => status).sort(), [201, 409, 409, 409, 409])
  const twins = await Promise.all([requested('Storm'), requested('Storm')])
  // One may find that the other just took the name; asked again, it gets the next.
  for (const [index, { status, text }] of (await Promise.all(twins.map(approve))).entries())
    if (status !== 201) {
      assert.equal(status, 409, text)
      assert.equal((await approve(twins[index]!)).status, 201)
    }
  const made = await app.sql(`select slug from tenant where slug like 'storm%' order by 1`)
  assert.deepEqual(made, [{ slug: 'storm' }, { slug: 'storm-2' }, { slug: 'storm-3' }])
})

test('[P4] a request is declined with a reason, which is mailed', async () => {
  const { email, id } = await requested()
  assert.equal((await post(`/registrations/${id}/reject`, platform.headers, {})).status, 422)
  const declined = await post(`/registrations/${id}/reject`, platform.headers, {
    reason: 'We know you by another name.',
  })
  assert.deepEqual(
    [declined.status, declined.body.status, declined.body.reason],
    [200, 'rejected', 'We know you by another name.'],
  )
  assert.match((await mailsTo(email))[0]!, /another name/)
})

test('[P4] only a platform admin decides; support reads; a tenant’s own people see none of it', async () => {
  const { id } = await requested()
  assert.equal((await get('/registrations', support.headers)).status, 200)
  assert.equal((await post(`/registrations/${id}/approve`, support.headers, { plan: 'core' })).status, 403)
  const owner = await app.person({ tenantId: (await app.tenant()).tenantId })
  const key = await app.key({ tenantId: (await app.tenant()).tenantId })
  for (const headers of [owner.headers, key]) {
    assert.equal((await get('/registrations', headers)).status, 403)
    assert.equal((await post(`/registrations/${id}/approve`, headers, { plan: 'core' })).status, 403)
  }
})

test('[P4] 65: whether an address has an account, registering answers alike and takes as long', async () => {
  const known = await app.person({ tenantId: null })
  const times = { known: [] as number[], unknown: [] as number[] }
  for (let round = 0; round < 30; round++)
    for (const kind of ['known', 'unknown'] as const) {
      const started = monotonicMs()
      const answer = await register(kind === 'known' ? known.email : address())
      times[kind].push(monotonicMs() - started)
      assert.deepEqual([answer.status, answer.body], [202, { status: 'accepted' }])
    }
  const median = (values: number[]) => values.sort((a, b) => a - b)[values.length / 2]!
  const [a, b] = [median(times.known), median(times.unknown)]
  assert.ok(Math.abs(a - b) < 25, `${a} and ${b} ms`)
  const mails = await mailsTo(known.email)
  assert.equal(mails.length, 3, 'nobody is flooded with mail')
  assert.match(mails[0]!, /You have an account/)
})

test('[P4] of requests for one address at once no more than three send a mail', async () => {
  const email = address()
  const answers = await Promise.all(Array.from({ length: 12 }, () => register(email)))
  assert.deepEqual(new Set(answers.map(({ status }) => status)), new Set([202]))
  assert.equal((await mailsTo(email)).length, 3)
})

test('[P4] somebody with an account asks while signed in; the link of another is 403, a used or old one 410', async () => {
  const known = await app.person({ tenantId: null })
  await register(known.email)
  const token = await tokenTo(known.email)
  assert.equal((await post('/auth/register/confirm', fromPage, { token, name: 'Eve', password })).status, 401)
  assert.equal((await post('/auth/register/confirm', support.headers, { token })).status, 403)
  const done = await post('/auth/register/confirm', known.headers, { token })
  assert.deepEqual([done.status, done.body.registration], [200, 'requested'], done.text)
  assert.equal((await post('/auth/register/confirm', { ...fromPage, cookie: jarOf(done) }, { token })).status, 410)
  const email = address()
  await register(email)
  const old = await tokenTo(email)
  await app.sql(`update registration set expires_at = now() where email = $1`, [email])
  assert.equal((await post('/auth/register/confirm', fromPage, { token: old, name: 'Fay', password })).status, 410)
})

test('[P5] 97: fields nobody may set are 422, and a weak password is refused at its place', async () => {
  const email = address()
  for (const field of ['role', 'tenant_id', 'plan', 'modules', 'status', 'platform_role'])
    assert.equal((await post('/auth/register', fromPage, { email, organisation: 'X', [field]: 'owner' })).status, 422)
  await register(email)
  const token = await tokenTo(email)
  const weak = await post('/auth/register/confirm', fromPage, { token, name: 'Fay', password: 'password12345678' })
  assert.deepEqual([weak.status, weak.body.errors?.[0]?.pointer], [422, '#/password'])
  const set = await post('/auth/register/confirm', fromPage, { token, name: 'Fay', password, platform_role: 'support' })
  assert.equal(set.status, 422)
})

test('[P4] closed, nobody registers, and the sign-in page knows', async () => {
  assert.equal((await get('/auth/methods', {})).body.registration, true, 'open outside production')
  const put = (value: string) => call('PUT', '/settings/tenants.registration', platform.headers, { value })
  assert.equal((await put('closed')).status, 200)
  const refused = await register(address())
  assert.deepEqual([refused.status, refused.body.type], [403, '/problems/tenants/registration-closed'])
  assert.equal((await get('/auth/methods', {})).body.registration, false)
  assert.equal((await put('auto')).status, 200)
  await within(1000, 'open again', async () => (await register(address())).status === 202)
})
