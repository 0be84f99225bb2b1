import { deepEqual, equal, match, ok, rejects, throws } from 'node:assert/strict'
import { test } from 'node:test'
import { type Context, defaultTenantId } from '#kernel/context/index.ts'
import { Problem } from '#kernel/errors/index.ts'
import { personOf } from '#test/support/routes.ts'
import { letter } from './index.ts'
import { mailBench } from './test-bench.ts'

const bench = await mailBench()
const mail = bench.start()
const to = 'ada@example.com'
const written = (more: object = {}) => ({ to, subject: 'Your link', text: 'Hello', purpose: 'reset', ...more })
const send = (more: object = {}, started = mail) =>
  bench.database.platformTx('test', (tx) => started.port.send(tx, written(more)))

test('[P1] [W5] 44: what would begin another header field, or go to another address, is refused', async () => {
  const bad = [
    { subject: 'Hi\r\nBcc: eve@example.com' },
    { subject: 'Hi\nBcc: eve@example.com' },
    { subject: 'Hi\u2028x' },
    { subject: '\0' },
    { subject: ' ' },
    { subject: 'x'.repeat(201) },
    { to: 'ada@example.com\r\nBcc: eve@example.com' },
    { to: 'ada@example.com, eve@example.com' },
    { to: 'ada@example.com;eve@example.com' },
    { to: 'Ada <ada@example.com>' },
    { to: '"a@b"@example.com' },
    { to: 'ada@exa mple.com' },
    { to: 'ada@example.com>' },
    { to: 'ada' },
    { to: '' },
    { to: '@example.com' },
    { text: 'a\0b' },
    { text: 'x'.repeat(20_001) },
  ]
  for (const more of bad)
    await rejects(
      send(more),
      (error) => error instanceof Problem && error.type.slug === 'mail/not-sendable' && error.errors.length > 0,
      JSON.stringify(more),
    )
  deepEqual(await bench.sql('select id from mail'), [])
})

test('[P1] [W5] 43: 56: links lead to this instance or the mail is not written', async () => {
  const { link } = mail.port
  equal(link('/reset', 'a_b-C'), 'https://daytwo.example.com/reset#token=a_b-C')
  equal(link('/sign-in'), 'https://daytwo.example.com/sign-in')
  for (const path of [
    '//evil.example/x',
    'https://evil.example/',
    '\\\\evil.example',
    'http:evil.example',
    'javascript:alert(1)',
  ])
    throws(() => link(path), /leads away/, path)
  equal(new URL(link('@evil.example/x')).hostname, 'daytwo.example.com')
  for (const text of [
    'see https://evil.example/',
    'HTTP://EVIL.example',
    'https://daytwo.example.com.evil.example/x',
    'https://daytwo.example.com@evil.example/',
    'http://daytwo.example.com/x',
    'ftp://x.example/',
    'aaaaaaaaaaaaaaaaaaaaaaaaaaaaahttps://evil.example',
  ])
    await rejects(send({ text }), (error) => error instanceof Problem && error.errors[0]!.code === 'foreign-link', text)
  await rejects(send({ subject: 'Free at https://evil.example' }))
  const text = letter({
    title: 'Choose a new password',
    lines: ['Somebody asked for a new password for your account.'],
    action: { label: 'Choose it here', url: link('/reset', 'abc'), validFor: '30 minutes' },
    footer: 'If that was not you, do nothing: your password stays as it is.',
  })
  const id = await send({ text })
  match(
    text,
    /Choose it here:\nhttps:\/\/daytwo\.example\.com\/reset#token=abc\n\nThe link works once, within 30 minutes\./,
  )
  ok(id > 0)
})

test('[P1] a mail is written with its cause or not at all, belongs to a tenant, and its text is sealed', async () => {
  const own = await bench.tenant()
  await rejects(
    bench.database.platformTx('test', async (tx) => {
      await mail.port.send(tx, written({ subject: 'rolled back' }))
      throw new Error('the cause failed')
    }),
    /the cause failed/,
  )
  deepEqual(await bench.sql(`select id from mail where subject = 'rolled back'`), [])
  const inTenant = await bench.database.tenantTx(own, (tx) => mail.port.send(tx, written({ text: 'very secret' })))
  const named = await send({ tenantId: own.tenantId })
  const nobodys = await send()
  deepEqual(await Promise.all([inTenant, named, nobodys].map(async (id) => (await bench.row(id)).tenant_id)), [
    own.tenantId,
    own.tenantId,
    defaultTenantId,
  ])
  const { data } = await bench.row(inTenant)
  ok(Buffer.isBuffer(data) && !data.includes('very secret'))
})

test('[P1] without a mail server mails are kept and read outside production; keys see their own tenant’s', async () => {
  const ask = await bench.routes(mail)
  const [alpha, beta] = [await bench.tenant(), await bench.tenant()]
  const id = await send({ tenantId: alpha.tenantId, text: 'the token', subject: 'To alpha' })
  await mail.work()
  const support = personOf(beta.tenantId, ['mail:read'])
  const row = (await ask('GET', `/mail/${id}`, support)).json()
  deepEqual(
    [row.state, row.text, row.subject, row.can_send_again, row.due_at],
    ['kept', 'the token', 'To alpha', true, null],
  )
  const list = (await ask('GET', '/mail?state=kept&limit=1', support)).json()
  deepEqual([list.deliverable, list.readable, list.mails.length, list.mails[0].id], [false, true, 1, id])
  ok(list.next_cursor === id && list.mails[0].text === undefined)
  const next = (await ask('GET', `/mail?cursor=${list.next_cursor}`, support)).json()
  ok(next.mails.every((mail: { id: number }) => mail.id < id))
  const key = (tenantId: string): Context => ({ ...support, tenantId, actor: { type: 'key', id: 'k', name: 'k' } })
  equal((await ask('GET', `/mail/${id}`, key(beta.tenantId))).statusCode, 404)
  deepEqual((await ask('GET', '/mail', key(beta.tenantId))).json().mails, [])
  equal((await ask('GET', `/mail/${id}`, key(alpha.tenantId))).json().text, 'the token')
  for (const [method, url] of [
    ['GET', '/mail'],
    ['GET', `/mail/${id}`],
    ['POST', `/mail/${id}/send-again`],
  ] as const)
    equal((await ask(method, url, personOf(alpha.tenantId, ['session:read']))).statusCode, 403, url)
  equal(
    (await ask('POST', `/mail/${id}/send-again`, personOf(beta.tenantId, ['mail:write'])))
      .json()
      .type.split('/problems/')[1],
    'mail/no-server',
  )
})

test('[P1] in production without a mail server the text is nobody’s, the mail a dead letter, and the doctor says so', async () => {
  const production = bench.start({ production: true })
  equal(production.port.deliverable, false)
  const id = await send({ text: 'the token' }, production)
  await production.work()
  const ask = await bench.routes(production)
  const row = (await ask('GET', `/mail/${id}`, personOf(defaultTenantId, ['mail:read']))).json()
  deepEqual([row.state, row.text, row.can_send_again], ['failed', null, true])
  const [server, failed] = await Promise.all(production.doctor!.map((check) => check.check()))
  deepEqual([server![0]!.level, failed![0]!.level], ['warning', 'warning'])
  match(server![0]!.fix!, /SMTP_URL/)
  const [finding] = await production.alerts![0]!.evaluate(bench.database)
  ok(finding!.value >= 1 && /failed for good/.test(finding!.detail))
})
