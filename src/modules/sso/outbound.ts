/** How this module asks providers: through the dial, never longer than a sign-in may take, never more than is sensible. */
import { AsyncLocalStorage } from 'node:async_hooks'
import type { Dial } from '#kernel/dial/index.ts'
import { Problem } from '#kernel/errors/index.ts'
import { issuerUnreachable } from './problems.ts'

/** As `openid-client` calls it. */
export type Fetch = (url: string, init: FetchInit) => Promise<Response>
export type FetchInit = {
  readonly method?: string
  readonly headers?: Readonly<Record<string, string>>
  readonly body?: unknown
  readonly signal?: AbortSignal | undefined
}

/** Key sets and discovery documents are a few kilobytes; a page of 999 groups is 100. */
const maxBytes = 512 * 1024
const oneRequestMs = 5000

/** Of the sign-in that runs: a provider that answers each request slowly may not add them up. */
const deadline = new AsyncLocalStorage<AbortSignal>()

/** Runs `work`; after `ms` its requests are ended and the promise rejects, whatever they are waiting for. */
export async function withinDeadline<T>(ms: number, work: () => Promise<T>): Promise<T> {
  const controller = new AbortController()
  const { promise: late, reject } = Promise.withResolvers<never>()
  const timer = setTimeout(() => {
    const problem = new Problem(issuerUnreachable, 'The provider took too long.')
    controller.abort(problem)
    reject(problem)
  }, ms)
  try {
    return await deadline.run(controller.signal, () => Promise.race([work(), late]))
  } finally {
    clearTimeout(timer)
  }
}

/** `plain`: the provider is on this very machine, as the configuration made sure, and may be asked without TLS. */
export const outbound =
  (dial: Pick<Dial, 'fetch'>, plain: boolean): Fetch =>
  (url, { method, headers, body, signal }) => {
    const signals = [deadline.getStore(), signal].filter((one) => one !== undefined)
    return dial.fetch(url, {
      policy: { name: 'sso', ...(plain ? { schemes: ['https', 'http'] as const } : {}) },
      method,
      headers,
      body: body as URLSearchParams | string | null | undefined,
      signal: signals.length > 0 ? AbortSignal.any(signals) : undefined,
      timeoutMs: oneRequestMs,
      maxBytes,
    })
  }
