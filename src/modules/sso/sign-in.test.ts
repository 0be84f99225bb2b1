import assert from 'node:assert/strict'
import { createServer } from 'node:http'
import type { AddressInfo } from 'node:net'
import { after, test } from 'node:test'
import { defaultTenantId } from '#kernel/context/index.ts'
import { testApp } from '#test/support/app.ts'
import { openBrowser } from './test-browser.ts'
import { startProvider } from './test-provider.ts'
import { awayAddresses } from './test-return-to.ts'

const redirectUri = 'http://127.0.0.1:3333/auth/social/callback'
const client = { id: 'daytwo', secret: 'a secret & of the:client' }
const entra = '0b9c1f0e-1111-4222-8333-444455556666'

/** Graph, as far as it is asked here. */
const graph = {
  pages: [['g-1']] as string[][],
  status: 200,
  seen: [] as string[],
  nextAt: undefined as string | undefined,
  misled: 0,
}
const graphServer = createServer((request, response) => {
  graph.seen.push(`${request.url} ${request.headers.authorization?.slice(0, 7)}`)
  const page = Number(new URL(request.url!, 'http://x').searchParams.get('$skiptoken') ?? 0)
  const next =
    graph.nextAt ??
    (page + 1 < graph.pages.length ? `${graphUrl}/me/transitiveMemberOf?$skiptoken=${page + 1}` : undefined)
  response.writeHead(graph.status, { 'content-type': 'application/json' }).end(
    JSON.stringify({
      value: [
        ...(graph.pages[page] ?? []).map((id) => ({ '@odata.type': '#microsoft.graph.group', id })),
        { '@odata.type': '#microsoft.graph.directoryRole', id: 'platform-admins' },
      ],
      ...(next ? { '@odata.nextLink': next } : {}),
    }),
  )
})

await new Promise<void>((resolve) => graphServer.listen(0, '127.0.0.1', resolve))
/** A place that a page of groups may name, and that would say anything for a token. */
const elsewhere = createServer((_, response) => {
  graph.misled++
  response.writeHead(200, { 'content-type': 'application/json' }).end('{"value":[{"id":"platform-admins"}]}')
})
await new Promise<void>((resolve) => elsewhere.listen(0, '127.0.0.1', resolve))
const elsewhereUrl = `http://127.0.0.1:${(elsewhere.address() as AddressInfo).port}/v1.0/me/transitiveMemberOf`
const graphUrl = `http://127.0.0.1:${(graphServer.address() as AddressInfo).port}/v1.0`
const provider = await startProvider(redirectUri, client)
const app = await testApp({
  AUTH_METHOD: 'oidc',
  OIDC_ISSUER: provider.issuer,
  OIDC_CLIENT_ID: client.id,
  OIDC_CLIENT_SECRET: client.secret,
  OIDC_REDIRECT_URI: redirectUri,
  OIDC_GRAPH_URL: graphUrl,
  OIDC_LABEL: 'Works',
  DIAL_ALLOW: '127.0.0.1',
})
const admin = await app.key()
const { tenantId } = await app.tenant()
for (const payload of [
  { group: 'platform-admins', platform_role: 'platform_admin' },
  { group: 'g-viewers', tenant_id: tenantId, role: 'viewer' },
  { group: 'g-admins', tenant_id: tenantId, role: 'admin' },
  { group: 'g-default', tenant_id: defaultTenantId, role: 'member' },
  { group: entra, tenant_id: tenantId, role: 'operator', note: 'as Entra names groups' },
]) {
  const reply = await app.http.inject({ method: 'POST', url: '/api/v1/oidc-mappings', headers: admin, payload })
  assert.equal(reply.statusCode, 201, reply.body)
}
after(() => {
  graphServer.closeAllConnections()
  graphServer.close()
  elsewhere.closeAllConnections()
  elsewhere.close()
})

async function signIn(account: string, returnTo = '/metrics', browser = openBrowser(app.http)) {
  const { location } = await browser.start(`/auth/oidc/start?return_to=${encodeURIComponent(returnTo)}`)
  const back = await provider.agree(location, account)
  return { browser, back, ...(await browser.comeBack(back)) }
}
const account = (name: string, more: Record<string, unknown>) =>
  provider.accounts.set(name, { email: `${name}@example.com`, email_verified: true, name: name.toUpperCase(), ...more })
const roleOf = async (name: string, of = tenantId) => {
  const [row] = await app.sql(
    'select m.role from member m join person p on p.id = m.person_id where p.email = $1 and m.tenant_id = $2',
    [`${name}@example.com`, of],
  )
  return row?.role
}
const personOf = async (email: string) =>
  (await app.sql('select id, email, platform_role from person where email = $1', [email]))[0]
