/** What people prove themselves with is written nowhere in clear: not in a log, not in the audit trail, not in any table. */
import assert from 'node:assert/strict'
import { readdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { test } from 'node:test'
import { compose } from '#app/compose.ts'
import { makeHttpApp } from '#app/http-app.ts'
import { commandContext } from '#kernel/context/index.ts'
import { openLog } from '#kernel/telemetry/index.ts'
import { jarOf } from '#test/support/app.ts'
import { temporaryFolder } from '#test/support/temporary-folder.ts'
import { factorBench } from './second-factor/test-bench.ts'

const bench = await factorBench()
const logDir = temporaryFolder()
const log = await openLog({ level: 'trace', context: 'api', logDir, destination: 'stderr', pretty: false })
const composed = compose(bench.app.config, bench.database, log)
const http = await makeHttpApp(bench.app.config, composed, log, [])
await http.ready()

test('[P1] [P7] [F36] no password, token, code or key is in a log, in the audit trail or in a table', async () => {
  const secrets = new Map<string, string>()
  const keep = (what: string, secret: unknown) => {
    assert.ok(typeof secret === 'string' && secret.length >= 10, `${what}: ${secret}`)
    secrets.set(what, secret)
    return secret
  }
  const send = (method: 'POST' | 'GET' | 'DELETE', url: string, payload?: object, headers = {}) =>
    http.inject({ method, url, headers, ...(payload ? { payload } : {}) })
  const own = { 'sec-fetch-site': 'same-origin' }

  const link = await composed.people.createSetupUrl('first')
  const token = keep('set-up token', new URL(link).hash.slice('#token='.length))
  const first = keep('password of the set-up', 'violet harbour lantern orchard seven')
  const email = 'maria@example.com'
  const made = await send('POST', '/auth/setup', { token, email, name: 'Maria Example', password: first }, own)
  assert.equal(made.statusCode, 200, made.body)
  for (const { name, value } of made.cookies) keep(`cookie ${name}`, value)
  const browser = { ...own, cookie: jarOf(made) }
  assert.equal((await send('GET', '/api/v1/session', undefined, browser)).statusCode, 200)

  // Typed into the wrong field, sent in the wrong place, cut off.
  const lost = keep('password in the wrong field', 'pebble-orchard-lantern-harbour')
  await send('POST', '/auth/login', { email: lost, password: 'x' }, own)
  await send('POST', '/auth/login', { email, passwort: lost, password: lost }, own)
  await send('POST', `/auth/login?password=${lost}`, { email, password: lost }, own)
  await http.inject({
    method: 'POST',
    url: '/auth/login',
    headers: { ...own, 'content-type': 'application/json' },
    payload: `{"email":"${email}","password":"${lost}`,
  })
  for (let n = 0; n < 6; n++) await send('POST', '/auth/login', { email, password: `${lost} ${n}` }, own)

  const weak = keep('password that was refused', 'mariamariamariamaria')
  const chosen = keep('password of the reset', 'saddle thimble walnut breeze nine')
  await send('POST', '/auth/reset/request', { email })
  await composed.people.settled()
  const reset = new URL(await composed.people.createResetLink(commandContext('person:reset-link'), email))
  const resetToken = keep('reset token', reset.hash.slice('#token='.length))
  assert.equal((await send('POST', '/auth/reset', { token: resetToken, password: weak })).statusCode, 422)
  assert.equal((await send('POST', '/auth/reset', { token: resetToken, password: chosen })).statusCode, 204)

  const signedIn = (await send('POST', '/auth/login', { email, password: chosen, transport: 'bearer' })).json()
  const bearer = { authorization: `Bearer ${keep('access token', signedIn.access_token)}` }
  const spent = keep('refresh token', signedIn.refresh_token)
  const refreshed = (await send('POST', '/auth/refresh', { refresh_token: spent })).json()
  keep('second access token', refreshed.access_token)
  keep('second refresh token', refreshed.refresh_token)
  await bench.sql(`update spent_refresh_token set spent_at = spent_at - interval '11 seconds'`)

  const totp = (await send('POST', '/api/v1/account/totp', undefined, bearer)).json()
  const secret = keep('secret of the authenticator app', totp.secret)
  const code = await bench.codeOf(secret)
  const confirmed = (await send('POST', '/api/v1/account/totp/confirm', { code }, bearer)).json()
  for (const [n, one] of confirmed.recovery_codes.entries()) keep(`recovery code ${n}`, one)
  const half = (await send('POST', '/auth/login', { email, password: chosen, transport: 'bearer' })).json()
  const challenge = keep('challenge', half.challenge)
  await send('POST', '/auth/second-factor', { challenge, method: 'totp', code: '000000' })
  const recovery = { challenge, method: 'recovery-code', code: confirmed.recovery_codes[0] }
  assert.equal((await send('POST', '/auth/second-factor', recovery)).statusCode, 200)
  keep('passkey challenge', (await send('POST', '/auth/passkey/options', {})).json().challenge)

  const key = (await send('POST', '/api/v1/api-keys', { name: 'one', scopes: ['metrics:read'] }, bearer)).json()
  const other = (await send('POST', `/api/v1/api-keys/${key.id}/rotate`, {}, bearer)).json()
  const withKey = { authorization: `Bearer ${keep('API key', key.key)}` }
  await send('GET', '/api/v1/metrics/dora', undefined, withKey)
  await send('GET', `/api/v1/session?key=${keep('rotated API key', other.key)}`)
  await send('POST', '/auth/refresh', { refresh_token: spent })
  await send('POST', '/auth/sign-out', undefined, bearer)

  const written = new Map<string, string>()
  await http.close()
  // The files are written in their own time; the last request marks their end.
  const read = (name: string) => readFileSync(join(logDir, name), 'utf8')
  const deadline = performance.now() + 10_000
  while (!/sign-out/.test(read('access.log'))) {
    assert.ok(performance.now() < deadline, 'the access log is written')
    await new Promise((resolve) => setTimeout(resolve, 20))
  }
  for (const name of readdirSync(logDir)) written.set(name, read(name))
  const tables = await bench.sql(
    `select c.relname as name from pg_class c join pg_namespace n on n.oid = c.relnamespace
    where n.nspname = 'public' and c.relkind in ('r', 'p')`,
  )
  assert.ok(tables.length > 40)
  for (const { name } of tables) {
    const rows = await bench.sql(`select t::text as row from "${name}" t`)
    written.set(`table ${name}`, rows.map(({ row }) => row).join('\n'))
  }
  assert.match(written.get('table audit_events')!, /people\.password-reset/)
  assert.match(written.get('table audit_events')!, /people\.refresh-replayed/)
  // Bytes are shown in hexadecimal; a secret that was stored as it is would be found so.
  for (const [what, value] of secrets)
    for (const [where, text] of written)
      for (const form of [
        value,
        value.replaceAll('-', ''),
        encodeURIComponent(value),
        Buffer.from(value).toString('hex'),
      ])
        assert.ok(!text.includes(form), `${what} stands in ${where}`)
})
