import assert from 'node:assert/strict'
import { test } from 'node:test'
import { changesOf } from './changes.ts'

test('[P7] a change is told field by field, nested ones by their path, what stayed is left out', () => {
  assert.deepEqual(
    changesOf(
      { role: 'member', name: 'Ada', limits: { a: 1, b: 2 } },
      { role: 'admin', name: 'Ada', limits: { a: 1, b: 3 } },
    ),
    [
      { field: 'role', from: 'member', to: 'admin' },
      { field: 'limits.b', from: '2', to: '3' },
    ],
  )
})

test('[P7] what is new has no past and what was removed no present', () => {
  assert.deepEqual(changesOf(null, { email: 'a@b.c' }), [{ field: 'email', to: 'a@b.c' }])
  assert.deepEqual(changesOf({ email: 'a@b.c' }, undefined), [{ field: 'email', from: 'a@b.c' }])
  assert.deepEqual(changesOf({ scopes: ['a'] }, { scopes: ['a', 'b'] }), [
    { field: 'scopes', from: '["a"]', to: '["a","b"]' },
  ])
  assert.deepEqual(changesOf(undefined, null), [])
})
