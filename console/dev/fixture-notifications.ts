/** Channels and what they were told, for looking at the console. */
import {
  channelChange,
  channelList,
  channelTest,
  madeChannel,
  newChannel,
  notificationList,
} from '../../src/modules/notifications/schemas.ts'
import { iso, now } from './fixture-data.ts'
import { as, checked, type Reply } from './fixture-reply.ts'

const minuteMs = 60_000
const uuid = (last: number) => `018f3c2a-7777-7000-8000-${String(last).padStart(12, '0')}`
const alertUuid = (last: number) => `018f3c2a-1111-7000-8000-${String(last).padStart(12, '0')}`
type More = Record<string, unknown>

const channel = (last: number, kind: string, name: string, target: string, more: More = {}) => ({
  id: uuid(last),
  kind,
  name,
  target,
  secret_hint: '…4f2a',
  minimum_severity: 'MEDIUM',
  quiet: null,
  quiet_until: null,
  enabled: true,
  created_at: iso(now - 40 * 24 * 60 * minuteMs),
  changed_at: iso(now - 9 * 24 * 60 * minuteMs),
  last_sent_at: iso(now - 34 * minuteMs),
  last_failed_at: null,
  last_failure: null,
  ...more,
})
const nights = { from: '22:00', to: '07:00', days: [1, 2, 3, 4, 5, 6, 7], lets_through: 'CRITICAL' }
const channels = [
  channel(1, 'slack_bot', 'Operations in Slack', 'C024BE91L', { quiet: nights }),
  channel(2, 'pagerduty', 'On call', 'PagerDuty', { minimum_severity: 'HIGH' }),
  channel(3, 'email', 'Maria Lindqvist', 'maria@acme.example', {
    minimum_severity: 'LOW',
    secret_hint: null,
    quiet: { from: '18:00', to: '08:00', days: [1, 2, 3, 4, 5], lets_through: null },
    quiet_until: iso(now + 400 * minuteMs),
    last_sent_at: iso(now - 26 * 60 * minuteMs),
  }),
  channel(4, 'webhook', 'Status board', 'board.acme.example', {
    last_sent_at: null,
    last_failed_at: iso(now - 12 * minuteMs),
    last_failure: 'The webhook answered 410: this board was archived',
  }),
  channel(5, 'slack_webhook', 'Old room', 'hooks.slack.com', { enabled: false }),
]

type Told = [
  change: string,
  state: string,
  channel: number,
  alert: number,
  condition: string,
  severity: string,
  why: string | null,
]
const told: readonly Told[] = [
  ['raised', 'waiting', 3, 4, 'deployment_traceability_low', 'LOW', 'quiet-hours'],
  ['raised', 'failed', 4, 3, 'event_queue_depth_high', 'CRITICAL', 'The webhook answered 410: this board was archived'],
  ['escalated', 'sent', 2, 3, 'event_queue_depth_high', 'CRITICAL', null],
  ['escalated', 'sent', 1, 3, 'event_queue_depth_high', 'CRITICAL', null],
  ['raised', 'sent', 1, 3, 'event_queue_depth_high', 'HIGH', null],
  ['raised', 'sent', 2, 1, 'dead_letters_high', 'HIGH', null],
  ['raised', 'skipped', 3, 2, 'integration_stale_jira', 'MEDIUM', 'resolved'],
  ['reminder', 'sent', 1, 2, 'integration_stale_jira', 'MEDIUM', null],
  ['resolved', 'sent', 1, 9, 'rate_limit_spike', 'MEDIUM', null],
]
const notifications = told.map(([change, state, by, alert, condition, severity, why], index) => {
  const { id, name, kind } = channels[by - 1]!
  const written = now - (12 + index * 31) * minuteMs
  return {
    id: 900 - index,
    key: uuid(900 - index),
    channel: { id, name, kind, removed: false },
    alert_id: alertUuid(alert),
    condition,
    subject: condition === 'dead_letters_high' ? 'event_queue' : condition.endsWith('jira') ? 'jira' : '',
    severity,
    change,
    state,
    why,
    attempts: state === 'waiting' ? 0 : 1,
    answer: state === 'sent' ? 'ok' : null,
    created_at: iso(written),
    told_at: state === 'sent' ? iso(written + 900) : null,
    due_at: state === 'waiting' ? iso(now + 400 * minuteMs) : null,
  }
})

/** The reply to a look, or null for what does not exist. */
export function lookAtNotifications(path: string, query: URLSearchParams, empty: boolean): Reply {
  if (path === '/notification-channels')
    return as(channelList, {
      channels: empty ? [] : channels,
      time_zone: 'Europe/Berlin',
      remind_after_hours: 24,
      mail: true,
    })
  if (path !== '/notifications') return null
  const [state, alert] = [query.get('state') ?? 'all', query.get('alert')]
  const wanted = notifications.filter(
    (row) => (state === 'all' || row.state === state) && (alert === null || row.alert_id === alert),
  )
  return as(notificationList, { notifications: empty ? [] : wanted, next_cursor: null })
}

/** The reply to a change, or null when it is about something else. */
export function changeNotifications(method: string, path: string, body: unknown): Reply {
  if (!path.startsWith('/notification-channels')) return null
  if (path.endsWith('/test')) {
    const failing = path.includes(uuid(4))
    const steps = failing
      ? [{ what: 'answer', ok: false, answer: 'The webhook answered 410: this board was archived' }]
      : [
          { what: 'auth.test', ok: true, answer: 'team acme, user daytwo' },
          { what: 'chat.postMessage', ok: true, answer: 'ok, message 1732208400.000100 in C024BE91L' },
        ]
    return as(channelTest, { ok: !failing, steps })
  }
  if (method === 'PATCH') return checked(channelChange, body, () => ({ body: channels[0] }))
  if (method === 'POST')
    return checked(newChannel, body, () => ({
      status: 201,
      body: madeChannel.parse({ ...channels[3], secret: 'whsec_n0tArealSecretJustAPicture00000000000000000=' }),
    }))
  return { status: 204, body: undefined }
}
