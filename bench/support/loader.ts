/**
 * A process that sends signed GitHub deliveries over keep-alive connections, one in flight on each, and measures the answers.
 * The requests are made beforehand; only the delivery id is patched, so that the sender takes as little of the machine as it
 * can. At a fixed rate a latency counts from when the request was due, so that a stall is not hidden by the waiting it causes.
 */
import { createHmac } from 'node:crypto'
import { connect, type NetConnectOpts } from 'node:net'
import { answerAs } from './child.ts'
import { histogram } from './histogram.ts'
import type { LoaderGiven, LoadJob, LoadResult } from './load.ts'
import { nearNineKilobytes, payload } from './payloads.ts'

type Request = { readonly bytes: Buffer; readonly idAt: number }

/** Distinct bodies; more than connections, so that none is patched while it is being sent. */
const distinct = 2048
const idDigits = 16
const stuckAfterMs = 30_000

function makeRequest(n: number, { path, secret }: LoaderGiven): Request {
  const { type, body } = payload(nearNineKilobytes, n)
  const before = `POST ${path} HTTP/1.1\r\nhost: 127.0.0.1\r\nuser-agent: GitHub-Hookshot/bench\r\naccept: */*\r\ncontent-type: application/json\r\nx-github-event: ${type}\r\nx-hub-signature-256: sha256=${createHmac('sha256', secret).update(body).digest('hex')}\r\ncontent-length: ${body.length}\r\nx-github-delivery: 72d3162e-cc78-11e3-`
  const bytes = Buffer.concat([Buffer.from(`${before}${'0'.repeat(idDigits)}\r\n\r\n`), body])
  return { bytes, idAt: Buffer.byteLength(before) }
}

type Connection = { send(due: number): void; close(): void }
type Answered = (status: number, due: number, connection: Connection) => void

const headEnd = Buffer.from('\r\n\r\n')
const lengthName = Buffer.from('content-length: ')

/** Bytes of the answer at the front, or undefined while some are missing. */
function answerLength(bytes: Buffer): number | undefined {
  const head = bytes.indexOf(headEnd)
  if (head < 0) return undefined
  const at = bytes.indexOf(lengthName)
  if (at < 0 || at > head) throw new Error(`an answer states no content-length:\n${bytes.toString('latin1', 0, head)}`)
  const length = Number.parseInt(bytes.toString('latin1', at + lengthName.length, at + lengthName.length + 10), 10)
  return head + headEnd.length + length
}

let sent = 0

function open(port: number, requests: readonly Request[], answered: Answered, failed: (error: Error) => void) {
  const buffer = Buffer.alloc(16_384)
  let held: Buffer | undefined
  let due = 0
  let next = 0
  let closing = false
  const options: NetConnectOpts & { noDelay: boolean } = {
    port,
    host: '127.0.0.1',
    noDelay: true,
    onread: {
      buffer,
      callback: (count) => {
        const bytes = held ? Buffer.concat([held, buffer.subarray(0, count)]) : buffer.subarray(0, count)
        const length = answerLength(bytes)
        if (length === undefined || bytes.length < length) held = Buffer.from(bytes)
        else {
          held = undefined
          answered(Number(bytes.toString('latin1', 9, 12)), due, connection)
        }
        return true
      },
    },
  }
  const socket = connect(options)
  socket.on('error', failed)
  socket.on('close', () => closing || failed(new Error('the server closed a connection')))
  const connection: Connection = {
    send(dueAt) {
      due = dueAt
      const { bytes, idAt } = requests[next]!
      next = (next + 1) % requests.length
      bytes.write((++sent).toString().padStart(idDigits, '0'), idAt, 'latin1')
      socket.write(bytes)
    },
    close() {
      closing = true
      socket.destroy()
    },
  }
  return new Promise<Connection>((resolve, reject) => {
    socket.once('connect', () => resolve(connection))
    socket.once('error', reject)
  })
}

async function load(all: readonly Request[], job: LoadJob): Promise<LoadResult> {
  const latencies = histogram()
  const statuses: Record<string, number> = {}
  const finished = Promise.withResolvers<void>()
  // A connection may fail before anybody waits; it is told below all the same.
  finished.promise.catch(() => undefined)
  const stuck = setTimeout(
    () => finished.reject(new Error(`answers are missing: ${inFlight} of those sent`)),
    job.warmUpMs + job.measureMs + stuckAfterMs,
  )
  const begin = performance.now()
  const from = begin + job.warmUpMs
  const until = from + job.measureMs
  let inFlight = 0
  const late: number[] = []
  const idle: Connection[] = []

  const send = (connection: Connection, due: number) => {
    inFlight++
    connection.send(due)
  }
  const answered: Answered = (status, due, connection) => {
    const now = performance.now()
    inFlight--
    statuses[status] = (statuses[status] ?? 0) + 1
    if (now >= from && now < until) latencies.record(now - due)
    if (job.rate !== null) {
      const waiting = late.shift()
      if (waiting === undefined) idle.push(connection)
      else send(connection, waiting)
    } else if (now < until) send(connection, now)
    if (inFlight === 0 && now >= until) finished.resolve()
  }
  const connections = await Promise.all(
    Array.from({ length: job.connections }, (_, index) => {
      const own = all.filter((_, n) => n % job.connections === index)
      return open(job.ports[index % job.ports.length]!, own, answered, finished.reject)
    }),
  )
  if (job.rate === null) for (const connection of connections) send(connection, performance.now())
  else {
    idle.push(...connections)
    let planned = 0
    const perMs = job.rate / 1000
    const timer = setInterval(() => {
      const now = Math.min(performance.now(), until)
      for (; begin + planned / perMs <= now; planned++) {
        const connection = idle.pop()
        if (connection) send(connection, begin + planned / perMs)
        else late.push(begin + planned / perMs)
      }
      if (now < until) return
      clearInterval(timer)
      if (inFlight === 0) finished.resolve()
    }, 1)
  }
  try {
    await finished.promise
  } finally {
    clearTimeout(stuck)
    for (const connection of connections) connection.close()
  }
  return {
    perSecond: (latencies.total() / job.measureMs) * 1000,
    p50Ms: latencies.percentile(0.5),
    p99Ms: latencies.percentile(0.99),
    statuses,
  }
}

await answerAs<LoaderGiven, LoadJob>(async (given) => {
  const requests = Array.from({ length: distinct }, (_, n) => makeRequest(n, given))
  return (job) => load(requests, job)
})
