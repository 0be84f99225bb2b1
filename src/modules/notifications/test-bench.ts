/** The product with stand-ins outside, tenants with channels, and alerts of a condition whose findings the test decides. */
import { equal } from 'node:assert/strict'
import type { Finding } from '#kernel/alerts/index.ts'
import { evaluateAlerts } from '#modules/alerts/evaluate.ts'
import { type TestApp, testApp } from '#test/support/app.ts'
import { silentLog } from '#test/support/database.ts'
import { type Outside, startOutside } from './test-outside.ts'

export const botToken = 'xoxb-0000000000-notArealToken'
export const routingKey = '0123456789abcdef0123456789abcdef'

export type Reply = Record<string, unknown>
export type Bench = Awaited<ReturnType<typeof notificationBench>>

export async function notificationBench(environment: Record<string, string> = {}) {
  const outside = await startOutside()
  const app = await testApp({ ...outside.environment, ...environment })
  return { outside, app, sql: app.sql, tenant: (timeZone?: string) => makeTenant(app, outside, timeZone) }
}

async function makeTenant(app: TestApp, outside: Outside, timeZone = 'UTC') {
  const { tenantId } = await app.tenant(timeZone)
  const headers = await app.key({ tenantId })
  const findings = new Map<string, Finding>()
  const ask = async (
    method: 'GET' | 'POST' | 'PATCH' | 'DELETE',
    path: string,
    payload?: object,
    expected?: number,
  ) => {
    const reply = await app.http.inject({ method, url: `/api/v1${path}`, headers, ...(payload ? { payload } : {}) })
    if (expected !== undefined) equal(reply.statusCode, expected, reply.body)
    return reply
  }
  const name = `of_the_test_${tenantId.slice(0, 8)}`
  const evaluate = () =>
    evaluateAlerts({
      database: app.database,
      eventLog: app.composed.eventLog,
      log: silentLog,
      conditions: () => [
        { name, severity: 'MEDIUM', summary: 'x', visibleTo: 'tenant', evaluate: async () => [...findings.values()] },
      ],
    })
  const plan = app.composed.schedules.find((schedule) => schedule.name === 'scheduler:send-alert-notifications')!
  return {
    tenantId,
    headers,
    ask,
    /** A channel that sends to a path of the stand-in of its own. */
    async webhook(path: string, over: object = {}) {
      const reply = await ask(
        'POST',
        '/notification-channels',
        { kind: 'webhook', name: path, url: `${outside.url}${path}`, ...over },
        201,
      )
      return reply.json() as { id: string; secret: string }
    },
    channel: async (payload: object) => (await ask('POST', '/notification-channels', payload, 201)).json(),
    channels: async () => (await ask('GET', '/notification-channels', undefined, 200)).json(),
    /** Finds it from now on, evaluates, and sends what follows. */
    async find(subject: string, over: Partial<Finding> = {}) {
      findings.set(subject, { tenantId, subject, detail: `${subject} is so.`, value: 7, threshold: 5, ...over })
      await evaluate()
      await app.settle()
    },
    /** Finds it no more, lets the time pass that alerts take to resolve, and sends what follows. */
    async lose(subject: string) {
      findings.delete(subject)
      await evaluate()
      await app.sql(`update alert set clean_since = clean_since - interval '10 minutes' where tenant_id = $1`, [
        tenantId,
      ])
      await evaluate()
      await app.settle()
    },
    evaluate,
    findings,
    plan: () => plan.run(),
    settle: () => app.settle(),
    async told(query = ''): Promise<Reply[]> {
      return (await ask('GET', `/notifications?limit=200${query}`, undefined, 200)).json().notifications
    },
    /** What was written, oldest first: what it says, and how it stands. */
    async story(query = ''): Promise<string[]> {
      return (await this.told(query))
        .reverse()
        .map(({ change, state, why, severity }) => [change, severity, state, ...(why === null ? [] : [why])].join(' '))
    },
    set: (setting: string, value: unknown) => ask('PUT' as 'POST', `/settings/${setting}`, { value }, 200),
    /** As though so much time had passed since anybody was told. */
    minutesPass: (minutes: number) =>
      app.sql(
        `update notification set told_at = told_at - $2 * interval '1 minute', finished_at = finished_at - $2 * interval '1 minute',
           due_at = due_at - $2 * interval '1 minute' where tenant_id = $1`,
        [tenantId, minutes],
      ),
  }
}
