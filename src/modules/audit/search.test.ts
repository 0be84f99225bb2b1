import { deepEqual, equal, match, ok } from 'node:assert/strict'
import { test } from 'node:test'
import { audit } from '#kernel/audit/index.ts'
import type { Context } from '#kernel/context/index.ts'
import { testApp } from '#test/support/app.ts'
import { csvCell } from './export-events.ts'

const app = await testApp()
const { database, sql } = app
const write = (ctx: Context, action: string, subject: string, actor: Partial<Context['actor']> = {}) =>
  database.tenantTx(ctx, (tx) =>
    audit(tx, { ...ctx, actor: { ...ctx.actor, ...actor } }, { action, subject, before: { n: 1 }, after: { n: 2 } }),
  )
const get = async (headers: Record<string, string>, url: string) => {
  const reply = await app.http.inject({ url: `/api/v1${url}`, headers })
  return {
    status: reply.statusCode,
    body: reply.headers['content-type']?.includes('json') ? safe(reply.body) : reply.body,
    reply,
  }
}
const safe = (text: string) => {
  try {
    return JSON.parse(text)
  } catch {
    return text
  }
}
/** A tenant with its auditor's headers; the key's own creation is its first event. */
async function auditor(options: { scopes?: string[]; streams?: string[] } = {}) {
  const ctx = await app.tenant()
  return {
    ctx,
    headers: await app.key({
      tenantId: ctx.tenantId,
      scopes: ['audit:read', 'audit:export', 'audit:verify'],
      ...options,
    }),
  }
}
const subjectsOf = (body: { events: { subject: string }[] }) => body.events.map(({ subject }) => subject)

test('[P7] search filters by module, action, actor, subject and time, newest first, with before and after and the request', async () => {
  const { ctx, headers } = await auditor()
  await write(ctx, 'shop.opened', 'shop:1')
  await write(ctx, 'shop.closed', 'shop:2', { id: 'someone', name: 'Someone Else' })
  const made = await app.http.inject({
    method: 'POST',
    url: '/api/v1/streams',
    headers: { ...(await app.key({ tenantId: ctx.tenantId, scopes: ['*'] })), 'x-request-id': 'request-of-the-test' },
    payload: { id: 'made', name: 'Made' },
  })
  equal(made.statusCode, 201, made.body)
  const all = (await get(headers, '/audit')).body
  deepEqual(subjectsOf(all).slice(0, 1), ['stream:made'])
  deepEqual(subjectsOf(all).slice(2, 4), ['shop:2', 'shop:1'])
  equal(all.next_cursor, null)
  const [event] = all.events
  deepEqual(
    [event.request_id, event.actor.type, event.module, event.delta.after.name],
    ['request-of-the-test', 'key', 'delivery', 'Made'],
  )
  match(event.hash, /^[0-9a-f]{64}$/)
  for (const [query, found] of [
    ['module=shop', ['shop:2', 'shop:1']],
    ['action=shop.opened', ['shop:1']],
    ['actor=someone', ['shop:2']],
    ['subject=shop:1', ['shop:1']],
    ['module=shop&actor=test', ['shop:1']],
    ['q=SOMEONE%20e', ['shop:2']],
    ['q=shop.op', ['shop:1']],
    [`to=${encodeURIComponent(event.created_at)}&module=delivery`, []],
    [`from=${encodeURIComponent(event.created_at)}&module=delivery`, ['stream:made']],
    ['module=sho', []],
  ] as const)
    deepEqual(subjectsOf((await get(headers, `/audit?${query}`)).body), found, query)
})

test('[P7] 104: %, _ and backslash in a search stand for themselves', async () => {
  const { ctx, headers } = await auditor()
  for (const subject of ['plain', '100%', 'a_b', 'back\\slash', 'axb']) await write(ctx, 'x.y', subject)
  for (const [q, found] of [
    ['%', ['100%']],
    ['_', ['a_b']],
    ['a_b', ['a_b']],
    ['\\', ['back\\slash']],
    ["' or 1=1 --", []],
    ['.*', []],
  ] as const)
    deepEqual(subjectsOf((await get(headers, `/audit?module=x&q=${encodeURIComponent(q)}`)).body), found, q)
})

