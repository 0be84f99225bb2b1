import assert from 'node:assert/strict'
import { createHmac } from 'node:crypto'
import { createServer, type IncomingMessage, type Server } from 'node:http'
import type { AddressInfo } from 'node:net'
import { after, test } from 'node:test'
import { type DemoProgress, demoHistory, type SendDemo, sendDemo } from './index.ts'

const now = new Date('2026-06-20T12:00:00Z')
const options = { githubSecret: 'github secret', jiraSecret: 'jira secret', seed: 'demo', days: 20, now }
const expected = demoHistory(options.seed, options.days, now)

type Seen = { readonly url: string; readonly headers: IncomingMessage['headers']; readonly body: Buffer }
async function listen(answer: (seen: Seen) => { status: number; retryAfter?: string } | 'break') {
  const seen: Seen[] = []
  let open = 0
  let most = 0
  const server: Server = createServer(async (request, response) => {
    most = Math.max(most, ++open)
    const body = Buffer.concat(await request.toArray())
    const one = { url: request.url!, headers: request.headers, body }
    const reply = answer(one)
    open--
    if (reply === 'break') return void request.socket.destroy()
    if (reply.status === 202) seen.push(one)
    response.writeHead(reply.status, reply.retryAfter ? { 'Retry-After': reply.retryAfter } : {}).end('{}')
  })
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  after(() => server.close())
  const baseUrl = `http://127.0.0.1:${(server.address() as AddressInfo).port}`
  return { seen, most: () => most, send: (more: Partial<SendDemo> = {}) => sendDemo({ baseUrl, ...options, ...more }) }
}

test('[R3] every event arrives once at its address, signed over its bytes, with a steady delivery id', async () => {
  const { seen, send, most } = await listen(() => ({ status: 202 }))
  const told: DemoProgress[] = []
  const result = await send({ concurrency: 8, progress: (progress) => told.push(progress) })
  assert.equal(result.sent, expected.length)
  assert.equal(result.github + result.jira, result.sent)
  assert.deepEqual([result.retries, result.aborted], [0, false])
  assert.ok(most() <= 8)
  const ids = seen.map(({ url, headers, body }) => {
    const github = url === '/api/v1/webhooks/github'
    assert.ok(github || url === '/api/v1/webhooks/jira')
    const secret = github ? options.githubSecret : options.jiraSecret
    const signature = `sha256=${createHmac('sha256', secret).update(body).digest('hex')}`
    assert.equal(headers[github ? 'x-hub-signature-256' : 'x-hub-signature'], signature)
    const id = headers[github ? 'x-github-delivery' : 'x-atlassian-webhook-identifier'] as string
    const event = expected.find(({ deliveryId }) => deliveryId === id)!
    assert.deepEqual(JSON.parse(body.toString()), JSON.parse(JSON.stringify(event.payload)))
    if (github) assert.equal(headers['x-github-event'], event.type)
    return id
  })
  assert.deepEqual(ids.sort(), expected.map(({ deliveryId }) => deliveryId).sort())
  assert.deepEqual([told.at(-1)!.done, told.at(-1)!.total], [expected.length, expected.length])
})

test('[R3] a busy server and broken connections are met with patience, and nothing is lost', async () => {
  let calls = 0
  const { seen, send } = await listen(() => {
    calls++
    if (calls % 50 === 0) return 'break'
    return calls % 9 === 0 ? { status: 503, retryAfter: '0' } : { status: 202 }
  })
  const result = await send()
  assert.ok(result.retries > 20)
  assert.equal(
    new Set(seen.map(({ headers }) => headers['x-github-delivery'] ?? headers['x-atlassian-webhook-identifier'])).size,
    expected.length,
  )
})

test('[R3] Retry-After is honoured', async () => {
  const calls: number[] = []
  const stop = new AbortController()
  const { send } = await listen(() => {
    if (calls.push(performance.now()) > 1) stop.abort()
    return calls.length === 1 ? { status: 503, retryAfter: '1' } : { status: 202 }
  })
  await send({ concurrency: 1, signal: stop.signal })
  assert.ok(calls[1]! - calls[0]! >= 990, `asked again after ${calls[1]! - calls[0]!} ms`)
})

test('[R3] a refusal stops the sending and names the secret', async () => {
  let calls = 0
  const { send } = await listen(() => {
    calls++
    return { status: 401 }
  })
  await assert.rejects(send({ concurrency: 4 }), /refused a (github|jira) .* 401.*_WEBHOOK_SECRET/)
  assert.ok(calls <= 4)
})

test('[R10] the signal ends it early and says so', async () => {
  const stop = new AbortController()
  const { seen, send } = await listen(() => {
    if (seen.length === 40) stop.abort()
    return { status: 202 }
  })
  const result = await send({ signal: stop.signal })
  assert.equal(result.aborted, true)
  assert.ok(result.sent < expected.length)
})
