import assert from 'node:assert/strict'
import { test } from 'node:test'
import { addDays, daysBetween, resolveWindow, todayIn } from './window.ts'

test('[D3] today is a day of the tenant’s time zone', () => {
  const now = new Date('2026-03-10T23:30:00Z')
  assert.equal(todayIn('Europe/Berlin', now), '2026-03-11')
  assert.equal(todayIn('America/New_York', now), '2026-03-10')
})

test('[U1] a window in the address is as long as it says, both ends included', () => {
  const { from, to } = resolveWindow({ days: '30', to: '2026-03-31' }, 'UTC')
  assert.deepEqual([from, to, daysBetween(from, to)], ['2026-03-02', '2026-03-31', 30])
  assert.equal(addDays('2026-02-28', 1), '2026-03-01')
})

test('[U1] a window written the wrong way round is turned', () => {
  const { from, to } = resolveWindow({ from: '2026-03-31', to: '2026-03-01' }, 'UTC')
  assert.deepEqual([from, to], ['2026-03-01', '2026-03-31'])
})