test('[P7] 103: 105: unknown parameters, senseless limits and times are refused', async () => {
  const { headers } = await auditor()
  for (const query of [
    'sort=name',
    'limit=0',
    'limit=-1',
    'limit=1e9',
    'limit=NaN',
    'limit=',
    'limit=201',
    'offset=1',
    'from=yesterday',
    'q=',
    'delta=x',
  ])
    equal((await get(headers, `/audit?${query}`)).status, 422, query)
})

test('[P7] 106: pages while others write 200 events a second show each event once and skip none', async () => {
  const { ctx, headers } = await auditor()
  for (let n = 0; n < 60; n++) await write(ctx, 'x.y', `before:${n}`)
  let writing = true
  const writer = (async () => {
    for (let n = 0; writing && n < 1000; n++) await write(ctx, 'x.y', `during:${n}`)
  })()
  const seen: string[] = []
  for (let cursor = ''; ; ) {
    const { body } = await get(headers, `/audit?action=x.y&limit=7${cursor && `&cursor=${cursor}`}`)
    seen.push(...subjectsOf(body))
    if (body.next_cursor === null) break
    cursor = body.next_cursor
  }
  writing = false
  await writer
  equal(new Set(seen).size, seen.length, 'none twice')
  equal(seen.filter((subject) => subject.startsWith('before')).length, 60)
})

test('[P7] 101: a cursor that was altered, is of other filters or of another tenant is refused', async () => {
  const { ctx, headers } = await auditor()
  const other = await auditor()
  for (let n = 0; n < 4; n++) await write(ctx, 'x.y', `s:${n}`)
  const { next_cursor: cursor } = (await get(headers, '/audit?action=x.y&limit=2')).body
  equal((await get(headers, `/audit?action=x.y&limit=2&cursor=${cursor}`)).status, 200)
  const altered = `${cursor.slice(0, -2)}${cursor.endsWith('AA') ? 'BB' : 'AA'}`
  for (const [who, url] of [
    [headers, `/audit?action=x.y&cursor=${altered}`],
    [headers, `/audit?action=x.z&cursor=${cursor}`],
    [headers, `/audit?cursor=${cursor}`],
    [headers, `/audit?action=x.y&cursor=AAAA`],
    [headers, `/audit?action=x.y&cursor=${encodeURIComponent(`${cursor} `)}`],
    [other.headers, `/audit?action=x.y&cursor=${cursor}`],
  ] as const)
    equal((await get(who, url)).status, 422, url)
})

test('[P7] a key limited to some streams may not see the trail, nor may one without the permission', async () => {
  const limited = await auditor({ streams: ['one'] })
  for (const url of ['/audit', '/audit/facets', '/audit/export', '/audit/anomalies', '/audit/stream']) {
    equal((await get(limited.headers, url)).status, 403, url)
    equal(
      (await get(await app.key({ tenantId: limited.ctx.tenantId, scopes: ['settings:read'] }), url)).status,
      403,
      url,
    )
  }
})

test('[P7] facets name modules, actions and actors of the last ninety days', async () => {
  const { ctx, headers } = await auditor()
  await write(ctx, 'b.x', '1', { id: 'p1', name: 'Pat', type: 'person' })
  await write(ctx, 'a.y', '1')
  await write(ctx, 'a.y', '2', { id: 'p1', name: 'Pat Renamed', type: 'person' })
  await sql(
    `insert into audit_events (tenant_id, module, action, actor_type, actor_id, actor_name, subject, created_at)
    values ($1, 'old', 'old.z', 'person', 'gone', 'Gone', 'x', now() - interval '91 days')`,
    [ctx.tenantId],
  )
  const { body } = await get(headers, '/audit/facets')
  deepEqual(body.modules, ['a', 'access', 'b'])
  deepEqual(body.actions, ['a.y', 'access.key-created', 'b.x'])
  deepEqual(body.actors, [
    { id: 'p1', type: 'person', name: 'Pat Renamed' },
    { id: 'test', type: 'command', name: 'test' },
  ])
})

