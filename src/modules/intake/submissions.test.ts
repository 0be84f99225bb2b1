import assert from 'node:assert/strict'
import { AsyncLocalStorage } from 'node:async_hooks'
import { test } from 'node:test'
import { z } from 'zod'
import { testDatabase } from '#test/support/database.ts'
import { makeGroupCommit } from './group-commit.ts'
import { storeFlush } from './queries.ts'
import { defineSubmission, submit } from './submissions.ts'

const { database, tenant, sql } = await testDatabase()
const request = new AsyncLocalStorage<string>()
const flushedWithin: (string | undefined)[] = []
const groupCommit = makeGroupCommit((flush) => {
  flushedWithin.push(request.getStore())
  return database.platformTx('a test', async (tx) => void (await tx.run(storeFlush, flush)))
})
const note = defineSubmission({
  path: '/notes',
  tag: 'test',
  summary: 'Say something',
  body: z.strictObject({ text: z.string() }),
  authorize: async () => undefined,
  toEvent: (data) => ({ type: 'note.said', data }),
})
const say = async (
  tenantId: string,
  text: string,
  { idempotencyKey = undefined as string | undefined, requestId = text } = {},
) => {
  const ctx = { tenantId, actor: { type: 'key', id: 'k', name: 'k' }, permissions: new Set(['events:write']) } as const
  return submit({ database, groupCommit }, ctx, note, { body: { text }, requestId, idempotencyKey })
}

test('[Q9] a flush, which writes everybody’s events, does not run within the request that set it off', async () => {
  const { tenantId } = await tenant()
  await Promise.all(['a', 'b', 'c'].map((text) => request.run(text, () => say(tenantId, text))))
  assert.ok(flushedWithin.length > 0)
  assert.deepEqual(new Set(flushedWithin), new Set([undefined]))
})

test('[Q3] [Q9] the same content is the same event; another content, key or tenant is another', async () => {
  const [one, two] = [await tenant(), await tenant()]
  const first = await say(one.tenantId, 'x', { requestId: 'first' })
  assert.equal(first.duplicate, false)
  assert.deepEqual(await say(one.tenantId, 'x', { requestId: 'second' }), { ...first, duplicate: true })
  assert.equal((await say(one.tenantId, 'y')).duplicate, false)
  assert.equal((await say(one.tenantId, 'x', { requestId: 'third', idempotencyKey: 'k1' })).duplicate, false)
  assert.equal((await say(two.tenantId, 'x', { requestId: 'fourth' })).duplicate, false)
  const rows = await sql('select tenant_id, event_source, event_type from event_queue where tenant_id = any($1)', [
    [one.tenantId, two.tenantId],
  ])
  assert.equal(rows.length, 4)
  assert.ok(rows.every((row) => row.event_source === 'api' && row.event_type === 'note.said'))
})
