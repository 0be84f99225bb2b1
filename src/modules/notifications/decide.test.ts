import { deepEqual, equal } from 'node:assert/strict'
import { test } from 'node:test'
import { decide, type Standing } from './decide.ts'

const noon = { weekday: 3, minute: 720 }
const standing = (over: Partial<Standing> = {}, channel: Partial<Standing['channel']> = {}): Standing => ({
  change: 'raised',
  severity: 'MEDIUM',
  opening: 1,
  channel: { enabled: true, removed: false, minimumSeverity: 'LOW', quiet: null, ...channel },
  alert: { state: 'raised', opening: 1 },
  earlierUnderway: false,
  superseded: false,
  perhapsTold: false,
  toldBefore: null,
  calmMinutes: 30,
  local: noon,
  ...over,
})
const word = (one: Standing) => {
  const decision = decide(one)
  return decision.do === 'send' ? 'send' : `${decision.do} ${decision.why}`
}

test('[A3] what is over, was told already or is for nobody is not told', () => {
  equal(word(standing()), 'send')
  equal(word(standing({}, { removed: true })), 'skip channel-removed')
  equal(word(standing({}, { enabled: false })), 'skip channel-off')
  equal(word(standing({}, { minimumSeverity: 'HIGH' })), 'skip below-minimum')
  equal(word(standing({ alert: { state: 'resolved', opening: 1 } })), 'skip resolved')
  equal(word(standing({ alert: { state: 'raised', opening: 2 } })), 'skip resolved')
  equal(word(standing({ alert: null })), 'skip resolved')
  equal(word(standing({ superseded: true })), 'skip superseded')
  equal(word(standing({ alert: { state: 'acknowledged', opening: 1 } })), 'send')
  equal(word(standing({ change: 'reminder', alert: { state: 'acknowledged', opening: 1 } })), 'skip acknowledged')
})

test('[A3] that it ended is told to who may have heard that it began, unless it began anew', () => {
  const resolved = { change: 'resolved', alert: { state: 'resolved', opening: 1 } } as const
  equal(word(standing({ ...resolved, perhapsTold: true })), 'send')
  equal(word(standing({ ...resolved, perhapsTold: true, severity: 'LOW' }, { minimumSeverity: 'HIGH' })), 'send')
  equal(word(standing(resolved)), 'skip not-told')
  equal(word(standing({ ...resolved, perhapsTold: true, alert: { state: 'raised', opening: 2 } })), 'skip reopened')
  equal(word(standing({ ...resolved, perhapsTold: true, alert: null })), 'send')
})

test('[A3] quiet hours delay all but what is severe enough; what comes back at once waits; order stays', () => {
  const quiet = { from: 600, to: 780, days: [3], letsThrough: 'HIGH' } as const
  deepEqual(decide(standing({}, { quiet })), { do: 'wait', why: 'quiet-hours', until: { days: 0, minute: 780 } })
  equal(word(standing({ severity: 'HIGH' }, { quiet })), 'send')
  equal(word(standing({ severity: 'CRITICAL' }, { quiet: { ...quiet, letsThrough: null } })), 'wait quiet-hours')
  const toldBefore = { secondsAgo: 600, severity: 'MEDIUM' } as const
  deepEqual(decide(standing({ toldBefore })), { do: 'wait', why: 'calm', seconds: 1200 })
  equal(word(standing({ toldBefore: { ...toldBefore, secondsAgo: 1800 } })), 'send')
  equal(word(standing({ toldBefore, severity: 'HIGH' })), 'send', 'worse than before')
  equal(word(standing({ toldBefore, calmMinutes: 0 })), 'send')
  equal(word(standing({ earlierUnderway: true })), 'wait order')
})
