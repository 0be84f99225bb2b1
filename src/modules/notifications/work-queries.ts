/** Statements of whoever sends. */
import { z } from 'zod'
import { severities } from '#kernel/alerts/index.ts'
import { noRow, raw, sql, statement } from '#kernel/sql/index.ts'
import { channelKinds } from './schemas.ts'

const zeroUuid = '00000000-0000-0000-0000-000000000000'
const severity = z.enum(severities)
const stateOfAlert = z.enum(['raised', 'acknowledged', 'resolved'])

/** The last attempt ended so that nobody knows whether it arrived. */
const answerLost = (row: string) =>
  raw(`coalesce(${row}.error_class in ('dial/timeout', 'dial/unreachable', 'timeout', 'crash'), false)`)

/** Where a notification that is due stands: its channel, its alert, and what was told before. */
export const standingOf = statement({
  name: 'notifications.standing',
  row: z.object({
    toldAt: z.date().nullable(),
    createdAt: z.date(),
    channelId: z.string(),
    kind: z.enum(channelKinds),
    channelName: z.string(),
    target: z.string(),
    secret: z.instanceof(Buffer).nullable(),
    minimumSeverity: severity,
    quietFrom: z.string().nullable(),
    quietTo: z.string().nullable(),
    quietDays: z.array(z.number()),
    quietLetsThrough: severity.nullable(),
    enabled: z.boolean(),
    removed: z.boolean(),
    alertState: stateOfAlert.nullable(),
    alertOpening: z.number().nullable(),
    openedAt: z.date().nullable(),
    resolvedAt: z.date().nullable(),
    detailNow: z.string().nullable(),
    earlierUnderway: z.boolean(),
    superseded: z.boolean(),
    perhapsTold: z.boolean(),
    answerLost: z.boolean(),
    toldBeforeSeconds: z.number().nullable(),
    toldBeforeSeverity: severity.nullable(),
  }),
  sample: { id: 0 },
  sql: ({ id }: { id: number }) => sql`
    select n.told_at as "toldAt", n.created_at as "createdAt", c.id as "channelId", c.kind as "kind", c.name as "channelName",
      c.target as "target", c.secret as "secret", c.minimum_severity as "minimumSeverity",
      to_char(c.quiet_from, 'HH24:MI') as "quietFrom", to_char(c.quiet_to, 'HH24:MI') as "quietTo", c.quiet_days as "quietDays",
      c.quiet_lets_through as "quietLetsThrough", c.enabled as "enabled", c.removed_at is not null as "removed",
      a.state as "alertState", a.opening as "alertOpening", a.opened_at as "openedAt", a.resolved_at as "resolvedAt",
      a.detail as "detailNow",
      exists (select from notification e where e.tenant_id = n.tenant_id and e.alert_id = n.alert_id and e.channel_id = n.channel_id
        and e.id < n.id and e.finished_at is null
        and (e.status = 'processing' or e.error_class is not null or e.due_at <= app.now())) as "earlierUnderway",
      exists (select from notification l where l.tenant_id = n.tenant_id and l.alert_id = n.alert_id and l.channel_id = n.channel_id
        and l.id > n.id and l.opening = n.opening and l.change <> 'resolved' and l.told_at is not null) as "superseded",
      exists (select from notification b where b.tenant_id = n.tenant_id and b.alert_id = n.alert_id and b.channel_id = n.channel_id
        and b.opening = n.opening and b.change <> 'resolved'
        and (b.told_at is not null or b.perhaps_told or ${answerLost('b')})) as "perhapsTold",
      not n.perhaps_told and ${answerLost('n')} as "answerLost",
      extract(epoch from app.now() - t.told_at)::float8 as "toldBeforeSeconds", t.severity as "toldBeforeSeverity"
    from notification n
    join alert_notification_channels c on c.tenant_id = n.tenant_id and c.id = n.channel_id
    left join alerts_v_alert a on a.tenant_id = n.tenant_id and a.id = n.alert_id
    left join lateral (
      select p.told_at, p.severity from notification p
      where p.tenant_id = n.tenant_id and p.alert_id = n.alert_id and p.channel_id = n.channel_id and p.opening < n.opening
        and p.change <> 'resolved' and p.told_at is not null
      order by p.told_at desc limit 1
    ) t on true
    where n.id = ${id}::bigint`,
})

/** Written before the engine is told, so that an attempt that dies in between is not followed by another sending. */
export const markTold = statement({
  name: 'notifications.mark-told',
  row: noRow,
  sample: { tenantId: zeroUuid, id: 0, answer: '' },
  sql: ({ tenantId, id, answer }: { tenantId: string; id: number; answer: string }) => sql`
    update notification n set told_at = app.now(), answer = ${answer}::text
    where n.tenant_id = ${tenantId}::uuid and n.id = ${id}::bigint and n.told_at is null`,
})

/** Kept, for the next attempt overwrites how this one ended. */
export const markPerhapsTold = statement({
  name: 'notifications.mark-perhaps-told',
  row: noRow,
  sample: { tenantId: zeroUuid, id: 0 },
  sql: ({ tenantId, id }: { tenantId: string; id: number }) => sql`
    update notification n set perhaps_told = true where n.tenant_id = ${tenantId}::uuid and n.id = ${id}::bigint`,
})

export const afterSeconds = statement({
  name: 'notifications.after-seconds',
  row: z.object({ at: z.date() }),
  sample: { seconds: 1 },
  sql: ({ seconds }: { seconds: number }) => sql`select app.now() + ${seconds}::float8 * interval '1 second' as "at"`,
})