const sessions = async (email: string) =>
  Number(
    (
      await app.sql(
        'select count(*)::int as n from person_session s join person p on p.id = s.person_id where p.email = $1',
        [email],
      )
    )[0]!.n,
  )

test('[P2] the first sign-in makes a person with the roles of their groups and lands where they wanted to go', async () => {
  account('ada', { groups: ['g-viewers', entra, 'unmapped'] })
  const { browser, location } = await signIn('ada', '/queue?state=dead')
  assert.equal(location, '/queue?state=dead')
  const session = await browser.session()
  assert.equal(session?.person?.email, 'ada@example.com')
  assert.equal(session?.tenant?.id, tenantId)
  assert.equal(session?.tenant?.role, 'operator')
  assert.equal(session?.platform_role, null)
  assert.ok(!browser.jar.has('daytwo_flow'))
  const [row] = await app.sql(
    `select method from person_session s join person p on p.id = s.person_id where p.email = 'ada@example.com'`,
  )
  assert.equal(row!.method, 'oidc')
  const audited = await app.sql(
    `select action from audit_events where module = 'sso' order by created_at desc limit 20`,
  )
  for (const action of ['sso.person-created', 'sso.role-applied', 'sso.mapping-added'])
    assert.ok(
      audited.some((entry) => entry.action === action),
      action,
    )
})

test('[P2] what is asked of the provider: code flow, S256, fresh state, nonce and verifier, the exact redirect URI', async () => {
  const browser = openBrowser(app.http)
  const asked = []
  for (let n = 0; n < 2; n++) asked.push(new URL((await browser.start('/auth/oidc/start')).location).searchParams)
  for (const name of ['state', 'nonce', 'code_challenge']) {
    assert.match(asked[0]!.get(name)!, /^[\w-]{43}$/)
    assert.notEqual(asked[0]!.get(name), asked[1]!.get(name))
  }
  assert.equal(asked[0]!.get('code_challenge_method'), 'S256')
  assert.equal(asked[0]!.get('response_type'), 'code')
  assert.equal(asked[0]!.get('redirect_uri'), redirectUri)
  assert.equal(asked[0]!.get('scope'), 'openid profile email groups')
  const { reply } = await openBrowser(app.http).start('/auth/oidc/start')
  const cookie = reply.cookies.find(({ name }) => name === 'daytwo_flow')!
  assert.deepEqual([cookie.httpOnly, cookie.sameSite, cookie.maxAge, cookie.path], [true, 'Lax', 600, '/'])
  const [row] = await app.sql(
    `select encode(hash, 'hex') as hash, sealed from sso_flow order by expires_at desc limit 1`,
  )
  assert.ok(!JSON.stringify(row).includes(cookie.value))
})

test('[P2] roles follow the groups at each sign-in: up, down, and away with the group', async () => {
  account('bo', { groups: ['g-viewers', 'platform-admins'] })
  const first = await signIn('bo')
  assert.equal(first.location, '/metrics')
  assert.deepEqual(
    [await roleOf('bo'), (await personOf('bo@example.com'))!.platform_role],
    ['viewer', 'platform_admin'],
  )
  account('bo', { groups: ['g-admins', 'g-default'] })
  // An administrator remains, so that the role can be taken.
  account('root', { groups: ['platform-admins'] })
  await signIn('root')
  assert.equal((await signIn('bo')).location, '/metrics')
  assert.deepEqual([await roleOf('bo'), await roleOf('bo', defaultTenantId)], ['admin', 'member'])
  assert.equal((await personOf('bo@example.com'))!.platform_role, null)
  account('bo', { groups: ['g-default'] })
  await signIn('bo')
  assert.deepEqual([await roleOf('bo'), await roleOf('bo', defaultTenantId)], [undefined, 'member'])
  account('bo', { groups: [] })
  assert.equal((await signIn('bo')).problem, 'sso/no-role')
  assert.equal(await roleOf('bo', defaultTenantId), undefined)
  // The session from before has lost its role with it.
  assert.equal((await first.browser.session())?.tenant ?? null, null)
})

test('[P2] somebody without a mapped group is refused in words, and is not made a person', async () => {
  account('cy', { groups: ['unmapped'] })
  const { problem, location, browser } = await signIn('cy', '/alerts')
  assert.equal(problem, 'sso/no-role')
  assert.equal(location, '/sign-in?problem=sso%2Fno-role&return_to=%2Falerts')
  assert.equal(await browser.session(), undefined)
  assert.equal(await personOf('cy@example.com'), undefined)
  account('dee', {})
  assert.equal((await signIn('dee')).problem, 'sso/no-groups')
  const page = await app.http.inject({ url: '/problems/sso/no-role', headers: { accept: 'text/html' } })
  assert.equal(page.statusCode, 200)
  assert.match(page.body, /Admin → OIDC Mappings/)
})

