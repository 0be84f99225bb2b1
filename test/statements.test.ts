/** The server describes every statement of the product; its columns must be those the row schema expects. */
import assert from 'node:assert/strict'
import { globSync } from 'node:fs'
import { test } from 'node:test'
import pg from 'pg'
import { z } from 'zod'
import { statements } from '#kernel/sql/index.ts'
import { makeEngine } from '#kernel/work/index.ts'
import { testApp } from './support/app.ts'
import { silentLog } from './support/database.ts'

const app = await testApp()
for (const path of globSync('src/**/*queries.ts', { cwd: new URL('../', import.meta.url) })) await import(`../${path}`)
for (const work of app.composed.work) makeEngine(work, app.database, silentLog)

/** JavaScript types each PostgreSQL type may become. */
const accepts: Record<number, readonly string[]> = {
  16: ['boolean'],
  17: ['custom'],
  20: ['number'],
  21: ['number'],
  23: ['number'],
  25: ['string', 'enum', 'literal'],
  19: ['string'],
  700: ['number'],
  701: ['number'],
  1082: ['string'],
  1184: ['date'],
  2950: ['string'],
  114: ['unknown', 'object', 'record', 'array'],
  3802: ['unknown', 'object', 'record', 'array'],
  1000: ['array'],
  1005: ['array'],
  1007: ['array', 'custom'],
  1009: ['array'],
  1016: ['array'],
  1115: ['array'],
  1182: ['array'],
  1185: ['array'],
  2951: ['array'],
}

type Shape = { type: string; nullable: boolean }
function shapeOf(schema: z.core.$ZodType): Shape {
  const { def } = schema._zod as unknown as { def: { type: string; innerType?: z.core.$ZodType; in?: z.core.$ZodType } }
  if (def.type === 'nullable' || def.type === 'optional') return { ...shapeOf(def.innerType!), nullable: true }
  if (def.type === 'default' || def.type === 'readonly') return shapeOf(def.innerType!)
  if (def.type === 'pipe') return shapeOf(def.in!)
  return { type: def.type, nullable: false }
}

function fieldsOf(schema: z.core.$ZodType): Record<string, z.core.$ZodType> {
  const { def } = schema._zod as unknown as {
    def: { type: string; shape?: Record<string, z.core.$ZodType>; left?: z.core.$ZodType; right?: z.core.$ZodType }
  }
  if (def.type === 'intersection') return { ...fieldsOf(def.left!), ...fieldsOf(def.right!) }
  return def.shape ?? {}
}

const client = new pg.Client({ connectionString: app.adminUrl })
client.on('error', () => undefined)
await client.connect()
test.after(() => client.end())

for (const statement of statements()) {
  test(`statement ${statement.name} is what the server says it is`, async (t) => {
    const sql = statement.sql(statement.sample as never)
    // Executing in a transaction that is rolled back describes it, types its parameters and plans it.
    await client.query('begin')
    try {
      const result = await client.query({ text: sql.text, values: sql.values as unknown[] })
      if (statement.row instanceof z.ZodNever) {
        // A write may return rows that nobody reads.
        return
      }
      const fields = fieldsOf(statement.row)
      assert.deepEqual(result.fields.map(({ name }) => name).sort(), Object.keys(fields).sort(), 'columns')
      for (const { name, dataTypeID } of result.fields) {
        const allowed = accepts[dataTypeID]
        assert.ok(allowed, `${name} has a type (oid ${dataTypeID}) that no schema expects`)
        const { type } = shapeOf(fields[name]!)
        assert.ok(allowed.includes(type), `${name}: PostgreSQL oid ${dataTypeID} does not become ${type}`)
      }
    } catch (error) {
      if ((error as { code?: string }).code === '55000') return t.skip('the server did not preload pg_stat_statements')
      // A sample that breaks a constraint was parsed, typed and run all the same; a write has nothing more to compare.
      if (!(statement.row instanceof z.ZodNever) || !String((error as { code?: string }).code).startsWith('23'))
        throw error
    } finally {
      await client.query('rollback')
    }
  })
}

test('the statements of all modules were described', () => {
  assert.ok(statements().length > 60, `${statements().length} statements`)
})
