import { deepEqual } from 'node:assert/strict'
import { test } from 'node:test'
import { inRows } from './mark-rows.ts'

const days = Array.from({ length: 40 }, (_, day) => String(day))
const rowsAt = (...xs: number[]) =>
  inRows(
    xs.map((x, index) => ({ x: String(x), label: ['P50', 'P85', 'P95'][index]! })),
    days,
  ).map(({ row }) => row)

test('[D9] labels stand side by side where there is room, else one above the other', () => {
  deepEqual(rowsAt(10, 20, 30), [0, 0, 0])
  deepEqual(rowsAt(30, 20, 18), [0, 0, 1])
  deepEqual(rowsAt(10, 12, 14), [0, 1, 2])
  deepEqual(
    inRows(
      [
        { x: '3', label: 'P50' },
        { x: '9', label: 'P85 · P95' },
      ],
      days,
    ).map(({ row }) => row),
    [0, 1],
  )
})
