import assert from 'node:assert/strict'
import { test } from 'node:test'
import { controlOf, fromText, inWords, toText } from './setting-value.ts'

test('[A1] a setting is typed into the control its schema asks for', () => {
  assert.deepEqual(controlOf({ type: 'integer', minimum: 1, maximum: 9007199254740991 }), {
    kind: 'number',
    whole: true,
    min: 1,
    max: undefined,
  })
  assert.deepEqual(controlOf({ type: 'string', enum: ['a', 'b'] }), { kind: 'choice', options: ['a', 'b'] })
  assert.deepEqual(controlOf({ type: 'boolean' }), { kind: 'switch' })
  for (const other of [{ type: 'object', properties: {} }, { type: 'array' }, null, 'x'])
    assert.deepEqual(controlOf(other), { kind: 'json' })
})

test('[A1] a value comes back from its field as it went in; what is none is refused in words', () => {
  const pairs: [unknown, unknown][] = [
    [0.05, { type: 'number' }],
    [false, { type: 'boolean' }],
    ['github', { type: 'string' }],
    [{ sev1: 'high', list: [1] }, { type: 'object' }],
  ]
  for (const [value, schema] of pairs) {
    const control = controlOf(schema)
    assert.deepEqual(fromText(toText(value, control), control), value)
  }
  assert.throws(() => fromText('', controlOf({ type: 'number' })), /State a number/)
  assert.throws(() => fromText('{', controlOf({ type: 'object' })), /not JSON/)
  assert.equal(inWords({ a: 1 }), '{"a":1}')
})
