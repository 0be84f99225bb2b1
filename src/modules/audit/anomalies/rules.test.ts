import { deepEqual, equal, match, ok } from 'node:assert/strict'
import { test } from 'node:test'
import { type Day, findAnomalies, type Group, rules } from './rules.ts'

let seq = 0
const group = (over: Partial<Group>): Group => ({
  actorType: 'person',
  actorId: 'pat',
  actorName: 'Pat',
  module: 'delivery',
  action: 'delivery.stream-changed',
  hour: 10,
  count: 1,
  seqs: [++seq],
  subjects: ['stream:one'],
  madePlatformAdmin: false,
  ...over,
})
const pat = { actorId: 'pat', events: 100, days: 20, hours: [9, 10, 11], deletionsMax: 2 }
const day = (groups: Group[], over: Partial<Day> = {}): Day => ({
  groups,
  actors: [pat],
  actions: [{ action: 'delivery.stream-changed', dayMax: 20 }],
  pastDays: 30,
  ...over,
})
const found = (of: Day) => findAnomalies(of).map(({ rule, subject }) => `${rule} ${subject}`)

const cases: [what: string, of: Day, expected: string[]][] = [
  ['an ordinary day', day([group({})]), []],
  ['nothing at all', day([]), []],
  ['a person nobody knew', day([group({ actorId: 'new' })]), ['first-time-actor person:new']],
  ['a person nobody knew, in a young trail', day([group({ actorId: 'new' })], { pastDays: 6 }), []],
  ['a job nobody knew', day([group({ actorType: 'job', actorId: 'new' })]), []],
  ['a key nobody knew', day([group({ actorType: 'key', actorId: 'k' })]), ['first-time-actor key:k']],
  ['three in the night', day([group({ hour: 3 })]), ['unusual-hour person:pat']],
  ['an hour beside the usual ones', day([group({ hour: 12 })]), []],
  ['an hour across midnight beside a usual one', day([group({ hour: 0 })], { actors: [{ ...pat, hours: [23] }] }), []],
  ['three in the night of one without habits', day([group({ hour: 3 })], { actors: [{ ...pat, events: 19 }] }), []],
  ['three in the night of one seen on few days', day([group({ hour: 3 })], { actors: [{ ...pat, days: 6 }] }), []],
  ['five times the most', day([group({ count: 100 })]), ['burst-of-one-action delivery.stream-changed']],
  ['less than five times the most', day([group({ count: 99 })]), []],
  ['fifty of what never happened', day([group({ action: 'x.y', count: 50 })]), ['burst-of-one-action x.y']],
  ['forty-nine of what never happened', day([group({ action: 'x.y', count: 49 })]), []],
  [
    'a burst of two people together',
    day([group({ count: 60 }), group({ count: 40, actorId: 'pat', hour: 11 })]),
    ['burst-of-one-action delivery.stream-changed'],
  ],
  [
    'twenty deletions',
    day([
      group({ action: 'delivery.stream-deleted', count: 12 }),
      group({ action: 'intake.connection-removed', count: 8 }),
    ]),
    ['many-deletions person:pat'],
  ],
  ['nineteen deletions', day([group({ action: 'delivery.stream-deleted', count: 19 })]), []],
  [
    'twenty deletions of one who deletes',
    day([group({ action: 'delivery.stream-deleted', count: 20 })], { actors: [{ ...pat, deletionsMax: 7 }] }),
    [],
  ],
  [
    'deletions with SQL',
    day([group({ actorType: 'operator', actorId: 'op', module: 'operator', action: 'delete.stream', count: 20 })], {
      pastDays: 3,
    }),
    ['many-deletions operator:op', 'operator-sql operator:op'],
  ],
  [
    'ten refused second factors',
    day([group({ action: 'people.second-factor-refused', count: 10 })]),
    ['sign-in-failures sign-in'],
  ],
  ['nine refused second factors', day([group({ action: 'people.second-factor-refused', count: 9 })]), []],
  [
    'three locked accounts',
    day([group({ actorType: 'job', actorId: 'sign-in', action: 'people.sign-in-locked', count: 3 })]),
    ['sign-in-failures sign-in'],
  ],
  [
    'two locked accounts',
    day([group({ actorType: 'job', actorId: 'sign-in', action: 'people.sign-in-locked', count: 2 })]),
    [],
  ],
  [
    'a refresh token used again',
    day([group({ action: 'people.refresh-replayed' })]),
    ['credential-replayed person:pat'],
  ],
  [
    'a member’s role',
    day([group({ module: 'tenants', action: 'tenants.member-changed' })]),
    ['role-change person:pat'],
  ],
  ['a mapping of groups', day([group({ module: 'sso', action: 'sso.mapping-added' })]), ['role-change person:pat']],
  ['a key made', day([group({ module: 'access', action: 'access.key-created' })]), ['key-change person:pat']],
  ['new signing keys', day([group({ action: 'people.signing-keys-revoked' })]), ['key-change person:pat']],
  ['a passkey added', day([group({ action: 'people.passkey-added' })]), []],
  [
    'a key revoked at the command line',
    day([group({ actorType: 'command', actorId: 'api-key:revoke', module: 'access', action: 'access.key-revoked' })]),
    ['key-change command:api-key:revoke'],
  ],
  [
    'SQL of the operator on keys',
    day([group({ actorType: 'operator', actorId: 'op', module: 'operator', action: 'update.api_key' })], {
      pastDays: 1,
    }),
    ['operator-sql operator:op'],
  ],
  [
    'a new administrator of the installation',
    day([group({ action: 'people.person-changed', madePlatformAdmin: true })]),
    ['new-platform-admin person:pat'],
  ],
  [
    'the first administrator',
    day([group({ action: 'people.administrator-made' })]),
    ['role-change person:pat', 'new-platform-admin person:pat'],
  ],
]
for (const [what, of, expected] of cases)
  test(`[P7] the report on ${what}: ${expected.join(', ') || 'nothing'}`, () => deepEqual(found(of), expected))

test('[P7] an anomaly names its events, at most twenty, oldest first, and says what happened with figures', () => {
  const [anomaly] = findAnomalies(
    day([
      group({ count: 70, seqs: Array.from({ length: 20 }, (_, n) => 500 - n) }),
      group({ count: 50, seqs: [3, 2], hour: 11 }),
    ]),
  )
  equal(anomaly!.evidence.length, 20)
  deepEqual(anomaly!.evidence.slice(0, 2), [2, 3])
  match(anomaly!.detail, /happened 120 times, by Pat; the most on one day before was 20/)
})

test('[P7] every rule has a name of its own and a case that finds it', () => {
  const names = rules.map(({ name }) => name)
  equal(new Set(names).size, names.length)
  for (const name of names)
    ok(
      cases.some(([, , expected]) => expected.some((one) => one.startsWith(`${name} `))),
      name,
    )
})
