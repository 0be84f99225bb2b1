import assert from 'node:assert/strict'
import { readFileSync } from 'node:fs'
import { test } from 'node:test'
import { limit, pageOf } from './index.ts'

test('[P9] a page has 1 to 200 rows; whatever is no such number is refused', () => {
  for (const [text, rows] of [
    [undefined, undefined],
    ['1', 1],
    ['200', 200],
  ] as const)
    assert.equal(limit.parse(text), rows)
  for (const text of ['', '0', '201', '-1', '1.5', '1e2', ' 5', '0005', 'all', 5])
    assert.ok(!limit.safeParse(text).success, `${text}`)
})

test('[P9] a page is cut where it ends, and names the next one only where rows follow', () => {
  const of = (rows: string[]) => pageOf(rows, 2, (last) => `after ${last}`)
  assert.deepEqual(of([]), { page: [], next: null })
  assert.deepEqual(of(['a', 'b']), { page: ['a', 'b'], next: null })
  assert.deepEqual(of(['a', 'b', 'c']), { page: ['a', 'b'], next: 'after b' })
})

test('what the console’s bundle takes of paging is zod and nothing of the server', () => {
  const text = readFileSync(new URL('./index.ts', import.meta.url), 'utf8')
  assert.deepEqual(
    [...text.matchAll(/(?:from|import)\s*\(?\s*'([^']+)'/g)].map((match) => match[1]),
    ['zod'],
  )
})
