/** How this module speaks HTTP: through the dial, once, shortly, and never with more of the answer than is shown. */
import { monotonicMs } from '#kernel/clock/index.ts'
import type { Dial, DialPolicy } from '#kernel/dial/index.ts'

export type Outward = {
  readonly dial: Pick<Dial, 'fetch'>
  /** http is spoken too: outside production, and where the configuration names such an address. */
  readonly plain: boolean
}
export type Answered = {
  readonly status: number
  readonly text: string
  /** Of `Retry-After`, where it says whole seconds. */
  readonly retryAfterSeconds: number | null
}

/** An attempt is given 30 s by the engine; a channel may ask twice. */
const oneRequestMs = 10_000
const maxBytes = 64 * 1024

export const policyOf = (tenantId: string | undefined, plain: boolean): DialPolicy => ({
  name: 'notifications',
  ...(plain ? { schemes: ['https', 'http'] as const } : {}),
  tenantId,
})

type Post = { readonly url: string; readonly headers: Readonly<Record<string, string>>; readonly body: string }

export async function post(
  { dial, plain }: Outward,
  tenantId: string,
  { url, headers, body }: Post,
): Promise<Answered> {
  const reply = await dial.fetch(url, {
    policy: policyOf(tenantId, plain),
    method: 'POST',
    headers: { 'content-type': 'application/json; charset=utf-8', ...headers },
    body,
    timeoutMs: oneRequestMs,
    maxBytes,
  })
  const after = reply.headers.get('retry-after')
  return {
    status: reply.status,
    text: (await reply.text()).replaceAll('\0', ''),
    retryAfterSeconds: after !== null && /^\d{1,6}$/.test(after) ? Number(after) : null,
  }
}

/** Says that this instance is alive; resolves with the status and how long it took. */
export async function ping({ dial, plain }: Outward, url: string): Promise<{ status: number; ms: number }> {
  const started = monotonicMs()
  const { status } = await dial.fetch(url, {
    policy: { name: 'heartbeat', ...(plain ? { schemes: ['https', 'http'] } : {}) },
    timeoutMs: oneRequestMs,
    maxBytes,
  })
  return { status, ms: Math.round(monotonicMs() - started) }
}
