import assert from 'node:assert/strict'
import { test } from 'node:test'
import { openBrowser } from '#modules/sso/test-browser.ts'
import { shiftClock } from '#test/support/clock.ts'
import { githubWebhook } from '#test/support/webhooks.ts'
import { events } from './connect.ts'
import { octo, startBench } from './test-bench.ts'

const { app, github, admin, rows, audited } = await startBench()
const outcomesOf = (json: { results: { repository: string; outcome: string }[] }) =>
  Object.fromEntries(json.results.map(({ repository, outcome }) => [repository, outcome]))

test('[P3] choosing repositories makes their webhooks, and what they sign is accepted', async () => {
  const shop = github.add('acme/shop')
  const site = github.add('acme/site')
  github.add('other/tool', { admin: false })
  const maria = await admin()
  const authorize = await maria.begin()
  const asked = new URL(authorize).searchParams
  assert.equal(asked.get('scope'), 'admin:repo_hook')
  assert.equal(asked.get('code_challenge_method'), 'S256')
  assert.ok(asked.get('redirect_uri')!.endsWith('/auth/github/callback/repositories'))
  const { json: given } = await maria.finish(await maria.comeBack(github.agree(authorize, octo)))
  assert.equal(given.login, 'octo')
  assert.equal(given.private, false)

  const listed = await maria.ask('GET', `/github/authorizations/${given.id}/repositories`)
  const plain = { private: false, archived: false, connected: false }
  assert.deepEqual(listed.json.repositories.slice(0, 3), [
    { repository: 'acme/shop', ...plain, administered: true },
    { repository: 'acme/site', ...plain, administered: true },
    { repository: 'other/tool', ...plain, administered: false },
  ])
  const made = await maria.connect(given.id, 'acme/shop', 'ACME/Site', 'acme/site', 'other/tool')
  assert.deepEqual(outcomesOf(made.json), {
    'acme/shop': 'connected',
    'acme/site': 'connected',
    'other/tool': 'refused',
  })
  assert.match(made.json.results[2].reason, /does not administer/)

  const [connection] = await rows('connection', maria.tenantId)
  const [hook] = shop.hooks
  assert.ok(hook!.config.url.endsWith(`/api/v1/webhooks/github/${connection!.id}`))
  assert.deepEqual([hook!.active, hook!.config.content_type, hook!.config.insecure_ssl], [true, 'json', '0'])
  assert.deepEqual(hook!.events, events)
  assert.equal(site.hooks.length, 1)
  const { secret } = hook!.config
  const sent = await app.http.inject(
    githubWebhook('ping', { zen: 'x' }, { secret, connection: String(connection!.id) }),
  )
  assert.equal(sent.statusCode, 202, sent.body)

  const page = (await maria.ask('GET', '/github')).json
  assert.equal(page.unreachable, null)
  assert.equal(page.authorization.id, given.id)
  assert.deepEqual(
    page.repositories.map(({ repository, address_valid: valid }: never) => [repository, valid]),
    [
      ['acme/shop', true],
      ['acme/site', true],
    ],
  )
  const again = await maria.ask('GET', `/github/authorizations/${given.id}/repositories`)
  assert.deepEqual(
    again.json.repositories.filter(({ connected }: never) => connected).map(({ repository }: never) => repository),
    ['acme/shop', 'acme/site'],
  )
  assert.deepEqual(
    (await audited(maria.tenantId)).map(({ action }) => action),
    ['repositories.authorized', 'repositories.connected', 'repositories.connected'],
  )
})

test('[P3] neither token nor secret is in a reply, the audit or the database as it is', async () => {
  github.add('quiet/one')
  const maria = await admin()
  const id = await maria.authorize()
  const replies = [
    await maria.connect(id, 'quiet/one'),
    await maria.ask('GET', '/github'),
    await maria.ask('GET', `/github/authorizations/${id}/repositories`),
  ].map(({ json }) => JSON.stringify(json))
  const [row] = await rows('github_authorization', maria.tenantId)
  const secret = github.repositories.find(({ full_name: name }) => name === 'quiet/one')!.hooks[0]!.config.secret
  const [token] = [...github.tokens.keys()].slice(-1)
  const audits = (await app.sql('select delta::text as text from audit_events')).map(({ text }) => String(text))
  for (const text of [...replies, ...audits, (row!.sealed_token as Buffer).toString('latin1')])
    for (const hidden of [token!, secret]) assert.ok(!text.includes(hidden))
  assert.ok(Number(new Date(String(row!.expires_at))) - Number(new Date(String(row!.created_at))) <= 3_600_000)
})

