import assert from 'node:assert/strict'
import { test } from 'node:test'
import fc from 'fast-check'
import { atLeast, tenantRoles } from '#kernel/context/index.ts'
import { type Acting, judgeChange, mayGrant, type Standing, type Verdict } from './owner-rules.ts'

const acting = (role: Acting['role'], personId: string | null = 'me'): Acting => ({ personId, role })
const target = (role: Standing['role'], status: Standing['status'] = 'active', personId = 'other') => ({
  personId,
  role,
  status,
})
const as = (role: Standing['role'], status: Standing['status'] = 'active'): Standing => ({ role, status })

const table: [string, Parameters<typeof judgeChange>, Verdict][] = [
  ['an admin makes an operator', [acting('admin'), target('member'), as('operator'), 1], 'allowed'],
  ['an admin makes an admin', [acting('admin'), target('member'), as('admin'), 1], 'allowed'],
  ['an admin makes no owner', [acting('admin'), target('member'), as('owner'), 1], 'above-own-role'],
  ['an admin demotes no owner', [acting('admin'), target('owner'), as('viewer'), 5], 'above-own-role'],
  ['an admin suspends no owner', [acting('admin'), target('owner'), as('owner', 'suspended'), 5], 'above-own-role'],
  ['an admin removes no owner', [acting('admin'), target('owner'), null, 5], 'above-own-role'],
  [
    'an admin raises not even themselves',
    [acting('admin'), target('admin', 'active', 'me'), as('owner'), 1],
    'above-own-role',
  ],
  ['an admin steps down', [acting('admin'), target('admin', 'active', 'me'), as('viewer'), 1], 'allowed'],
  [
    'nobody suspends themselves',
    [acting('admin'), target('admin', 'active', 'me'), as('admin', 'suspended'), 1],
    'own-suspension',
  ],
  [
    'nor while stepping down',
    [acting('owner'), target('owner', 'active', 'me'), as('viewer', 'suspended'), 1],
    'own-suspension',
  ],
  ['an owner makes an owner', [acting('owner'), target('viewer'), as('owner'), 0], 'allowed'],
  ['an owner demotes another', [acting('owner'), target('owner'), as('admin'), 1], 'allowed'],
  ['the last owner stays', [acting('owner'), target('owner', 'active', 'me'), as('admin'), 0], 'last-owner'],
  ['the last owner is not removed', [acting('owner', null), target('owner'), null, 0], 'last-owner'],
  [
    'the last owner is not suspended',
    [acting('owner', null), target('owner'), as('owner', 'suspended'), 0],
    'last-owner',
  ],
  ['a suspended owner is none', [acting('owner'), target('owner', 'suspended'), null, 0], 'allowed'],
  ['an owner comes back', [acting('owner'), target('owner', 'suspended'), as('owner'), 0], 'allowed'],
  ['a command may all of it', [acting('owner', null), target('viewer'), as('owner'), 0], 'allowed'],
]
for (const [name, given, verdict] of table)
  test(`[P4] ${name}: ${verdict}`, () => assert.equal(judgeChange(...given), verdict))

const role = fc.constantFrom(...tenantRoles)
const standing = fc.record({ role, status: fc.constantFrom('active' as const, 'suspended' as const) })

test('[P4] whatever is asked: nobody gets or loses a role above the asker’s, and the last active owner stays', () => {
  fc.assert(
    fc.property(
      role,
      standing,
      fc.option(standing, { nil: null }),
      fc.nat(2),
      fc.boolean(),
      (mine, before, next, others, self) => {
        const verdict = judgeChange(acting(mine), { personId: self ? 'me' : 'other', ...before }, next, others)
        if (verdict !== 'allowed') return
        assert.ok(atLeast(mine, before.role))
        assert.ok(next === null || mayGrant(acting(mine), next.role))
        const owner = (one: Standing | null) => (one?.role === 'owner' && one.status === 'active' ? 1 : 0)
        assert.ok(owner(before) === 0 || others + owner(next) > 0)
      },
    ),
  )
})
