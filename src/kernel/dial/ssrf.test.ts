import { deepEqual, doesNotMatch, equal, ok, rejects } from 'node:assert/strict'
import { createServer, type IncomingMessage, type RequestListener, type Server } from 'node:http'
import { after, test } from 'node:test'
import { setImmediate } from 'node:timers/promises'
import type { Problem } from '#kernel/errors/index.ts'
import { parseAllowances } from '#kernel/networks/index.ts'
import { type DialPolicy, type Lookup, makeDial } from './index.ts'
import { canary, corpusLookup, problemOf, refusedHosts } from './test-corpus.ts'

const policy: DialPolicy = { name: 'test', schemes: ['https', 'http'] }
const bird = await canary()
after(() => bird.close())

const strict = makeDial({ lookup: corpusLookup })
after(() => strict.close())

/** What a person may read of a refusal: nothing that tells where the inside is. */
function tellsNothing(problem: Problem) {
  const told = JSON.stringify([problem.message, problem.errors, problem.extension])
  doesNotMatch(told, /\d+\.\d+\.\d+\.\d+|::|ECONN|ENOTFOUND|localhost|metadata\.|\bms\b/)
}

async function server(
  listener: RequestListener,
  host = '127.0.0.1',
  port = 0,
): Promise<{ url: string; port: number; server: Server }> {
  const made = createServer(listener)
  await new Promise<void>((resolve) => made.listen(port, host, resolve))
  after(() => {
    made.closeAllConnections()
    return new Promise((resolve) => made.close(resolve))
  })
  const { port: at } = made.address() as { port: number }
  return { url: `http://${host}:${at}`, port: at, server: made }
}

/** A connection is free for the next request a turn of the loop after the last byte. */
async function atRest() {
  for (let turn = 0; turn < 5; turn++) await setImmediate()
}

for (const [number, hosts] of Object.entries(refusedHosts))
  test(`[W5] ${number}: ${hosts.length} notations are refused at save, by fetch and by connect; nothing connects`, async () => {
    for (const host of hosts)
      for (const scheme of ['http', 'https']) {
        const url = `${scheme}://${host}:${bird.port}/x`
        const saved = await problemOf(strict.checkTarget(url, policy, '#/url'))
        deepEqual([saved.type.slug, saved.type.status], ['dial/target-refused', 422], url)
        tellsNothing(saved)
        const fetched = await problemOf(strict.fetch(url, { policy }))
        // Whether an unknown name exists inside is not for the caller; names without an answer are unreachable.
        ok(['dial/target-refused', 'dial/unreachable'].includes(fetched.type.slug), `${url}: ${fetched.type.slug}`)
        tellsNothing(fetched)
        const bare = host.replace(/^\[|\]$/g, '')
        const connected = await problemOf(
          strict.connect({ policy, host: bare, port: bird.port, tls: scheme === 'https' }),
        )
        ok(['dial/target-refused', 'dial/unreachable'].includes(connected.type.slug), bare)
      }
    equal(bird.touched(), 0)
  })

test('[W5] odd addresses are refused before anything is looked up', async () => {
  const asked: string[] = []
  const lookup: Lookup = async (name) => {
    asked.push(name)
    return [{ address: '8.8.8.8', family: 4 }]
  }
  const dial = makeDial({ lookup })
  const odd = [
    'https://user@public.example/',
    'https://user:word@public.example/',
    'https://:word@public.example/',
    'https://public.example:0/',
    'https://public.example:65536/',
    'ftp://public.example/',
    'file:///etc/passwd',
    'gopher://public.example/',
    'data:text/plain,x',
    'javascript:alert(1)',
    'unix:/var/run/docker.sock',
    '//public.example/',
    'public.example',
    '',
    'https://',
    'https:///',
    'https://public.example:x/',
    'https://8.8.8.8/',
    'https://[2606:4700::1111]/',
    'http://public.example/',
  ]
  for (const url of odd) {
    equal((await problemOf(dial.checkTarget(url, { name: 'test' }))).type.slug, 'dial/target-refused', url)
    equal((await problemOf(dial.fetch(url, { policy: { name: 'test' } }))).type.slug, 'dial/target-refused', url)
  }
  for (const host of ['a b', 'a/b', 'a@b', 'a?b', 'a#b', 'a%00b', '', '.', 'fe80::1%lo'])
    equal((await problemOf(dial.connect({ policy, host, port: 1, tls: false }))).type.slug, 'dial/target-refused', host)
  deepEqual(asked, [])
  await dial.close()
})

