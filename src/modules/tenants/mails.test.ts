/** Names that people chose, in mails: whatever is accepted as a name can be mailed. */
import assert from 'node:assert/strict'
import { test } from 'node:test'
import { testPassword as password, testApp } from '#test/support/app.ts'
import { fromPage, makeBench } from './test-bench.ts'

const app = await testApp()
const { get, post, patch, mailsTo, tokenTo } = makeBench(app)
const platform = await app.person({ platformRole: 'platform_admin', name: 'Pat Platform' })
const subjectsTo = async (address: string) =>
  (await app.sql('select subject from mail where to_address = $1 order by id desc', [address])).map((row) =>
    String(row.subject),
  )
/** Also of characters that are two units each. */
const longest = ['n'.repeat(200), '𝒩'.repeat(100)]
const link = 'Prize https://evil.example/x'

test('[P4] the longest names are mailed, shortened in subjects alone', async () => {
  for (const [n, name] of longest.entries()) {
    const email = `long-${n}@example.com`
    await post('/auth/register', fromPage, { email, organisation: name })
    const confirmed = await post('/auth/register/confirm', fromPage, { token: await tokenTo(email), name, password })
    assert.equal(confirmed.status, 200, confirmed.text)
    const { registrations } = (await get('/registrations?status=requested', platform.headers)).body
    const approved = await post(`/registrations/${registrations[0].id}/approve`, platform.headers, { plan: 'core' })
    assert.equal(approved.status, 201, approved.text)
    const [subject] = await subjectsTo(email)
    assert.match(subject!, /^.{35,}… is ready$/u)
    assert.ok(subject!.isWellFormed())
    assert.ok((await mailsTo(email))[0]!.includes(`${name} is ready`))

    const { tenantId } = await app.tenant()
    const owner = await app.person({ tenantId, role: 'owner', name })
    assert.equal((await patch('/tenant', owner.headers, { name })).status, 200)
    const to = `invited-${n}@example.com`
    const invited = await post('/invitations', owner.headers, { email: to, role: 'viewer' })
    assert.equal(invited.status, 201, invited.text)
    assert.match((await subjectsTo(to))[0]!, /^.{35,}… invites you to .{35,}…$/u)
    assert.ok((await mailsTo(to))[0]!.includes(`${name} invites you to ${name}`))
  }
})

test('[P4] a web address is refused where it is given, at its own field', async () => {
  const { tenantId } = await app.tenant()
  const owner = await app.person({ tenantId, role: 'owner' })
  const token = 'x'.repeat(30)
  const replies = {
    '#/organisation': await post('/auth/register', fromPage, { email: 'a@example.com', organisation: link }),
    '#/name': await post('/auth/register/confirm', fromPage, { token, name: link, password }),
    '#/name of an account': await patch('/account', owner.headers, { name: link }),
    '#/name of a tenant': await patch('/tenant', owner.headers, { name: link }),
    '#/reason': await post(`/registrations/${platform.id}/reject`, platform.headers, { reason: link }),
  }
  for (const [what, { status, body, text }] of Object.entries(replies))
    assert.deepEqual([status, body.errors?.[0].pointer], [422, what.split(' ')[0]], `${what}: ${text}`)
})

test('[P4] one that came with a name from elsewhere neither stops an invitation nor is mailed as a link', async () => {
  const { tenantId } = await app.tenant()
  const owner = await app.person({ tenantId, role: 'owner', name: 'Olga Owner' })
  await app.sql('update person set name = $2 where id = $1', [owner.id, link])
  await new Promise((resolve) => setTimeout(resolve, 600))
  const to = 'bait@example.com'
  const invited = await post('/invitations', owner.headers, { email: to, role: 'viewer' })
  assert.equal(invited.status, 201, invited.text)
  assert.match((await subjectsTo(to))[0]!, /^Prize https: evil\.example\/x invites you/)
})
