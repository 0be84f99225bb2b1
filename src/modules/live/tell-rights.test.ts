/** Each trigger on its own: whatever ends somebody's rights says so, and what only notes that somebody was here does not. */
import assert from 'node:assert/strict'
import { test } from 'node:test'
import { monotonicMs, sleep } from '#kernel/clock/index.ts'
import { testApp } from '#test/support/app.ts'

const app = await testApp()
let heard = 0
await app.database.listen('daytwo_rights', () => heard++)

/** How often the statement was told: its notifications come before that of a mark that is sent after it. */
let marked = 0
await app.database.listen('test_mark', () => marked++)
async function told(statement: string, ...values: unknown[]): Promise<number> {
  const [before, mark] = [heard, marked]
  await app.sql(statement, values)
  await app.sql(`select pg_notify('test_mark', '')`)
  const started = monotonicMs()
  while (marked === mark) {
    assert.ok(monotonicMs() - started < 5000, 'notifications come')
    await sleep(2)
  }
  return heard - before
}

const { tenantId } = await app.tenant()
const person = await app.person({ tenantId })
await app.key({ tenantId })
await app.sql(
  `insert into support_access (tenant_id, id, person_id, role, reason, until) values ($1, gen_random_uuid(), $2, 'viewer', 'a test', now() + interval '1 hour')`,
  [tenantId, person.id],
)
const ofTenant = 'where tenant_id = $1'
const ofPerson = 'where person_id = $1'

const ends: [what: string, statement: string, of: string][] = [
  ['a tenant’s status', `update tenant set status = 'suspended' where id = $1`, tenantId],
  ['a key’s end', `update api_key set revoked_at = now() ${ofTenant}`, tenantId],
  ['a key’s time', `update api_key set expires_at = now() ${ofTenant}`, tenantId],
  ['a support access', `update support_access set closed_at = now() ${ofTenant}`, tenantId],
  ['a member’s role', `update member set role = 'viewer' ${ofPerson}`, person.id],
  ['a member’s status', `update member set status = 'suspended' ${ofPerson}`, person.id],
  ['a session that moves', `update person_session set tenant_id = null ${ofPerson}`, person.id],
  ['a session that is ended', `update person_session set revoked_at = now() ${ofPerson}`, person.id],
  ['a person’s platform role', `update person set platform_role = 'support' where id = $1`, person.id],
  ['a person’s status', `update person set status = 'disabled' where id = $1`, person.id],
]
const notes: [what: string, statement: string, of: string][] = [
  ['when a key was used', `update api_key set last_used_at = now() ${ofTenant}`, tenantId],
  ['when a member was here', `update member set last_seen_at = now() ${ofPerson}`, person.id],
  ['when a session was used', `update person_session set last_seen_at = now() ${ofPerson}`, person.id],
  ['when a person was here', `update person set last_seen_at = now() where id = $1`, person.id],
]
const deletes: [what: string, statement: string, of: string][] = [
  ['a session that is purged', `delete from person_session ${ofPerson}`, person.id],
  ['a member who is taken out', `delete from member ${ofPerson}`, person.id],
]

for (const [what, statement, of] of notes)
  test(`[P4] ${what} is no change of rights`, async () => {
    assert.equal(await told(statement, of), 0)
  })

for (const [what, statement, of] of [...ends, ...deletes])
  test(`[P4] [P6] ${what} is told to every process`, async () => {
    assert.equal(await told(statement, of), 1)
  })

test('[P4] a person who is deleted is told to every process', async () => {
  await app.sql('delete from support_access where person_id = $1', [person.id])
  assert.ok((await told('delete from person where id = $1', person.id)) >= 1)
})
