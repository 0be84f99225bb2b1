/**
 * Which channel is to be told what: written from how alerts stand and what was written before, so that it may be done twice, late, by a
 * subscriber and by the schedule. Who plans for a tenant holds its lock; the natural key of a row is the net below.
 */
import { noRow, raw, sql, statement, uuids } from '#kernel/sql/index.ts'

const zeroUuid = '00000000-0000-0000-0000-000000000000'

/** Of these alerts; null: of all that are open or resolved within a day. */
export type Planned = { readonly tenantId: string; readonly alertIds: readonly string[] | null }
const sample: Planned = { tenantId: zeroUuid, alertIds: null }

const rank = (column: string) => raw(`array_position(array['LOW', 'MEDIUM', 'HIGH', 'CRITICAL'], ${column})`)
const columns = sql`(tenant_id, channel_id, alert_id, opening, change, nth, condition, subject, severity, detail, value, threshold)`
const snapshot = sql`a.condition, a.subject, a.severity, a.detail, a.value, a.threshold`
const ofAlerts = ({ tenantId, alertIds }: Planned) => sql`
  from alerts_v_alert a join alert_notification_channels c on c.tenant_id = a.tenant_id
  where a.tenant_id = ${tenantId}::uuid and c.removed_at is null
    and case when ${alertIds === null}::bool then a.resolved_at is null or a.resolved_at > app.now() - interval '1 day'
      else a.id = any(${uuids(alertIds ?? [])}::uuid[]) end`
/** What the channel hears of now. Of the end it hears by what it was told, whatever became of the alert and the channel since. */
const hears = sql`c.enabled and ${rank('a.severity')} >= ${rank('c.minimum_severity')}`
/** Notifications `n` of the same opening to the same channel. */
const same = sql`n.tenant_id = a.tenant_id and n.alert_id = a.id and n.channel_id = c.id and n.opening = a.opening`
const once = sql`on conflict on constraint notification__once do nothing`

/** Two who plan for one tenant wait for each other: each sees what the other wrote. */
export const lockPlan = statement({
  name: 'notifications.lock-plan',
  row: noRow,
  sample: { tenantId: zeroUuid },
  sql: ({ tenantId }: { tenantId: string }) => sql`
    select pg_advisory_xact_lock(hashtextextended(${tenantId}::text, 7322))`,
})

/** Open alerts that a channel was not to be told of yet, or only when they were less severe. */
export const planOpenings = statement({
  name: 'notifications.plan-openings',
  row: noRow,
  sample,
  sql: (planned: Planned) => sql`
    insert into notification ${columns}
    select a.tenant_id, c.id, a.id, a.opening,
      case when exists (select from notification n where ${same} and n.change in ('raised', 'escalated')) then 'escalated' else 'raised' end,
      ${rank('a.severity')}, ${snapshot}
    ${ofAlerts(planned)} and ${hears} and a.state <> 'resolved' and not exists (
      select from notification n where ${same} and n.change in ('raised', 'escalated') and n.nth >= ${rank('a.severity')})
    ${once}`,
})

/** Open alerts that nobody acknowledged, of which a channel heard nothing for so long. */
export const planReminders = statement({
  name: 'notifications.plan-reminders',
  row: noRow,
  sample: { ...sample, hours: 24 },
  sql: ({ hours, ...planned }: Planned & { hours: number }) => sql`
    insert into notification ${columns}
    select a.tenant_id, c.id, a.id, a.opening, 'reminder',
      1 + coalesce((select max(n.nth) from notification n where ${same} and n.change = 'reminder'), 0), ${snapshot}
    ${ofAlerts(planned)} and ${hears} and a.state = 'raised' and ${hours}::int > 0
      and (select max(coalesce(n.told_at, n.finished_at)) from notification n where ${same})
        < app.now() - ${hours}::int * interval '1 hour'
      and not exists (select from notification n where ${same} and n.finished_at is null)
    ${once}`,
})

/** Alerts that ended, for channels that heard or may have heard of them. */
export const planResolutions = statement({
  name: 'notifications.plan-resolutions',
  row: noRow,
  sample,
  sql: (planned: Planned) => sql`
    insert into notification ${columns}
    select a.tenant_id, c.id, a.id, a.opening, 'resolved', 0, ${snapshot}
    ${ofAlerts(planned)} and a.state = 'resolved' and exists (
      select from notification n where ${same} and n.change <> 'resolved'
        and (n.told_at is not null or n.perhaps_told or n.status = 'processing' or n.error_class is not null))
    ${once}`,
})

/** What waits for the end of quiet hours to tell of an alert that ended meanwhile is looked at now, and then told no more. */
export const hastenEnded = statement({
  name: 'notifications.hasten-ended',
  row: noRow,
  sample,
  sql: ({ tenantId, alertIds }: Planned) => sql`
    update notification n set due_at = app.now() from alerts_v_alert a
    where n.tenant_id = ${tenantId}::uuid and n.finished_at is null and n.status = 'pending' and n.error_class is null
      and n.due_at > app.now() and a.tenant_id = n.tenant_id and a.id = n.alert_id
      and (a.state = 'resolved' or a.opening <> n.opening)
      and (${alertIds === null}::bool or a.id = any(${uuids(alertIds ?? [])}::uuid[]))`,
})

/** A channel's rules changed: what waits by the old ones is looked at anew. */
export const hastenChannel = statement({
  name: 'notifications.hasten-channel',
  row: noRow,
  sample: { tenantId: zeroUuid, channelId: zeroUuid },
  sql: (p: { tenantId: string; channelId: string }) => sql`
    update notification n set due_at = app.now()
    where n.tenant_id = ${p.tenantId}::uuid and n.channel_id = ${p.channelId}::uuid and n.finished_at is null
      and n.status = 'pending' and n.error_class is null and n.due_at > app.now()`,
})

/**
 * What was left out by a rule of its channel that holds no longer becomes due again where it still stands: that an alert began while it is
 * open, that it ended while it is over. Of these alerts or all, to this channel or all.
 */
export const reviveSkipped = statement({
  name: 'notifications.revive-skipped',
  row: noRow,
  sample: { ...sample, channelId: null },
  sql: ({ tenantId, alertIds, channelId }: Planned & { channelId: string | null }) => sql`
    update notification n set status = 'pending' from alert_notification_channels c
    where n.tenant_id = ${tenantId}::uuid and n.status = 'completed' and n.told_at is null
      and (${alertIds === null}::bool or n.alert_id = any(${uuids(alertIds ?? [])}::uuid[]))
      and (${channelId}::uuid is null or n.channel_id = ${channelId}::uuid)
      and c.tenant_id = n.tenant_id and c.id = n.channel_id and c.enabled and c.removed_at is null
      and (n.outcome = 'skipped:channel-off'
        or n.outcome = 'skipped:below-minimum' and ${rank('n.severity')} >= ${rank('c.minimum_severity')})
      and coalesce((select a.opening = n.opening and (a.state = 'resolved') = (n.change = 'resolved')
        from alerts_v_alert a where a.tenant_id = n.tenant_id and a.id = n.alert_id), n.change = 'resolved')`,
})
