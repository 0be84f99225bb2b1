/** Work, dead letters, alerts, sources, the database and settings for looking at the operations pages. */
import { dayMs, iso, now, randomOf } from './fixture-data.ts'

const minuteMs = 60_000
const hourMs = 60 * minuteMs

const standing = (name: string, table: string, pending: number, dead: number, oldestMs: number | null) => ({
  name,
  table,
  pending,
  due: Math.round(pending * 0.8),
  processing: pending > 0 ? 4 : 0,
  dead_lettered: dead,
  oldest_due_at: oldestMs === null ? null : iso(now - oldestMs),
})
export const work = [
  standing('event_queue', 'event_queue', 212, 120, 9 * minuteMs),
  standing('delivery.derive-changes', 'event_delivery', 14, 0, 40_000),
  standing('delivery.attribute-incidents', 'event_delivery', 0, 3, null),
  standing('retention.archive', 'archive_task', 0, 0, null),
]

/** With a burst, some failures, and a quarter of an hour in which no worker ran. */
export function workHistory(minutes: number) {
  const random = randomOf(17)
  const points = []
  for (let minute = minutes; minute > 0; minute--) {
    const at = iso(Math.floor((now - minute * minuteMs) / minuteMs) * minuteMs)
    const burst = Math.max(0, 1 - Math.abs(minute - 62) / 12)
    const quiet = minute > 110 && minute < 126 && minute !== 118
    const completed = Math.round(40 + random() * 25 + burst * 900)
    const failed = random() < 0.12 ? Math.round(random() * 9) : 0
    if (quiet) continue
    points.push(
      {
        at,
        work: 'event_queue',
        completed,
        failed,
        due: Math.round(burst * 5200 + random() * 30),
        dead: 117 + (minute < 70 ? 3 : 0),
      },
      {
        at,
        work: 'delivery.derive-changes',
        completed: Math.round(completed / 6),
        failed: 0,
        due: Math.round(burst * 300),
        dead: 0,
      },
    )
  }
  return { minutes, points }
}

const errors = [
  ['invalid-json', 'Unexpected token < in JSON at position 0: the body is not JSON but begins "<!DOCTYPE html>"'],
  ['unreadable-payload', 'deployment.sha: expected 40 hexadecimal digits, received "HEAD"'],
  ['fact-out-of-range', 'committed_at lies in the year 2107, which is later than any clock may be wrong'],
] as const

export const deadLetters = Array.from({ length: 120 }, (_, index) => {
  const [error_class, last_error] = errors[index % 7 === 0 ? 2 : index % 3 === 0 ? 0 : 1]
  return {
    id: 90_310 - index * 3,
    summary: ['github deployment_status', 'github push', 'jira issue_updated'][index % 3]!,
    attempts: 3,
    error_class,
    last_error,
    finished_at: iso(now - index * 1_900_000 - 240_000),
    requeued_count: index % 11 === 0 ? 2 : index % 5 === 0 ? 1 : 0,
  }
})
export const groupsOf = (rows: typeof deadLetters) =>
  [...Map.groupBy(rows, (row) => row.error_class)]
    .map(([error_class, all]) => ({ error_class, count: all.length }))
    .sort((one, other) => other.count - one.count)

export const workRow = (name: string, id: number) => ({
  work: name,
  id,
  summary: 'deployment 4195 recorded',
  status: 'dead_lettered',
  outcome: null,
  attempts: 3,
  max_attempts: 3,
  requeued_count: 1,
  error_class: 'unique-violation',
  last_error: `duplicate key value violates unique constraint "incident__tenant_id_key"\n    at record (src/modules/delivery)\n    at settle`,
  due_at: iso(now - 2 * hourMs),
  lease_until: null,
  finished_at: iso(now - 2 * hourMs + 900),
  payload: JSON.stringify({ type: 'delivery.deployment-recorded', deployment_id: 4195, streams: ['shop'] }),
})

