/** The first administrator by the environment, and what the command line does with people, against real processes. */
import assert from 'node:assert/strict'
import { readdirSync } from 'node:fs'
import { test } from 'node:test'
import { testDatabase, testSecret } from './support/database.ts'
import { instance } from './support/processes.ts'

const db = await testDatabase()
const shared = { DATABASE_URL: db.url, APP_KEY: testSecret, LOG_LEVEL: 'warn', DAYTWO_ADMIN_EMAIL: 'Maria@Example.com' }
const password = 'violet harbour lantern orchard'
const own = await instance({ ...shared, DAYTWO_ADMIN_PASSWORD: password })
const login = (secret: string) =>
  fetch(`${own.url}/auth/login`, {
    method: 'POST',
    headers: { 'content-type': 'application/json' },
    body: JSON.stringify({ email: 'maria@example.com', password: secret, transport: 'bearer' }),
  })

test('[R2] a weak password of the first administrator stops the start and says why; half a pair is a fault', async () => {
  const weak = await instance({ ...shared, DAYTWO_ADMIN_PASSWORD: 'maria.example.com' })
  const refused = await weak.run('up')
  assert.notEqual(refused.code, 0)
  assert.match(refused.output, /DAYTWO_ADMIN_PASSWORD: .*made of your name/)
  assert.ok(!refused.output.includes('maria.example.com'), 'the password is not printed')
  const half = await instance(shared)
  assert.match((await half.run('config:check')).output, /DAYTWO_ADMIN_PASSWORD: missing/)
  assert.deepEqual(await db.sql('select email from person'), [])
})

test('[R2] in production a start without its secret stops and makes none up', async () => {
  const bare = await instance({ DATABASE_URL: db.url, NODE_ENV: 'production' })
  const refused = await bare.run('up')
  assert.notEqual(refused.code, 0)
  assert.match(refused.output, /APP_KEY: missing/)
  assert.deepEqual(readdirSync(bare.folder), [], 'nothing is generated')
})

test('[R2] with the pair the start makes the administrator and prints no link; a second start keeps everything', async () => {
  const up = await own.up()
  assert.ok(!/one-time link/.test(up.output()), up.output())
  assert.ok(!up.output().includes(password))
  assert.equal((await login(password)).status, 200)
  up.process.kill('SIGTERM')
  await up.exited
  const again = await own.up()
  assert.ok(!/one-time link/.test(again.output()))
  assert.equal((await login(password)).status, 200)
  assert.deepEqual(await db.sql('select email, platform_role as role from person'), [
    { email: 'maria@example.com', role: 'platform_admin' },
  ])
})

test('[R2] [P1] the command line lists people, disables them, and helps who is locked out', async () => {
  const ok = async (...args: string[]) => {
    const { code, output, stdout } = await own.run(...args)
    assert.equal(code, 0, output)
    return stdout.trim()
  }
  assert.match(await ok('setup:url'), /\/setup#token=[\w-]{43}$/)
  assert.equal(JSON.parse(await ok('person:list', '--json'))[0].email, 'maria@example.com')
  const last = await own.run('person:disable', '--email', 'maria@example.com')
  assert.equal(last.code, 2)
  assert.match(last.output, /last administrator/)
  assert.match(await ok('person:remove-second-factors', '--email', 'maria@example.com'), /no second factor/)
  const link = await ok('person:reset-link', '--email', 'maria@example.com')
  const next = 'saddle thimble walnut breeze'
  const reset = await fetch(`${own.url}/auth/reset`, {
    method: 'POST',
    headers: { 'content-type': 'application/json' },
    body: JSON.stringify({ token: new URL(link).hash.slice('#token='.length), password: next }),
  })
  assert.equal(reset.status, 204)
  const { access_token } = (await (await login(next)).json()) as { access_token: string }
  const asked = async () =>
    (await fetch(`${own.url}/api/v1/session`, { headers: { authorization: `Bearer ${access_token}` } })).status
  assert.equal(await asked(), 200)
  assert.match(await ok('keys:rotate'), /signs now/)
  assert.equal(await asked(), 200)
  assert.match(await ok('keys:list'), /accepted/)
  assert.match(await ok('keys:revoke'), /^1 sessions ended/)
  const deadline = performance.now() + 1000
  let status = await asked()
  while (status !== 401 && performance.now() < deadline) status = await asked()
  assert.equal(status, 401, 'in the process that serves, within a second')
})