test('[P3] who declines, or gives less than is needed, is told so, and nothing is kept', async () => {
  const maria = await admin()
  const begun = new URL(await maria.begin()).searchParams
  const no = new URLSearchParams({ error: 'access_denied', state: begun.get('state')! })
  const declined = await maria.finish(await maria.comeBack(`/auth/github/callback/repositories?${no}`))
  assert.deepEqual([declined.status, declined.json.type], [403, '/problems/repositories/declined'])

  const before = github.tokens.size
  for (const scope of ['', 'read:user', 'public_repo,gist']) {
    github.says.scope = scope
    const less = await maria.finish(await maria.comeBack(github.agree(await maria.begin(), octo)))
    assert.deepEqual([less.status, less.json.type], [403, '/problems/repositories/scope-refused'], scope)
  }
  github.says.scope = undefined
  assert.equal(github.tokens.size, before, 'each was given back')
  assert.equal((await rows('github_authorization', maria.tenantId)).length, 0)
})

test('[P3] an authorization is its person’s alone: others of the tenant, other tenants and keys get nowhere', async () => {
  const shop = github.add('alone/shop')
  const maria = await admin()
  const id = await maria.authorize()
  const colleague = await admin({ tenantId: maria.tenantId, role: 'owner' })
  const stranger = await admin()
  const before = github.says.asked.length
  for (const other of [colleague, stranger]) {
    const replies = [
      await other.ask('GET', `/github/authorizations/${id}/repositories`),
      await other.connect(id, 'alone/shop'),
      await other.ask('DELETE', `/github/authorizations/${id}/webhooks/alone/shop`),
    ]
    assert.deepEqual(
      replies.map(({ status }) => status),
      [404, 404, 404],
    )
    assert.equal((await other.ask('DELETE', `/github/authorizations/${id}`)).status, 204)
    assert.equal((await other.ask('GET', '/github')).json.authorization, null)
  }
  const headers = await app.key({ tenantId: maria.tenantId })
  for (const [method, url] of [
    ['POST', '/github/authorizations'],
    ['GET', `/github/authorizations/${id}/repositories`],
    ['DELETE', `/github/authorizations/${id}`],
  ] as const) {
    const payload = method === 'POST' ? { payload: {} } : {}
    const reply = await app.http.inject({ method, url: `/api/v1${url}`, headers, ...payload })
    assert.equal(reply.statusCode, 403, reply.body)
  }
  assert.equal(github.says.asked.length, before, 'GitHub was not even asked')
  assert.equal(shop.hooks.length, 0)
  assert.equal((await maria.ask('GET', `/github/authorizations/${id}/repositories`)).status, 200, 'and it lives')
})

test('[P3] 79: 82: what GitHub answers is of use only to who began, in that browser, session and tenant, once', async () => {
  const maria = await admin()
  const eve = await admin({ tenantId: maria.tenantId })
  const stored = async () => (await rows('github_authorization', maria.tenantId)).length
  const lost = async (finished: Promise<{ status: number; json: { type: string } }>) => {
    const { status, json } = await finished
    assert.deepEqual([status, json.type], [400, '/problems/repositories/not-begun'])
  }
  const before = github.tokens.size

  // Another browser.
  const answer = await maria.comeBack(github.agree(await maria.begin(), octo))
  await lost(eve.finish(answer))
  // Another person in the same browser: the cookie of the flow is Maria's, the session is Eve's.
  const flow = [...maria.browser.jar].find(([name]) => name.includes('flow'))!
  eve.browser.jar.set(...flow)
  await lost(eve.finish(answer))
  // That spent it.
  await lost(maria.finish(answer))

  // The same person, signed in anew.
  const second = await maria.comeBack(github.agree(await maria.begin(), octo))
  const session = await app.http.inject({
    method: 'POST',
    url: '/auth/login',
    headers: { 'sec-fetch-site': 'same-origin' },
    payload: { email: maria.email, password: maria.password },
  })
  for (const { name, value } of session.cookies) maria.browser.jar.set(name, value)
  await lost(maria.finish(second))

  // The state of somebody else, whose answer is slipped in.
  const evil = await eve.comeBack(github.agree(await eve.begin(), octo))
  await maria.begin()
  await lost(maria.finish(evil))
  // A sign-in's flow is none of connecting, and the other way round.
  const { location } = await maria.browser.start('/auth/github/start')
  await lost(maria.finish(github.agree(location, octo).split('?')[1]!))
  const connecting = github.agree(await maria.begin(), octo).split('?')[1]!
  assert.equal((await maria.browser.comeBack(`/auth/github/callback?${connecting}`)).problem, 'sso/flow-lost')
  assert.equal(github.tokens.size, before, 'no code was exchanged')

  const good = await maria.comeBack(github.agree(await maria.begin(), octo))
  assert.equal((await maria.finish(good)).status, 201)
  await lost(maria.finish(good))
  assert.equal(await stored(), 1)
})

