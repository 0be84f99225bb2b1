/** Statements of channels, and of who reads what was told. */
import { z } from 'zod'
import { severities } from '#kernel/alerts/index.ts'
import { noRow, sql, statement } from '#kernel/sql/index.ts'
import { channelKinds, notificationChanges, notificationStates } from './schemas.ts'

const zeroUuid = '00000000-0000-0000-0000-000000000000'

export const tenantsWithChannels = statement({
  name: 'notifications.tenants-with-channels',
  row: z.object({ tenantId: z.string() }),
  sample: undefined,
  sql: () => sql`
    select distinct c.tenant_id as "tenantId" from alert_notification_channels c join tenant t on t.id = c.tenant_id
    where c.removed_at is null and c.enabled and t.status = 'ready' order by 1`,
})

const channelColumns = sql`c.id as "id", c.kind as "kind", c.name as "name", c.target as "target", c.secret as "secret",
  c.secret_hint as "secretHint", c.minimum_severity as "minimumSeverity", to_char(c.quiet_from, 'HH24:MI') as "quietFrom",
  to_char(c.quiet_to, 'HH24:MI') as "quietTo", c.quiet_days as "quietDays", c.quiet_lets_through as "quietLetsThrough",
  c.enabled as "enabled", c.created_at as "createdAt", c.changed_at as "changedAt", c.last_sent_at as "lastSentAt",
  c.last_failed_at as "lastFailedAt", c.last_failure as "lastFailure"`
const channelRow = z.object({
  id: z.string(),
  kind: z.enum(channelKinds),
  name: z.string(),
  target: z.string(),
  secret: z.instanceof(Buffer).nullable(),
  secretHint: z.string().nullable(),
  minimumSeverity: z.enum(severities),
  quietFrom: z.string().nullable(),
  quietTo: z.string().nullable(),
  quietDays: z.array(z.number()),
  quietLetsThrough: z.enum(severities).nullable(),
  enabled: z.boolean(),
  createdAt: z.date(),
  changedAt: z.date(),
  lastSentAt: z.date().nullable(),
  lastFailedAt: z.date().nullable(),
  lastFailure: z.string().nullable(),
})
export type ChannelRecord = z.output<typeof channelRow>

export const listChannels = statement({
  name: 'notifications.list-channels',
  row: channelRow,
  sample: undefined,
  sql: () => sql`
    select ${channelColumns} from alert_notification_channels c where c.removed_at is null order by c.created_at, c.id`,
})

export const channelById = statement({
  name: 'notifications.channel-by-id',
  row: channelRow,
  sample: { id: zeroUuid },
  sql: ({ id }: { id: string }) => sql`
    select ${channelColumns} from alert_notification_channels c where c.id = ${id}::uuid and c.removed_at is null`,
})

/** The same for a change that follows. */
export const lockChannel = statement({
  name: 'notifications.lock-channel',
  row: channelRow,
  sample: { id: zeroUuid },
  sql: ({ id }: { id: string }) => sql`
    select ${channelColumns} from alert_notification_channels c where c.id = ${id}::uuid and c.removed_at is null for update`,
})

export type ChannelValues = Pick<
  ChannelRecord,
  | 'name'
  | 'target'
  | 'secret'
  | 'secretHint'
  | 'minimumSeverity'
  | 'quietFrom'
  | 'quietTo'
  | 'quietDays'
  | 'quietLetsThrough'
  | 'enabled'
>
const values: ChannelValues = {
  name: '',
  target: '',
  secret: null,
  secretHint: null,
  minimumSeverity: 'LOW',
  quietFrom: null,
  quietTo: null,
  quietDays: [1],
  quietLetsThrough: null,
  enabled: true,
}
type Key = { readonly tenantId: string; readonly id: string }
/** Small and few: as text that PostgreSQL reads. */
const days = (all: readonly number[]) => `{${all.join(',')}}`

export const insertChannel = statement({
  name: 'notifications.insert-channel',
  row: noRow,
  sample: { tenantId: zeroUuid, id: zeroUuid, kind: 'email', ...values },
  sql: (p: Key & { kind: string } & ChannelValues) => sql`
    insert into alert_notification_channels (tenant_id, id, kind, name, target, secret, secret_hint, minimum_severity, quiet_from,
      quiet_to, quiet_days, quiet_lets_through, enabled)
    values (${p.tenantId}::uuid, ${p.id}::uuid, ${p.kind}::text, ${p.name}::text, ${p.target}::text, ${p.secret}::bytea,
      ${p.secretHint}::text, ${p.minimumSeverity}::text, ${p.quietFrom}::text::time, ${p.quietTo}::text::time,
      ${days(p.quietDays)}::text::smallint[], ${p.quietLetsThrough}::text, ${p.enabled}::bool)`,
})

/** What failed before is forgotten: it may be mended now. */
export const updateChannel = statement({
  name: 'notifications.update-channel',
  row: noRow,
  sample: { tenantId: zeroUuid, id: zeroUuid, ...values },
  sql: (p: Key & ChannelValues) => sql`
    update alert_notification_channels c set name = ${p.name}::text, target = ${p.target}::text, secret = ${p.secret}::bytea,
      secret_hint = ${p.secretHint}::text, minimum_severity = ${p.minimumSeverity}::text, quiet_from = ${p.quietFrom}::text::time,
      quiet_to = ${p.quietTo}::text::time, quiet_days = ${days(p.quietDays)}::text::smallint[],
      quiet_lets_through = ${p.quietLetsThrough}::text, enabled = ${p.enabled}::bool, changed_at = app.now(), last_failure = null
    where c.tenant_id = ${p.tenantId}::uuid and c.id = ${p.id}::uuid`,
})

