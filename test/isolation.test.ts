/**
 * Two tenants, every route and every table: neither sees anything of the other's, and neither check is vacuous. The routes come from
 * the OpenAPI document, and each is asked by everybody whom it has to refuse: the anonymous, another tenant, a lower role, a key
 * without its scope, whoever's rights have ended, and a tenant that is out of use.
 */
import assert from 'node:assert/strict'
import { test } from 'node:test'
import { z } from 'zod'
import { permissions } from '#app/modules.ts'
import { tenantRoles } from '#kernel/context/index.ts'
import { sql, statement } from '#kernel/sql/index.ts'
import { ladder, refusedCallers } from './isolation/callers.ts'
import { type Call, callsFor } from './isolation/calls.ts'
import { fill, marker } from './isolation/fill.ts'
import { footprint } from './isolation/footprint.ts'
import { testApp } from './support/app.ts'

const app = await testApp()
const alpha = await app.tenant()
const beta = await app.tenant()
const asAlpha = await app.key({ tenantId: alpha.tenantId })
const asBeta = await app.key({ tenantId: beta.tenantId })
const theirs = await fill(app, alpha, asAlpha)
const refused = await refusedCallers(app, alpha, asAlpha)
const roles = await ladder(app, alpha.tenantId)
const narrow = {
  person: await app.key({ tenantId: alpha.tenantId, scopes: ['metrics:read'] }),
  other: await app.key({ tenantId: alpha.tenantId, scopes: ['session:read'] }),
}

test('[P5] every table holds rows of the one tenant, and shows the other none of them', async () => {
  const tables = (
    await app.sql(
      `select c.relname as name from pg_class c join pg_namespace n on n.oid = c.relnamespace where n.nspname = 'public' and c.relkind = 'r' and c.relforcerowsecurity order by 1`,
    )
  ).map(({ name }) => String(name))
  assert.ok(tables.length > 20)
  for (const table of tables) {
    const column = table === 'tenant' ? 'id' : 'tenant_id'
    const [of] = await app.sql(`select count(*)::int as n from ${table} where ${column} = $1`, [alpha.tenantId])
    assert.ok(Number(of!.n) > 0, `${table} has rows of the first tenant, so the check means something`)
    const count = {
      name: `test.count-${table}`,
      row: z.object({ mine: z.number(), foreign: z.number() }),
      sample: undefined,
      sql: () =>
        ({
          text: `select count(*) filter (where ${column} = $1::uuid) as mine, count(*) filter (where ${column} <> $1::uuid) as foreign from ${table}`,
          values: [beta.tenantId],
        }) as never,
    }
    const seen = (await app.database.tenantTx(beta, (tx) => tx.row(count as never, undefined as never))) as {
      foreign: number
    }
    assert.equal(seen.foreign, 0, table)
  }
})

test('[P5] a tenant can neither write rows of another nor move its own there', async () => {
  const write = statement({
    name: 'test.foreign-write',
    row: z.never(),
    sample: { tenantId: beta.tenantId },
    sql: ({ tenantId }: { tenantId: string }) =>
      sql`insert into stream (tenant_id, id, kind, name) values (${tenantId}::uuid, 'planted', 'delivery', 'x')`,
  })
  await assert.rejects(
    app.database.tenantTx(beta, (tx) => tx.run(write, { tenantId: alpha.tenantId })),
    /row-level security/,
  )
  await app.database.tenantTx(beta, (tx) => tx.run(write, { tenantId: beta.tenantId }))
  const move = statement({
    name: 'test.move',
    row: z.never(),
    sample: { tenantId: beta.tenantId },
    sql: ({ tenantId }: { tenantId: string }) =>
      sql`update stream set tenant_id = ${tenantId}::uuid where id = 'planted'`,
  })
  await assert.rejects(
    app.database.tenantTx(beta, (tx) => tx.run(move, { tenantId: alpha.tenantId })),
    /row-level security/,
  )
})

const calls = callsFor(theirs, alpha)
/** Signed, not keyed: shown in intake's own tests, where each connection belongs to its tenant alone. */
const signed = /^POST \/webhooks\//
/** Without a session as yet, or for probes: each such route states in its `config` why, and has tests in its own module. */
const open = /^((GET|POST) \/auth\/|POST \/pulse\/(invitation|answer)$|GET \/(healthz|readyz)$)/
/** Stays open: followed in its module's own tests. */
const followed = /^GET \/(live|audit\/stream)$/

const document = app.http.swagger() as unknown as { paths: Record<string, Record<string, object>> }
const named = (method: string, path: string) => `${method.toUpperCase()} ${path.replace(/^\/api\/v1/, '')}`
const documented = Object.entries(document.paths).flatMap(([path, methods]) =>
  Object.keys(methods).map((method) => named(method, path)),
)
/** The permission of each route that has one; the others state why they are open to everybody. */
const permissionOf = new Map(
  app.http.registeredRoutes.flatMap(({ method, url, config }) =>
    config?.permission === undefined
      ? []
      : [[named(String(method), url.replaceAll(/:(\w+)/g, '{$1}')), config.permission] as const],
  ),
)