test('[P3] the way back leads to the console and nowhere else, whatever it carries', async () => {
  const browser = openBrowser(app.http)
  for (const query of [
    '',
    '?code=a%0d%0ab&state=//evil.example',
    '?error=x%23y&redirect=https://evil.example',
    `?code=${'x'.repeat(9000)}`,
  ]) {
    const { reply, location } = await browser.comeBack(`/auth/github/callback/repositories${query}`)
    assert.equal(reply.statusCode, 303)
    const url = new URL(location)
    assert.equal(
      `${url.origin}${url.pathname}${url.search}`,
      `${new URL(app.config.baseUrl).origin}/integrations/github`,
    )
    assert.ok(url.hash.length < 2000)
  }
})

test('[P3] one authorization follows another; ending and expiry erase the token and give it back', async () => {
  const maria = await admin()
  const first = await maria.authorize()
  const [firstToken] = [...github.tokens.keys()].slice(-1)
  const second = await maria.authorize({ private: true })
  assert.ok(!github.tokens.has(firstToken!), 'the first was given back')
  assert.equal((await maria.ask('GET', `/github/authorizations/${first}/repositories`)).status, 404)
  const [secondToken] = [...github.tokens.keys()].slice(-1)
  assert.equal((await maria.ask('DELETE', `/github/authorizations/${second}`)).status, 204)
  assert.equal((await maria.ask('DELETE', `/github/authorizations/${second}`)).status, 204, 'twice is no error')
  assert.ok(!github.tokens.has(secondToken!))
  assert.equal((await rows('github_authorization', maria.tenantId)).length, 0)

  const third = await maria.authorize()
  const purge = app.composed.schedules.find(({ name }) => name === 'scheduler:purge-github-authorizations')!
  assert.equal(String(await purge.run()), '0 erased')
  await app.sql(`update github_authorization set expires_at = app.now() where id = $1`, [third])
  assert.equal((await maria.ask('GET', `/github/authorizations/${third}/repositories`)).status, 404, 'at once')
  assert.match(String(await purge.run()), /^1 erased$/)
  assert.equal((await rows('github_authorization', maria.tenantId)).length, 0)
  assert.equal((await maria.ask('GET', '/github')).json.authorization, null)

  await maria.authorize()
  await app.sql(`update github_authorization set expires_at = app.now() where tenant_id = $1`, [maria.tenantId])
  github.says.instead = { on: /^DELETE \/api\/applications/, answer: (_, response) => response.writeHead(500).end() }
  assert.match(String(await purge.run()), /^1 erased$/, 'GitHub is down, and the token is gone here all the same')
  github.says.instead = undefined
  assert.equal((await rows('github_authorization', maria.tenantId)).length, 0)
  assert.equal(
    (await audited(maria.tenantId)).filter(({ action }) => action === 'repositories.authorization-ended').length,
    3,
  )
})

test('[P3] ten minutes after it began it is too late', async () => {
  const maria = await admin()
  const answer = await maria.comeBack(github.agree(await maria.begin(), octo))
  await shiftClock(app, '11 minutes')
  const late = await maria.finish(answer)
  await shiftClock(app, '0')
  assert.deepEqual([late.status, late.json.type], [400, '/problems/repositories/not-begun'])
})