test('[W5] 58: a name with a public and a private address is refused, whichever comes first; zones and mapped ones too', async () => {
  const before = bird.touched()
  for (const host of ['mixed.example', 'mixed6.example', 'zone.example', 'mapped.example'])
    equal(
      (await problemOf(strict.fetch(`http://${host}:${bird.port}/`, { policy }))).type.slug,
      'dial/target-refused',
      host,
    )
  equal(bird.touched(), before)
})

test('[W5] 58: rebinding: who was checked is who is connected to, and a later answer is checked again', async () => {
  const good = await server((_, reply) => void reply.end('good'), '127.0.0.2')
  const evil = await server((_, reply) => void reply.end('evil'), '127.0.0.3', good.port)
  let reached = 0
  evil.server.on('connection', () => reached++)
  const answers = ['127.0.0.2', '127.0.0.3']
  const lookup: Lookup = async () => [{ address: answers.shift() ?? '127.0.0.3', family: 4 }]
  const dial = makeDial({ lookup, allow: parseAllowances('127.0.0.2') })
  const url = `http://rebinding.example:${good.port}/`
  equal(await (await dial.fetch(url, { policy })).text(), 'good')
  await atRest()
  // The connection stands and is used again; a new one meets the resolver's new answer, and that is refused.
  equal(await (await dial.fetch(url, { policy })).text(), 'good')
  good.server.closeAllConnections()
  equal((await problemOf(dial.fetch(url, { policy: { ...policy, name: 'other' } }))).type.slug, 'dial/target-refused')
  equal(reached, 0)
  await dial.close()
})

test('[W5] 59: a connection made under one policy or tenant is not used under another', async () => {
  const sockets = new Set<unknown>()
  const asked: string[] = []
  const { port } = await server((request: IncomingMessage, reply) => {
    sockets.add(request.socket)
    asked.push(request.url!)
    reply.end('ok')
  })
  const allowed = new Map([['alpha', parseAllowances('127.0.0.1')]])
  const dial = makeDial({ allowancesOf: async (tenantId) => allowed.get(tenantId) ?? [] })
  const url = `http://127.0.0.1:${port}/`
  const of = (tenantId: string | undefined, name = 'test') => dial.fetch(url, { policy: { ...policy, name, tenantId } })
  await (await of('alpha')).text()
  await atRest()
  await (await of('alpha')).text()
  equal(sockets.size, 1)
  equal((await problemOf(of('beta'))).type.slug, 'dial/target-refused')
  equal((await problemOf(of(undefined))).type.slug, 'dial/target-refused')
  await atRest()
  await (await of('alpha', 'another')).text()
  equal(sockets.size, 2)
  // Ended: the connection that still stands is not used any more.
  allowed.delete('alpha')
  equal((await problemOf(of('alpha'))).type.slug, 'dial/target-refused')
  equal(asked.length, 3)
  await dial.close()
})

