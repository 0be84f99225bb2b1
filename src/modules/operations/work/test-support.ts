/** Tenants with dead letters on the whole API, for this folder's tests. */
import assert from 'node:assert/strict'
import type { Context } from '#kernel/context/index.ts'
import { testApp } from '#test/support/app.ts'
import { githubWebhook } from '#test/support/webhooks.ts'

export const unreadable = 'intake/unreadable-payload'

type Someone = { ctx: Context; headers: { authorization: string }; send(body: string): Promise<void> }
type Tenant = Pick<Someone, 'ctx'>
type Caller = Pick<Someone, 'headers'>

export async function deadLetterBench() {
  const app = await testApp()

  /** A tenant with a connection of its own; `send` signs what it sends, whatever that is. */
  async function someone(): Promise<Someone> {
    const ctx = await app.tenant()
    const headers = await app.key({ tenantId: ctx.tenantId })
    const made = await app.http.inject({
      method: 'POST',
      url: '/api/v1/connections',
      headers,
      payload: { source: 'github', name: 'a connection' },
    })
    const { id, secret } = made.json()
    const send = async (body: string) => {
      const reply = await app.http.inject(githubWebhook('push', body, { connection: id, secret }))
      assert.equal(reply.statusCode, 202, reply.body)
    }
    return { ctx, headers, send }
  }

  /** A tenant whose first events were signed and are not JSON: dead letters as they really come to be. */
  async function withDeadLetters(count: number): Promise<Someone> {
    const one = await someone()
    for (let index = 0; index < count; index++) await one.send(`{"broken": ${index}`)
    await app.settle()
    return one
  }

  /** Dead letters in numbers that would take long to send. */
  const manyDead = (tenantId: string, count: number, errorClass = 'Error') =>
    app.sql(
      `insert into event_queue (tenant_id, event_source, event_type, delivery_id, content_type, segment_id, payload_offset, payload_length,
         status, attempt_count, last_error, error_class, finished_at)
       select $1, 'github', 'push', $3 || n, 'application/json', gen_random_uuid(), 0, 0, 'dead_lettered', 3, 'no', $3, now()
       from generate_series(1, $2) n`,
      [tenantId, count, errorClass],
    )

  async function get({ headers }: Caller, url: string, status = 200) {
    const reply = await app.http.inject({ url: `/api/v1${url}`, headers })
    assert.equal(reply.statusCode, status, reply.body)
    return reply.json()
  }
  async function requeue({ headers }: Caller, payload: object, status = 200, work = 'event_queue') {
    const reply = await app.http.inject({ method: 'POST', url: `/api/v1/work/${work}/requeue`, headers, payload })
    assert.equal(reply.statusCode, status, reply.body)
    return reply.json()
  }
  const rowsOf = ({ ctx }: Tenant) =>
    app.sql(
      'select id::int, status, attempt_count, requeued_count, error_class from event_queue where tenant_id = $1 order by id',
      [ctx.tenantId],
    )
  const auditOf = ({ ctx }: Tenant) =>
    app.sql(
      `select action, actor_type, subject, delta -> 'after' as after from audit_events
       where tenant_id = $1 and action like 'operations.work%' order by id`,
      [ctx.tenantId],
    )

  return { app, someone, withDeadLetters, manyDead, get, requeue, rowsOf, auditOf }
}
