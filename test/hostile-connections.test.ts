/** Requests on the wire that no client library sends: each is answered or dropped, and others do not notice. */
import assert from 'node:assert/strict'
import { connect } from 'node:net'
import { after, test } from 'node:test'
import { z } from 'zod'
import { sleep } from '#kernel/clock/index.ts'
import type { Context } from '#kernel/context/index.ts'
import { defaultTenantId } from '#kernel/context/index.ts'
import { Problem, unauthorized } from '#kernel/errors/index.ts'
import { makeHttp, servedHosts } from '#kernel/http/index.ts'
import { type Limiter, makeLimiter } from '#kernel/limits/index.ts'
import { silentLog } from './support/database.ts'

const unlimited = { reads: 0, writes: 0, tenant: 0, anonymous: 0, 'sign-in': 0, failures: 0 }
type Options = {
  limiter?: Limiter
  trustProxy?: string[]
  hosts?: ReadonlySet<string>
  production?: boolean
  timeoutMs?: number
}

/** A listening server with a few routes; a caller is whoever says `Bearer <name>`, except `bad`. */
async function server({ limiter, trustProxy, hosts, production = false, timeoutMs = 1000 }: Options = {}) {
  const http = await makeHttp({
    log: silentLog,
    requestTimeoutMs: timeoutMs,
    headersTimeoutMs: timeoutMs / 2,
    trustProxy,
    limiter,
    hosts,
    production,
    authenticators: [
      async ({ headers }): Promise<Context | undefined> => {
        const name = headers.authorization?.slice('Bearer '.length)
        if (name === undefined) return undefined
        if (name === 'bad') throw new Problem({ ...unauthorized, slug: 'test/bad' }, 'not a key')
        return { tenantId: defaultTenantId, actor: { type: 'key', id: name, name }, permissions: new Set(['*']) }
      },
    ],
  })
  const { resolve, promise: released } = Promise.withResolvers<void>()
  http.get('/ping', { config: { public: 'test' } }, async (request) => ({ ip: request.ip }))
  http.get('/limited', { config: { public: 'test', limit: 'anonymous' } }, async () => ({}))
  http.get('/mine', { config: { permission: 'x:read' } }, async () => ({}))
  http.get('/rare', { config: { permission: 'x:read', limit: 1 } }, async () => ({}))
  http.get('/slow', { config: { public: 'test' } }, async (request) => {
    await new Promise((done) => request.signal.addEventListener('abort', done))
    resolve()
    return {}
  })
  const body = z.strictObject({ a: z.number() })
  http.post('/echo', { config: { public: 'test' }, schema: { body } }, async (request) => request.body)
  await http.listen({ host: '127.0.0.1', port: 0 })
  after(() => http.close())
  const { port } = http.server.address() as { port: number }
  return {
    port,
    http,
    released,
    get: (path: string, headers: Record<string, string> = {}) => http.inject({ url: path, headers }),
  }
}

const main = await server()

/** Sends the text and returns everything that came back until the other side closed. */
function raw(port: number, text: string | readonly string[], waitMs = 5000): Promise<string> {
  return new Promise((resolve, reject) => {
    const socket = connect(port, '127.0.0.1')
    let got = ''
    const timer = setTimeout(() => {
      socket.destroy()
      reject(new Error(`still open after ${waitMs} ms, having said: ${got}`))
    }, waitMs)
    socket.setEncoding('utf8')
    socket.on('data', (data) => {
      got += data
    })
    socket.on('error', () => undefined)
    socket.on('close', () => {
      clearTimeout(timer)
      resolve(got)
    })
    const parts = typeof text === 'string' ? [text] : text
    socket.on('connect', async () => {
      for (const part of parts) {
        if (socket.writable) socket.write(part)
        if (parts.length > 1) await sleep(50)
      }
    })
  })
}
const statusOf = (reply: string) => Number(/^HTTP\/1\.1 (\d{3})/.exec(reply)?.[1])
const lines = (...all: string[]) => `${all.join('\r\n')}\r\n\r\n`
const json = ['Host: x', 'Content-Type: application/json']
const alive = async () => assert.equal((await fetch(`http://127.0.0.1:${main.port}/ping`)).status, 200)

