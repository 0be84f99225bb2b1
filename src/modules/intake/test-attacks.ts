/** Senders of each kind, ways to send, and the judgement of a refusal; for the tests of attacks. */
import assert from 'node:assert/strict'
import { request as httpRequest } from 'node:http'
import { connect } from 'node:net'
import { after } from 'node:test'
import type { InjectOptions } from 'fastify'
import { pino } from 'pino'
import { makeHttpApp } from '#app/http-app.ts'
import { testApp } from '#test/support/app.ts'
import { eventWebhook, githubWebhook, jiraWebhook } from '#test/support/webhooks.ts'

// An address with many refused requests is answered 429; here each is to get its own answer.
export const app = await testApp({ RATE_LIMIT_FAILURES: '100000' })
export const unset = await testApp({ GITHUB_WEBHOOK_SECRET: '', JIRA_WEBHOOK_SECRET: '' })
export const warnings: Record<string, unknown>[] = []
const log = pino({ level: 'warn' }, { write: (line: string) => void warnings.push(JSON.parse(line)) })
export const http = await makeHttpApp(app.config, app.composed, log, [])
const server = new URL(await http.listen({ host: '127.0.0.1', port: 0 }))
after(() => http.close())

export const alpha = await app.tenant()
export const connectSource = async (headers: { authorization: string }, event_source: string) => {
  const payload = { source: 'events', event_source, name: 'ci' }
  const reply = await http.inject({ method: 'POST', url: '/api/v1/connections', headers, payload })
  assert.equal(reply.statusCode, 201, reply.body)
  return reply.json() as { id: string; secret: string; url: string }
}
export const own = await connectSource(await app.key(), 'jenkins')
export const foreign = await connectSource(await app.key({ tenantId: alpha.tenantId }), 'jenkins')

export type Headers = Record<string, string>
type Kind = 'github' | 'jira' | 'events'
export const body = '{"type": "deployment.finished",\n "data": {"n": 1}}'
export const senders: Record<Kind, { signatureHeader: string; good(payload?: string, id?: string): InjectOptions }> = {
  github: {
    signatureHeader: 'x-hub-signature-256',
    good: (payload = body, delivery) => githubWebhook('push', payload, delivery ? { delivery } : {}),
  },
  jira: {
    signatureHeader: 'x-hub-signature',
    good: (payload = body, delivery) => jiraWebhook(payload, delivery ? { delivery } : {}),
  },
  events: {
    signatureHeader: 'webhook-signature',
    good: (payload = body, id) => eventWebhook('jenkins', payload, { secret: own.secret, ...(id ? { id } : {}) }),
  },
}
export const kinds = Object.keys(senders) as Kind[]
export const withHeaders = (request: InjectOptions, headers: Record<string, string | undefined>): InjectOptions => {
  const all = { ...(request.headers as Headers), ...headers }
  return { ...request, headers: Object.fromEntries(Object.entries(all).filter(([, value]) => value !== undefined)) }
}
export const headerOf = (request: InjectOptions, name: string) => (request.headers as Headers)[name]!

const stored = async () =>
  (
    await app.sql(
      'select (select count(*) from event_queue)::int as events, (select count(*) from payload_segment)::int as segments',
    )
  )[0]

/** Answered with one of `statuses`, as a problem, with at most one line in the log and nothing stored. */
export async function refused(
  label: string,
  send: () => Promise<{ statusCode: number; body: string }>,
  statuses: number[],
) {
  const before = await stored()
  warnings.length = 0
  const { statusCode, body: answer } = await send()
  assert.ok(statuses.includes(statusCode), `${label}: ${statusCode} ${answer}`)
  assert.ok(warnings.length <= 1, `${label}: ${JSON.stringify(warnings)}`)
  assert.ok(!JSON.stringify(warnings).includes('whsec_'), label)
  assert.deepEqual(await stored(), before, label)
}
export const inject = (request: InjectOptions) => () => http.inject(request)

/** Sends over a socket, where headers can stand twice. */
export const overSocket = (request: InjectOptions, headers: Record<string, string | string[]>) => () =>
  new Promise<{ statusCode: number; body: string }>((resolve, reject) => {
    const sent = httpRequest(new URL(String(request.url), server), { method: 'POST', headers }, (reply) => {
      let answer = ''
      reply
        .on('data', (chunk) => (answer += chunk))
        .on('end', () => resolve({ statusCode: reply.statusCode!, body: answer }))
    })
    sent.on('error', reject).end(String(request.payload))
  })

/** Bytes as they are: no client of Node's would send these. */
export const rawRequest = (text: string) => () =>
  new Promise<{ statusCode: number; body: string }>((resolve, reject) => {
    let answer = ''
    const socket = connect(Number(server.port), server.hostname, () => socket.write(text, 'latin1'))
    socket
      .on('data', (chunk) => {
        answer += chunk.toString('latin1')
        socket.end()
      })
      .on('close', () => resolve({ statusCode: Number(/^HTTP\/1\.1 (\d{3})/.exec(answer)?.[1]), body: answer }))
      .on('error', reject)
  })
