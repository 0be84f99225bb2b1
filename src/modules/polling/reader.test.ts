import assert from 'node:assert/strict'
import { test } from 'node:test'
import { z } from 'zod'
import { loopbackDial } from '#test/support/dial.ts'
import { parseExactly } from './exact-json.ts'
import { Halt } from './halt.ts'
import { nextPage } from './next-page.ts'
import { githubSource, makeReader } from './reader.ts'
import { startSource } from './test-source.ts'
import { isSpent, quotaOf, throttledUntil } from './throttle.ts'

const limits = { requests: 20, ms: 20_000, waitMs: 3000, retryMs: 5 }
const source = await startSource(() => ({ body: { fine: true } }))
const shape = z.object({ fine: z.boolean() })
const reader = (more: Partial<typeof limits> = {}) =>
  makeReader(loopbackDial(), githubSource({ apiUrl: `${source.url}/api`, token: 'tok', org: undefined }), {
    ...limits,
    ...more,
  })
const halts = async (asked: Promise<unknown>) => {
  const error = await asked.then(
    () => assert.fail('it did not halt'),
    (thrown) => thrown,
  )
  assert.ok(error instanceof Halt, String(error))
  return error
}

test('[Q6] a short wait that the source asks for is waited for, and then it is asked again', async () => {
  source.says.asked.length = 0
  source.says.instead.push({ on: /a/, answer: { status: 429, headers: { 'retry-after': '1' } } })
  const began = performance.now()
  assert.deepEqual(await reader().get('/a', shape), { kind: 'ok', value: { fine: true }, next: null, etag: null })
  assert.ok(performance.now() - began >= 950)
  assert.deepEqual(source.says.asked, ['/api/a', '/api/a'])
  assert.equal(source.says.headers.at(-1)!.authorization, 'Bearer tok')
})

test('[Q6] a long wait ends the run and says until when; nothing more is asked', async () => {
  const reset = Math.floor(Date.now() / 1000) + 1800
  const spent = { 'x-ratelimit-limit': '5000', 'x-ratelimit-remaining': '0', 'x-ratelimit-reset': String(reset) }
  for (const [status, headers] of [
    [403, spent],
    [429, { 'retry-after': '1800' }],
    [403, { 'retry-after': new Date((reset + 1) * 1000).toUTCString() }],
    [503, { 'retry-after': '1800' }],
  ] as const) {
    source.says.asked.length = 0
    source.says.instead.push({ on: /b/, answer: { status, headers } })
    const { reason, until } = await halts(reader().get('/b', shape))
    assert.equal(reason, 'throttled')
    assert.ok(Math.abs(until!.getTime() - reset * 1000) < 5000, `${status}: ${until?.toISOString()}`)
    assert.equal(source.says.asked.length, 1)
  }
})

test('[Q6] what is left of the quota is left to others who use the same token', async () => {
  const reset = String(Math.floor(Date.now() / 1000) + 1800)
  source.says.instead.push({
    on: /c/,
    answer: {
      body: { fine: true },
      headers: { 'x-ratelimit-limit': '5000', 'x-ratelimit-remaining': '50', 'x-ratelimit-reset': reset },
    },
  })
  const one = reader()
  assert.equal((await one.get('/c', shape)).kind, 'ok')
  source.says.asked.length = 0
  assert.equal((await halts(one.get('/c', shape))).reason, 'throttled')
  assert.deepEqual(source.says.asked, [])
})

test('[Q6] a broken connection and 5xx are tried again, and then told', async () => {
  source.says.instead.push(
    { on: /d/, answer: { status: 502 } },
    { on: /d/, answer: (request) => request.socket.destroy() },
  )
  assert.equal((await reader().get('/d', shape)).kind, 'ok')
  source.says.instead.push(...Array.from({ length: 3 }, () => ({ on: /d/, answer: { status: 500 } })))
  const { reason, message } = await halts(reader().get('/d', shape))
  assert.deepEqual([reason, message], ['failed', 'GitHub answered 500 to /d'])
})

test('[Q6] refusals are answers; a token that is not accepted ends the run', async () => {
  source.says.instead.push({ on: /e/, answer: { status: 403, body: { message: 'Resource not accessible\u0007' } } })
  const refused = await reader().get('/e', shape)
  assert.ok(refused.kind === 'refused' && refused.status === 403 && refused.said === 'Resource not accessible')
  source.says.instead.push({ on: /e/, answer: { status: 401 } })
  assert.equal((await halts(reader().get('/e', shape))).reason, 'unauthorized')
})