test('[P8] 38: requests that two servers would read differently are 400, and the connection ends', async () => {
  const requests = {
    'both length and chunks': `${lines('POST /echo HTTP/1.1', ...json, 'Content-Length: 7', 'Transfer-Encoding: chunked')}0\r\n\r\nGET /ping HTTP/1.1\r\nHost: x\r\n\r\n`,
    'two lengths': `${lines('POST /echo HTTP/1.1', ...json, 'Content-Length: 7', 'Content-Length: 8')}{"a":1}`,
    'a length with a sign': `${lines('POST /echo HTTP/1.1', ...json, 'Content-Length: +7')}{"a":1}`,
    'bare line feeds': 'GET /ping HTTP/1.1\nHost: x\n\n',
    'no host': lines('GET /ping HTTP/1.1'),
    'a folded header': lines('GET /ping HTTP/1.1', 'Host: x', 'X-A: one', ' two'),
    'a space before the colon': lines('GET /ping HTTP/1.1', 'Host: x', 'Content-Length : 7'),
    'an unknown coding': lines('POST /echo HTTP/1.1', ...json, 'Transfer-Encoding: chunked, identity'),
    'an unknown verb': lines('FROBNICATE /ping HTTP/1.1', 'Host: x'),
    'no HTTP at all': 'hello\r\n\r\n',
  }
  for (const [name, text] of Object.entries(requests)) {
    const reply = await raw(main.port, text)
    assert.equal(statusOf(reply), 400, `${name}: ${reply}`)
    assert.equal(reply.match(/HTTP\/1\.1 /g)?.length, 1, `${name}: nothing smuggled`)
  }
  const reply = await raw(main.port, requests['two lengths'])
  assert.match(reply, /application\/problem\+json/)
  assert.equal(JSON.parse(reply.slice(reply.indexOf('\r\n\r\n'))).type, '/problems/malformed-request')
  await alive()
})

test('[P8] 39: who trickles headers or a body is told 408 and dropped, and others are served meanwhile', async () => {
  const drip = (start: string) => [start, ...Array.from({ length: 200 }, () => 'x')]
  const [headers, body] = await Promise.all([
    raw(main.port, drip('GET /ping HTTP/1.1\r\nHost: x\r\nX-A: '), 20_000),
    raw(main.port, drip(`${lines('POST /echo HTTP/1.1', ...json, 'Content-Length: 5000')}{`), 20_000),
    alive(),
  ])
  assert.equal(statusOf(headers), 408)
  assert.ok([408, 503].includes(statusOf(body)), body)
  await alive()
})

test('[P8] a handler that takes too long is told so and stops, and the client gets 503 with Retry-After', async () => {
  const reply = await fetch(`http://127.0.0.1:${main.port}/slow`)
  assert.equal(reply.status, 503)
  assert.equal(((await reply.json()) as { type: string }).type, '/problems/request-timeout')
  assert.match(reply.headers.get('retry-after')!, /^\d+$/)
  await main.released
})

test('[P8] 40: verbs that no route takes are 404 or 405', async () => {
  for (const verb of ['TRACE', 'PROPFIND', 'LOCK', 'PURGE', 'M-SEARCH', 'CONNECT']) {
    const reply = await raw(main.port, lines(`${verb} /ping HTTP/1.1`, 'Host: x', 'Connection: close'))
    assert.ok([400, 404, 405].includes(statusOf(reply)) || (verb === 'CONNECT' && reply === ''), `${verb}: ${reply}`)
    assert.ok(!reply.includes('"ip"'))
  }
})

test('[P8] 16, 22: headers over 16 KB are 431, a body over the limit is 413, by length and in chunks', async () => {
  const large = await raw(main.port, lines('GET /ping HTTP/1.1', 'Host: x', `X-A: ${'x'.repeat(17_000)}`))
  assert.equal(statusOf(large), 431)
  assert.match(large, /headers-too-large/)
  const length = await raw(main.port, lines('POST /echo HTTP/1.1', ...json, 'Content-Length: 1048577'))
  assert.equal(statusOf(length), 413)
  const chunk = `10000\r\n${' '.repeat(65_536)}\r\n`
  const chunks = await raw(main.port, [
    lines('POST /echo HTTP/1.1', ...json, 'Transfer-Encoding: chunked'),
    ...Array(20).fill(chunk),
  ])
  assert.equal(statusOf(chunks), 413)
  await alive()
})

test('[P8] 41: forwarding headers are believed from trusted proxies only', async () => {
  const ip = async (of: Awaited<ReturnType<typeof server>>, forwarded: string) =>
    (
      (await (
        await fetch(`http://127.0.0.1:${of.port}/ping`, { headers: { 'x-forwarded-for': forwarded } })
      ).json()) as { ip: string }
    ).ip
  assert.equal(await ip(main, '203.0.113.9'), '127.0.0.1')
  assert.equal(await ip(main, Array(1000).fill('203.0.113.9').join(',')), '127.0.0.1')
  const behind = await server({ trustProxy: ['127.0.0.0/8', '10.0.0.0/8'] })
  assert.equal(await ip(behind, '203.0.113.9'), '203.0.113.9')
  assert.equal(
    await ip(behind, '198.51.100.1, 203.0.113.9, 10.1.2.3'),
    '203.0.113.9',
    'what a client wrote before its own address is nothing',
  )
})

