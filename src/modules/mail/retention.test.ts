import { deepEqual, equal, match } from 'node:assert/strict'
import { test } from 'node:test'
import { testApp } from '#test/support/app.ts'

const app = await testApp()

test('[P1] [Q7] finished mails go after 30 days without an archive; what still waits stays', async () => {
  const { tenantId } = await app.tenant()
  const send = (subject: string) =>
    app.database.platformTx('test', (tx) =>
      app.composed.mail.send(tx, { tenantId, to: 'ada@example.com', subject, text: 'x', purpose: 'test' }),
    )
  for (const subject of ['old', 'young', 'old and waiting']) await send(subject)
  await app.sql(`update mail set created_at = app.now() - interval '40 days' where subject like 'old%'`)
  await app.sql(`update mail set status = 'completed', outcome = 'sent' where subject in ('old', 'young')`)
  await app.composed.retention.enforce()
  deepEqual(await app.sql('select subject from mail where tenant_id = $1 order by subject', [tenantId]), [
    { subject: 'old and waiting' },
    { subject: 'young' },
  ])
  deepEqual(await app.sql(`select table_name from archive_file where table_name = 'mail'`), [])
})

test('[P1] the whole product without a mail server: a mail is read by its id, and only by whom it concerns', async () => {
  const { tenantId } = await app.tenant()
  const id = await app.database.platformTx('test', (tx) =>
    app.composed.mail.send(tx, { tenantId, to: 'ada@example.com', subject: 'Hi', text: 'the text', purpose: 'test' }),
  )
  await app.settle()
  const get = async (headers: object) =>
    app.http.inject({ url: `/api/v1/mail/${id}`, headers: headers as Record<string, string> })
  const person = await app.person({ tenantId, role: 'owner' })
  equal((await get(person.headers)).statusCode, 403)
  const support = await app.person({ tenantId: null, platformRole: 'support' })
  const shown = await get(support.headers)
  equal(shown.statusCode, 200, shown.body)
  deepEqual([shown.json().text, shown.json().state], ['the text', 'kept'])
  const again = await app.http.inject({
    method: 'POST',
    url: `/api/v1/mail/${id}/send-again`,
    headers: support.headers,
  })
  equal(again.statusCode, 403)
  const admin = await app.person({ tenantId: null, platformRole: 'platform_admin' })
  const answer = await app.http.inject({
    method: 'POST',
    url: `/api/v1/mail/${id}/send-again`,
    headers: admin.headers,
  })
  match(answer.body, /mail\/no-server/)
})
