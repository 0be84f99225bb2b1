import assert from 'node:assert/strict'
import { test } from 'node:test'
import { spanOf, startOfDay } from './days.ts'

test("[P7] a day begins at the tenant's midnight, in summer as in winter", () => {
  assert.equal(startOfDay('2026-01-15', 'UTC'), '2026-01-15T00:00:00.000Z')
  assert.equal(startOfDay('2026-01-15', 'Europe/Berlin'), '2026-01-14T23:00:00.000Z')
  assert.equal(startOfDay('2026-07-15', 'Europe/Berlin'), '2026-07-14T22:00:00.000Z')
  assert.equal(startOfDay('2026-03-29', 'Europe/Berlin'), '2026-03-28T23:00:00.000Z', 'the day the clock goes forward')
  assert.equal(startOfDay('2026-03-30', 'Europe/Berlin'), '2026-03-29T22:00:00.000Z')
  assert.equal(startOfDay('2026-11-01', 'America/New_York'), '2026-11-01T04:00:00.000Z', 'the day the clock goes back')
  assert.equal(startOfDay('2026-01-15', 'Pacific/Kiritimati'), '2026-01-14T10:00:00.000Z')
})

test('[P7] the last day of a span is in it', () => {
  assert.deepEqual(spanOf('2026-01-15', '2026-01-15', 'UTC'), {
    from: '2026-01-15T00:00:00.000Z',
    to: '2026-01-16T00:00:00.000Z',
  })
  assert.deepEqual(spanOf(undefined, undefined, 'UTC'), { from: undefined, to: undefined })
})
