/** Queue, schedules, keys and connections for looking at the console. */
import { dayMs, iso, now, randomOf } from './fixture-data.ts'

const types = ['deployment_status', 'pull_request', 'push', 'pull_request_review', 'issue_updated', 'workflow_run']

export const events = (() => {
  const random = randomOf(3)
  return Array.from({ length: 130 }, (_, index) => {
    const roll = random()
    const status = index < 2 ? 'pending' : index === 2 ? 'processing' : roll < 0.05 ? 'dead_lettered' : 'completed'
    const type = types[Math.floor(random() * types.length)]!
    const at = now - index * 640_000 - random() * 500_000
    return {
      id: 90_320 - index,
      source: type === 'issue_updated' ? 'jira' : 'github',
      type,
      status,
      outcome: status === 'completed' ? (random() < 0.3 ? 'not_about_delivery' : 'facts_written') : null,
      requeued_count: status === 'dead_lettered' ? 1 : 0,
      attempts: status === 'dead_lettered' ? 8 : status === 'pending' ? 0 : 1,
      last_error: status === 'dead_lettered' ? 'deployment.sha: expected 40 hexadecimal digits, received "HEAD"' : null,
      error_class: status === 'dead_lettered' ? 'unreadable_payload' : null,
      enqueued_at: iso(at),
      finished_at: status === 'completed' || status === 'dead_lettered' ? iso(at + 230) : null,
    }
  })
})()

const payload = JSON.stringify({
  action: 'created',
  deployment_status: { id: 1, state: 'success', environment: 'production', created_at: iso(now) },
  deployment: {
    id: 8712,
    sha: '8f1d3b0c4a5e6f7089abcdef0123456789abcdef',
    ref: 'main',
    task: 'deploy',
    description: 'A deployment with a rather long description, as people write them when a tool lets them',
  },
  repository: { full_name: 'acme/shop-web', private: true },
})

/** Always a dead letter, for a picture of one. */
const deadId = 90_307

export function eventDetail(id: number) {
  const row =
    id === deadId
      ? { ...events.find(({ status }) => status === 'dead_lettered')!, id }
      : (events.find((event) => event.id === id) ?? { ...events[10]!, id })
  return {
    ...row,
    delivery_id: '0f8fad5b-d9cb-469f-a165-70867728950e',
    content_type: 'application/json',
    payload,
    payload_bytes: payload.length,
    facts:
      row.status === 'completed'
        ? [
            { table: 'deployment_records', id: '4195' },
            { table: 'pr_events', id: 'acme/shop-web#1301:merged' },
          ]
        : [],
    days:
      row.status === 'completed'
        ? ['all', 'shop', 'platform'].map((stream) => ({ stream, day: iso(now - dayMs).slice(0, 10) }))
        : [],
    request_id: '018f3c2a-7d1e-7c3a-9d5e-1a2b3c4d5e6f',
    origin: null,
    connection_id: null,
  }
}

export const queueCounts = { pending: 2, processing: 1, completed: 48_211, dead_lettered: 6 }

const schedule = (name: string, cron: string, summary: string, last: string | null) => ({
  name,
  cron,
  summary,
  running: last === 'running',
  next_run_at: iso(now + 4_300_000),
  last_started_at: last === null ? null : iso(now - 3_100_000),
  last_duration_ms: last === null ? null : 1840,
  last_outcome: last === 'running' ? 'ok' : last,
})
export const schedules = [
  schedule(
    'scheduler:materialize-daily-metrics',
    '*/15 * * * *',
    'Recomputes the days that late events re-opened',
    'ok',
  ),
  schedule(
    'scheduler:purge-events',
    '20 3 * * *',
    'Deletes processed events older than the retention',
    'failed: disk full',
  ),
  schedule('scheduler:detect-gaps', '5 * * * *', 'Looks for deployments the webhooks did not tell', 'running'),
  schedule('scheduler:expire-sessions', '40 * * * *', 'Forgets sessions that ended', null),
]

const key = (index: number, name: string, more: object) => ({
  id: `018f3c2a-0000-7000-8000-00000000000${index}`,
  name,
  prefix: `dt_${'k3xq9b7m'.slice(index)}`,
  scopes: ['metrics:read'],
  streams: null,
  created_at: iso(now - 60 * dayMs),
  expires_at: iso(now + 30 * dayMs),
  last_used_at: iso(now - 1_200_000),
  revoked_at: null,
  ...more,
})
export const keyList = {
  keys: [
    key(1, 'Grafana', { scopes: ['metrics:read', 'streams:read'] }),
    key(2, 'Deploy script of the shop', {
      scopes: ['deployments:write'],
      streams: ['shop'],
      expires_at: iso(now + 3 * dayMs),
    }),
    key(3, 'Old dashboard', { revoked_at: iso(now - 9 * dayMs), last_used_at: null, expires_at: null }),
  ],
  scopes: [
    { name: 'metrics:read', summary: 'Read metrics' },
    { name: 'streams:read', summary: 'Read streams' },
    { name: 'streams:write', summary: 'Make and change streams' },
    { name: 'deployments:write', summary: 'Report deployments' },
  ],
  next_cursor: null,
}

export const connect = (empty: boolean) => ({
  webhooks: [
    {
      source: 'github',
      url: 'https://daytwo.acme.example/webhooks/github/018f3c2a-7d1e-7c3a-9d5e-1a2b3c4d5e6f',
      secret_hint: 'In data/secrets.json under github_webhook_secret',
      last_event_at: empty ? null : iso(now - 80_000),
      events_last_day: empty ? 0 : 214,
    },
    {
      source: 'jira',
      url: 'https://daytwo.acme.example/webhooks/jira/018f3c2a-7d1e-7c3a-9d5e-1a2b3c4d5e6f',
      secret_hint: null,
      last_event_at: null,
      events_last_day: 0,
    },
  ],
  sources: empty
    ? []
    : [
        {
          source: 'argo-rollouts',
          url: 'https://daytwo.acme.example/api/v1/webhooks/events/argo-rollouts/018f3c2a-2222-7000-8000-000000000004',
          last_event_at: iso(now - 200_000),
          events_last_day: 402,
        },
        { source: 'api', url: null, last_event_at: iso(now - 3 * dayMs), events_last_day: 0 },
      ],
})
