/** Receivers that mean harm: whatever they send, the request ends in time and memory stays flat. */
import { equal, ok } from 'node:assert/strict'
import { createServer as createHttpServer, type RequestListener } from 'node:http'
import { createServer, type Socket } from 'node:net'
import { after, test } from 'node:test'
import { setTimeout as wait } from 'node:timers/promises'
import { gzipSync } from 'node:zlib'
import { Problem } from '#kernel/errors/index.ts'
import { parseAllowances } from '#kernel/networks/index.ts'
import { metrics } from '#kernel/telemetry/index.ts'
import { type DialPolicy, makeDial } from './index.ts'

const policy: DialPolicy = { name: 'hostile', schemes: ['http'] }
const dial = makeDial({ allow: parseAllowances('127.0.0.1') })
after(() => dial.close())
const timeoutMs = 1000
/** A loaded machine is late, but never by the minutes that the other side would take. */
const lateMs = 8000

async function raw(talk: (socket: Socket) => void): Promise<string> {
  const sockets = new Set<Socket>()
  const server = createServer((socket) => {
    sockets.add(socket)
    socket.on('error', () => undefined)
    socket.once('data', () => talk(socket))
  })
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  after(() => {
    for (const socket of sockets) socket.destroy()
    return new Promise((resolve) => server.close(resolve))
  })
  return `http://127.0.0.1:${(server.address() as { port: number }).port}/`
}

/** Writes without end, as fast as it is read. */
const flood = (socket: Socket, head: string, chunk: string | Buffer) => {
  socket.write(head)
  const more = () => {
    while (!socket.destroyed && socket.write(chunk));
    if (!socket.destroyed) socket.once('drain', more)
  }
  more()
}

async function outcome(
  url: string,
  more: { maxBytes?: number; decode?: boolean; timeoutMs?: number } = {},
): Promise<string> {
  const started = performance.now()
  const before = process.memoryUsage().rss
  let slug = 'answered'
  await dial.fetch(url, { policy, timeoutMs, ...more }).catch((error) => {
    ok(error instanceof Problem, String(error))
    slug = error.type.slug
  })
  ok(performance.now() - started < timeoutMs + lateMs, 'it ended in time')
  ok(process.memoryUsage().rss - before < 64 * 1024 * 1024, 'memory stays flat')
  return slug
}

const ok200 = 'HTTP/1.1 200 OK\r\n'

test('[W5] a body without end, with and without a length, is read to the limit', async () => {
  const chunk = Buffer.alloc(64 * 1024, 'x')
  const chunked = `10000\r\n${'x'.repeat(65_536)}\r\n`
  equal(await outcome(await raw((s) => flood(s, `${ok200}\r\n`, chunk))), 'dial/answer-too-large')
  equal(
    await outcome(await raw((s) => flood(s, `${ok200}content-length: 1000000000\r\n\r\n`, chunk))),
    'dial/answer-too-large',
  )
  equal(
    await outcome(await raw((s) => flood(s, `${ok200}transfer-encoding: chunked\r\n\r\n`, chunked))),
    'dial/answer-too-large',
  )
})

test('[W5] one byte now and then, a body that never comes, silence: all end at the time-out', async () => {
  const drip = (head: string) => (socket: Socket) => {
    socket.write(head)
    const timer = setInterval(() => socket.write('x'), 100)
    socket.on('close', () => clearInterval(timer))
  }
  const urls = await Promise.all([
    raw(drip(`${ok200}content-length: 100000\r\n\r\n`)),
    raw(drip(`${ok200}x-drip: `)),
    raw((socket) => socket.write(`${ok200}content-length: 5\r\n\r\n`)),
    raw(() => undefined),
    raw((socket) => socket.write('HTTP/1.1 103 Early Hints\r\nlink: </x>\r\n\r\n')),
  ])
  for (const slug of await Promise.all(urls.map((url) => outcome(url)))) equal(slug, 'dial/timeout')
})

