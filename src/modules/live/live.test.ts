import assert from 'node:assert/strict'
import { after, test } from 'node:test'
import { audit } from '#kernel/audit/index.ts'
import { sleep } from '#kernel/clock/index.ts'
import { testApp } from '#test/support/app.ts'

const app = await testApp()
const url = await app.http.listen({ port: 0, host: '127.0.0.1' })
const closing = new AbortController()
after(() => closing.abort())

/** Follows the stream; `next` waits for the next message's topics, `ended` for its end. */
async function follow(headers: Record<string, string>) {
  const reply = await fetch(`${url}/api/v1/live`, { headers, signal: closing.signal })
  assert.equal(reply.status, 200)
  assert.match(reply.headers.get('content-type')!, /^text\/event-stream/)
  const waiting: ((topics: string[]) => void)[] = []
  const messages: string[][] = []
  const started = Promise.withResolvers<void>()
  const ended = (async () => {
    let text = ''
    for await (const chunk of reply.body!.pipeThrough(new TextDecoderStream())) {
      started.resolve()
      text += chunk
      for (let end = text.indexOf('\n\n'); end >= 0; end = text.indexOf('\n\n')) {
        const data = /^data: (.*)$/m.exec(text.slice(0, end))
        text = text.slice(end + 2)
        if (!data) continue
        const { topics } = JSON.parse(data[1]!)
        const hear = waiting.shift()
        if (hear) hear(topics)
        else messages.push(topics)
      }
    }
  })()
  await started.promise
  return {
    messages,
    ended,
    next: async () => messages.shift() ?? (await new Promise<string[]>((resolve) => waiting.push(resolve))),
  }
}

const soon = <T>(promise: Promise<T>, ms: number, what: string): Promise<T> =>
  Promise.race([
    promise,
    new Promise<never>((_, reject) => setTimeout(() => reject(new Error(`${what}: not within ${ms} ms`)), ms).unref()),
  ])

test('[U1] a change is told to its tenant’s open consoles, gathered by topic, and to nobody else', async () => {
  const alpha = await app.tenant()
  const beta = await app.tenant()
  const one = await follow(await app.key({ tenantId: alpha.tenantId }))
  const other = await follow(await app.key({ tenantId: beta.tenantId }))
  await app.database.tenantTx(alpha, async (tx) => {
    for (const action of ['streams.made', 'streams.changed', 'members.invited'])
      await audit(tx, alpha, { action, subject: 'stream:1' })
  })
  const heard = new Set<string>()
  while (!heard.has('members') || !heard.has('streams'))
    for (const topic of await soon(one.next(), 5000, 'the topics')) heard.add(topic)
  // `access` is the key that was made just before.
  heard.delete('access')
  assert.deepEqual([...heard].sort(), ['members', 'streams'])
  assert.deepEqual(
    other.messages.flat().filter((topic) => topic !== 'access'),
    [],
  )
})

test('[P4] [U1] who asks because of news is not answered from before them: another role shows in the session at once', async () => {
  const { tenantId } = await app.tenant()
  const owner = await app.person({ tenantId })
  const one = await app.person({ tenantId, role: 'viewer' })
  const stream = await follow(one.headers)
  const mayInvite = async () => {
    const reply = await app.http.inject({ url: '/api/v1/session', headers: one.headers })
    return reply.json().permissions.includes('members:write')
  }
  assert.equal(await mayInvite(), false)
  const url = `/api/v1/members/${one.id}`
  // Until the news of making them are over: the next ones are told without gathering.
  await sleep(1500)
  assert.equal(await mayInvite(), false)
  await app.http.inject({ method: 'PATCH', url, headers: owner.headers, payload: { role: 'admin' } })
  const heard = (async () => {
    while (!(await soon(stream.next(), 5000, 'the news')).includes('tenants'));
    return true
  })()
  // Asked all the time, so that what was true before is remembered as late as it can be.
  while (!(await Promise.race([heard, mayInvite().then(() => false)])));
  assert.equal(await mayInvite(), true)
})

test('[P6] [U1] the stream is closed to the anonymous, to unknown keys and to keys without its scope', async () => {
  const status = async (headers: Record<string, string>) => {
    const reply = await fetch(`${url}/api/v1/live`, { headers })
    await reply.body?.cancel()
    return reply.status
  }
  assert.equal(await status({}), 401)
  assert.equal(await status({ authorization: `Bearer d2_${'x'.repeat(43)}` }), 401)
  assert.equal(await status(await app.key({ scopes: ['metrics:read'] })), 403)
})

test('[P6] [U1] a revoked key’s open stream ends within a second', async () => {
  const { tenantId } = await app.tenant()
  const headers = await app.key({ tenantId, scopes: ['session:read', 'keys:write'] })
  const stream = await follow(headers)
  const { keys } = (await app.http.inject({ url: '/api/v1/api-keys', headers })).json()
  const revoked = await app.http.inject({ method: 'DELETE', url: `/api/v1/api-keys/${keys[0].id}`, headers })
  assert.equal(revoked.statusCode, 204)
  await soon(stream.ended, 1500, 'the end')
})

test('[P4] [U1] the open streams of a suspended tenant end within a second', async () => {
  const { tenantId } = await app.tenant()
  const stream = await follow(await app.key({ tenantId }))
  await app.sql(`update tenant set status = 'suspended' where id = $1`, [tenantId])
  await soon(stream.ended, 1500, 'the end')
})

test('[P8] [U1] a caller has at most twenty streams open', async () => {
  const headers = await app.key({ tenantId: (await app.tenant()).tenantId })
  for (let opened = 0; opened < 20; opened++) await follow(headers)
  const refused = await fetch(`${url}/api/v1/live`, { headers })
  assert.equal(refused.status, 429)
  assert.ok(Number(refused.headers.get('retry-after')) > 0)
  await refused.body?.cancel()
})

test('[R7] stopping ends the open streams, so that nobody holds the process up', async () => {
  const stream = await follow(await app.key({ tenantId: (await app.tenant()).tenantId }))
  const drained = app.http.drain()
  await soon(stream.ended, 1500, 'the end')
  await drained
})
