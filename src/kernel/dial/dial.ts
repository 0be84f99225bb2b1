/** The door itself: check, pin, connect, bound. */
import type { Socket } from 'node:net'
import { Counter } from 'prom-client'
import { Problem } from '#kernel/errors/index.ts'
import type { Allowance } from '#kernel/networks/index.ts'
import { metrics } from '#kernel/telemetry/index.ts'
import { readBody, toResponse } from './answer.ts'
import { makePools } from './pools.ts'
import { answerTooLarge, answerUnusable, dialTimeout, targetRefused, unreachable } from './problems.ts'
import { type Hop, isRedirect, nextHop } from './redirects.ts'
import { openSocket } from './socket.ts'
import {
  addressesOf,
  checkHeaders,
  type Endpoint,
  endpoint,
  endpointOf,
  lookupAll,
  parseTarget,
  refusal,
} from './target.ts'
import type { Dial, DialOptions, DialPolicy, DialRequest } from './types.ts'

const defaultTimeoutMs = 10_000
const defaultMaxBytes = 1024 * 1024
const mostRedirects = 3

const dialled = new Counter({
  name: 'daytwo_dial_total',
  help: 'Connections outward by use and outcome.',
  labelNames: ['policy', 'outcome'],
  registers: [metrics],
})
const outcomes = new Map([
  [targetRefused, 'refused'],
  [unreachable, 'unreachable'],
  [dialTimeout, 'timeout'],
  [answerTooLarge, 'too_large'],
  [answerUnusable, 'unusable'],
])

type Uses = Pick<DialPolicy, 'name' | 'tenantId'>
type Call = { readonly policy: Uses; readonly host: string; readonly timeoutMs: number; readonly signal: AbortSignal }
/** One attempt: what it may reach and until when. */
type Attempt = { readonly policy: Uses; readonly allowances: readonly Allowance[]; readonly signal: AbortSignal }

export function makeDial(options: DialOptions): Dial {
  const { allow = [], allowancesOf, lookup = lookupAll, hop, ca, log } = options
  const pools = makePools()

  async function allowancesFor({ tenantId }: Uses): Promise<readonly Allowance[]> {
    return tenantId === undefined || !allowancesOf ? allow : [...allow, ...(await allowancesOf(tenantId))]
  }

  async function open(
    target: Endpoint & { tls: boolean; servername?: string | undefined; ca?: string | undefined },
    { policy, allowances, signal }: Attempt,
  ): Promise<Socket> {
    const refuse = refusal(policy)
    const addresses = await unlessAborted(addressesOf(target, allowances, lookup, refuse), signal)
    const { servername = target.host } = target
    return openSocket({ ...target, ca: target.ca ?? ca, servername, addresses, signal, refuse })
  }

  /** Counts and tells how it ended; makes a problem of whatever went wrong. */
  async function told<T>({ policy, host, timeoutMs, signal }: Call, attempt: () => Promise<T>): Promise<T> {
    try {
      const result = await attempt()
      dialled.inc({ policy: policy.name, outcome: 'answered' })
      return result
    } catch (error) {
      const problem = toProblem(error, timeoutMs, signal.aborted)
      const outcome = outcomes.get(problem.type) ?? 'invalid'
      dialled.inc({ policy: policy.name, outcome })
      const reason = reasonOf(problem.cause)
      log?.info(
        { policy: policy.name, tenantId: policy.tenantId, host, outcome, reason },
        'a connection outward failed',
      )
      throw problem
    }
  }

  async function send(hopNow: Hop, attempt: Attempt, request: DialRequest) {
    const { policy } = attempt
    // Who may connect where is part of the key: a connection made under other rules is never used again.
    const key = JSON.stringify([policy.name, policy.tenantId ?? null, attempt.allowances.map(({ text }) => text)])
    // Outlives this attempt: later requests of the same pool open their connections by it.
    const agent = await pools.of(key, (target, done) => {
      const tls = target.protocol === 'https:'
      const signal = AbortSignal.timeout(defaultTimeoutMs)
      const at = endpoint(target.hostname, Number(target.port) || (tls ? 443 : 80), refusal(policy))
      open({ ...at, tls }, { ...attempt, signal }).then(
        (socket) => done(null, socket),
        (error) => done(error, null),
      )
    })
    const { url, method, headers, body } = hopNow
    // A request whose connection is still being made cannot be taken back; it is dropped once that is there.
    const asked = agent.request({
      origin: url.origin,
      path: url.pathname + url.search,
      method: method as 'GET',
      headers: {
        'user-agent': 'daytwo',
        accept: '*/*',
        ...headers,
        'accept-encoding': request.decode ? 'gzip, deflate, br' : 'identity',
        ...(hop === undefined ? {} : { 'daytwo-hop': hop }),
      },
      body,
      signal: attempt.signal,
      // The signal ends it; these only must not end it before.
      headersTimeout: 0,
      bodyTimeout: 0,
    })
    const reply = await unlessAborted(asked, attempt.signal)
    const { maxBytes = defaultMaxBytes, decode = false } = request
    const encoding = reply.headers['content-encoding']
    const bytes = await unlessAborted(
      readBody(reply.body, [encoding].flat().join(', ') || undefined, { maxBytes, decode }),
      attempt.signal,
    )
    return { status: reply.statusCode, headers: reply.headers, body: bytes }
  }

  async function fetch(given: string | URL, request: DialRequest): Promise<Response> {
    const { policy, timeoutMs = defaultTimeoutMs } = request
    const { redirects = 0 } = policy
    const host = URL.parse(String(given))?.hostname ?? ''
    const signals = [AbortSignal.timeout(timeoutMs), ...(request.signal ? [request.signal] : [])]
    const signal = AbortSignal.any(signals)
    return told({ policy, host, timeoutMs, signal }, async () => {
      const refuse = refusal(policy)
      const attempt: Attempt = { policy, allowances: await allowancesFor(policy), signal }
      let now: Hop = {
        url: parseTarget(given, policy, refuse),
        method: (request.method ?? 'GET').toUpperCase(),
        ...payload(request),
      }
      endpointOf(now.url, refuse)
      for (let left = Math.min(redirects, mostRedirects); ; left--) {
        const { status, headers, body } = await send(now, attempt, request)
        const location = [headers.location].flat()[0]
        if (redirects === 0 || !isRedirect(status) || location === undefined) return toResponse(status, headers, body)
        if (left === 0) throw new Problem(answerUnusable, 'The answer redirects once too often.')
        now = nextHop(now, status, location)
        endpointOf(parseTarget(now.url, policy, refuse), refuse)
      }
    })
  }

  return {
    hop,
    fetch,
    connect: (target) => {
      const { policy, timeoutMs = defaultTimeoutMs } = target
      const signal = AbortSignal.timeout(timeoutMs)
      return told({ policy, host: target.host, timeoutMs, signal }, async () => {
        const attempt = { policy, allowances: await allowancesFor(policy), signal }
        return open({ ...target, ...endpoint(target.host, target.port, refusal(policy)) }, attempt)
      })
    },
    async checkTarget(url, policy, pointer) {
      const refuse = refusal(policy, pointer)
      const target = endpointOf(parseTarget(url, policy, refuse), refuse)
      const signal = AbortSignal.timeout(defaultTimeoutMs)
      const addresses = addressesOf(target, await allowancesFor(policy), lookup, refuse)
      // A name that nobody knows is refused like one that is private: which names exist inside is not told.
      await unlessAborted(addresses, signal).catch((error) => {
        throw error instanceof Problem && error.type === targetRefused ? error : refuse('not resolved')
      })
    },
    close: () => pools.close(),
  }
}

