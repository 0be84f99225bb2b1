/** An identity provider, or somebody between, that lies: no lie makes a session, and each is refused in time. */
import assert from 'node:assert/strict'
import { test } from 'node:test'
import { openBrowser, type TestBrowser } from './test-browser.ts'
import { hostileApp, redirectUri } from './test-hostile.ts'
import { broken, clientId, html, huge, json, type Lie, redirectTo, type silent } from './test-issuer.ts'

const { app, issuer, refused, lied, atStart, sessions: sessionsOfAll, canaryUrl } = await hostileApp()
const seconds = () => Math.floor(Date.now() / 1000)

// What is learnt from a good answer is remembered, so these come first.
test('[P2] 83: 88: a discovery document that is another’s, broken, endless, late or elsewhere begins nothing', async () => {
  const cases: [string, string | string[], Parameters<typeof json>[0] | ReturnType<typeof json>][] = [
    ['issuer differs', 'sso/issuer-mismatch', issuer.document({ issuer: 'https://evil.example' })],
    ['issuer missing', 'sso/issuer-unreachable', issuer.document({ issuer: undefined })],
    ['endpoints missing', 'sso/issuer-unreachable', { issuer: issuer.issuer }],
    ['HTML', 'sso/issuer-unreachable', html],
    ['an error', 'sso/issuer-unreachable', broken],
    ['10 MB', 'sso/issuer-unreachable', huge],
    ['a redirect', 'sso/issuer-unreachable', redirectTo(canaryUrl)],
  ]
  for (const [name, slug, answer] of cases) {
    issuer.answers.discovery = typeof answer === 'function' ? (answer as typeof silent) : json(answer)
    await refused(`discovery: ${name}`, slug, atStart)
  }
  issuer.answers.discovery = undefined
})

test('[P2] 88: keys that cannot be had, are too many, late or elsewhere verify nothing', async () => {
  const cases: [string, string | string[], typeof silent][] = [
    ['down', ['sso/issuer-unreachable', 'sso/provider-error'], broken],
    ['HTML', ['sso/token-invalid', 'sso/provider-error', 'sso/issuer-unreachable'], html],
    ['10 MB', 'sso/issuer-unreachable', huge],
    ['a redirect to loopback', ['sso/issuer-unreachable', 'sso/provider-error'], redirectTo(canaryUrl)],
  ]
  for (const [name, slugs, answer] of cases) {
    issuer.answers.keys = answer
    await refused(`keys: ${name}`, slugs, lied({}))
  }
  issuer.answers.keys = undefined
})

test('[P2] the truth signs in, so that the refusals mean something', async () => {
  const browser = openBrowser(app.http)
  const { location } = await browser.start('/auth/oidc/start')
  assert.equal((await browser.comeBack(issuer.agree(location))).location, '/')
  assert.equal((await browser.session())?.platform_role, 'platform_admin')
  const exchange = issuer.seen.find(({ path }) => path === '/token')!.body
  assert.match(exchange.get('code_verifier')!, /^[\w-]{43}$/)
})

test('[P2] 79: state missing, wrong, twice, of another browser, of another provider, or too old', async () => {
  const wrong = (change: (back: URL) => void) => lied({}, change)
  await refused(
    'missing',
    'sso/flow-lost',
    wrong((back) => back.searchParams.delete('state')),
  )
  await refused(
    'wrong',
    'sso/flow-lost',
    wrong((back) => back.searchParams.set('state', 'x'.repeat(43))),
  )
  await refused(
    'empty',
    'sso/flow-lost',
    wrong((back) => back.searchParams.set('state', '')),
  )
  await refused(
    'twice',
    'malformed-request',
    wrong((back) => back.searchParams.append('state', 'x')),
  )
  await refused('no cookie', 'sso/flow-lost', async (browser) => {
    const { location } = await browser.start('/auth/oidc/start')
    browser.jar.clear()
    return (await browser.comeBack(issuer.agree(location))).problem
  })
  await refused('another browser’s', 'sso/flow-lost', async (browser) => {
    const attacker = await openBrowser(app.http).start('/auth/oidc/start')
    await browser.start('/auth/oidc/start')
    return (await browser.comeBack(issuer.agree(attacker.location))).problem
  })
  await refused('spent by a wrong one', 'sso/flow-lost', async (browser) => {
    const { location } = await browser.start('/auth/oidc/start')
    const jar = new Map(browser.jar)
    await browser.comeBack('/auth/social/callback?code=x&state=wrong')
    for (const [name, value] of jar) browser.jar.set(name, value)
    return (await browser.comeBack(issuer.agree(location))).problem
  })
  await refused('of GitHub', 'sso/flow-lost', async (browser) => {
    const { location } = await browser.start('/auth/github/start')
    const back = new URL(redirectUri)
    back.search = new URLSearchParams({
      code: 'x',
      state: new URL(location).searchParams.get('state')!,
      iss: issuer.issuer,
    }).toString()
    return (await browser.comeBack(back)).problem
  })
  await refused('too old', 'sso/flow-lost', async (browser) => {
    const { location } = await browser.start('/auth/oidc/start')
    await app.sql(`update sso_flow set expires_at = now() - interval '1 second'`)
    return (await browser.comeBack(issuer.agree(location))).problem
  })
})

