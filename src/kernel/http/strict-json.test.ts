import assert from 'node:assert/strict'
import { test } from 'node:test'
import fc from 'fast-check'
import { Problem } from '#kernel/errors/index.ts'
import { maxDepth, maxMembers, readJson } from './strict-json.ts'

const read = (text: string | Buffer, type = 'application/json') => readJson(type, Buffer.from(text as string))
const refusedAs = (status: number, code?: string, pointer?: string) => (error: unknown) => {
  assert.ok(error instanceof Problem, String(error))
  assert.equal(error.type.status, status)
  if (code) assert.equal(error.errors[0]?.code, code)
  if (pointer) assert.equal(error.errors[0]?.pointer, pointer)
  return true
}

test('[P8] 25–33: what JSON.parse would let through is refused, and the place is named', () => {
  const cases: [string, number, string?, string?][] = [
    ['{"amount":1,"amount":999}', 400, 'duplicate-key', '#/amount'],
    ['{"a":[{"b":1,"\\u0062":2}]}', 400, 'duplicate-key', '#/a/0/b'],
    ['{"__proto__":{"x":1}}', 400, 'prototype'],
    ['{"\\u005f_proto__":{"x":1}}', 400, 'prototype'],
    ['{"a":{"constructor":{"prototype":{"x":1}}}}', 400, 'prototype'],
    ['{"constructor":{"proto\\u0074ype":1}}', 400, 'prototype'],
    ['[9007199254740993]', 422, 'number', '#/0'],
    ['{"a/b":-9007199254740993}', 422, 'number', '#/a~1b'],
    ['{"n":1e400}', 422, 'number', '#/n'],
    ['{"n":-0}', 422, 'number', '#/n'],
    ['{"n":-0.0e5}', 422, 'number', '#/n'],
    ['{"t":"\\ud800"}', 422, 'surrogate', '#/t'],
    ['{"\\udc00":1}', 422, 'surrogate'],
    ['['.repeat(maxDepth + 1) + ']'.repeat(maxDepth + 1), 400],
    ['['.repeat(1_000_000), 400],
    [`[${'0,'.repeat(1_000_000)}0]`, 400],
    [`{${Array.from({ length: 100_000 }, (_, index) => `"k${index}":1`).join()}}`, 400],
    ['0x10', 400],
    ['{"a":01}', 400],
    ['\ufeff{}', 400],
    ['', 400],
    ['{"a":1}{"b":2}', 400],
  ]
  for (const [text, status, code, pointer] of cases)
    assert.throws(() => read(text), refusedAs(status, code, pointer), text.slice(0, 80))
  assert.equal(({} as { x?: number }).x, undefined)
})

test('[P8] 31: bytes that are not UTF-8, and other charsets, are refused', () => {
  assert.throws(() => read(Buffer.from([0x22, 0xff, 0x22])), refusedAs(400))
  assert.throws(() => read(Buffer.from([0x22, 0xed, 0xa0, 0x80, 0x22])), refusedAs(400))
  assert.throws(() => read(Buffer.from('\ufeff{}', 'utf16le')), refusedAs(400))
  assert.throws(() => read(Buffer.from('{}', 'utf16le')), refusedAs(400))
  assert.throws(() => read('{}', 'application/json; charset=utf-16'), refusedAs(415))
  assert.throws(() => read('{}', 'application/json;charset="ISO-8859-1"'), refusedAs(415))
  assert.deepEqual(read('{}', 'application/json; Charset=UTF-8'), {})
})

test('what is not refused reads as JSON.parse reads it', () => {
  for (const text of [
    '{"constructor":1,"prototype":2}',
    '[1e3,1.5,-1,0,9007199254740991,0.1e-5]',
    '"\\ud83d\\ude00 \\" \\\\"',
    '{"a":{"x":1},"b":{"x":1}}',
    '[[],{},"{\\"a\\":1,\\"a\\":2}"]',
    ' null ',
  ])
    assert.deepEqual(read(text), JSON.parse(text), text)
  assert.equal((read(`[${'0,'.repeat(maxMembers - 1)}0]`) as []).length, maxMembers)
})

const holds = (value: unknown, found: (value: unknown) => boolean): boolean =>
  found(value) ||
  (value !== null && typeof value === 'object' && Object.values(value).some((item) => holds(item, found)))

test('[P8] whatever JSON.parse refuses is refused, and whatever it accepts is the same value or one of our refusals', () => {
  const pieces = [
    '{',
    '}',
    '[',
    ']',
    ',',
    ':',
    '"',
    '"a"',
    '"b"',
    '\\',
    '\\u0061',
    '1',
    '-',
    '0',
    '.5',
    'e9',
    'true',
    'null',
    ' ',
    '\n',
    'é',
  ]
  const nearly = fc.array(fc.constantFrom(...pieces), { maxLength: 14 }).map((parts) => parts.join(''))
  const texts = fc.oneof(
    fc.json(),
    fc.json().map((text) => text.slice(0, -1)),
    nearly,
    fc.string({ unit: 'binary' }),
  )
  let accepted = 0
  fc.assert(
    fc.property(texts, (text) => {
      let expected: unknown
      let valid = true
      try {
        expected = JSON.parse(Buffer.from(text).toString())
      } catch {
        valid = false
      }
      try {
        const value = read(text)
        assert.ok(valid, `accepted ${text}`)
        assert.deepEqual(value, expected)
        accepted++
      } catch (error) {
        if (!(error instanceof Problem)) throw error
        if (!valid) return
        const code = error.errors[0]?.code
        assert.ok(code, `refused without a reason of ours: ${text}`)
        if (code === 'number')
          assert.ok(
            holds(
              expected,
              (value) => Object.is(value, -0) || (typeof value === 'number' && Math.abs(value) > 2 ** 53 - 1),
            ),
          )
        else if (code === 'surrogate') assert.match(text, /\\u/)
        else assert.ok(code === 'duplicate-key' || code === 'prototype', code)
      }
    }),
    { numRuns: 3000 },
  )
  assert.ok(accepted > 300, `${accepted} texts were accepted`)
})
