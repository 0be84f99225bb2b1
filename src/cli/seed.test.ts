import assert from 'node:assert/strict'
import { test } from 'node:test'
import { testApp } from '#test/support/app.ts'
import { seed } from './seed.ts'

const app = await testApp()

test('[P4] seed refuses production, and changes nothing there', async () => {
  const config = { ...app.config, production: true }
  await assert.rejects(seed({ config, composed: app.composed }), /development/)
  assert.equal((await app.composed.tenants.list()).length, 1)
  await seed(app)
  assert.equal((await app.composed.tenants.list()).length, 2)
})