test('[P2] 79: 82: a callback that worked works once, also for eight at a time', async () => {
  const browser = openBrowser(app.http)
  const { location } = await browser.start('/auth/oidc/start')
  const back = issuer.agree(location)
  const jar = new Map(browser.jar)
  const before = await sessionsOfAll()
  const many = Array.from({ length: 8 }, () => {
    const copy = openBrowser(app.http)
    for (const [name, value] of jar) copy.jar.set(name, value)
    return copy.comeBack(back)
  })
  const locations = (await Promise.all(many)).map((one) => one.location)
  assert.equal(locations.filter((one) => one === '/').length, 1)
  assert.equal(await sessionsOfAll(), before + 1)
  await refused('again', 'sso/flow-lost', async (again) => {
    for (const [name, value] of jar) again.jar.set(name, value)
    return (await again.comeBack(back)).problem
  })
})

test('[P2] 80: 82: a code of another flow, another client, used before, or none', async () => {
  const otherCode = async (lie: Lie) => {
    const theirs = await openBrowser(app.http).start('/auth/oidc/start')
    return issuer.agree(theirs.location, lie).searchParams.get('code')!
  }
  const injected = (lie: Lie) => async (browser: TestBrowser) => {
    const code = await otherCode(lie)
    return lied({}, (back) => back.searchParams.set('code', code))(browser)
  }
  await refused('another flow’s verifier', 'sso/code-refused', injected({}))
  // The nonce holds even where the provider looks at no verifier.
  await refused('careless provider', 'sso/token-invalid', injected({ careless: true }))
  await refused('another client’s', 'sso/code-refused', async (browser) => {
    const { location } = await browser.start('/auth/oidc/start')
    return (await browser.comeBack(issuer.agree(location, {}, { clientId: 'another' }))).problem
  })
  await refused(
    'missing',
    ['sso/token-invalid', 'sso/provider-error'],
    lied({}, (back) => back.searchParams.delete('code')),
  )
  await refused(
    'a token in place of a code',
    ['sso/token-invalid', 'sso/provider-error'],
    lied({}, (back) => back.searchParams.set('id_token', 'x.y.z')),
  )
  await refused(
    'an answer in JWT form',
    ['sso/token-invalid', 'sso/provider-error'],
    lied({}, (back) => back.searchParams.set('response', 'x.y.z')),
  )
})

test('[P2] 83: the answer of another provider', async () => {
  await refused(
    'iss of another',
    'sso/issuer-mismatch',
    lied({}, (back) => back.searchParams.set('iss', 'https://evil.example')),
  )
  await refused(
    'iss missing',
    'sso/issuer-mismatch',
    lied({}, (back) => back.searchParams.delete('iss')),
  )
  await refused(
    'iss in the token',
    'sso/token-invalid',
    lied({ claims: (claims) => ({ ...claims, iss: 'https://evil.example' }) }),
  )
})

