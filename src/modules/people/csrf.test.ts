/** What other sites, and neighbours under the same domain, can make a browser send. */
import assert from 'node:assert/strict'
import { test } from 'node:test'
import { testApp, testPassword } from '#test/support/app.ts'

const app = await testApp()
const maria = await app.person({ role: 'owner' })
const { cookie } = maria.headers
const sessions = async () => Number((await app.sql('select count(*)::int as n from person_session'))[0]!.n)
const keys = async () => Number((await app.sql('select count(*)::int as n from api_key'))[0]!.n)

const fromElsewhere: readonly (readonly [string, Record<string, string>])[] = [
  ['another site', { 'sec-fetch-site': 'cross-site', origin: 'https://evil.example' }],
  ['another site that says it is ours', { 'sec-fetch-site': 'cross-site', origin: 'http://localhost:80' }],
  ['a neighbour under the same domain', { 'sec-fetch-site': 'same-site', origin: 'http://other.localhost' }],
  ['an address that somebody typed', { 'sec-fetch-site': 'none' }],
  ['an older browser on another site', { origin: 'https://evil.example' }],
  ['a sandboxed frame', { origin: 'null' }],
  ['somebody who says nothing', {}],
]
const doors: readonly (readonly [string, object | undefined])[] = [
  ['/auth/login', { email: maria.email, password: testPassword }],
  ['/auth/setup', { token: 'x'.repeat(43), email: 'a@example.com', name: 'A', password: testPassword }],
  ['/auth/refresh', undefined],
  ['/auth/sign-out', undefined],
]

test('[P9] 70: nobody else’s page signs anybody in or out, or refreshes', async () => {
  const before = await sessions()
  for (const [who, headers] of fromElsewhere)
    for (const [url, payload] of doors) {
      const reply = await app.http.inject({
        method: 'POST',
        url,
        headers: { cookie, ...headers },
        ...(payload ? { payload } : {}),
      })
      assert.equal(reply.statusCode, 403, `${url} from ${who}: ${reply.body}`)
      assert.deepEqual(reply.cookies, [], `${url} from ${who}`)
    }
  assert.equal(await sessions(), before)
  assert.equal((await app.http.inject({ url: '/api/v1/session', headers: maria.headers })).statusCode, 200)
})

test('[P9] 70: with the cookie alone nothing changes', async () => {
  const payload = { name: 'planted', scopes: ['metrics:read'] }
  for (const [who, headers] of fromElsewhere) {
    const key = await app.http.inject({
      method: 'POST',
      url: '/api/v1/api-keys',
      headers: { cookie, ...headers },
      payload,
    })
    const name = await app.http.inject({
      method: 'PATCH',
      url: '/api/v1/account',
      headers: { cookie, ...headers },
      payload: { name: 'planted' },
    })
    assert.deepEqual([key.statusCode, name.statusCode], [403, 403], who)
  }
  assert.equal(await keys(), 0)
  assert.equal((await app.http.inject({ url: '/api/v1/account', headers: maria.headers })).json().name, 'Maria Example')
})

test('[P9] 70: behind a proxy that renames the host, the browser’s own word still lets its person in', async () => {
  const headers = { 'sec-fetch-site': 'same-origin', origin: 'https://ops.example.com', host: 'backend:3333' }
  const payload = { email: maria.email, password: testPassword }
  assert.equal((await app.http.inject({ method: 'POST', url: '/auth/login', headers, payload })).statusCode, 200)
})

