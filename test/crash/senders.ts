/** Senders as GitHub's: each keeps a connection, signs, and sends the same delivery again until it is answered 202. */
import { Agent, type IncomingHttpHeaders, request } from 'node:http'
import { hmacSha256 } from '#kernel/crypto/index.ts'
import type { Outgoing } from './events.ts'

export type Address = { readonly connection: string; readonly secret: string }
export type Answer = { readonly status: number; readonly headers: IncomingHttpHeaders; readonly body: string }

export type SendReport = {
  readonly acked: Set<string>
  /** Requests by status, or by the code of the error that ended them. */
  readonly outcomes: Map<string, number>
  /** The longest an answer took, in milliseconds. */
  slowestMs: number
}

const timeoutMs = 20_000
/** Nothing takes longer to come back; an event not taken until then fails the test and not its patience. */
const patienceMs = 90_000

/** One request; rejects with node's error, whose code tells a refused connection from one that was reset. */
export function post(agent: Agent, port: number, address: Address, event: Outgoing): Promise<Answer> {
  return new Promise((resolve, reject) => {
    const sent = request(
      {
        agent,
        host: '127.0.0.1',
        port,
        method: 'POST',
        path: `/api/v1/webhooks/github/${address.connection}`,
        timeout: timeoutMs,
        headers: {
          'content-type': 'application/json',
          'content-length': Buffer.byteLength(event.body),
          'x-hub-signature-256': `sha256=${hmacSha256(address.secret, event.body).toString('hex')}`,
          'x-github-event': event.type,
          'x-github-delivery': event.delivery,
        },
      },
      (reply) => {
        let body = ''
        reply.setEncoding('utf8')
        reply.on('data', (chunk: string) => {
          body += chunk
        })
        reply.on('error', reject)
        reply.on('end', () => resolve({ status: reply.statusCode!, headers: reply.headers, body }))
      },
    )
    sent.on('timeout', () => sent.destroy(Object.assign(new Error('no answer'), { code: 'NO_ANSWER' })))
    // A connection that breaks while it idled between two requests is told from one that took this request.
    sent.on('error', (error) => reject(Object.assign(error, { reused: sent.reusedSocket })))
    sent.end(event.body)
  })
}

export type Sending = {
  readonly port: number
  readonly senders: number
  readonly addresses: readonly Address[]
  readonly events: Iterable<Outgoing>
  /** Waits before an event may be sent. */
  readonly gate?: (acked: number) => Promise<void> | void
  readonly onAnswer?: (answer: Answer) => void
  /** Gives up when it says false: nobody will ever answer. */
  readonly alive?: () => boolean
}

/** Sends all events until each was answered 202. Any answer but 202 and 503 is an error. */
export async function sendAll({
  port,
  senders,
  addresses,
  events,
  gate,
  onAnswer,
  alive,
}: Sending): Promise<SendReport> {
  const report: SendReport = { acked: new Set(), outcomes: new Map(), slowestMs: 0 }
  const queue = events[Symbol.iterator]()
  const count = (outcome: string) => report.outcomes.set(outcome, (report.outcomes.get(outcome) ?? 0) + 1)

  async function send(agent: Agent, event: Outgoing) {
    const deadline = performance.now() + patienceMs
    for (;;) {
      const started = performance.now()
      if (alive?.() === false) throw new Error('nobody is left to answer: the process ended')
      if (started > deadline) throw new Error(`an event was not taken: ${JSON.stringify([...report.outcomes])}`)
      try {
        const answer = await post(agent, port, addresses[event.tenant]!, event)
        onAnswer?.(answer)
        count(String(answer.status))
        if (answer.status === 202) {
          report.acked.add(event.delivery)
          return
        }
        if (answer.status !== 503) throw new Error(`answered ${answer.status}: ${answer.body}`)
      } catch (error) {
        const { code, reused } = error as NodeJS.ErrnoException & { reused?: boolean }
        if (!/^(E[A-Z]+|NO_ANSWER)$/.test(String(code))) throw error
        count(reused ? `${code} on a kept connection` : String(code))
      } finally {
        report.slowestMs = Math.max(report.slowestMs, performance.now() - started)
      }
      await new Promise((resolve) => setTimeout(resolve, 50))
    }
  }

  async function sender() {
    const agent = new Agent({ keepAlive: true, maxSockets: 1 })
    try {
      for (let next = queue.next(); !next.done; next = queue.next()) {
        await gate?.(report.acked.size)
        await send(agent, next.value)
      }
    } finally {
      agent.destroy()
    }
  }
  await Promise.all(Array.from({ length: senders }, sender))
  return report
}