test('[P7] 112: 113: exports are whole, of the filters, inert in a spreadsheet, and become events', async () => {
  const { ctx, headers } = await auditor()
  const cells = ['=1+1', '+1', '-1', '@SUM(A1)', '\tx', '\rx', 'a "quoted", cell\nof two lines', 'plain']
  for (const subject of cells) await write(ctx, 'x.y', subject)
  // More than a page.
  await sql(
    `insert into audit_events (tenant_id, module, action, actor_type, actor_id, actor_name, subject)
    select $1, 'many', 'many.z', 'command', 'x', 'x', n::text from generate_series(1, 2100) n`,
    [ctx.tenantId],
  )
  const { reply } = await get(headers, '/audit/export?module=many')
  equal(reply.statusCode, 200)
  const lines = reply.body
    .trimEnd()
    .split('\n')
    .map((line) => JSON.parse(line))
  deepEqual(new Set(lines.map(({ subject }) => subject)).size, 2100)
  match(String(reply.headers['content-type']), /^application\/x-ndjson/)
  match(String(reply.headers['content-disposition']), /^attachment; filename="audit-\d{4}-\d\d-\d\d\.jsonl"$/)
  equal(reply.headers['x-content-type-options'], 'nosniff')
  const csv = (await get(headers, '/audit/export?format=csv&action=x.y')).reply.body
  ok(csv.startsWith('seq,id,created_at,'))
  for (const cell of cells.slice(0, 6)) ok(csv.includes(`"'${cell}"`), JSON.stringify(cell))
  ok(csv.includes('"a ""quoted"", cell\nof two lines"'))
  ok(csv.includes('"plain"'))
  match(csv, /\r\n\d+,\d+,"/)
  const audited = (await get(headers, '/audit?action=audit.exported')).body.events
  deepEqual(
    audited.map(({ delta }: { delta: { after: unknown } }) => delta.after),
    [
      { format: 'csv', filters: { action: 'x.y' } },
      { format: 'jsonl', filters: { module: 'many' } },
    ],
  )
})

test('[P7] 112: cells that a spreadsheet would run begin with a quote; numbers stay numbers', () => {
  for (const start of ['=', '+', '-', '@', '\t', '\r', '\0']) equal(csvCell(`${start}x`), `"'${start}x"`)
  equal(csvCell('x=1'), '"x=1"')
  equal(csvCell(-5), '-5')
  equal(csvCell(null), '')
})

test('[P7] POST /audit/verify tells what is at fault in one’s own trail, and becomes an event', async () => {
  const { ctx, headers } = await auditor()
  await write(ctx, 'x.y', 's')
  const verify = async () => (await app.http.inject({ method: 'POST', url: '/api/v1/audit/verify', headers })).json()
  const whole = await verify()
  deepEqual([whole.ok, whole.events, whole.upto_seq, whole.faults], [true, 2, 2, []])
  await sql(
    `set session_replication_role = replica; update audit_events set subject = 'forged' where tenant_id = '${ctx.tenantId}' and seq = 2`,
  )
  const broken = await verify()
  deepEqual([broken.ok, broken.faults[0].kind, broken.faults[0].seq], [false, 'changed', 2])
  equal((await get(headers, '/audit?action=audit.verified')).body.events.length, 2)
  await app.composed.alerts.evaluate()
  const alerts = await sql(
    `select condition, severity from alert where tenant_id = $1 and condition = 'audit_chain_broken'`,
    [ctx.tenantId],
  )
  deepEqual(alerts.map(Object.values), [['audit_chain_broken', 'CRITICAL']])
})