test('[P9] 70: forms, text and GET change nothing', async () => {
  const before = [await sessions(), await keys()]
  for (const type of ['application/x-www-form-urlencoded', 'text/plain', 'multipart/form-data; boundary=x'])
    for (const url of ['/auth/login', '/api/v1/api-keys']) {
      const reply = await app.http.inject({
        method: 'POST',
        url,
        headers: { ...maria.headers, 'content-type': type },
        payload: JSON.stringify({ email: maria.email, password: testPassword }),
      })
      assert.equal(reply.statusCode, 415, `${url} ${type}`)
    }
  for (const url of ['/auth/login', '/auth/refresh', '/auth/sign-out', '/auth/reset']) {
    const reply = await app.http.inject({ url, headers: maria.headers })
    assert.deepEqual([reply.statusCode, reply.headers.allow, reply.cookies], [405, 'POST', []], url)
  }
  assert.deepEqual([await sessions(), await keys()], before)
  assert.equal((await app.http.inject({ url: '/api/v1/session', headers: maria.headers })).statusCode, 200)
})

test('[P9] 71: a second cookie of a name, whoever planted it, is refused; so is a jar that is too large', async () => {
  const pair = (name: string) => cookie.split('; ').find((each) => each.startsWith(`${name}=`))!
  for (const jar of [
    `${pair('daytwo_access')}; daytwo_access=planted`,
    `daytwo_access=planted; ${pair('daytwo_access')}`,
    `${pair('daytwo_access')}; ${pair('daytwo_access')}`,
    `${cookie}; daytwo_refresh=planted`,
  ]) {
    const headers = { cookie: jar, 'sec-fetch-site': 'same-origin' }
    assert.equal((await app.http.inject({ url: '/api/v1/session', headers })).statusCode, 400)
    const refreshed = await app.http.inject({ method: 'POST', url: '/auth/refresh', headers })
    assert.equal(refreshed.statusCode, 400)
  }
  for (const value of ['', 'x', 'a.b.c', '.'.repeat(2000), '%00', '"', `${'e'.repeat(4000)}.e.e`]) {
    const headers = { cookie: `daytwo_access=${value}`, 'sec-fetch-site': 'same-origin' }
    assert.equal((await app.http.inject({ url: '/api/v1/session', headers })).statusCode, 401, value.slice(0, 9))
  }
})

test('[P9] cookies are the server’s alone, go nowhere else, and over HTTPS carry the prefixes that say so', async () => {
  const own = await testApp({ API_BASE_URL: 'https://ops.example.com' })
  const paul = await own.person()
  const reply = await own.http.inject({
    method: 'POST',
    url: '/auth/login',
    headers: { host: 'ops.example.com', 'sec-fetch-site': 'same-origin' },
    payload: { email: paul.email, password: testPassword },
  })
  const of = (name: string) => reply.cookies.find((each) => each.name === name) as unknown as Record<string, unknown>
  const { value: _a, ...access } = of('__Host-daytwo_access')
  assert.deepEqual(access, {
    name: '__Host-daytwo_access',
    maxAge: 900,
    path: '/',
    httpOnly: true,
    secure: true,
    sameSite: 'Lax',
  })
  for (const [name, days] of [
    ['__Host-daytwo_refresh', 7],
    ['__Host-daytwo_device', 365],
  ] as const) {
    const { value: _b, ...strict } = of(name)
    assert.deepEqual(strict, {
      name,
      maxAge: days * 86_400,
      path: '/',
      httpOnly: true,
      secure: true,
      sameSite: 'Strict',
    })
  }
  const headers = { host: 'ops.example.com', 'sec-fetch-site': 'same-origin' }
  const { value } = of('__Host-daytwo_refresh')
  const refresh = (name: string) =>
    own.http.inject({ method: 'POST', url: '/auth/refresh', headers: { ...headers, cookie: `${name}=${value}` } })
  // A neighbour under the same domain may set both of these.
  for (const name of ['__Secure-daytwo_refresh', 'daytwo_refresh']) assert.equal((await refresh(name)).statusCode, 401)
  assert.equal((await refresh('__Host-daytwo_refresh')).statusCode, 200)
  assert.equal(reply.headers['cache-control'], 'no-store')
  assert.ok(!reply.body.includes('token'), 'a browser gets no token where a script could read it')
})
