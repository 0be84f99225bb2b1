/** An application whose alerts a test makes and lets age, for the tests of this folder. */
import type { AlertCondition, Finding } from '#kernel/alerts/index.ts'
import { defaultTenantId } from '#kernel/context/index.ts'
import { makeEventLog } from '#kernel/events/index.ts'
import { testApp } from '#test/support/app.ts'
import { silentLog } from '#test/support/database.ts'
import { evaluateAlerts } from './evaluate.ts'

export const app = await testApp()
export const admin = await app.key()

export type Reply = { [name: string]: unknown }
export const get = async (path: string, headers = admin) =>
  (await app.http.inject({ url: `/api/v1/admin/system-alerts${path}`, headers })).json() as Reply
export const listed = async (state = 'all', headers = admin) =>
  (await get(`?state=${state}`, headers)).alerts as Reply[]
export const acknowledge = (id: unknown, payload: object = {}, headers = admin) =>
  app.http.inject({ method: 'POST', url: `/api/v1/admin/system-alerts/${id}/acknowledge`, headers, payload })
export const set = (name: string, value: unknown, tenantId: string = defaultTenantId) =>
  app.sql(
    `insert into setting (tenant_id, name, value) values ($1, $2, $3) on conflict (tenant_id, name) do update set value = excluded.value`,
    [tenantId, name, JSON.stringify(value)],
  )
export const minutesPass = (minutes: number) =>
  app.sql(
    `update alert set clean_since = clean_since - $1 * interval '1 minute', resolved_at = resolved_at - $1 * interval '1 minute'`,
    [minutes],
  )

/** A condition whose findings the test decides; everything behind it is the product's. */
export const findings: Finding[] = []
/** What its evaluation throws instead. */
export const failing: { with: Error | undefined } = { with: undefined }
export const condition = (over: Partial<AlertCondition> = {}): AlertCondition => ({
  name: 'of_the_test',
  severity: 'MEDIUM',
  summary: 'for the test',
  visibleTo: 'tenant',
  async evaluate() {
    if (failing.with) throw failing.with
    return [...findings]
  },
  ...over,
})
export const deps = (conditions: readonly AlertCondition[]) => ({
  database: app.database,
  eventLog: makeEventLog(),
  log: silentLog,
  conditions: () => conditions,
})
export const evaluate = (over?: Partial<AlertCondition>) => evaluateAlerts(deps([condition(over)]))
export const finding = (tenantId: string | null, over: Partial<Finding> = {}): Finding => ({
  tenantId,
  subject: 'x',
  detail: 'It is so.',
  value: 7,
  threshold: 5,
  ...over,
})
export const whats = async (id: unknown, headers = admin) =>
  ((await get(`/${id}`, headers)).history as { what: string }[]).map(({ what }) => what)
