import { deepEqual, equal, throws } from 'node:assert/strict'
import { test } from 'node:test'
import { Problem } from '#kernel/errors/index.ts'
import { cursorsOf } from './index.ts'

const digits = /[0-9]{1,16}/
const byTime = cursorsOf({ micros: digits, id: digits })
const byName = cursorsOf({ name: /[\x21-\x7e]{1,201}/, id: /[A-Za-z0-9_-]{1,60}/ })

test('[P9] a cursor brings back the place it was given for', () => {
  deepEqual(
    { ...byTime.take(byTime.give({ micros: 1_764_000_000_123_456, id: 7 })) },
    { micros: '1764000000123456', id: '7' },
  )
  deepEqual({ ...byName.take(byName.give({ name: 'acme/a.b.c', id: '12' })) }, { name: 'acme/a.b.c', id: '12' })
  equal(byTime.take(undefined), null)
})

test('[P9] what no list gave out is refused, also where it decodes to a place', () => {
  const refused = (cursor: string) =>
    throws(
      () => byTime.take(cursor),
      (error) => error instanceof Problem && error.type.slug === 'invalid-request',
      cursor,
    )
  const good = byTime.give({ micros: 5, id: 7 })
  for (const cursor of [
    '',
    'x',
    'bm9wZQ',
    good.slice(1),
    `${good}=`,
    ` ${good}`,
    `${good}.`,
    good.replace('N', '%4E'),
    byName.give({ name: 'a', id: 'b' }),
  ])
    refused(cursor)
  refused(Buffer.from('5.7\n').toString('base64url'))
})
