/** Tenants from the command line of a running instance. */
import assert from 'node:assert/strict'
import { test } from 'node:test'
import { instance } from './support/processes.ts'

const own = await instance()
await own.up()

const ok = async (...args: string[]) => {
  const { code, stdout, output } = await own.run(...args)
  assert.equal(code, 0, output)
  return stdout
}
const json = async (...args: string[]) => JSON.parse(await ok(...args, '--json'))
const state = async (slug: string) =>
  (await json('tenant:list')).find((tenant: { slug: string }) => tenant.slug === slug)?.status

test('[P4] a tenant is made with an invited owner, listed, suspended, resumed and removed', async () => {
  const made = await json('tenant:create', '--slug', 'north', '--name', 'North', '--owner-email', 'nora@example.com')
  assert.deepEqual([made.slug, made.status, made.plan, made.pending_invitations], ['north', 'ready', 'enterprise', 1])
  const { key } = await json('api-key:create', '--name', 'x', '--tenant', 'north', '--scope', 'session:read')
  const status = async () =>
    (await fetch(`${own.url}/api/v1/session`, { headers: { authorization: `Bearer ${key}` } })).status
  assert.equal(await status(), 200)
  await ok('tenant:suspend', 'north')
  assert.equal(await state('north'), 'suspended')
  assert.equal(await status(), 401)
  await ok('tenant:resume', 'north')
  const unanswered = await own.run('tenant:remove', 'north')
  assert.notEqual(unanswered.code, 0, 'without a terminal it must be said with --yes')
  assert.equal(await state('north'), 'ready')
  await ok('tenant:remove', 'north', '--yes')
  assert.equal(await state('north'), 'removed')
  const faults: [string[], RegExp][] = [
    [['tenant:create', '--slug', 'north', '--name', 'Again'], /already/],
    [['tenant:create', '--slug', 'No Good', '--name', 'X'], /slug/],
    [['tenant:suspend', 'default'], /first tenant/],
    [['tenant:suspend', 'nobody'], /No tenant is called/],
  ]
  for (const [args, told] of faults) {
    const { code, output } = await own.run(...args)
    assert.notEqual(code, 0)
    assert.match(output, told)
  }
})

test('[P4] seed makes the baseline once', async () => {
  assert.deepEqual(await json('seed'), { tenant: 'sample', owner: 'owner@example.com', created: true })
  assert.deepEqual(await json('seed'), { tenant: 'sample', owner: 'owner@example.com', created: false })
  assert.equal(await state('sample'), 'ready')
  const sample = (await json('tenant:list')).find((tenant: { slug: string }) => tenant.slug === 'sample')
  assert.equal(sample.pending_invitations, 1)
})