test('[P2] group overage: the groups are asked of Graph, all pages; when that fails there are words and no session', async () => {
  const over = { _claim_names: { groups: 'src1' }, _claim_sources: { src1: { endpoint: 'http://127.0.0.1:1/evil' } } }
  account('eve', over)
  graph.pages = [['g-1', 'g-2'], ['g-3'], ['g-admins']]
  const { location, browser } = await signIn('eve')
  assert.equal(location, '/metrics')
  assert.equal(await roleOf('eve'), 'admin')
  assert.equal((await browser.session())?.platform_role, null)
  assert.equal(graph.seen.length, 3)
  assert.ok(graph.seen.every((line) => line.endsWith('Bearer ')))
  const had = await sessions('eve@example.com')
  for (const breakIt of [
    () => {
      graph.status = 403
    },
    () => {
      graph.status = 200
      graph.nextAt = elsewhereUrl
    },
    () => {
      graph.nextAt = `${graphUrl}/me/transitiveMemberOf?$skiptoken=0`
    },
    () => {
      graph.nextAt = 'nonsense'
    },
  ]) {
    breakIt()
    assert.equal((await signIn('eve')).problem, 'sso/groups-unavailable')
  }
  assert.equal(graph.misled, 0)
  assert.equal(await sessions('eve@example.com'), had)
  assert.equal(await roleOf('eve'), 'admin')
})

test('[P2] 87: an address joins an account only when the provider vouches for it, and only once', async () => {
  const insert = (name: string) =>
    app.sql(`insert into person (id, email, name) values (gen_random_uuid(), $1, $2) returning id`, [
      `${name}@example.com`,
      name,
    ])
  const [fay] = await insert('fay')
  account('fay', { groups: ['g-viewers'], email_verified: false })
  assert.equal((await signIn('fay')).problem, 'sso/email-not-verified')
  account('fay', { groups: ['g-viewers'] })
  assert.equal((await signIn('fay')).location, '/metrics')
  assert.equal((await personOf('fay@example.com'))!.id, fay!.id)
  // Another account with the same address is another identity.
  account('fay-two', { groups: ['g-admins'], email: 'fay@example.com' })
  assert.equal((await signIn('fay-two')).problem, 'sso/email-not-verified')
  assert.equal(await roleOf('fay'), 'viewer')
  // Changing the address there changes no account here.
  await insert('gus')
  account('fay', { groups: ['g-viewers'], email: 'gus@example.com' })
  const { browser } = await signIn('fay')
  assert.equal((await browser.session())?.person?.id, fay!.id)
  assert.equal(await sessions('gus@example.com'), 0)
  // Without a mapped group nothing is told of who exists here.
  account('nosy', { groups: [], email: 'gus@example.com', email_verified: false })
  assert.equal((await signIn('nosy')).problem, 'sso/no-role')

  const off = await app.http.inject({
    method: 'PUT',
    url: '/api/v1/settings/sso.link_verified_email',
    headers: admin,
    payload: { value: false },
  })
  assert.equal(off.statusCode, 200, off.body)
  account('gus', { groups: ['g-viewers'] })
  assert.equal((await signIn('gus')).problem, 'sso/email-not-verified')
})

test('[P2] somebody with a membership of their own needs no mapped group, and it stays theirs', async () => {
  const [hal] = await app.sql(
    `insert into person (id, email, name) values (gen_random_uuid(), 'hal@example.com', 'Hal') returning id`,
  )
  await app.sql(`insert into member (tenant_id, person_id, role, source) values ($1, $2, 'viewer', 'invitation')`, [
    tenantId,
    hal!.id,
  ])
  await app.sql(`insert into person_identity (issuer, subject, person_id) values ($1, 'hal', $2)`, [
    provider.issuer,
    hal!.id,
  ])
  account('hal', { groups: ['unmapped'] })
  assert.equal((await signIn('hal')).location, '/metrics')
  account('hal', { groups: ['g-admins'] })
  await signIn('hal')
  assert.equal(await roleOf('hal'), 'viewer')
  await app.sql(`update person set status = 'disabled' where id = $1`, [hal!.id])
  assert.equal((await signIn('hal')).problem, 'sso/account-disabled')
})

test('[P2] a factor used at the provider counts as the second; otherwise the person’s own is asked for', async () => {
  account('ida', { groups: ['g-viewers'], amr: ['pwd', 'mfa'] })
  await signIn('ida')
  const [row] = await app.sql(
    `select second_factor from person_session s join person p on p.id = s.person_id where p.email = 'ida@example.com'`,
  )
  assert.equal(row!.second_factor, true)
  account('ada', { groups: ['g-viewers'] })
  await signIn('ada')
  const rows = await app.sql(
    `select second_factor from person_session s join person p on p.id = s.person_id where p.email = 'ada@example.com'`,
  )
  assert.ok(rows.every(({ second_factor: second }) => second === false))
})

