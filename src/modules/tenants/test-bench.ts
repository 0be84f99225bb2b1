/** What the tests of this module share: requests as somebody, and what was mailed. */
import assert from 'node:assert/strict'
import { monotonicMs, sleep } from '#kernel/clock/index.ts'
import type { TestApp } from '#test/support/app.ts'

export type Headers = Record<string, string>
export type Answer = {
  readonly status: number
  // biome-ignore lint/suspicious/noExplicitAny: replies are asserted on, not typed
  readonly body: any
  readonly cookies: readonly { name: string; value: string }[]
  readonly text: string
}

/** A page of the instance that nobody is signed in on. */
export const fromPage: Headers = { 'sec-fetch-site': 'same-origin' }

export function makeBench(app: TestApp) {
  /** Of the platform, who sees everybody's mail where there is no mail server. */
  let reader: ReturnType<TestApp['person']> | undefined

  async function call(method: string, url: string, headers: Headers, payload?: object): Promise<Answer> {
    const reply = await app.http.inject({
      method: method as 'GET',
      url: url.startsWith('/auth') ? url : `/api/v1${url}`,
      headers,
      ...(payload ? { payload } : {}),
    })
    const json = reply.headers['content-type']?.toString().includes('json')
    return { status: reply.statusCode, body: json ? reply.json() : undefined, cookies: reply.cookies, text: reply.body }
  }

  /** Texts of the mails to an address, the newest first. */
  async function mailsTo(address: string): Promise<string[]> {
    reader ??= app.person({ tenantId: null, platformRole: 'support' })
    const { headers } = await reader
    const { mails } = (await call('GET', '/mail?limit=200', headers)).body
    const texts: string[] = []
    for (const mail of mails)
      if (mail.to === address) texts.push((await call('GET', `/mail/${mail.id}`, headers)).body.text)
    return texts
  }

  return {
    call,
    mailsTo,
    get: (url: string, headers: Headers) => call('GET', url, headers),
    post: (url: string, headers: Headers, payload: object = {}) => call('POST', url, headers, payload),
    patch: (url: string, headers: Headers, payload: object) => call('PATCH', url, headers, payload),
    remove: (url: string, headers: Headers) => call('DELETE', url, headers),
    /** Token of the link in the newest mail to an address. */
    async tokenTo(address: string): Promise<string> {
      const [text] = await mailsTo(address)
      const token = /#token=([\w-]+)/.exec(text ?? '')?.[1]
      assert.ok(token, `a mail to ${address} has a link`)
      return token
    },
    audited: (tenantId: string, action: string) =>
      app.sql('select subject, actor_name, delta from audit_events where tenant_id = $1 and action = $2 order by id', [
        tenantId,
        action,
      ]),
  }
}

/** Waits until `holds`, at most `ms`; returns after how many it did. */
export async function within(ms: number, what: string, holds: () => Promise<boolean>): Promise<number> {
  const started = monotonicMs()
  for (;;) {
    if (await holds()) return monotonicMs() - started
    assert.ok(monotonicMs() - started < ms, `${what}: not within ${ms} ms`)
    await sleep(25)
  }
}
