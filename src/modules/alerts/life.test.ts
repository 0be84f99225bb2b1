/** The rule of an alert's life, over random histories of what was found. */
import assert from 'node:assert/strict'
import { test } from 'node:test'
import fc from 'fast-check'
import { type KnownAlert, type Pending, planAlerts } from './life.ts'

const tenantId = 'tenant'
const minute = 60_000

/** Applies plans to a world of one subject, minute by minute; returns what happened when. */
function live(found: readonly boolean[], resolveAfterMinutes: number, forMinutes: number) {
  let known: KnownAlert[] = []
  let pending: readonly Pending[] = []
  const steps: { at: number; what: string }[] = []
  for (const [at, isFound] of found.entries()) {
    const now = new Date(at * minute)
    const finding = { tenantId, subject: '', detail: '', value: 1, threshold: 0, severity: 'LOW' as const, forMinutes }
    const plan = planAlerts({ now, resolveAfterMinutes, known, pending, found: isFound ? [finding, finding] : [] })
    pending = plan.pending
    const next: KnownAlert = {
      id: 'a',
      tenantId,
      subject: '',
      severity: 'LOW',
      state: 'raised',
      detail: '',
      cleanSince: null,
    }
    if (plan.raised.length > 0) {
      assert.equal(plan.raised.length, 1)
      known = [next]
      steps.push({ at, what: 'raised' })
    }
    if (plan.reopened.length > 0) {
      known = [next]
      steps.push({ at, what: 'reopened' })
    }
    if (plan.kept.length > 0) known = [{ ...known[0]!, cleanSince: null }]
    if (plan.turnedClean.length > 0) known = [{ ...known[0]!, cleanSince: now }]
    if (plan.resolved.length > 0) {
      known = [{ ...known[0]!, state: 'resolved' }]
      steps.push({ at, what: 'resolved' })
    }
  }
  return steps
}

test('[A1] whatever is found when: raised once, resolved only after the clean time, never twice in a row', () => {
  const minutes = fc.integer({ min: 0, max: 6 })
  fc.assert(
    fc.property(fc.array(fc.boolean(), { maxLength: 80 }), minutes, minutes, (found, resolveAfter, forMinutes) => {
      const steps = live(found, resolveAfter, forMinutes)
      for (const [index, { at, what }] of steps.entries()) {
        assert.equal(what, index === 0 ? 'raised' : index % 2 === 1 ? 'resolved' : 'reopened')
        const last = what === 'resolved' ? resolveAfter : forMinutes
        for (let back = 0; back <= last; back++) assert.equal(found[at - back], what !== 'resolved', `${what} at ${at}`)
      }
      const endsFound = found.length > forMinutes && found.slice(-1 - forMinutes).every(Boolean)
      if (endsFound)
        assert.notEqual(steps.at(-1)?.what ?? 'resolved', 'resolved', 'what is found for long enough is open')
      const endsClean = found.length > resolveAfter && found.slice(-1 - resolveAfter).every((one) => !one)
      if (endsClean) assert.equal(steps.at(-1)?.what ?? 'resolved', 'resolved', 'what is gone for long enough is not')
    }),
    { numRuns: 500 },
  )
})