test('[P2] 81: 85: 86: an ID token whose words are wrong', async () => {
  const claim = (change: Record<string, unknown>): Lie => ({ claims: (claims) => ({ ...claims, ...change }) })
  const cases: [string, Lie][] = [
    ['nonce missing', claim({ nonce: undefined })],
    ['nonce wrong', claim({ nonce: 'x' })],
    ['exp missing', claim({ exp: undefined })],
    ['exp past', claim({ exp: seconds() - 120 })],
    ['exp text', claim({ exp: String(seconds() + 300) })],
    ['exp 2^31', claim({ exp: 2 ** 31 })],
    ['exp half', claim({ exp: seconds() + 300.5 })],
    ['nbf future', claim({ nbf: seconds() + 300 })],
    ['iat future', claim({ iat: seconds() + 300 })],
    ['iat missing', claim({ iat: undefined })],
    ['aud other', claim({ aud: 'another' })],
    ['aud with an extra one', claim({ aud: [clientId, 'another'] })],
    ['aud with an extra one and azp', claim({ aud: [clientId, 'another'], azp: clientId })],
    ['azp wrong', claim({ aud: [clientId, 'another'], azp: 'another' })],
    ['azp wrong alone', claim({ azp: 'another' })],
    ['sub missing', claim({ sub: undefined })],
    ['sub empty', claim({ sub: '' })],
    ['sub a number', claim({ sub: 7 })],
    ['an access token', { header: { typ: 'at+jwt' } }],
  ]
  for (const [name, lie] of cases) await refused(name, 'sso/token-invalid', lied(lie))
})

test('[P2] 84: 86: an ID token that nobody vouches for', async () => {
  const cases: [string, Lie][] = [
    ['alg none', { signer: 'none' }],
    ['HS256 with the client secret', { signer: 'secret' }],
    ['HS256 with the public key', { signer: 'public-key' }],
    ['another key of that name', { signer: 'other' }],
    ['a key in its own header', { signer: 'embedded', header: { kid: undefined } }],
    ['a key of no name known', { header: { kid: 'k9' } }],
    ['critical extension', { header: { crit: ['urn:example'], 'urn:example': 1 } }],
    ['a changed word', { idToken: (token) => token.replace(/\.(.)/, (_, first) => `.${first === 'e' ? 'f' : 'e'}`) }],
    [
      'another’s claims',
      {
        idToken: (token) => {
          const [header, claims, signature] = token.split('.') as [string, string, string]
          const said = JSON.parse(Buffer.from(claims, 'base64url').toString())
          return [header, Buffer.from(JSON.stringify({ ...said, sub: 'root' })).toString('base64url'), signature].join(
            '.',
          )
        },
      },
    ],
    ['no signature', { idToken: (token) => token.replace(/\.[^.]*$/, '.') }],
    ['no JWT', { idToken: () => 'hello' }],
    ['encrypted', { idToken: (token) => `${token}.a.b` }],
    ['none at all', { idToken: () => undefined }],
    ['null', { tokenBody: (body) => ({ ...body, id_token: null }) }],
  ]
  for (const [name, lie] of cases) await refused(name, ['sso/token-invalid', 'sso/provider-error'], lied(lie))
})

test('[P2] 88: a token endpoint or user info that answers something else', async () => {
  const cases: [string, string | string[], Lie][] = [
    ['token: HTML', ['sso/provider-error', 'sso/token-invalid'], { token: html }],
    ['token: an error', ['sso/provider-error', 'sso/issuer-unreachable'], { token: broken }],
    ['token: a redirect', ['sso/provider-error', 'sso/issuer-unreachable'], { token: redirectTo(canaryUrl) }],
    ['token: 10 MB', 'sso/issuer-unreachable', { token: huge }],
    ['token: wrong client', 'sso/client-refused', { token: json({ error: 'invalid_client' }, 401) }],
    ['token: an array', ['sso/token-invalid', 'sso/provider-error'], { token: json([]) }],
    [
      'token: type mac',
      ['sso/token-invalid', 'sso/provider-error'],
      { tokenBody: (body) => ({ ...body, token_type: 'mac' }) },
    ],
    [
      'user info: another subject',
      'sso/token-invalid',
      {
        claims: ({ email: _, ...rest }) => rest,
        userinfo: { sub: 'sub-2', email: 'root@example.com', email_verified: true },
      },
    ],
    [
      'user info: no subject',
      'sso/token-invalid',
      { claims: ({ email: _, ...rest }) => rest, userinfo: { email: 'root@example.com' } },
    ],
    [
      'user info: an error',
      ['sso/provider-error', 'sso/issuer-unreachable'],
      { claims: ({ email: _, ...rest }) => rest, userinfo: broken },
    ],
    [
      'overage without a Graph of ours',
      'sso/groups-unavailable',
      {
        claims: ({ groups: _, ...rest }) => ({
          ...rest,
          _claim_names: { groups: 's' },
          _claim_sources: { s: { endpoint: canaryUrl } },
        }),
      },
    ],
  ]
  for (const [name, slugs, lie] of cases) await refused(name, slugs, lied(lie))
})