test('[W5] headers without end, one huge header and endless 100 Continue', async () => {
  equal(await outcome(await raw((s) => flood(s, ok200, `x-a: ${'y'.repeat(1000)}\r\n`))), 'dial/answer-too-large')
  equal(await outcome(await raw((s) => flood(s, `${ok200}x-a: `, 'y'.repeat(10_000)))), 'dial/answer-too-large')
  const endless = await outcome(await raw((s) => flood(s, '', 'HTTP/1.1 100 Continue\r\n\r\n')))
  ok(endless !== 'answered', endless)
})

test('[W5] what is no HTTP, a broken one, and a connection that ends early are told as such', async () => {
  for (const text of [
    'SSH-2.0-OpenSSH_9\r\n',
    '\u0000\u0001\u0002',
    `${ok200}content-length: x\r\n\r\n`,
    `${ok200}transfer-encoding: chunked\r\n\r\nzz\r\n`,
  ])
    equal(await outcome(await raw((socket) => socket.end(text))), 'dial/answer-unusable', JSON.stringify(text))
  equal(await outcome(await raw((socket) => socket.end(`${ok200}content-length: 10\r\n\r\nabc`))), 'dial/unreachable')
  equal(await outcome(await raw((socket) => socket.resetAndDestroy())), 'dial/unreachable')
  equal(await outcome('http://127.0.0.1:1/'), 'dial/unreachable')
})

test('[W5] compressed answers: refused unless asked for; asked for, what comes out is counted', async () => {
  const bomb = gzipSync(Buffer.alloc(200 * 1024 * 1024))
  const small = gzipSync('hello')
  const listener: RequestListener = (request, reply) => {
    const body = request.url === '/bomb' ? bomb : small
    reply.writeHead(200, { 'content-encoding': request.url === '/nested' ? 'gzip, gzip' : 'gzip' }).end(body)
  }
  const server = createHttpServer(listener)
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  after(() => server.close())
  const url = `http://127.0.0.1:${(server.address() as { port: number }).port}`
  equal(await outcome(`${url}/bomb`, { timeoutMs: 5000 }), 'dial/answer-unusable')
  equal(await outcome(`${url}/bomb`, { decode: true, timeoutMs: 5000 }), 'dial/answer-too-large')
  equal(await outcome(`${url}/nested`, { decode: true }), 'dial/answer-unusable')
  const reply = await dial.fetch(`${url}/`, { policy, decode: true })
  equal(await reply.text(), 'hello')
  equal(reply.headers.get('content-encoding'), null)
})

test('[W5] a caller that gives up is not waited for, nor a name server that says nothing', async () => {
  const url = await raw(() => undefined)
  const given = new AbortController()
  const asked = dial.fetch(url, { policy, timeoutMs: 60_000, signal: given.signal })
  await wait(20)
  given.abort()
  equal(await asked.catch((error) => error.type.slug), 'dial/timeout')
  const silent = makeDial({ lookup: () => new Promise(() => undefined) })
  const slug = await silent
    .fetch('http://silent.example/', { policy, timeoutMs: 100 })
    .catch((error) => error.type.slug)
  equal(slug, 'dial/timeout')
  equal(
    await silent
      .connect({ policy, host: 'silent.example', port: 1, tls: false, timeoutMs: 100 })
      .catch((error) => error.type.slug),
    'dial/timeout',
  )
})

test('[W5] a socket that breaks before its user listens to it ends nothing but itself', async () => {
  const server = createServer((socket) => void setTimeout(() => socket.resetAndDestroy(), 20))
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  after(() => server.close())
  const { port } = server.address() as { port: number }
  const socket = await dial.connect({ policy, host: '127.0.0.1', port, tls: false })
  await wait(100)
  ok(socket.destroyed)
})

test('[W5] outcomes are counted by use', async () => {
  const text = await metrics.getSingleMetricAsString('daytwo_dial_total')
  for (const outcome of ['answered', 'unreachable', 'timeout', 'too_large', 'unusable'])
    ok(text.includes(`policy="hostile",outcome="${outcome}"`), `${outcome}: ${text}`)
})