function payload({ headers, body = null }: DialRequest): Pick<Hop, 'headers' | 'body'> {
  const fields = checkHeaders(headers)
  if (!(body instanceof URLSearchParams)) return { headers: fields, body }
  return {
    headers: { 'content-type': 'application/x-www-form-urlencoded;charset=UTF-8', ...fields },
    body: String(body),
  }
}

/** What cannot be stopped is at least not waited for. */
async function unlessAborted<T>(promise: Promise<T>, signal: AbortSignal): Promise<T> {
  const { promise: aborted, reject } = Promise.withResolvers<never>()
  const abort = () => reject(signal.reason)
  if (signal.aborted) abort()
  signal.addEventListener('abort', abort, { once: true })
  promise.catch(() => undefined)
  return Promise.race([promise, aborted]).finally(() => signal.removeEventListener('abort', abort))
}

const tooLargeCodes = new Set(['UND_ERR_HEADERS_OVERFLOW', 'HPE_HEADER_OVERFLOW'])
const timeoutNames = new Set(['TimeoutError', 'AbortError', 'RequestAbortedError'])

function toProblem(error: unknown, timeoutMs: number, aborted: boolean): Problem {
  if (error instanceof Problem) return error
  const { code, name, cause } = error as { code?: string; name?: string; cause?: unknown }
  if (cause instanceof Problem) return cause
  if (tooLargeCodes.has(code ?? ''))
    return new Problem(answerTooLarge, 'The headers of the answer are larger than is read.')
  // Whatever breaks when time is up breaks because of it.
  if (aborted || timeoutNames.has(name ?? ''))
    return new Problem(dialTimeout, `No complete answer came within ${timeoutMs / 1000} s.`, { cause: error })
  if (code?.startsWith('HPE_') || code?.startsWith('Z_') || name === 'HTTPParserError')
    return new Problem(answerUnusable, 'What came back is not a sound HTTP answer.', { cause: error })
  return new Problem(unreachable, 'The connection did not come about, or broke.', { cause: error })
}

const reasonOf = (cause: unknown): string | undefined =>
  cause instanceof Error ? ((cause as { code?: string }).code ?? cause.message) : undefined
