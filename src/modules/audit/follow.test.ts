import { deepEqual, equal, match, ok } from 'node:assert/strict'
import { after, test } from 'node:test'
import { audit } from '#kernel/audit/index.ts'
import type { Context } from '#kernel/context/index.ts'
import { testApp } from '#test/support/app.ts'
import { maxFollowers } from './follow.ts'
import { writeAuditLog } from './log-file.ts'

const app = await testApp()
const url = await app.http.listen({ port: 0, host: '127.0.0.1' })
const closing = new AbortController()
after(() => closing.abort())

const write = (ctx: Context, subject: string) =>
  app.database.tenantTx(ctx, (tx) => audit(tx, ctx, { action: 'x.y', subject, after: { password: 'hush', n: 1 } }))

async function follow(headers: Record<string, string>, query = '') {
  const reply = await fetch(`${url}/api/v1/audit/stream${query}`, { headers, signal: closing.signal })
  if (reply.status !== 200) return { status: reply.status, lines: [], next: async () => '', ended: Promise.resolve() }
  const lines: Record<string, unknown>[] = []
  let woken = () => undefined as unknown
  const ended = (async () => {
    let text = ''
    for await (const chunk of reply.body!.pipeThrough(new TextDecoderStream())) {
      text += chunk
      for (let end = text.indexOf('\n'); end >= 0; end = text.indexOf('\n')) {
        lines.push(JSON.parse(text.slice(0, end)))
        text = text.slice(end + 1)
      }
      woken()
    }
  })().catch(() => undefined)
  /** Subject of the next event that was not taken yet. */
  let taken = 0
  const next = async () => {
    for (;;) {
      while (taken < lines.length && lines[taken]!.heartbeat) taken++
      if (taken < lines.length) return String(lines[taken++]!.subject)
      await new Promise<void>((resolve) => {
        woken = () => resolve()
      })
    }
  }
  return { status: reply.status, lines, next, ended }
}
const within = <T>(ms: number, promise: Promise<T>): Promise<T> =>
  Promise.race([
    promise,
    new Promise<never>((_, reject) => setTimeout(() => reject(new Error(`not within ${ms} ms`)), ms).unref()),
  ])

test('[P7] following tells a tenant’s events as they are committed, in order, and nobody else’s', async () => {
  const [one, two] = [await app.tenant(), await app.tenant()]
  const headers = await app.key({ tenantId: one.tenantId })
  const stream = await follow(headers)
  await write(two, 'foreign')
  await write(one, 'first')
  await write(one, 'second')
  equal(await within(10_000, stream.next()), 'first')
  equal(await within(10_000, stream.next()), 'second')
  deepEqual(stream.lines[0], { heartbeat: true })
  const again = await follow(headers, '?after=1')
  equal(await within(10_000, again.next()), 'first')
  ok(!JSON.stringify([stream.lines, again.lines]).includes('foreign'))
})

test('[P7] followers of a tenant are bounded; one that goes makes room', async () => {
  const { tenantId } = await app.tenant()
  const headers = await app.key({ tenantId })
  const leave = new AbortController()
  const first = await fetch(`${url}/api/v1/audit/stream`, { headers, signal: leave.signal })
  equal(first.status, 200)
  for (let n = 1; n < maxFollowers; n++) equal((await follow(headers)).status, 200)
  equal((await follow(headers)).status, 429)
  equal((await follow(await app.key({ tenantId: (await app.tenant()).tenantId }))).status, 200)
  leave.abort()
  let status = 0
  for (let tries = 0; status !== 200 && tries < 100; tries++) {
    await new Promise((resolve) => setTimeout(resolve, 50))
    status = (await follow(headers)).status
  }
  equal(status, 200)
})

test('[P7] following ends soon after its key is revoked', async () => {
  const { tenantId } = await app.tenant()
  const headers = await app.key({ tenantId })
  const stream = await follow(headers)
  await app.sql('update api_key set revoked_at = app.now() where tenant_id = $1', [tenantId])
  await within(5000, stream.ended)
  equal((await fetch(`${url}/api/v1/audit/stream`, { headers })).status, 401)
})

test('[P7] [R9] each committed event becomes one line of the audit log, whoever made it', async () => {
  const ctx = await app.tenant()
  const lines: Record<string, unknown>[] = []
  const log = { info: (line: Record<string, unknown>) => void lines.push(line) } as never
  const drain = async () => {
    while ((await writeAuditLog(app.database, log)) > 0);
    return lines.splice(0).filter(({ tenantId }) => tenantId === ctx.tenantId)
  }
  await drain()
  await write({ ...ctx, requestId: 'request-1' }, 'mine')
  await app.sql(`set role daytwo_operator; update tenant set name = 'New' where id = '${ctx.tenantId}'`)
  const [first, second, ...more] = await drain()
  deepEqual(more, [])
  deepEqual(
    [first!.file, first!.action, first!.subject, first!.requestId, first!.seq],
    ['audit', 'x.y', 'mine', 'request-1', 1],
  )
  deepEqual([second!.action, second!.actorType], ['update.tenant', 'operator'])
  match(String(first!.at), /^\d{4}-/)
  deepEqual(await drain(), [], 'once')
  // Two at a time: one writes, the other waits for its next turn.
  await write(ctx, 'again')
  await Promise.all([writeAuditLog(app.database, log), writeAuditLog(app.database, log)])
  equal((await drain()).length + lines.length, 1)
})