test('[P5] every route has a line in the matrix', () => {
  assert.ok(permissionOf.size > 100)
  const lines = Object.keys(calls)
  assert.deepEqual(
    [...permissionOf.keys()].filter((route) => !followed.test(route) && !calls[route]),
    [],
  )
  assert.deepEqual(
    lines.filter((route) => !permissionOf.has(route)),
    [],
  )
  assert.deepEqual(
    [...permissionOf.keys()].filter((route) => !documented.includes(route)),
    [],
    'none is kept out of the document',
  )
  const without = documented.filter((route) => !permissionOf.has(route))
  assert.deepEqual(
    without.filter((route) => !signed.test(route) && !open.test(route)),
    [],
    'of the API none is open to everybody',
  )
})

const least = new Map(permissions().map((permission) => [permission.name, permission.least]))
const asked = [...new Set([...Object.keys(calls), ...permissionOf.keys()])].map((route) => {
  const [method, template] = route.split(' ') as ['GET' | 'POST', string]
  const { path = template, payload, status, needs } = calls[route] ?? ({} as Partial<Call>)
  const permission = needs ?? permissionOf.get(route)!
  const url = path.startsWith('/auth/') ? path : `/api/v1${path}`
  const request = { method, url, ...(payload ? { payload } : {}) }
  // What everybody may do who is signed in, wherever they belong: look at themselves, leave, and go where they belong.
  return { route, permission, status, request, ofPerson: permission === 'session:read' }
})
const answered = asked.filter(({ status }) => status !== undefined)

let before: Record<string, string>
test('before anybody is refused, what is written is written down', async () => {
  before = await footprint(app)
  assert.ok(Object.keys(before).length > 50)
})

for (const { route, permission, request, ofPerson } of asked) {
  const ask = (headers: Record<string, string>) => app.http.inject({ ...request, headers })

  test(`[D6] [P4] [P5] [P6] ${route} refuses whoever has no rights, lost them, or has too few`, async () => {
    const callers = ofPerson ? refused.always : [...refused.always, ...refused.tenantOnly]
    for (const { who, headers, status, says } of callers) {
      const reply = await ask(headers)
      assert.equal(reply.statusCode, status, `${who}: ${reply.body}`)
      if (says) assert.match(reply.json().detail, says, who)
    }
    const scoped = await ask(ofPerson ? narrow.person : narrow.other)
    assert.equal(scoped.statusCode, 403, `a key without ${permission}: ${scoped.body}`)
    if (ofPerson) return
    const lower = await ask(roles.below(least.get(permission)!))
    assert.equal(lower.statusCode, 403, `a role below ${least.get(permission)}: ${lower.body}`)
  })
}

test('[P5] all those refusals wrote nothing, in no table', async () => {
  assert.deepEqual(await footprint(app), before)
})

for (const { route, status, request, ofPerson } of answered)
  test(`[P5] 91: ${route} shows another tenant nothing`, async () => {
    const reply = await app.http.inject({ ...request, headers: asBeta })
    assert.equal(reply.statusCode, status, reply.body)
    const replies = [reply]
    // Belonging nowhere is no way in either.
    if (ofPerson) replies.push(await app.http.inject({ ...request, headers: roles.outsider }))
    // The path of the request itself may come back in a problem's detail; data may not.
    for (const { statusCode, body } of replies) if (statusCode < 400) assert.ok(!body.includes(marker), body)
  })

test('[P5] after all that, the first tenant has lost nothing', async () => {
  const reply = await app.http.inject({ url: `/api/v1/streams/${marker}`, headers: asAlpha })
  assert.equal(reply.json().name, marker)
  assert.equal(
    (
      await app.sql('select count(*)::int as n from connection where tenant_id = $1 and disabled_at is null', [
        alpha.tenantId,
      ])
    )[0]!.n,
    2,
  )
})

test('[P5] an id of another tenant and an id of nobody are answered alike', async () => {
  for (const [foreign, nobody] of [
    [`/api/v1/events/${theirs.event}`, '/api/v1/events/999999999'],
    [`/api/v1/deployments/${theirs.deployment}`, '/api/v1/deployments/999999999'],
    [`/api/v1/streams/${marker}`, '/api/v1/streams/nobody-has-this'],
  ] as const) {
    const [a, b] = await Promise.all([foreign, nobody].map((url) => app.http.inject({ url, headers: asBeta })))
    const same = (reply: { json(): Record<string, unknown> }) => ({
      type: reply.json().type,
      status: reply.json().status,
    })
    assert.deepEqual(same(a!), same(b!))
  }
})

// Last, for whoever may may also delete; of that last what the platform may, which removes the tenant itself; and very last the move
// to another tenant, which leaves the token before it without a session.
const rank = ({ route, permission }: { route: string; permission: string }) =>
  route === 'POST /auth/tenant' ? 2 : Number(!(tenantRoles as readonly string[]).includes(least.get(permission)!))
for (const { route, permission, request } of answered.toSorted((a, b) => rank(a) - rank(b)))
  test(`[P4] ${route} lets the least role in that has ${permission}`, async () => {
    const { statusCode, body } = await app.http.inject({ ...request, headers: roles.exactly(least.get(permission)!) })
    assert.ok(statusCode < 500 && !/\/problems\/(forbidden|unauthorized)"/.test(body), `${statusCode}: ${body}`)
  })
