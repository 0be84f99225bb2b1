import { equal } from 'node:assert/strict'
import { test } from 'node:test'
import { fromLocal, toLocal } from './as-of-time.ts'

test('[D16] a time on the clock of a zone is an instant and back, also where the clock jumps', () => {
  for (const zone of ['UTC', 'Europe/Berlin', 'America/Havana', 'Pacific/Kiritimati', 'Asia/Kathmandu'])
    for (let day = 0; day < 366; day++) {
      const iso = new Date(Date.UTC(2026, 0, 1, 9, 17) + day * 86_400_000).toISOString()
      equal(fromLocal(toLocal(iso, zone), zone), iso, `${iso} in ${zone}`)
    }
  equal(toLocal('2026-07-01T10:00:00.123456Z', 'Europe/Berlin'), '2026-07-01T12:00')
  equal(fromLocal('2026-10-25T02:30', 'Europe/Berlin'), '2026-10-25T00:30:00.000Z', 'of two the earlier')
  equal(
    fromLocal('2026-03-29T02:30', 'Europe/Berlin'),
    '2026-03-29T01:30:00.000Z',
    'skipped: as if the clock had not jumped',
  )
})
