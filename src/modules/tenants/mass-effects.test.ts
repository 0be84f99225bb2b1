/** What one change ends at once is written down one by one. */
import assert from 'node:assert/strict'
import { test } from 'node:test'
import { testApp } from '#test/support/app.ts'
import { makeBench } from './test-bench.ts'

const app = await testApp()
const { post, remove, audited } = makeBench(app)
const platform = await app.person({ tenantId: null, platformRole: 'platform_admin', name: 'Pat Platform' })
const support = await app.person({ tenantId: null, platformRole: 'support', name: 'Sue Support' })
const late = await app.person({ tenantId: null, platformRole: 'support', name: 'Leo Late' })

test('[P7] removing a tenant writes down each invitation and each support access that it ends', async () => {
  const { tenantId } = await app.tenant()
  const owner = await app.person({ tenantId })
  const invited = []
  for (const email of ['one@example.com', 'two@example.com'])
    invited.push((await post('/invitations', owner.headers, { email, role: 'viewer' })).body.id)
  const open = async ({ headers }: typeof support) =>
    (
      await post(`/tenants/${tenantId}/support-access`, headers, {
        role: 'viewer',
        reason: 'looks at a fault',
        minutes: 60,
      })
    ).body.id
  const [now, before] = [await open(support), await open(late)]
  await app.sql('update support_access set until = app.now() where id = $1', [before])
  assert.equal((await remove(`/tenants/${tenantId}`, platform.headers)).status, 204)
  const seen = async (action: string) =>
    (await audited(tenantId, action)).map(({ subject, actor_name }) => `${subject} by ${actor_name}`).sort()
  assert.deepEqual(
    await seen('tenants.invitation-revoked'),
    invited.map((id) => `invitation:${id} by Pat Platform`).sort(),
  )
  assert.deepEqual(await seen('tenants.support-closed'), [`support_access:${now} by Pat Platform`])
  assert.deepEqual(await seen('tenants.support-expired'), [`support_access:${before} by support-access`])
})

test('[P7] taking a member out writes down the invitation that it takes back', async () => {
  const { tenantId } = await app.tenant()
  const owner = await app.person({ tenantId })
  const gone = await app.person({ tenantId, role: 'viewer' })
  // Somebody who was invited and came in another way meanwhile.
  const id = '00000000-0000-7000-8000-0000000000aa'
  await app.sql(
    `insert into invitation (tenant_id, id, email, role, token_hash, invited_by, expires_at) values ($1, $2, $3, 'admin', '\\x01', 'x', app.now() + interval '1 day')`,
    [tenantId, id, gone.email],
  )
  assert.equal((await remove(`/members/${gone.id}`, owner.headers)).status, 204)
  const [entry] = await audited(tenantId, 'tenants.invitation-revoked')
  assert.equal(entry?.subject, `invitation:${id}`)
  assert.deepEqual((entry!.delta as { before: object }).before, { email: gone.email, role: 'admin' })
})