test('[P2] whoever has a second factor here comes back to the page that asks for it, and is not signed in yet', async () => {
  account('kit', { groups: ['g-viewers'] })
  await signIn('kit')
  await app.sql(
    `insert into person_totp (person_id, secret, confirmed_at) select id, 'x', now() from person where email = 'kit@example.com'`,
  )
  const had = await sessions('kit@example.com')
  const { location, browser } = await signIn('kit', '/alerts')
  const url = new URL(location, 'http://x')
  assert.equal(`${url.pathname}${url.search}`, '/sign-in?return_to=%2Falerts')
  const said = JSON.parse(new URLSearchParams(url.hash.slice(1)).get('second_factor')!)
  assert.deepEqual([said.status, said.methods.includes('totp')], ['second-factor', true])
  assert.equal(await browser.session(), undefined)
  assert.equal(await sessions('kit@example.com'), had)
  account('kit', { groups: ['g-viewers'], amr: ['mfa'] })
  assert.equal((await signIn('kit', '/alerts')).location, '/alerts')
})

test('[P2] 89: success, error and callback lead to this console whatever was asked for', async () => {
  account('jo', { groups: ['g-viewers'] })
  const browser = openBrowser(app.http)
  const asked: string[] = []
  for (const address of awayAddresses.filter((one) => one.length <= 2000)) {
    const { reply } = await browser.start(`/auth/oidc/start?return_to=${encodeURIComponent(address)}`)
    assert.equal(reply.statusCode, 303, address)
    asked.push(String((await app.sql('select return_to from sso_flow order by expires_at desc limit 1'))[0]!.return_to))
    const failed = await browser.comeBack('/auth/social/callback?error=access_denied&return_to=//evil.example')
    assert.match(failed.location, /^\/sign-in\?problem=sso%2F(flow-lost|issuer-mismatch)$/, address)
    // Where the provider is not offered, the error path is the start itself.
    const refused = await browser.start(`/auth/github/start?return_to=${encodeURIComponent(address)}`)
    assert.equal(refused.location, '/sign-in?problem=sso%2Fnot-offered', address)
  }
  assert.deepEqual(new Set(asked), new Set(['/']))
  assert.equal((await signIn('jo', '/.//evil.example')).location, '/')
  const extra = await browser.start('/auth/oidc/start?return_to=/x&return_to=//evil.example')
  assert.match(extra.location, /^\/sign-in\?problem=/)
})

test('[P2] a refusal at the provider is told as one', async () => {
  const browser = openBrowser(app.http)
  const { location } = await browser.start('/auth/oidc/start?return_to=/metrics')
  const state = new URL(location).searchParams.get('state')!
  const query = new URLSearchParams({ error: 'access_denied', state, iss: provider.issuer })
  const { location: back } = await browser.comeBack(`/auth/social/callback?${query}`)
  assert.equal(back, '/sign-in?problem=sso%2Fdeclined&return_to=%2Fmetrics')
})

test('[P2] with AUTH_METHOD=oidc a password lets platform administrators in and nobody else, in the same words', async () => {
  const hash = await import('@node-rs/argon2').then(({ hash: make }) =>
    make('a long enough password 1', { memoryCost: 8192, timeCost: 1 }),
  )
  for (const [email, role] of [
    ['pat@example.com', 'platform_admin'],
    ['moe@example.com', null],
  ])
    await app.sql(
      `insert into person (id, email, name, platform_role, password_hash) values (gen_random_uuid(), $1, 'x', $2, $3)`,
      [email, role, hash],
    )
  const login = (email: string) =>
    app.http.inject({
      method: 'POST',
      url: '/auth/login',
      payload: { email, password: 'a long enough password 1', transport: 'bearer' },
    })
  assert.equal((await login('pat@example.com')).statusCode, 200)
  const told = await Promise.all(
    ['moe@example.com', 'nobody@example.com'].map(async (email) => {
      const { statusCode, body } = await login(email)
      return [statusCode, body.replace(/"instance":"[^"]*"/, '')]
    }),
  )
  assert.deepEqual(told[0], told[1])
  assert.equal(told[0]![0], 401)
  const methods = await app.http.inject({ url: '/auth/methods' })
  const { oidc, github, test_login: testLogin } = methods.json()
  assert.deepEqual([oidc, github, testLogin], [{ label: 'Works' }, false, false])
  const closed = await app.http.inject({
    method: 'POST',
    url: '/auth/test-login',
    payload: { email: 'pat@example.com' },
  })
  assert.equal(closed.statusCode, 404)
})