type More = Record<string, unknown>
const alert = (
  index: number,
  condition: string,
  severity: string,
  subject: string,
  detail: string,
  more: More = {},
) => ({
  id: `018f3c2a-1111-7000-8000-00000000000${index}`,
  condition,
  severity,
  state: 'raised',
  subject,
  detail,
  value: 1,
  threshold: 0,
  visible_to: 'platform',
  runbook_url: `https://daytwo.acme.example/docs/runbook#${condition.replaceAll('_', '-')}`,
  raised_at: iso(now - index * 1.7 * hourMs),
  last_found_at: iso(now - 30_000),
  acknowledged_at: null,
  acknowledged_by: null,
  resolved_at: null,
  ...more,
})
export const alerts = [
  alert(
    1,
    'dead_letters_high',
    'HIGH',
    'event_queue',
    'event_queue holds 120 dead letters; more than 50 need a person.',
    {
      value: 120,
      threshold: 50,
    },
  ),
  alert(2, 'integration_stale_jira', 'MEDIUM', 'jira', 'Jira sent nothing for 26 hours; usual are 14 events an hour.', {
    value: 26,
    threshold: 24,
    visible_to: 'tenant',
  }),
  alert(3, 'event_queue_depth_high', 'CRITICAL', '', '5,212 events are due, the oldest for 9 minutes.', {
    value: 5212,
    threshold: 5000,
    state: 'acknowledged',
    acknowledged_at: iso(now - 2 * hourMs),
    acknowledged_by: 'Administrator',
  }),
  alert(4, 'deployment_traceability_low', 'LOW', '', '62 % of the deployments of the last week have a change.', {
    value: 0.62,
    threshold: 0.8,
    visible_to: 'tenant',
  }),
]
export const resolvedAlerts = [
  alert(5, 'request_latency_high', 'MEDIUM', 'GET /metrics/dora', 'The 95th percentile was 912 ms for 5 minutes.', {
    value: 912,
    threshold: 750,
    state: 'resolved',
    resolved_at: iso(now - 6 * hourMs),
  }),
]
export const alertDetail = (id: string) => {
  const found = [...alerts, ...resolvedAlerts].find((row) => row.id === id)
  if (!found) return null
  const step = (hours: number, what: string, more: More = {}) => ({
    at: iso(now - hours * hourMs),
    what,
    by: null,
    note: null,
    value: null,
    ...more,
  })
  return {
    ...found,
    history: [
      step(9, 'raised', { value: 5060 }),
      step(8, 'severity-changed', { value: 5900 }),
      step(7, 'resolved', { value: 12 }),
      step(3, 'reopened', { value: 5212 }),
      step(2, 'acknowledged', { by: 'Administrator', note: 'A backfill of the shop; it drains at 900 a minute.' }),
    ],
  }
}
const condition = (name: string, severity: string, summary: string, more: More = {}) => ({
  name,
  severity,
  summary,
  visible_to: 'platform',
  runbook_url: `https://daytwo.acme.example/docs/runbook#${name}`,
  open: 0,
  last_evaluated_at: iso(now - 40_000),
  error: null,
  ...more,
})
export const conditions = [
  condition('event_queue_depth_high', 'CRITICAL', 'More events are due than workers do in some minutes.', { open: 1 }),
  condition('dead_letters_high', 'HIGH', 'More dead letters of one work than a person overlooks.', { open: 1 }),
  condition('integration_stale_github', 'MEDIUM', 'GitHub sends much less than is usual at this hour.', {
    visible_to: 'tenant',
  }),
  condition('integration_stale_jira', 'MEDIUM', 'Jira sends much less than is usual at this hour.', {
    visible_to: 'tenant',
    open: 1,
  }),
  condition('disk_space_low', 'HIGH', 'The disk of the data folder is nearly full.', {
    error: 'statfs /var/lib/daytwo: permission denied',
  }),
  condition('backup_overdue', 'HIGH', 'No backup for longer than agreed.', { last_evaluated_at: null }),
]

const source = (name: string, status: string, detail: string, more: More = {}) => ({
  source: name,
  status,
  last_event_at: iso(now - 80_000),
  events_last_hour: 212,
  events_last_day: 4810,
  expected_per_hour: 198.5,
  dead_letters_last_day: 0,
  signature_failures_last_day: 0,
  gaps: null,
  detail,
  ...more,
})
const noEvents = { last_event_at: null, events_last_hour: 0, events_last_day: 0, expected_per_hour: null }
export const health = {
  status: 'degraded',
  sources: [
    source('github', 'healthy', 'Heard as usual.', {
      gaps: {
        checked_at: iso(now - 5 * hourMs),
        days: 7,
        missing: 14,
        backfilled: 13,
        error: null,
        kinds: [
          { kind: 'delivery', expected: 18_402, missing: 12, backfilled: 11 },
          { kind: 'pull_request', expected: 412, missing: 2, backfilled: 2 },
        ],
      },
    }),
    source('jira', 'stale', 'Nothing for 26 hours; usual are 14 events an hour.', {
      last_event_at: iso(now - 26 * hourMs),
      events_last_hour: 0,
      events_last_day: 3,
      expected_per_hour: 14,
      gaps: {
        checked_at: iso(now - 50 * 60_000),
        days: 7,
        missing: 0,
        backfilled: 0,
        error: 'Jira does not accept the credentials (401)',
        kinds: [],
      },
    }),
    source('argo-rollouts', 'failing', '41 of 60 requests of the last hour had a wrong signature.', {
      events_last_hour: 19,
      events_last_day: 402,
      expected_per_hour: null,
      signature_failures_last_day: 41,
      dead_letters_last_day: 2,
    }),
    source('pagerduty', 'no_data', 'Never heard.', noEvents),
  ],
}
export const noHealth = {
  status: 'ok',
  sources: ['github', 'jira'].map((name) => source(name, 'no_data', 'Never heard.', noEvents)),
}