test('[W5] 57: redirects are not followed unless the policy says so; then each hop is checked, at most 3, without credentials', async () => {
  const seen: IncomingMessage[] = []
  const target = await server((request, reply) => {
    seen.push(request)
    reply.end('arrived')
  })
  let location = ''
  let status = 302
  const first = await server(
    (_, reply) =>
      void reply
        .writeHead(status, { location, refresh: `0; url=${location}` })
        .end('<meta http-equiv="refresh" content="0; url=http://127.0.0.1/">'),
  )
  const dial = makeDial({
    lookup: async () => [{ address: '127.0.0.1', family: 4 }],
    allow: parseAllowances(`start.example:${first.port}, 127.0.0.1:${target.port}, start.example:${target.port}`),
  })
  const following: DialPolicy = { ...policy, redirects: 3 }
  const url = `http://start.example:${first.port}/`
  const bodies = [
    `http://[::1]:${bird.port}/`,
    `http://2130706433:${bird.port}/`,
    `http://0x7f.1:${bird.port}`,
    `//0.0.0.0:${bird.port}/`,
    'file:///etc/passwd',
    'gopher://127.0.0.1/',
    'https://user:word@start.example/',
    'http://169.254.169.254/latest',
  ]
  for (status of [301, 302, 303, 307, 308])
    for (location of bodies) {
      const plain = await dial.fetch(url, { policy })
      equal(plain.status, status)
      const problem = await problemOf(dial.fetch(url, { policy: following }))
      equal(problem.type.slug, 'dial/target-refused', `${status} ${location}`)
    }
  equal(seen.length, 0)
  location = `http://127.0.0.1:${target.port}/x`
  status = 302
  const headers = { authorization: 'Bearer x', cookie: 'a=b', 'x-api-key': 'k', accept: 'text/plain' }
  equal(await (await dial.fetch(url, { policy: following, headers })).text(), 'arrived')
  const { authorization, cookie, 'x-api-key': key, accept } = seen[0]!.headers
  deepEqual([authorization, cookie, key, accept], [undefined, undefined, undefined, 'text/plain'])
  status = 307
  equal(
    (await problemOf(dial.fetch(url, { policy: following, method: 'POST', body: 'secret=1' }))).type.slug,
    'dial/answer-unusable',
  )
  equal(seen.length, 1)
  location = url
  equal((await problemOf(dial.fetch(url, { policy: following }))).type.slug, 'dial/answer-unusable')
  await dial.close()
})

test('[W5] 62: proxies of the environment are not asked', async () => {
  const proxied: string[] = []
  const proxy = await server((request, reply) => {
    proxied.push(request.url!)
    reply.end('proxied')
  })
  const { port } = await server((_, reply) => void reply.end('direct'))
  const given = {
    HTTP_PROXY: proxy.url,
    http_proxy: proxy.url,
    HTTPS_PROXY: proxy.url,
    ALL_PROXY: proxy.url,
    NODE_USE_ENV_PROXY: '1',
  }
  Object.assign(process.env, given)
  try {
    const dial = makeDial({ allow: parseAllowances(`127.0.0.1:${port}`) })
    equal(await (await dial.fetch(`http://127.0.0.1:${port}/`, { policy })).text(), 'direct')
    await rejects(dial.fetch(`http://127.0.0.1:${bird.port}/`, { policy }))
    await dial.close()
  } finally {
    for (const name of Object.keys(given)) delete process.env[name]
  }
  deepEqual(proxied, [])
})

test('[W5] 44: 45: header fields of the connection, and control characters, are refused; ours is on every request', async () => {
  const seen: IncomingMessage[] = []
  const { port } = await server((request, reply) => {
    seen.push(request)
    reply.end()
  })
  const dial = makeDial({ allow: parseAllowances('127.0.0.1'), hop: 'our-mark' })
  const url = `http://127.0.0.1:${port}/`
  for (const headers of [
    { host: 'evil' },
    { Connection: 'x' },
    { 'content-length': '3' },
    { 'transfer-encoding': 'chunked' },
    { 'x-a': 'b\r\nx: y' },
    { 'x-a\r\n': 'b' },
    { 'x-a': '\u0000' },
    { 'daytwo-hop': 'x' },
    { 'x-a': 'ü€' },
  ])
    equal((await problemOf(dial.fetch(url, { policy, headers }))).type.slug, 'invalid-request', JSON.stringify(headers))
  equal(seen.length, 0)
  await dial.fetch(url, { policy, headers: { 'x-a': 'b' } })
  deepEqual(
    [seen[0]!.headers['daytwo-hop'], seen[0]!.headers['x-a'], seen[0]!.headers['accept-encoding']],
    ['our-mark', 'b', 'identity'],
  )
  await dial.close()
})
