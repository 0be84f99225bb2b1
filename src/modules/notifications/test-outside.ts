/** Stands in for Slack, PagerDuty and anybody's webhook: one server on this machine that keeps what it gets and answers as it is told. */
import { createServer } from 'node:http'
import { after } from 'node:test'

export type Got = {
  readonly path: string
  readonly headers: Record<string, string | string[] | undefined>
  readonly text: string
  readonly body: Record<string, unknown>
}
export type Says = {
  readonly status?: number
  readonly body?: string | object
  readonly headers?: Record<string, string>
}

export type Outside = {
  readonly url: string
  readonly port: number
  readonly got: Got[]
  /** By the beginning of the path, the longest first; what is not said is answered as these services answer when all is well. */
  readonly says: Map<string, Says | ((got: Got) => Says | Promise<Says>)>
  /** Requests to paths that begin so. */
  to(path: string): Got[]
  environment: Record<string, string>
}

/** As Slack and PagerDuty answer. */
const wellKnown = (path: string): Says => {
  if (path === '/slack/auth.test')
    return { body: { ok: true, team: 'acme', user: 'daytwo', user_id: 'U1', team_id: 'T1' } }
  if (path === '/slack/chat.postMessage') return { body: { ok: true, channel: 'C024BE91L', ts: '1700000000.000100' } }
  if (path === '/v2/enqueue')
    return { status: 202, body: { status: 'success', message: 'Event processed', dedup_key: 'x' } }
  return { body: 'ok' }
}

export async function startOutside(): Promise<Outside> {
  const got: Got[] = []
  const says: Outside['says'] = new Map()
  const server = createServer((request, reply) => {
    const chunks: Buffer[] = []
    request.on('data', (chunk: Buffer) => chunks.push(chunk))
    request.on('end', async () => {
      const text = Buffer.concat(chunks).toString()
      const path = request.url!
      const one: Got = { path, headers: request.headers, text, body: parse(text) }
      got.push(one)
      const [, said] = [...says].sort(([a], [b]) => b.length - a.length).find(([start]) => path.startsWith(start)) ?? []
      const {
        status = 200,
        body = '',
        headers = {},
      } = said ? (typeof said === 'function' ? await said(one) : said) : wellKnown(path)
      const json = typeof body !== 'string'
      reply.writeHead(status, { 'content-type': json ? 'application/json' : 'text/plain', ...headers })
      reply.end(json ? JSON.stringify(body) : body)
    })
  })
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  after(() => {
    server.closeAllConnections()
    server.close()
  })
  const { port } = server.address() as { port: number }
  const url = `http://127.0.0.1:${port}`
  return {
    url,
    port,
    got,
    says,
    to: (path) => got.filter((one) => one.path.startsWith(path)),
    environment: {
      DIAL_ALLOW: '127.0.0.1',
      SLACK_API_URL: `${url}/slack`,
      SLACK_WEBHOOK_HOSTS: `127.0.0.1:${port}`,
      PAGERDUTY_EVENTS_URL: url,
    },
  }
}

function parse(text: string): Record<string, unknown> {
  try {
    return JSON.parse(text)
  } catch {
    return {}
  }
}