const connection = (index: number, origin: string, name: string, more: More = {}) => ({
  id: `018f3c2a-2222-7000-8000-00000000000${index}`,
  source: origin,
  event_source: null,
  name,
  signature: 'x-hub-signature-256 is sha256= and the HMAC-SHA256 of the body in hexadecimal.',
  url: `https://daytwo.acme.example/api/v1/webhooks/${origin}/018f3c2a-2222-7000-8000-00000000000${index}`,
  created_at: iso(now - index * 20 * dayMs),
  disabled_at: null,
  previous_secret_until: null,
  ...more,
})
export const connections = [
  connection(1, 'github', 'acme organisation'),
  connection(2, 'jira', 'acme.atlassian.net', { previous_secret_until: iso(now + 20 * hourMs) }),
  connection(4, 'events', 'Argo of the shop', {
    event_source: 'argo-rollouts',
    url: 'https://daytwo.acme.example/api/v1/webhooks/events/argo-rollouts/018f3c2a-2222-7000-8000-000000000004',
    signature: 'webhook-signature as Standard Webhooks describes it.',
  }),
  connection(3, 'github', 'old mirror', { disabled_at: iso(now - 3 * dayMs) }),
]

const table = (name: string, bytes: number, rows: number, dead: number, vacuumed: number | null) => ({
  table: name,
  bytes,
  rows,
  dead,
  vacuumed_at: vacuumed === null ? null : iso(now - vacuumed * hourMs),
})
export const databaseReport = {
  connections: [
    { application: 'daytwo api', state: 'idle', count: 12 },
    { application: 'daytwo worker', state: 'active', count: 5 },
    { application: 'daytwo worker', state: 'idle in transaction', count: 1 },
    { application: 'psql', state: 'idle', count: 1 },
  ],
  slow_statements: [
    { name: 'dora.read-window', calls: 41_233, total_ms: 512_300, mean_ms: 12.4 },
    { name: 'work.claim', calls: 902_144, total_ms: 381_200, mean_ms: 0.42 },
    { name: 'intake.insert-events', calls: 120_391, total_ms: 240_100, mean_ms: 1.99 },
    { name: 'select s.relname::text as "table", pg_total_relation_size(s.re', calls: 14, total_ms: 1840, mean_ms: 131 },
  ],
  tables: [
    table('payload_segment', 4_812_000_000, 120_400, 310, 5),
    table('event_queue', 1_402_000_000, 4_120_000, 1_410_000, 20),
    table('commits', 802_000_000, 2_204_000, 4100, 11),
    table('dora_daily', 96_000_000, 73_000, 900, 2),
    table('schedule', 65_536, 9, 31, null),
  ],
  unused_indexes: [{ index: 'commits__author', table: 'commits', bytes: 84_000_000 }],
  missing_indexes: [{ table: 'work_item_events', sequential_scans: 812, rows_read: 98_400_000 }],
}

const policy = (name: string, days: number, more: More = {}) => ({
  table: name,
  days,
  setting: `retention.${name}-days`,
  oldest_recorded_at: iso(now - days * dayMs),
  last_run_at: iso(now - 7 * hourMs),
  archived_rows: days * 4410,
  archived_files: days,
  state: 'idle',
  detail: '',
  ...more,
})
export const retention = {
  policies: [
    policy('event_queue', 90),
    policy('payload_segment', 90, { state: 'failed', detail: 'No space left on the archive: 0 of 812 MB free.' }),
    policy('work_minute', 30, { archived_rows: 0, archived_files: 0 }),
    policy('audit_log', 2555, { last_run_at: null, oldest_recorded_at: null, archived_rows: 0, archived_files: 0 }),
  ],
  archive: { store: 'data/archive', files: 181, rows: 8_104_222, bytes: 1_940_000_000 },
}

const setting = (
  name: string,
  summary: string,
  value: unknown,
  fallback: unknown,
  schema: object,
  scope = 'tenant',
) => ({
  name,
  summary,
  scope,
  value,
  default: fallback,
  changed_at: JSON.stringify(value) === JSON.stringify(fallback) ? null : iso(now - 2 * dayMs),
  schema,
})
const count = { type: 'integer', minimum: 1, maximum: 9007199254740991 }
export const settings = [
  setting('alerts.dead-letters', 'Dead letters of one work from which an alert is raised', 100, 50, count, 'platform'),
  setting('alerts.queue-depth', 'Due events from which an alert is raised', 5000, 5000, count, 'platform'),
  setting('delivery.traceability', 'Share of deployments with a change', 0.8, 0.8, {
    type: 'number',
    minimum: 0,
    maximum: 1,
  }),
  setting('delivery.deployment-source', 'Which events count as deployments', 'deployment_status', 'deployment_status', {
    type: 'string',
    enum: ['deployment_status', 'workflow_run', 'release'],
  }),
  setting(
    'delivery.severities',
    'Which priorities are which severity',
    { Highest: 'sev1' },
    { Highest: 'sev1' },
    { type: 'object' },
  ),
  setting('retention.event_queue-days', 'How long events are kept', 90, 90, count),
]
