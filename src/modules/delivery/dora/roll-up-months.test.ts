import assert from 'node:assert/strict'
import { test } from 'node:test'
import fc from 'fast-check'
import { testDatabase } from '#test/support/database.ts'
import { bandsOf, bandsVersionSetting } from './bands.ts'
import { dayNumber, dayText, wholeMonths } from './calendar.ts'
import { measureBriefly } from './measure.ts'
import { readDays, readStreams } from './queries.ts'
import { rollUpMonths } from './roll-up-months.ts'
import { windowOf, windowOfStream } from './window.ts'

const db = await testDatabase()
const tenant = await db.tenant()
const first = dayNumber('2026-01-20')
const bands = bandsOf(bandsVersionSetting.default)

test('whole months lie inside their span', () => {
  assert.deepEqual(wholeMonths('2026-01-01', '2026-01-31'), { from: '2026-01-01', before: '2026-02-01' })
  assert.deepEqual(wholeMonths('2026-01-02', '2026-03-30'), { from: '2026-02-01', before: '2026-03-01' })
  assert.deepEqual(wholeMonths('2025-12-15', '2026-01-31'), { from: '2026-01-01', before: '2026-02-01' })
})

test('[D5] a window read by months and edge days is the window read by days', async () => {
  const packed = fc.array(fc.nat(900_000), { maxLength: 4 }).map((seconds) =>
    Buffer.concat(
      seconds.map((value) => {
        const bytes = Buffer.alloc(4)
        bytes.writeInt32BE(value)
        return bytes
      }),
    ),
  )
  const day = fc.record({ deployments: fc.nat(5), failed: fc.nat(2), lead: packed, recovery: packed })
  const history = fc.array(fc.option(day, { nil: null }), { minLength: 40, maxLength: 130 })
  const span = fc.tuple(fc.nat(130), fc.nat(130))
  await fc.assert(
    fc.asyncProperty(history, span, async (days, [a, b]) => {
      await db.sql('delete from dora_daily; delete from dora_monthly')
      const kept = days.flatMap((row, index) => (row ? [{ ...row, day: dayText(first + index) }] : []))
      for (const row of kept)
        await db.sql(
          `insert into dora_daily (tenant_id, stream_id, day, definition, deployments, deployments_with_changes, failed, rework, ticketed, dropped_changes, unrecovered, incidents, unresolved, lead_seconds, coding_seconds, pickup_seconds, review_seconds, deploy_seconds, recovery_seconds, restore_seconds)
           values ($1, 's', $2, 'x', $3, $3, $4, 0, 0, 0, 0, 0, 0, $5, '', '', '', '', $6, '')`,
          [tenant.tenantId, row.day, row.deployments, row.failed, row.lead, row.recovery],
        )
      const from = dayText(first + Math.min(a, b))
      const to = dayText(first + Math.max(a, b))
      const numbers = { from: dayNumber(from), to: dayNumber(to) }
      await db.database.tenantTx(tenant, async (tx) => {
        const all = kept.map((row) => row.day)
        await tx.run(rollUpMonths, { tenantId: tenant.tenantId, streams: all.map(() => 's'), days: all })
        const byDay = windowOf(await tx.rows(readDays, { stream: 's', from, to }), numbers, new Date(0))
        const [row] = await tx.rows(readStreams, { streams: ['s'], from, to })
        assert.deepEqual(measureBriefly(windowOfStream(row, numbers, new Date(0)), bands), measureBriefly(byDay, bands))
      })
    }),
    { numRuns: 12 },
  )
})
