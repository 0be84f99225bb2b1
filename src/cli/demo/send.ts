/** Sends the history as the providers would: signed webhooks to our own address, through the real intake. */
import { createHmac } from 'node:crypto'
import { Agent as HttpAgent, request as requestHttp } from 'node:http'
import { Agent as HttpsAgent, request as requestHttps } from 'node:https'
import { monotonicMs, sleep } from '#kernel/clock/index.ts'
import { demoHistory } from './history.ts'
import type { DemoEvent } from './simulation.ts'

export type DemoProgress = { readonly done: number; readonly total: number; readonly perSecond: number }
export type DemoResult = {
  readonly sent: number
  readonly github: number
  readonly jira: number
  /** Times an event had to be sent again because the server asked for patience or the connection broke. */
  readonly retries: number
  /** Instants of the first and last event. */
  readonly from: Date | undefined
  readonly to: Date | undefined
  readonly durationMs: number
  readonly perSecond: number
  /** The signal ended it early. */
  readonly aborted: boolean
}
export type SendDemo = {
  /** For example `http://127.0.0.1:3333`. */
  readonly baseUrl: string
  readonly githubSecret: string
  readonly jiraSecret: string
  readonly seed: string
  readonly days: number
  readonly now: Date
  /** Requests at the same time. Default 32. */
  readonly concurrency?: number | undefined
  readonly progress?: ((progress: DemoProgress) => void) | undefined
  readonly signal?: AbortSignal | undefined
}

const maxAttempts = 30
const requestTimeoutMs = 30_000
const longestWaitMs = 30_000
/** Progress is told at most this often. */
const progressMs = 100

type Reply = { readonly status: number; readonly retryAfter: string | undefined; readonly text: string }

/** Sends the whole history and resolves once the server has accepted every event. Sending it again is a redelivery of each. */
export async function sendDemo(options: SendDemo): Promise<DemoResult> {
  const { signal, concurrency = 32 } = options
  const events = demoHistory(options.seed, options.days, options.now)
  const started = monotonicMs()
  const sent = { github: 0, jira: 0 }
  let retries = 0
  let next = 0
  let toldAt = 0
  const perSecond = () => {
    const seconds = (monotonicMs() - started) / 1000
    return seconds > 0 ? (sent.github + sent.jira) / seconds : 0
  }
  const tell = () => options.progress?.({ done: sent.github + sent.jira, total: events.length, perSecond: perSecond() })
  const failed = new AbortController()
  const stop = signal ? AbortSignal.any([signal, failed.signal]) : failed.signal
  const post = poster(options, concurrency, stop)

  async function deliver(event: DemoEvent): Promise<void> {
    for (let attempt = 1; ; attempt++) {
      const reply = await post.send(event).catch((error: Error) => error)
      if (stop.aborted) return
      if (!(reply instanceof Error) && reply.status >= 200 && reply.status < 300) break
      if (attempt >= maxAttempts || !(reply instanceof Error || isBusy(reply.status)))
        throw refusal(event, reply, options)
      retries++
      await sleep(waitMs(reply, attempt), stop)
    }
    sent[event.source]++
    if (monotonicMs() - toldAt < progressMs) return
    toldAt = monotonicMs()
    tell()
  }
  async function sender(): Promise<void> {
    while (next < events.length && !stop.aborted) await deliver(events[next++]!)
  }
  try {
    const senders = Array.from({ length: Math.max(1, concurrency) }, () =>
      sender().catch((error) => {
        failed.abort()
        throw error
      }),
    )
    // All have to end before the connections go, so that nothing is still on its way when this rejects.
    const ends = await Promise.allSettled(senders)
    const end = ends.find((one) => one.status === 'rejected')
    if (end) throw end.reason
    tell()
  } finally {
    post.close()
  }
  const total = sent.github + sent.jira
  return {
    ...sent,
    sent: total,
    retries,
    from: events[0]?.at,
    to: events.at(-1)?.at,
    durationMs: Math.round(monotonicMs() - started),
    perSecond: Math.round(perSecond()),
    aborted: total < events.length,
  }
}

const isBusy = (status: number) => status === 429 || status >= 500

/** What the server asks for, else longer from time to time. */
function waitMs(reply: Reply | Error, attempt: number): number {
  const asked = reply instanceof Error ? Number.NaN : Number.parseFloat(reply.retryAfter ?? '')
  return Math.min(Number.isFinite(asked) ? Math.max(asked * 1000, 50) : 100 * 2 ** Math.min(attempt, 6), longestWaitMs)
}

function refusal(event: DemoEvent, reply: Reply | Error, { baseUrl }: SendDemo): Error {
  if (reply instanceof Error)
    return new Error(`No answer from ${baseUrl} after ${maxAttempts} attempts: ${reply.message}`, { cause: reply })
  const secret = event.source === 'github' ? 'GITHUB_WEBHOOK_SECRET' : 'JIRA_WEBHOOK_SECRET'
  const hint = reply.status === 401 ? ` Is ${secret} the secret of the server at this address?` : ''
  return new Error(
    `${baseUrl} refused a ${event.source} ${event.type} event with ${reply.status}.${hint} ${reply.text}`,
  )
}

function poster({ baseUrl, githubSecret, jiraSecret }: SendDemo, concurrency: number, signal: AbortSignal) {
  const base = new URL(baseUrl)
  const secure = base.protocol === 'https:'
  const request = secure ? requestHttps : requestHttp
  const agent = new (secure ? HttpsAgent : HttpAgent)({ keepAlive: true, maxSockets: concurrency })
  const prefix = base.pathname.replace(/\/$/, '')

  function headersOf({ source, type, deliveryId }: DemoEvent, body: Buffer): Record<string, string> {
    const secret = source === 'github' ? githubSecret : jiraSecret
    const signature = `sha256=${createHmac('sha256', secret).update(body).digest('hex')}`
    return source === 'github'
      ? { 'X-Hub-Signature-256': signature, 'X-GitHub-Event': type, 'X-GitHub-Delivery': deliveryId }
      : { 'X-Hub-Signature': signature, 'X-Atlassian-Webhook-Identifier': deliveryId }
  }

  return {
    send(event: DemoEvent): Promise<Reply> {
      const body = Buffer.from(JSON.stringify(event.payload))
      return new Promise((resolve, reject) => {
        const outgoing = request(
          {
            agent,
            method: 'POST',
            hostname: base.hostname.replace(/^\[(.*)\]$/, '$1'),
            port: base.port || (secure ? 443 : 80),
            path: `${prefix}/api/v1/webhooks/${event.source}`,
            timeout: requestTimeoutMs,
            signal,
            headers: {
              'Content-Type': 'application/json',
              'Content-Length': body.length,
              'User-Agent': 'daytwo-demo',
              ...headersOf(event, body),
            },
          },
          (incoming) => {
            let text = ''
            incoming.setEncoding('utf8')
            incoming.on('data', (chunk: string) => {
              if (text.length < 500) text += chunk
            })
            incoming.on('error', reject)
            incoming.on('end', () =>
              resolve({ status: incoming.statusCode ?? 0, retryAfter: incoming.headers['retry-after'], text }),
            )
          },
        )
        outgoing.on('timeout', () => outgoing.destroy(new Error(`no answer within ${requestTimeoutMs / 1000} s`)))
        outgoing.on('error', reject)
        outgoing.end(body)
      })
    },
    close: () => agent.destroy(),
  }
}