test('[P8] 43: a host name of another site is 421 where the own one is known; addresses and probes pass', async () => {
  assert.equal(servedHosts([undefined, undefined], undefined), undefined)
  assert.equal(servedHosts(['http://127.0.0.1:3333', 'http://localhost:1'], undefined), undefined)
  const named = await server({ hosts: servedHosts(['https://ops.example.org', undefined], 'alias.example.org')! })
  const status = async (host: string, url = '/ping') => (await named.http.inject({ url, headers: { host } })).statusCode
  for (const host of [
    'ops.example.org',
    'OPS.example.org:443',
    'ops.example.org.',
    'alias.example.org',
    '10.0.0.7:3333',
    '[::1]:3333',
    'localhost',
    'daytwo-api',
  ])
    assert.equal(await status(host), 200, host)
  for (const host of ['evil.example', 'ops.example.org.evil.example', 'evilops.example.org', '10.0.0.7.evil.example'])
    assert.equal(await status(host), 421, host)
})

const limits = (given: Partial<typeof unlimited>) => makeLimiter({ ...unlimited, ...given }, undefined, silentLog)
/** Windows are minutes: one that is about to end would make two of one. */
async function earlyInTheMinute() {
  const left = 60_000 - (Date.now() % 60_000)
  if (left < 5000) await sleep(left + 50)
}

test('[P8] [F24] a caller past the limit gets 429 with Retry-After and RateLimit fields; another caller does not', async () => {
  await earlyInTheMinute()
  const { get } = await server({ limiter: limits({ reads: 3, tenant: 10 }) })
  const one = { authorization: 'Bearer one' }
  const replies = []
  for (let n = 0; n < 5; n++) replies.push(await get('/mine', one))
  assert.deepEqual(
    replies.map(({ statusCode }) => statusCode),
    [200, 200, 200, 429, 429],
  )
  const [first, , , refused] = replies
  assert.equal(first!.headers['ratelimit-policy'], '"reads";q=3;w=60')
  assert.match(String(first!.headers.ratelimit), /^"reads";r=2;t=\d+$/)
  assert.equal(first!.headers['ratelimit-remaining'], '2')
  assert.equal(refused!.json().type, '/problems/quota-exceeded')
  assert.deepEqual(refused!.json()['violated-policies'], ['reads'])
  assert.ok(Number(refused!.headers['retry-after']) >= 1 && Number(refused!.headers['retry-after']) <= 60)
  assert.equal((await get('/mine', { authorization: 'Bearer two' })).statusCode, 200)
  assert.equal((await get('/rare', one)).statusCode, 200, 'a limit of the route’s own is counted apart')
  assert.equal((await get('/rare', one)).statusCode, 429)
  let allowed = 0
  for (let n = 0; n < 12; n++)
    allowed += Number((await get('/mine', { authorization: `Bearer other-${n}` })).statusCode === 200)
  assert.equal(allowed, 10 - 5, 'all callers of a tenant share its limit')
})

test('[P8] [F24] wrong keys from one address become 429, a right one from there still passes', async () => {
  await earlyInTheMinute()
  const { get } = await server({ limiter: limits({ failures: 3, anonymous: 4 }), trustProxy: ['127.0.0.1'] })
  const statuses = []
  for (let n = 0; n < 5; n++)
    statuses.push(
      (await get('/mine', { authorization: 'Bearer bad', 'x-forwarded-for': `2001:db8:1:1::${n}` })).statusCode,
    )
  assert.deepEqual(statuses, [401, 401, 401, 429, 429], 'a /64 is one address')
  const neighbour = { 'x-forwarded-for': '2001:db8:1:1::9' }
  assert.equal((await get('/mine', { ...neighbour, authorization: 'Bearer good' })).statusCode, 200)
  assert.equal(
    (await get('/mine', { authorization: 'Bearer bad', 'x-forwarded-for': '2001:db8:1:2::1' })).statusCode,
    401,
  )
  const open = []
  for (let n = 0; n < 6; n++) open.push((await get(n % 2 ? '/limited' : '/mine', neighbour)).statusCode)
  assert.deepEqual(open, [401, 200, 401, 200, 429, 429])
})

test('[F24] 1,000 requests that write their address anew each time are one client', async () => {
  await earlyInTheMinute()
  const { get } = await server({ limiter: limits({ failures: 20 }) })
  let refused = 0
  for (let n = 0; n < 1000; n++) {
    const headers = {
      authorization: 'Bearer bad',
      'x-forwarded-for': `203.0.113.${n % 255}`,
      'x-real-ip': `10.0.0.${n % 255}`,
      forwarded: `for=10.1.1.${n % 255}`,
    }
    refused += Number((await get('/mine', headers)).statusCode === 429)
  }
  assert.ok(refused >= 960, `${refused} of 1,000`)
})

test('[P9] HSTS in production only', async () => {
  const production = await server({ production: true })
  assert.match(
    String((await production.get('/ping')).headers['strict-transport-security']),
    /max-age=31536000; includeSubDomains/,
  )
  assert.equal((await main.get('/ping')).headers['strict-transport-security'], undefined)
})
