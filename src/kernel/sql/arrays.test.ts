import assert from 'node:assert/strict'
import { test } from 'node:test'
import fc from 'fast-check'
import pg from 'pg'
import { testDatabase } from '#test/support/database.ts'
import { bools, byteas, dates, int4s, int8s, texts, timestamps, uuids } from './index.ts'

const db = await testDatabase()
const client = new pg.Client({ connectionString: db.adminUrl })
client.on('error', () => undefined)
await client.connect()
test.after(() => client.end())

const noNul = fc.string({ unit: 'binary', maxLength: 30 }).map((text) => text.replaceAll('\0', '').toWellFormed())
const kinds: [string, string, (values: never) => Buffer, fc.Arbitrary<unknown>, (value: unknown) => unknown][] = [
  ['int', 'int[]', int4s as never, fc.integer(), Number],
  ['bigint', 'bigint[]', int8s as never, fc.maxSafeInteger(), Number],
  ['boolean', 'boolean[]', bools as never, fc.boolean(), (value) => value],
  ['text', 'text[]', texts as never, noNul, (value) => value],
  [
    'bytea',
    'bytea[]',
    byteas as never,
    fc.uint8Array({ maxLength: 20 }).map((bytes) => Buffer.from(bytes)),
    (value) => value,
  ],
  [
    'timestamptz',
    'timestamptz[]',
    timestamps as never,
    fc.date({ min: new Date('1900-01-01'), max: new Date('2200-01-01'), noInvalidDate: true }),
    (value) => value,
  ],
  [
    'date',
    'date[]',
    dates as never,
    fc
      .date({ min: new Date('1900-01-01'), max: new Date('2200-01-01'), noInvalidDate: true })
      .map((date) => date.toISOString().slice(0, 10)),
    (value) => value,
  ],
  ['uuid', 'uuid[]', uuids as never, fc.uuid(), (value) => value],
]

for (const [name, type, encode, values, read] of kinds) {
  test(`binary ${name} arrays arrive as they were sent, nulls and emptiness included`, async () => {
    await fc.assert(
      fc.asyncProperty(fc.array(fc.option(values, { nil: null }), { maxLength: 20 }), async (sent) => {
        const text = `select coalesce(array_agg(v order by n), '{}') as got from unnest($1::${type}) with ordinality as u(v, n)`
        const types = {
          getTypeParser: ((oid: number, format: never) =>
            oid === 1182
              ? (raw: string) =>
                  raw
                    .slice(1, -1)
                    .split(',')
                    .filter(Boolean)
                    .map((day) => (day === 'NULL' ? null : day))
              : pg.types.getTypeParser(oid, format)) as never,
        }
        const { rows } = await client.query({ text, values: [encode(sent as never)], types })
        assert.deepEqual(
          rows[0].got.map((value: unknown) => (value === null ? null : read(value))),
          sent,
        )
      }),
      { numRuns: 40 },
    )
  })
}