/** Its notifications stay readable; its secret goes. */
export const removeChannel = statement({
  name: 'notifications.remove-channel',
  row: noRow,
  sample: { tenantId: zeroUuid, id: zeroUuid },
  sql: ({ tenantId, id }: Key) => sql`
    update alert_notification_channels c set removed_at = app.now(), changed_at = app.now(), enabled = false, secret = null, secret_hint = null
    where c.tenant_id = ${tenantId}::uuid and c.id = ${id}::uuid`,
})

export const noteAnswer = statement({
  name: 'notifications.note-answer',
  row: noRow,
  sample: { tenantId: zeroUuid, id: zeroUuid, failure: null },
  sql: ({ tenantId, id, failure }: Key & { failure: string | null }) => sql`
    update alert_notification_channels c set last_failure = ${failure}::text,
      last_sent_at = case when ${failure}::text is null then app.now() else c.last_sent_at end,
      last_failed_at = case when ${failure}::text is null then c.last_failed_at else app.now() end
    where c.tenant_id = ${tenantId}::uuid and c.id = ${id}::uuid`,
})

/** The tenant's clock now. */
export const localClock = statement({
  name: 'notifications.local-clock',
  row: z.object({ timeZone: z.string(), day: z.string(), weekday: z.number(), minute: z.number() }),
  sample: { tenantId: zeroUuid },
  sql: ({ tenantId }: { tenantId: string }) => sql`
    select t.time_zone as "timeZone", to_char(l.now, 'YYYY-MM-DD') as "day", extract(isodow from l.now)::int as "weekday",
      (extract(hour from l.now) * 60 + extract(minute from l.now))::int as "minute"
    from tenant t cross join lateral (select app.now() at time zone t.time_zone as now) l where t.id = ${tenantId}::uuid`,
})

/** When a minute of a local day is. */
export const localInstant = statement({
  name: 'notifications.local-instant',
  row: z.object({ at: z.date() }),
  sample: { day: '2000-01-01', days: 0, minute: 0, timeZone: 'UTC' },
  sql: (p: { day: string; days: number; minute: number; timeZone: string }) => sql`
    select ((${p.day}::text::date + ${p.days}::int)::timestamp + ${p.minute}::int * interval '1 minute') at time zone ${p.timeZone}::text as "at"`,
})

/** Newest first. */
export const listNotifications = statement({
  name: 'notifications.list',
  row: z.object({
    id: z.number(),
    key: z.string(),
    channelId: z.string(),
    channelName: z.string(),
    kind: z.enum(channelKinds),
    channelRemoved: z.boolean(),
    alertId: z.string(),
    condition: z.string(),
    subject: z.string(),
    severity: z.enum(severities),
    change: z.enum(notificationChanges),
    state: z.enum(notificationStates),
    outcome: z.string().nullable(),
    attempts: z.number(),
    lastError: z.string().nullable(),
    answer: z.string().nullable(),
    createdAt: z.date(),
    toldAt: z.date().nullable(),
    dueAt: z.date(),
  }),
  sample: { state: null, channel: null, alert: null, before: null, limit: 1 },
  sql: (p: {
    state: string | null
    channel: string | null
    alert: string | null
    before: number | null
    limit: number
  }) => sql`
    select n.id as "id", n.key as "key", n.channel_id as "channelId", c.name as "channelName", c.kind as "kind",
      c.removed_at is not null as "channelRemoved", n.alert_id as "alertId", n.condition as "condition", n.subject as "subject",
      n.severity as "severity", n.change as "change", s.state as "state", n.outcome as "outcome", n.attempt_count as "attempts",
      n.last_error as "lastError", n.answer as "answer", n.created_at as "createdAt", n.told_at as "toldAt", n.due_at as "dueAt"
    from notification n
    join alert_notification_channels c on c.tenant_id = n.tenant_id and c.id = n.channel_id
    cross join lateral (select case when n.told_at is not null then 'sent' when n.status = 'dead_lettered' then 'failed'
      when n.finished_at is not null then 'skipped' else 'waiting' end as state) s
    where (${p.state}::text is null or s.state = ${p.state}::text)
      and (${p.channel}::uuid is null or n.channel_id = ${p.channel}::uuid)
      and (${p.alert}::uuid is null or n.alert_id = ${p.alert}::uuid)
      and (${p.before}::bigint is null or n.id < ${p.before}::bigint)
    order by n.id desc limit ${p.limit}::int`,
})

/** Channels whose last attempt failed, with how many of their notifications failed for good within a day. */
export const failingChannels = statement({
  name: 'notifications.failing-channels',
  row: z.object({ tenantId: z.string(), name: z.string(), failure: z.string(), failed: z.number() }),
  sample: undefined,
  sql: () => sql`
    select c.tenant_id as "tenantId", c.name as "name", c.last_failure as "failure", count(n.id) as "failed"
    from alert_notification_channels c
    join notification n on n.tenant_id = c.tenant_id and n.channel_id = c.id and n.status = 'dead_lettered'
      and n.finished_at > app.now() - interval '1 day' and n.error_class is not null
    where c.removed_at is null and c.enabled and c.last_failure is not null
    group by c.tenant_id, c.id, c.name, c.last_failure order by c.tenant_id, c.name`,
})
