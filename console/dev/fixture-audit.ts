/** The audit trail, its anomalies and its verification for looking at the console. */
import { iso, now, randomOf } from './fixture-data.ts'
import { ago, day, hour, id, names } from './fixture-people.ts'

const happenings = [
  [
    'tenants',
    'tenants.member-role-changed',
    `member:${id(4)}`,
    { before: { role: 'viewer' }, after: { role: 'member' } },
  ],
  [
    'access',
    'access.key-created',
    'api_key:018f3c2a-77aa-7000-8000-00000000000a',
    { after: { name: 'Grafana', scopes: ['metrics:read'] } },
  ],
  ['settings', 'settings.changed', 'operations.dead_letters_high', { before: 50, after: 20 }],
  ['people', 'people.signed-in', `person:${id(1)}`, {}],
  [
    'tenants',
    'tenants.invitation-sent',
    `invitation:${id(100)}`,
    { after: { email: 'dorothy.vaughan@acme.example', role: 'admin' } },
  ],
  [
    'intake',
    'intake.connection-removed',
    'connection:018f3c2a-88bb-7000-8000-00000000000b',
    { before: { name: 'acme staging', source: 'github' } },
  ],
  [
    'operations',
    'operations.requeued',
    'event_queue',
    { after: { requeued: 12, filter: { error_class: 'invalid-json' } } },
  ],
] as const

export const auditEvents = (() => {
  const random = randomOf(23)
  return Array.from({ length: 130 }, (_, index) => {
    const [module, action, subject, delta] = happenings[Math.floor(random() * happenings.length)]!
    const [name] = names[Math.floor(random() ** 2 * names.length)]!
    const machine = random() < 0.15
    return {
      seq: 4130 - index,
      id: 90_130 - index,
      created_at: ago(index * 3.1 * hour + random() * hour),
      module,
      action,
      actor: machine
        ? { type: 'job', id: 'scheduler:retention', name: 'scheduler:retention' }
        : { type: 'person', id: id(names.findIndex(([known]) => known === name) + 1), name },
      subject,
      delta,
      request_id: machine ? null : '018f3c2a-7d1e-7c3a-9d5e-1a2b3c4d5e6f',
      hash: Array.from({ length: 64 }, () => Math.floor(random() * 16).toString(16)).join(''),
    }
  })
})()

export const facets = {
  days: 90,
  modules: [...new Set(happenings.map(([module]) => module))],
  actions: [...new Set(happenings.map(([, action]) => action))],
  actors: [...new Map(auditEvents.map(({ actor }) => [actor.id, actor])).values()],
}

const rules = [
  { name: 'many-failed-sign-ins', severity: 'HIGH', summary: 'Far more failed sign-ins of one person than usual' },
  { name: 'keys-made', severity: 'MEDIUM', summary: 'More API keys made in a day than in the month before' },
  { name: 'at-night', severity: 'LOW', summary: 'Changes at hours at which this person never changed anything' },
] as const

export const anomalies = (state: string, empty: boolean) => ({
  anomalies: (empty
    ? []
    : [
        { rule: 'many-failed-sign-ins', severity: 'HIGH', subject: 'Hedy Lamarr', count: 41, note: null, day: 1 },
        {
          rule: 'at-night',
          severity: 'LOW',
          subject: 'Grace Hopper',
          count: 3,
          note: 'She was in Tokyo that week',
          day: 6,
        },
      ]
  )
    .map(({ day: back, note, ...given }, index) => ({
      id: id(500 + index),
      ...given,
      day: iso(now - back * day).slice(0, 10),
      detail: `${given.subject}: ${given.count} on that day; on the thirty days before at most 2.`,
      evidence: [4100, 4101],
      found_at: ago(back * day),
      acknowledged_at: note ? ago((back - 1) * day) : null,
      acknowledged_by: note ? 'Ada Lovelace' : null,
      note,
    }))
    .filter(({ note }) => state === 'all' || (note === null) === (state === 'open')),
  rules,
  next_cursor: null,
})

export const verification = {
  ok: true,
  verified_at: iso(now),
  events: 4130,
  from_seq: 0,
  upto_seq: 4130,
  checkpoints: 12,
  faults: [],
}
