/**
 * Every route that changes something leaves its mark in the audit trail: who, what, by which request, and what it was before and after.
 * The routes come from the OpenAPI document; one without a line here, and without a reason, fails the build.
 */
import { deepEqual, equal, ok } from 'node:assert/strict'
import { readFileSync } from 'node:fs'
import { test } from 'node:test'
import { commandContext } from '#kernel/context/index.ts'
import { app, asAlpha, helper, kept, other, password, sql } from './audit-coverage/ground.ts'
import { ofPeople } from './audit-coverage/of-people.ts'
import { ofTenants } from './audit-coverage/of-tenants.ts'

const lines = { ...ofTenants, ...ofPeople }
/** Routes that change something and write nothing, each with its reason. */
const signed =
  'is kept as it came, as an event with its source and delivery: a trail of its own, and thousands a second'
const without: Record<string, string> = {
  'POST /deployments': signed,
  'POST /incidents': signed,
  'POST /webhooks/github': signed,
  'POST /webhooks/github/{connection}': signed,
  'POST /webhooks/jira': signed,
  'POST /webhooks/jira/{connection}': signed,
  'POST /webhooks/events/{source}': signed,
  'POST /webhooks/events/{source}/{connection}': signed,
  'POST /account/totp': 'nothing is in force before /account/totp/confirm, which is written down',
  'POST /account/passkeys/options': 'a challenge; the passkey that answers it is written down',
  'POST /auth/passkey/options': 'a challenge; the sign-in that answers it is written down',
  'POST /auth/refresh': 'the session goes on, every 15 minutes; a token used twice is written down',
  'POST /auth/register': 'anybody may ask, and gets a mail; the confirmation is written down',
  'POST /auth/invitation': 'only reads: what an invitation is for',
  'POST /pulse/invitation': 'only reads: what a mailed link asks',
  'POST /pulse/answer': 'an anonymous answer: a trail of it would tell whose it is',
  'POST /admin/integrations/{source}/test': 'asks the source who one is, and changes nothing',
  'POST /github/authorizations': 'nothing is in force before what finishes it, which is written down',
}
/** Routes that speak to others, whose stand-ins live in their modules: which test there shows which entry. */
const elsewhere: Record<string, readonly [file: string, action: string]> = {
  'POST /mail/{id}/send-again': ['mail/smtp', 'mail.sent-again'],
  'POST /github/authorizations/finish': ['repositories/repositories', 'repositories.authorized'],
  'DELETE /github/authorizations/{id}': ['repositories/repositories', 'repositories.authorization-ended'],
  'POST /github/authorizations/{id}/webhooks': ['repositories/repositories', 'repositories.connected'],
  'DELETE /github/authorizations/{id}/webhooks/{owner}/{name}': ['repositories/webhooks', 'repositories.disconnected'],
}

const document = app.http.swagger() as unknown as { paths: Record<string, Record<string, object>> }
const changing = Object.entries(document.paths).flatMap(([path, methods]) =>
  Object.keys(methods)
    .filter((method) => method !== 'get')
    .map((method) => `${method.toUpperCase()} ${path.replace(/^\/api\/v1/, '')}`),
)

test('[P7] every route that changes something has a line here, or a reason why it writes nothing down', () => {
  ok(changing.length > 60)
  deepEqual(
    changing.filter((route) => !lines[route] && !without[route] && !elsewhere[route]),
    [],
  )
  for (const [file, action] of Object.values(elsewhere))
    ok(readFileSync(`src/modules/${file}.test.ts`, 'utf8').includes(`'${action}'`), `${file} shows ${action}`)
  deepEqual(
    [lines, without, elsewhere].flatMap(Object.keys).filter((route) => !changing.includes(route)),
    [],
  )
})

const now = async <T>(value: T | (() => T | Promise<T>)) =>
  typeof value === 'function' ? await (value as () => T | Promise<T>)() : value

