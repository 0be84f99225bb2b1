import { audit } from '#kernel/audit/index.ts'
import { type Context, requirePermission } from '#kernel/context/index.ts'
import type { Database } from '#kernel/database/index.ts'
import { notFound, Problem } from '#kernel/errors/index.ts'
import type { EventLog } from '#kernel/events/index.ts'
import { alertsChanged } from './events.ts'
import { alreadyResolved } from './problems.ts'
import { insertHistory } from './queries.ts'
import { type AlertRecord, acknowledge, alertById, lockAlert } from './read-queries.ts'

/** Somebody looks after it. It stays acknowledged until it resolves or becomes more severe; acknowledging twice changes nothing. */
export async function acknowledgeAlert(
  { database, eventLog }: { database: Database; eventLog: EventLog },
  ctx: Context,
  input: { id: string; note: string | null },
): Promise<AlertRecord> {
  requirePermission(ctx, 'admin:write')
  const { id, note } = input
  return database.tenantTx(ctx, async (tx) => {
    const before = await tx.row(lockAlert, { id })
    if (!before) throw new Problem(notFound, 'No alert has this id.')
    if (before.state === 'acknowledged') return before
    if (before.state === 'resolved')
      throw new Problem(alreadyResolved, `It resolved at ${before.resolvedAt!.toISOString()}.`)
    const { name } = ctx.actor
    await tx.run(acknowledge, { id, by: name })
    const { tenantId } = tx
    await tx.run(insertHistory, { tenantId, alertId: id, what: 'acknowledged', actor: name, note, value: before.value })
    await audit(tx, ctx, {
      action: 'alerts.acknowledged',
      subject: `alert:${id}`,
      before: { state: before.state },
      after: { state: 'acknowledged', condition: before.condition, about: before.subject, note },
    })
    const { condition, subject, severity, visibleTo, detail } = before
    await eventLog.publish(tx, alertsChanged, {
      alertId: id,
      what: 'acknowledged',
      condition,
      subject,
      severity,
      visibleTo,
      detail,
    })
    return (await tx.row(alertById, { id }))!
  })
}
