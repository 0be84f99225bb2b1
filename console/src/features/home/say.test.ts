import assert from 'node:assert/strict'
import { test } from 'node:test'
import { sayAlerts, sayDeadLetters, sayInvitations, sayMails, sayRegistrations, sayReview, saySources } from './say.ts'

type Alerts = Parameters<typeof sayAlerts>[0]
const alerts = (...all: [severity: string, state: string][]) =>
  ({
    alerts: all.map(([severity, state]) => ({ severity, state })),
    conditions: [],
    next_cursor: null,
  }) as unknown as Alerts

test('[U1] alerts are told worst first; what somebody acknowledged needs nobody else', () => {
  assert.deepEqual(sayAlerts(alerts()), { tone: 'calm', text: 'none open' })
  assert.deepEqual(sayAlerts(alerts(['LOW', 'raised'], ['CRITICAL', 'raised'], ['LOW', 'raised'])), {
    tone: 'now',
    text: '1 critical, 2 low',
  })
  assert.deepEqual(sayAlerts(alerts(['MEDIUM', 'raised'])), { tone: 'soon', text: '1 medium' })
  assert.equal(sayAlerts(alerts(['CRITICAL', 'acknowledged'])).tone, 'calm')
})

test('[U1] a failing source is named and needs somebody now, a stale one soon', () => {
  const health = (...all: [string, string][]) =>
    ({ status: 'ok', sources: all.map(([source, status]) => ({ source, status })) }) as unknown as Parameters<
      typeof saySources
    >[0]
  assert.deepEqual(saySources(health(['jira', 'stale'], ['github', 'failing'])), {
    tone: 'now',
    text: 'github failing, jira stale',
  })
  assert.equal(saySources(health(['jira', 'stale'])).tone, 'soon')
  assert.deepEqual(saySources(health(['github', 'healthy'], ['jira', 'no_data'])), {
    tone: 'calm',
    text: 'github healthy',
  })
  assert.equal(saySources(health(['github', 'no_data'])).text, 'nothing heard yet')
})

test('[U1] dead letters, expired invitations, registrations and failed mails call; their absence is calm', () => {
  const work = (...dead: number[]) =>
    ({ work: dead.map((dead_lettered, n) => ({ name: `w${n}`, dead_lettered })) }) as never
  assert.deepEqual(sayDeadLetters(work(0, 0)), { tone: 'calm', text: 'none' })
  assert.deepEqual(sayDeadLetters(work(0, 3)), { tone: 'now', text: '3 of w1' })
  assert.deepEqual(sayDeadLetters(work(2, 3)), { tone: 'now', text: '5 of 2 kinds' })
  assert.equal(sayInvitations({ invitations: [{ state: 'pending' }] } as never).tone, 'calm')
  assert.equal(sayInvitations({ invitations: [{ state: 'expired' }] } as never).tone, 'soon')
  const asked = { registrations: [{ organisation: 'Granite' }], next_cursor: null } as never
  assert.deepEqual(sayRegistrations(asked), { tone: 'soon', text: 'Granite waits for a decision' })
  assert.equal(sayMails({ mails: [], next_cursor: null } as never).tone, 'calm')
  assert.equal(sayMails({ mails: [{}], next_cursor: null } as never).tone, 'now')
})

test('[U1] a review is due when it is old, not while one is alone', () => {
  const review = (members: number, stale: number, days: number | null) =>
    ({
      counts: { members, stale },
      last_completed: days === null ? null : { at: new Date(Date.now() - days * 86_400_000).toISOString() },
    }) as never
  assert.equal(sayReview(review(1, 0, null)).tone, 'calm')
  assert.deepEqual(sayReview(review(4, 0, null)), { tone: 'soon', text: 'never reviewed' })
  assert.equal(sayReview(review(4, 2, 10)).tone, 'calm')
  assert.equal(sayReview(review(4, 2, 100)).tone, 'soon')
})