test('[Q6] what is not JSON, of another form, or names a next page elsewhere is not believed', async () => {
  const link = (target: string) => ({ body: { fine: true }, headers: { link: `<${target}>; rel="next"` } })
  for (const answer of [
    { text: '<html>' },
    { body: [] },
    { body: { fine: 'yes' } },
    link('http://evil.example/api/next'),
    link(`${source.url}/other/next`),
    link('//evil.example/api/x'),
    link(`http://user:pass@${new URL(source.url).host}/api/next`),
    link('file:///api/next'),
  ]) {
    source.says.instead.push({ on: /f/, answer })
    assert.equal((await halts(reader().get('/f', shape))).reason, 'failed', JSON.stringify(answer))
  }
  source.says.instead.push({ on: /f/, answer: link(`${source.url}/api/next?page=2`) })
  const fine = await reader().get('/f', shape)
  assert.ok(fine.kind === 'ok' && fine.next === '/next?page=2')
})

test('[Q6] a run asks no more often and no longer than its limits', async () => {
  const few = reader({ requests: 2 })
  await few.get('/g', shape)
  await few.get('/g', shape)
  assert.equal((await halts(few.get('/g', shape))).reason, 'budget')
  assert.equal((await halts(reader({ ms: -1 }).get('/g', shape))).reason, 'budget')
})

test('[Q6] an unchanged page is said to be so', async () => {
  source.says.instead.push(
    { on: /h/, answer: { body: { fine: true }, headers: { etag: '"x"' } } },
    { on: /h/, answer: { status: 304 } },
  )
  const one = reader()
  const first = await one.get('/h', shape)
  assert.ok(first.kind === 'ok' && first.etag === '"x"')
  assert.deepEqual(await one.get('/h', shape, '"x"'), { kind: 'unchanged' })
  assert.equal(source.says.headers.at(-1)!['if-none-match'], '"x"')
})

test('[Q6] rules of waiting', () => {
  const now = new Date('2026-03-01T00:00:00Z')
  const headers = (given: Record<string, string>) => new Headers(given)
  const inSeconds = (status: number, given: Record<string, string>) => {
    const until = throttledUntil(status, headers(given), now)
    return until && (until.getTime() - now.getTime()) / 1000
  }
  assert.equal(inSeconds(200, { 'retry-after': '5' }), undefined)
  assert.equal(inSeconds(403, {}), undefined)
  assert.equal(inSeconds(503, {}), undefined)
  assert.equal(inSeconds(429, {}), 60)
  assert.equal(inSeconds(429, { 'retry-after': 'soon' }), 60)
  assert.equal(inSeconds(429, { 'retry-after': '0' }), 1)
  assert.equal(inSeconds(429, { 'retry-after': '999999999' }), 86_400)
  assert.equal(inSeconds(403, { 'retry-after': 'Sun, 01 Mar 2026 00:01:30 GMT' }), 90)
  const quota = quotaOf(
    headers({ 'x-ratelimit-remaining': '2', 'x-ratelimit-reset': String(now.getTime() / 1000 + 9) }),
  )
  assert.equal(isSpent(quota, now), false)
  assert.equal(quotaOf(headers({ 'x-ratelimit-remaining': 'many', 'x-ratelimit-reset': '1' })), undefined)
})

test('[Q6] next pages and ids are read to the letter', () => {
  const base = 'https://ghe.example.com/api/v3'
  assert.equal(nextPage(null, base), null)
  assert.equal(nextPage(`<${base}/a?page=1>; rel="prev", <${base}/a?page=3>; rel="next"`, base), '/a?page=3')
  assert.equal(nextPage('<https://ghe.example.com/api/v33/a>; rel="next"', base), 'elsewhere')
  assert.equal(nextPage('<https://ghe.example.com.evil.example/api/v3/a>; rel="next"', base), 'elsewhere')
  assert.equal(
    JSON.stringify(parseExactly('{"id":123456789012345678901,"n":1.5,"e":1e30}')),
    '{"id":123456789012345678901,"n":1.5,"e":1e+30}',
  )
})
