import assert from 'node:assert/strict'
import { test } from 'node:test'
import { testDatabase } from './support/database.ts'

const db = await testDatabase()

test('[R6] migrations apply to an empty database and record themselves', async () => {
  const rows = await db.sql('select name from migration order by name')
  assert.ok(rows.length >= 5)
  const tenant = await db.tenant()
  await db.database.tenantTx(tenant, async () => undefined)
})
