/** Whichever statement of signing in, refreshing, resetting or setting up fails, or is the last before the process dies: see test/support/fault-sweep.ts. */
import assert from 'node:assert/strict'
import { test } from 'node:test'
import { compose } from '#app/compose.ts'
import { makeHttpApp } from '#app/http-app.ts'
import type { Database } from '#kernel/database/index.ts'
import { testApp, testPassword } from '#test/support/app.ts'
import { silentLog } from '#test/support/database.ts'
import { faults, sweep } from '#test/support/fault-sweep.ts'

const app = await testApp()
const { sql, database, config } = app
const next = 'saddle thimble walnut breeze'
/** Where a hash is made each time: the process dies before a statement, or after its transaction. */
const only = faults.slice(0, 2)

/** One request to the product on a database that may fail. Rejects where it answers that something of ours failed. */
async function ask(faulty: Database, url: string, payload: object) {
  const http = await makeHttpApp(config, compose(config, faulty, silentLog), silentLog, [])
  try {
    const reply = await http.inject({ method: 'POST', url, payload })
    if (reply.statusCode >= 500) throw new Error(`${reply.statusCode}`)
    return reply
  } finally {
    await http.close()
  }
}
const good = (url: string, payload: object) => app.http.inject({ method: 'POST', url, payload })
const login = (email: string, password: string) => good('/auth/login', { email, password, transport: 'bearer' })
const count = async (text: string, ...values: unknown[]) =>
  Number((await sql(`select count(*)::int as n from ${text}`, values))[0]!.n)

test('[P1] [F32] a sign-in opens a session and writes it down, or does neither', async () => {
  const maria = await app.person()
  const struck = await sweep(
    database,
    (faulty) => ask(faulty, '/auth/login', { email: maria.email, password: testPassword, transport: 'bearer' }),
    async ({ nth }) => {
      assert.equal(
        await count('person_session where person_id = $1', maria.id),
        await count(`audit_events where action = 'people.signed-in' and actor_id = $1`, maria.id),
        `statement ${nth}`,
      )
      await sql('delete from sign_in_attempt')
    },
  )
  assert.ok(struck >= 4, `${struck} statements`)
})

test('[P1] [F32] of a refresh one token is good afterwards: the old one, or the one in the answer', async () => {
  const maria = await app.person()
  let given = ''
  let got = ''
  await sweep(
    database,
    async (faulty) => {
      given = (await login(maria.email, testPassword)).json().refresh_token
      got = ''
      got = (await ask(faulty, '/auth/refresh', { refresh_token: given })).json().refresh_token
    },
    async ({ nth }) => {
      const again = (await good('/auth/refresh', { refresh_token: given })).statusCode
      const newest = got ? (await good('/auth/refresh', { refresh_token: got })).statusCode : 0
      // 409: it was rotated and the answer is lost, which costs a new sign-in, and opens nothing to anybody.
      assert.ok(
        got ? again === 409 && newest === 200 : [200, 409].includes(again),
        `statement ${nth}: ${again} ${newest}`,
      )
    },
  )
})

test('[P1] [F32] a mailed link replaces the password and ends every session, or is still good', async () => {
  let maria = await app.person()
  let token = ''
  await sweep(
    database,
    async (faulty) => {
      maria = await app.person()
      token = new URL(
        await app.composed.people.createResetLink(
          {
            tenantId: '00000000-0000-7000-8000-000000000001',
            actor: { type: 'command', id: 'x', name: 'x' },
            permissions: new Set(['*']),
          },
          maria.email,
        ),
      ).hash.slice('#token='.length)
      await ask(faulty, '/auth/reset', { token, password: next })
    },
    async ({ nth }) => {
      const [row] = await sql('select used_at is not null as used from password_reset where person_id = $1', [maria.id])
      const sessions = await count('person_session where person_id = $1 and revoked_at is null', maria.id)
      const password = row!.used ? next : testPassword
      assert.equal((await login(maria.email, password)).statusCode, 200, `statement ${nth}`)
      assert.equal(sessions, row!.used ? 0 : 1, `statement ${nth}`)
      assert.equal(
        await count(`audit_events where action = 'people.password-reset' and actor_id = $1`, maria.id),
        sessions ? 0 : 1,
      )
      if (!row!.used) assert.equal((await good('/auth/reset', { token, password: next })).statusCode, 204, 'once more')
    },
    { only },
  )
})

test('[R2] [F32] a set-up link makes its administrator, or is still good; never is there half of one', async () => {
  let link = ''
  await sweep(
    database,
    async (faulty) => {
      await sql(`delete from member; delete from person`)
      link = new URL(await app.composed.people.createSetupUrl('first')).hash.slice('#token='.length)
      const payload = { token: link, email: 'maria@example.com', name: 'Maria', password: next, transport: 'bearer' }
      await ask(faulty, '/auth/setup', payload)
    },
    async ({ nth }) => {
      const admins = await count(`person where platform_role = 'platform_admin'`)
      assert.equal(await count(`member where role = 'owner'`), admins, `statement ${nth}`)
      assert.equal(await count('person'), admins)
      if (admins === 1) assert.equal((await login('maria@example.com', next)).statusCode, 200)
      const payload = { token: link, email: 'paul@example.com', name: 'Paul', password: next, transport: 'bearer' }
      assert.equal((await good('/auth/setup', payload)).statusCode, admins === 1 ? 410 : 200)
      await sql('delete from sign_in_attempt')
    },
    { only },
  )
})
