/**
 * Evaluates all conditions and gives their alerts the next step of their lives. Several processes may do so at once or die in
 * between: each condition's findings are applied in one transaction that only the newest evaluation of it gets through.
 */
import type { AlertCondition, Finding } from '#kernel/alerts/index.ts'
import { uuidv7 } from '#kernel/clock/index.ts'
import { defaultTenantId } from '#kernel/context/index.ts'
import type { Database, PlatformTx } from '#kernel/database/index.ts'
import type { EventLog } from '#kernel/events/index.ts'
import { readPlatformSetting } from '#kernel/settings/index.ts'
import type { Logger } from '#kernel/telemetry/index.ts'
import { alertsChanged } from './events.ts'
import { type Found, isWorse, type KnownAlert, planAlerts } from './life.ts'
import {
  beginEvaluation,
  clearPending,
  finishEvaluation,
  insertAlert,
  insertHistory,
  insertPending,
  knownAlerts,
  markClean,
  orphanedAlerts,
  pendingFindings,
  refreshAlert,
  resolveAlert,
} from './queries.ts'
import { reopenWithinMinutes, resolveAfterMinutes } from './settings.ts'

export type Deps = {
  readonly database: Database
  readonly eventLog: EventLog
  readonly log: Logger
  readonly conditions: () => readonly AlertCondition[]
}
export type Tally = { open: number; raised: number; resolved: number; failed: number }

const maxErrorLength = 500

/** Evaluates every condition, one after the other; one that fails is told and harms no other. */
export async function evaluateAlerts(deps: Deps): Promise<Tally> {
  const tally: Tally = { open: 0, raised: 0, resolved: 0, failed: 0 }
  const conditions = deps.conditions()
  for (const condition of conditions) await evaluateOne(deps, condition, tally)
  tally.resolved += await resolveOrphans(deps, conditions)
  return tally
}

async function evaluateOne({ database, eventLog, log }: Deps, condition: AlertCondition, tally: Tally) {
  const { name } = condition
  const evaluation = uuidv7()
  await database.platformTx('begin an evaluation', (tx) => tx.run(beginEvaluation, { name, evaluation }))
  let found: readonly Found[]
  try {
    found = (await condition.evaluate(database)).map((finding) => ({
      ...finding,
      ...placeOf(condition, finding),
      severity: finding.severity ?? condition.severity,
    }))
  } catch (error) {
    tally.failed++
    log.error({ condition: name, err: error }, 'an alert condition could not be evaluated; its alerts stay as they are')
    const text = (error instanceof Error ? error.message : String(error)).replaceAll('\0', '').slice(0, maxErrorLength)
    await database.platformTx('record a failed evaluation', (tx) =>
      tx.row(finishEvaluation, { name, evaluation, error: text }),
    )
    return
  }
  await database.platformTx('apply an evaluation', async (tx) => {
    const mine = await tx.row(finishEvaluation, { name, evaluation, error: null })
    if (mine) await apply(tx, { eventLog, condition, found, now: mine.now, tally })
  })
}

/** Whose alert it is; those who run the installation see which tenant one of theirs is about. */
function placeOf({ visibleTo }: AlertCondition, { tenantId, subject }: Finding) {
  if (visibleTo === 'tenant' || tenantId === null) return { tenantId: tenantId ?? defaultTenantId, subject }
  return { tenantId: defaultTenantId, subject: `${subject} (tenant ${tenantId})`.trim() }
}

type Application = {
  eventLog: EventLog
  condition: AlertCondition
  found: readonly Found[]
  now: Date
  tally: Tally
}

async function apply(tx: PlatformTx, { eventLog, condition, found, now, tally }: Application) {
  const { name, visibleTo } = condition
  const plan = planAlerts({
    now,
    found,
    resolveAfterMinutes: await readPlatformSetting(tx, resolveAfterMinutes),
    known: await tx.rows(knownAlerts, {
      condition: name,
      reopenWithinMinutes: await readPlatformSetting(tx, reopenWithinMinutes),
    }),
    pending: await tx.rows(pendingFindings, { condition: name }),
  })
  const step = stepWriter(tx, eventLog)
  for (const finding of plan.raised) {
    const id = uuidv7()
    const { tenantId, subject } = finding
    await tx.run(insertAlert, { tenantId, id, condition: name, subject, visibleTo, ...figuresOf(finding) })
    await step('raised', { ...finding, id, condition: name, visibleTo }, finding.value)
  }
  for (const { alert, found: finding } of plan.reopened) {
    await tx.run(refreshAlert, { ...idOf(alert), raise: true, ...figuresOf(finding) })
    await step('reopened', { ...finding, ...idOf(alert), condition: name, visibleTo }, finding.value)
  }
  for (const { alert, found: finding } of plan.kept) {
    const raise = isWorse(finding.severity, alert.severity)
    await tx.run(refreshAlert, { ...idOf(alert), raise, ...figuresOf(finding) })
  }
  for (const { alert, found: finding } of plan.severityChanged) {
    const note = `${alert.severity} → ${finding.severity}`
    await step('severity-changed', { ...finding, ...idOf(alert), condition: name, visibleTo }, finding.value, note)
  }
  if (plan.turnedClean.length > 0) await tx.run(markClean, { ids: plan.turnedClean.map(({ id }) => id) })
  for (const alert of plan.resolved) {
    await tx.run(resolveAlert, idOf(alert))
    await step('resolved', { ...alert, condition: name, visibleTo })
  }
  await tx.run(clearPending, { condition: name })
  if (plan.pending.length > 0) await tx.run(insertPending, { condition: name, rows: plan.pending })
  tally.raised += plan.raised.length + plan.reopened.length
  tally.resolved += plan.resolved.length
  tally.open += plan.raised.length + plan.reopened.length + plan.kept.length
}

const idOf = ({ tenantId, id }: KnownAlert) => ({ tenantId, id })
const figuresOf = ({ severity, detail, value, threshold }: Found) => ({ severity, detail, value, threshold })

type Subject = Pick<KnownAlert, 'id' | 'tenantId' | 'subject' | 'severity' | 'detail'> & {
  readonly condition: string
  readonly visibleTo: 'tenant' | 'platform'
}

/** Writes a step into the alert's history and tells whoever subscribed to it. */
const stepWriter =
  (tx: PlatformTx, eventLog: EventLog) =>
  async (
    what: 'raised' | 'reopened' | 'resolved' | 'severity-changed',
    alert: Subject,
    value?: number,
    note?: string,
  ) => {
    const { id: alertId, tenantId, subject, severity, detail, condition, visibleTo } = alert
    const row = { tenantId, alertId, what, actor: null, note: note ?? null, value: value ?? null }
    await tx.run(insertHistory, row)
    await eventLog.publish({ ...tx, tenantId }, alertsChanged, {
      alertId,
      what,
      condition,
      subject,
      severity,
      visibleTo,
      detail,
    })
  }

/** A condition that a new version dropped would otherwise leave its alerts open for ever. */
async function resolveOrphans({ database, eventLog }: Deps, conditions: readonly AlertCondition[]): Promise<number> {
  return database.platformTx('resolve orphaned alerts', async (tx) => {
    const orphans = await tx.rows(orphanedAlerts, { known: conditions.map(({ name }) => name) })
    const step = stepWriter(tx, eventLog)
    for (const alert of orphans) {
      await tx.run(resolveAlert, { tenantId: alert.tenantId, id: alert.id })
      await step('resolved', alert, undefined, 'nothing looks for this condition any more')
    }
    return orphans.length
  })
}
