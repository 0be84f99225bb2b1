/**
 * One polite reader of other people's JSON: GET only, one request at a time, never past what the source or our own budget allows, never
 * to another host than the one that was configured. What comes back is read with mistrust.
 */
import { z } from 'zod'
import { monotonicMs, now, sleep } from '#kernel/clock/index.ts'
import { defaultTenantId } from '#kernel/context/index.ts'
import type { Dial } from '#kernel/dial/index.ts'
import { Problem } from '#kernel/errors/index.ts'
import type { GitHubAccess, JiraAccess, Limits } from './deps.ts'
import { idText, parseExactly } from './exact-json.ts'
import { Halt } from './halt.ts'
import { nextPage } from './next-page.ts'
import { isSpent, type Quota, quotaOf, throttledUntil } from './throttle.ts'

export const oneRequestMs = 30_000
/** A hundred pull requests are about 2.5 MB; a delivery carries a payload of up to 25 MB. */
const maxBytes = 32 * 1024 * 1024
/** Of what failed by itself: a broken connection, 5xx. */
const attempts = 3
const maxSaid = 200

type Answer<T> =
  | { readonly kind: 'ok'; readonly value: T; readonly next: string | null; readonly etag: string | null }
  /** The same as when `etag` was given out. */
  | { readonly kind: 'unchanged' }
  /** The source understood and does not do it; `said` is its own word, shortened. */
  | { readonly kind: 'refused'; readonly status: number; readonly said: string; readonly headers: Headers }

export type Source = {
  /** For people: `GitHub`. */
  readonly name: string
  readonly baseUrl: string
  readonly headers: Readonly<Record<string, string>>
}
export type Reader = {
  /** `path` starts with `/` and is below the source's address. Throws `Halt`. */
  get<S extends z.ZodType>(path: string, shape: S, etag?: string): Promise<Answer<z.output<S>>>
  /** The last reply's headers, whatever it was. */
  lastHeaders(): Headers | undefined
  lastQuota(): Quota | undefined
  requests(): number
}

/** An id, as text, however the source writes it. */
export const anyId = z.unknown().transform((value, ctx) => {
  const id = idText(value)
  if (id !== undefined) return id
  ctx.addIssue({ code: 'custom', message: 'expected an id' })
  return z.NEVER
})

export const githubSource = ({ apiUrl, token }: GitHubAccess): Source => ({
  name: 'GitHub',
  baseUrl: apiUrl,
  headers: {
    authorization: `Bearer ${token}`,
    accept: 'application/vnd.github+json',
    'x-github-api-version': '2022-11-28',
  },
})

export const jiraSource = ({ baseUrl, email, token }: JiraAccess): Source => ({
  name: 'Jira',
  baseUrl,
  headers: {
    authorization: `Basic ${Buffer.from(`${email}:${token}`).toString('base64')}`,
    accept: 'application/json',
  },
})

export function makeReader(dial: Pick<Dial, 'fetch'>, source: Source, limits: Limits): Reader {
  const { name, headers } = source
  const baseUrl = source.baseUrl.replace(/\/+$/, '')
  const plain = new URL(baseUrl).protocol === 'http:'
  const policy = {
    name: 'polling',
    tenantId: defaultTenantId,
    ...(plain ? { schemes: ['https', 'http'] as const } : {}),
  }
  const startedMs = monotonicMs()
  let asked = 0
  let quota: Quota | undefined
  let last: Headers | undefined

  async function waitUntil(until: Date) {
    const ms = until.getTime() - now().getTime()
    const leftMs = limits.ms - (monotonicMs() - startedMs)
    if (ms > Math.min(limits.waitMs, leftMs))
      throw new Halt('throttled', `${name} takes no more requests until ${until.toISOString()}`, until)
    await sleep(ms)
  }

  async function ask(path: string, etag: string | undefined): Promise<Response> {
    if (asked >= limits.requests) throw new Halt('budget', `${asked} requests are enough for one run`)
    if (monotonicMs() - startedMs > limits.ms) throw new Halt('budget', 'the time of this run is up')
    if (isSpent(quota, now())) await waitUntil(quota!.resetsAt)
    asked++
    const response = await dial.fetch(`${baseUrl}${path}`, {
      policy,
      headers: { ...headers, ...(etag === undefined ? {} : { 'if-none-match': etag }) },
      timeoutMs: oneRequestMs,
      maxBytes,
      decode: true,
    })
    last = response.headers
    quota = quotaOf(response.headers) ?? quota
    return response
  }

  /** The first reply that is an answer; waits and tries again where that helps. */
  async function answered(path: string, etag: string | undefined): Promise<Response> {
    for (let attempt = 1; ; attempt++) {
      const response = await ask(path, etag).catch((error) => {
        if (!(error instanceof Problem) || !error.type.slug.startsWith('dial/')) throw error
        if (attempt >= attempts || !error.type.retryable)
          throw new Halt('failed', `${name} could not be asked: ${error.message}`, null, error)
        return undefined
      })
      if (response) {
        const until = throttledUntil(response.status, response.headers, now())
        if (until) {
          if (attempt >= attempts)
            throw new Halt('throttled', `${name} takes no more requests until ${until.toISOString()}`, until)
          await waitUntil(until)
          continue
        }
        if (response.status < 500) return response
        if (attempt >= attempts) throw new Halt('failed', `${name} answered ${response.status} to ${path}`)
      }
      await sleep(limits.retryMs * attempt)
    }
  }

  return {
    lastHeaders: () => last,
    lastQuota: () => quota,
    requests: () => asked,
    async get(path, shape, etag) {
      const response = await answered(path, etag)
      const { status } = response
      if (status === 304) return { kind: 'unchanged' }
      if (status === 401) throw new Halt('unauthorized', `${name} does not accept the credentials (401)`)
      const text = await response.text()
      if (status < 200 || status > 299)
        return { kind: 'refused', status, said: saidIn(text), headers: response.headers }
      const parsed = shape.safeParse(jsonIn(text))
      if (!parsed.success) throw new Halt('failed', `${name} answered in a form that is not its own, to ${path}`)
      const next = nextPage(response.headers.get('link'), baseUrl)
      if (next === 'elsewhere')
        throw new Halt('failed', `${name} names a next page that is not its own; it is not followed (${path})`)
      return { kind: 'ok', value: parsed.data, next, etag: etagOf(response.headers) }
    },
  }
}

function jsonIn(text: string): unknown {
  try {
    return parseExactly(text)
  } catch {
    return undefined
  }
}

function etagOf(headers: Headers): string | null {
  const etag = headers.get('etag')
  return etag !== null && etag.length <= 200 ? etag : null
}

const saidReply = z.object({
  message: z.string().optional(),
  errorMessages: z.array(z.string()).optional(),
})

/** One line of what was said: it is shown to people. */
function saidIn(text: string): string {
  const parsed = saidReply.safeParse(jsonIn(text))
  if (!parsed.success) return ''
  const { message, errorMessages = [] } = parsed.data
  return [message ?? '', ...errorMessages]
    .join(' ')
    .replaceAll(/[^\x20-\x7e]/g, ' ')
    .slice(0, maxSaid)
    .trim()
}