for (const [route, line] of Object.entries(lines))
  test(`[P7] ${route} is written down, with who did it and by which request`, async () => {
    const [method, template] = route.split(' ') as ['POST', string]
    const caller = await now(line.as)
    const path = (await now(line.path)) ?? template
    const payload = await now(line.payload)
    const requestId = `coverage-${Object.keys(lines).indexOf(route)}`
    const reply = await app.http.inject({
      method,
      url: path.startsWith('/auth/') ? path : `/api/v1${path}`,
      headers: { ...caller.headers, 'x-request-id': requestId },
      ...(payload ? { payload } : {}),
    })
    ok(reply.statusCode < 300, `${reply.statusCode}: ${reply.body}`)
    await app.composed.people.settled()
    const entries = await sql(
      `select action, module, actor_type || ' ' || actor_id as actor, actor_name, subject, delta, seq from audit_events where request_id = $1 order by id`,
      [requestId],
    )
    deepEqual(
      entries.map(({ action }) => action),
      [line.action].flat(),
    )
    const actor = await now(caller.actor)
    for (const entry of entries) {
      equal(entry.actor, actor)
      ok(entry.actor_name && entry.subject && entry.seq, JSON.stringify(entry))
      equal(entry.module, String(entry.action).split('.')[0])
    }
    const delta = entries.at(-1)!.delta as Record<string, object>
    for (const side of ['before', 'after'] as const) {
      const wanted = line[side]
      if (wanted) ok(side in delta, `says nothing of ${side}: ${JSON.stringify(delta)}`)
      for (const name of wanted === true ? [] : (wanted ?? [])) ok(name in delta[side]!, `${side}.${name}`)
    }
    line.learns?.(reply.body ? reply.json() : {})
  })

test('[P7] [F36] none of these entries holds a password, a token, a code, a key or a hash of one', async () => {
  const [{ text } = { text: '' }] = await sql(`select string_agg(e::text, E'\\n') as text from audit_events e`)
  const secrets = [
    ...Object.values(password),
    other.password,
    asAlpha.authorization.slice('Bearer '.length),
    kept.code!,
  ]
  const columns = await sql(
    `select c.relname as table, a.attname as column, a.atttypid::regtype::text as type from pg_attribute a join pg_class c on c.oid = a.attrelid
    where c.relkind = 'r' and c.relnamespace = 'public'::regnamespace and a.attnum > 0 and a.atttypid in ('bytea'::regtype, 'text'::regtype)
      and (a.attname ~ '(hash|secret|password|token)' or (c.relname, a.attname) = ('mail', 'data')) and c.relname not in ('audit_chain', 'audit_checkpoint', 'audit_events')`,
  )
  for (const { table, column, type } of columns) {
    const value = type === 'bytea' ? `encode(${column}, 'hex')` : `${column}::text`
    for (const row of await sql(`select distinct ${value} as value from ${table} where length(${value}) > 12`))
      secrets.push(String(row.value))
  }
  ok(secrets.length > 30, `${secrets.length} secrets were looked for`)
  for (const secret of secrets) ok(!String(text).includes(secret), secret.slice(0, 12))
})

test('[P7] a job, a command and SQL of the operator role leave the same mark as a request', async () => {
  const { tenantId } = await app.tenant()
  const opened = await app.http.inject({
    method: 'POST',
    url: `/api/v1/tenants/${tenantId}/support-access`,
    headers: helper.headers,
    payload: { role: 'viewer', reason: 'to look in', minutes: 5 },
  })
  equal(opened.statusCode, 201, opened.body)
  await sql('update support_access set until = now() where tenant_id = $1', [tenantId])
  await app.composed.schedules.find(({ name }) => name === 'scheduler:end-support-access')!.run()
  await app.composed.tenants.change(commandContext('tenant:suspend'), tenantId, { status: 'suspended' })
  await sql(`set role daytwo_operator; update tenant set status = 'ready' where id = '${tenantId}'`)
  const entries = await sql(
    `select action, actor_type as type, actor_id as id, delta #>> '{before,status}' as before, delta #>> '{after,status}' as after, seq::int
    from audit_events where tenant_id = $1 order by seq`,
    [tenantId],
  )
  deepEqual(entries.map(Object.values), [
    ['tenants.support-opened', 'person', helper.id, null, null, 1],
    ['tenants.support-expired', 'job', 'support-access', null, null, 2],
    ['tenants.changed', 'command', 'tenant:suspend', 'ready', 'suspended', 3],
    ['update.tenant', 'operator', 'postgres', 'suspended', 'ready', 4],
  ])
})
