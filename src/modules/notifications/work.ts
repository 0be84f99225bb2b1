/** Sending what is due: one notification a row, at least once, with the same key each time. */
import { z } from 'zod'
import { severities } from '#kernel/alerts/index.ts'
import type { Database } from '#kernel/database/index.ts'
import type { EventLog } from '#kernel/events/index.ts'
import { readSetting } from '#kernel/settings/index.ts'
import type { LeasedWork, Outcome, WorkRow } from '#kernel/work/index.ts'
import type { Deps as ChannelDeps } from './channels/deps.ts'
import { openSecrets } from './channels/secrets.ts'
import { type Decision, decide } from './decide.ts'
import { notificationAttempted } from './events.ts'
import type { Message } from './message.ts'
import { AskedToWait, shorten } from './providers/provider.ts'
import { localClock, localInstant, noteAnswer } from './queries.ts'
import { minutesOf } from './quiet.ts'
import { notificationChanges } from './schemas.ts'
import { calmMinutes } from './settings.ts'
import { afterSeconds, markPerhapsTold, markTold, standingOf } from './work-queries.ts'

const row = z.object({
  key: z.string(),
  alertId: z.string(),
  opening: z.number(),
  change: z.enum(notificationChanges),
  condition: z.string(),
  subject: z.string(),
  severity: z.enum(severities),
  detail: z.string(),
  value: z.number(),
  threshold: z.number(),
})
type Row = WorkRow & z.output<typeof row>

/** A connection each. */
const batch = 8
/** With the waits between them, a little under an hour. */
const maxAttempts = 8

type Deps = Pick<ChannelDeps, 'database' | 'eventLog' | 'key' | 'providers' | 'pages'>

export const notificationWork = (deps: Deps): LeasedWork<z.output<typeof row>> => ({
  kind: 'leased',
  name: 'notification',
  table: 'notification',
  columns: `w.key as "key", w.alert_id as "alertId", w.opening as "opening", w.change as "change", w.condition as "condition",
    w.subject as "subject", w.severity as "severity", w.detail as "detail", w.value as "value", w.threshold as "threshold"`,
  row,
  batch,
  maxAttempts,
  timed: true,
  summary: `w.change || ' ' || w.condition || ' ' || w.subject || ' to ' || (select c.name from alert_notification_channels c where c.tenant_id = w.tenant_id and c.id = w.channel_id)`,
  handle: (claimed) => handle(deps, claimed),
})

type Standing = NonNullable<Awaited<ReturnType<typeof look>>>

/** Where it stands, and what that means. */
async function look(database: Database, { tenantId, id, change, severity, opening }: Row) {
  return database.tenantTx({ tenantId }, async (tx) => {
    const seen = await tx.row(standingOf, { id })
    if (!seen) return undefined
    if (seen.answerLost) await tx.run(markPerhapsTold, { tenantId, id })
    const local = (await tx.row(localClock, { tenantId }))!
    const decision = decide({
      change,
      severity,
      opening,
      channel: {
        enabled: seen.enabled,
        removed: seen.removed,
        minimumSeverity: seen.minimumSeverity,
        quiet:
          seen.quietFrom === null || seen.quietTo === null
            ? null
            : {
                from: minutesOf(seen.quietFrom),
                to: minutesOf(seen.quietTo),
                days: seen.quietDays,
                letsThrough: seen.quietLetsThrough,
              },
      },
      alert: seen.alertState === null ? null : { state: seen.alertState, opening: seen.alertOpening! },
      earlierUnderway: seen.earlierUnderway,
      superseded: seen.superseded,
      perhapsTold: seen.perhapsTold,
      toldBefore:
        seen.toldBeforeSeconds === null
          ? null
          : { secondsAgo: seen.toldBeforeSeconds, severity: seen.toldBeforeSeverity! },
      calmMinutes: await readSetting(tx, calmMinutes),
      local,
    })
    const { day, timeZone } = local
    const due =
      decision.do !== 'wait'
        ? undefined
        : 'until' in decision
          ? await tx.row(localInstant, { day, timeZone, ...decision.until })
          : await tx.row(afterSeconds, { seconds: decision.seconds })
    return { seen, decision, dueAgainAt: due?.at }
  })
}

async function handle(deps: Deps, claimed: Row): Promise<Outcome> {
  const { database, eventLog } = deps
  const standing = await look(database, claimed)
  // Taken before, by an attempt that died before it could say so to the engine.
  if (!standing || standing.seen.toldAt !== null) return { outcome: 'sent' }
  const { decision, dueAgainAt } = standing
  if (decision.do === 'skip') return { outcome: `skipped:${decision.why}` }
  if (decision.do === 'wait') return { outcome: `waiting:${decision.why}`, dueAgainAt: dueAgainAt! }
  const note = { database, eventLog, claimed, channelId: standing.seen.channelId }
  let answer: string
  try {
    answer = await send(deps, claimed, standing)
  } catch (error) {
    await settle(note, shorten(error instanceof Error ? error.message : String(error)))
    if (!(error instanceof AskedToWait)) throw error
    const again = await database.platformTx('wait as asked', (tx) => tx.row(afterSeconds, { seconds: error.seconds }))
    return { outcome: 'waiting:asked-to-wait', dueAgainAt: again!.at }
  }
  await settle(note, null, answer)
  return { outcome: 'sent' }
}

const send = (
  { key, providers, pages }: Deps,
  { tenantId, ...claimed }: Row,
  { seen }: Pick<Standing & { decision: Decision }, 'seen'>,
): Promise<string> => {
  const { condition, subject, severity, detail, value, threshold } = claimed
  const message: Message = {
    key: claimed.key,
    change: claimed.change,
    alert: {
      id: claimed.alertId,
      condition,
      subject,
      severity,
      detail,
      value,
      threshold,
      raisedAt: seen.openedAt ?? seen.createdAt,
      resolvedAt: claimed.change === 'resolved' ? (seen.resolvedAt ?? seen.createdAt) : null,
    },
    url: pages.alert(claimed.alertId),
    runbookUrl: pages.runbook(condition),
    writtenAt: seen.createdAt,
  }
  const { channelId: id, target, secret } = seen
  return providers[seen.kind].send({ id, tenantId, target, secret: openSecrets(key, id, secret) }, message)
}

type Note = { database: Database; eventLog: EventLog; claimed: Row; channelId: string }

/** What came of it, in the row, at the channel and for who looks on. */
async function settle({ database, eventLog, claimed, channelId }: Note, failure: string | null, answer = '') {
  const { tenantId, id, alertId } = claimed
  await database.tenantTx({ tenantId }, async (tx) => {
    if (failure === null) await tx.run(markTold, { tenantId, id, answer: answer.replaceAll('\0', '') })
    await tx.run(noteAnswer, { tenantId, id: channelId, failure })
    const payload = { notificationId: id, channelId, alertId, told: failure === null }
    await eventLog.publish(tx, notificationAttempted, payload)
  })
}
