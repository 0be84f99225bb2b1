import { deepEqual, doesNotMatch, equal, match, ok, rejects } from 'node:assert/strict'
import { createServer, type Socket } from 'node:net'
import { networkInterfaces } from 'node:os'
import { after, test } from 'node:test'
import { setTimeout as wait } from 'node:timers/promises'
import { createServer as createTlsServer } from 'node:tls'
import { defaultTenantId } from '#kernel/context/index.ts'
import { type Dial, makeDial } from '#kernel/dial/index.ts'
import { Problem } from '#kernel/errors/index.ts'
import { parseAllowances } from '#kernel/networks/index.ts'
import { personOf } from '#test/support/routes.ts'
import { mailBench } from './test-bench.ts'
import { selfSigned, testMailServer } from './test-server.ts'
import { smtpTransport } from './transport.ts'

const bench = await mailBench()
type Started = ReturnType<typeof bench.start>
const written = {
  to: 'ada@example.com',
  subject: 'Grüße',
  text: 'Hallo Ada,\n\nhttps://daytwo.example.com/x\n',
  purpose: 'reset',
}
const send = (started: Started, more: object = {}) =>
  bench.database.platformTx('test', (tx) => started.port.send(tx, { ...written, ...more }))
const messageIdOf = (text: string) => /^Message-ID: (.+)$/im.exec(text)![1]
const forgetAll = () => bench.sql('delete from mail')

test('[P1] a mail is sent once, signed in, with its Message-ID; the answer is kept and the text erased', async () => {
  const server = await testMailServer()
  const mail = bench.start({ smtp: `smtp://us%40er:right@127.0.0.1:${server.port}`, from: 'daytwo <ops@example.org>' })
  equal(mail.port.deliverable, true)
  const id = await send(mail)
  deepEqual(await mail.work(), { completed: 1, failed: 0 })
  deepEqual(await mail.work(), { completed: 0, failed: 0 })
  const [mailed] = server.received
  equal(server.received.length, 1)
  deepEqual([mailed!.from, mailed!.to, mailed!.user], ['ops@example.org', ['ada@example.com'], 'us@er'])
  const row = await bench.row(id)
  match(mailed!.text, new RegExp(`^Message-ID: <${row.message_id}@example\\.org>`, 'm'))
  match(mailed!.text, /^Content-Type: text\/plain; charset=utf-8/m)
  match(mailed!.text, /https:\/\/daytwo\.example\.com\/x/)
  deepEqual([row.status, row.outcome, row.data], ['completed', 'sent', null])
  match(String(row.answer), /250 .*queued as 4711/)
  const ask = await bench.routes(mail)
  const person = personOf(defaultTenantId, ['mail:read', 'mail:write'])
  const shown = (await ask('GET', `/mail/${id}`, person)).json()
  deepEqual([shown.state, shown.text, shown.can_send_again], ['sent', null, false])
  match((await ask('POST', `/mail/${id}/send-again`, person)).json().type, /mail\/already-sent$/)
  equal((await mail.doctor![0]!.check())[0]!.level, 'ok')
  await forgetAll()
})

test('[P1] a temporary no is tried again with the same Message-ID; a no for good is a dead letter at once, and can be sent again', async () => {
  const server = await testMailServer()
  const mail = bench.start({ smtp: `smtp://127.0.0.1:${server.port}` })
  const answers = [{ code: 451, text: 'later' }, undefined]
  const ids: unknown[] = []
  server.answer.data = (text) => {
    ids.push(messageIdOf(text))
    return answers.shift()
  }
  const first = await send(mail)
  deepEqual(await mail.work(), { completed: 0, failed: 1 })
  const waiting = await bench.row(first)
  deepEqual([waiting.status, waiting.error_class, waiting.data !== null], ['pending', 'mail/not-taken', true])
  match(String(waiting.last_error), /451/)
  const ask = await bench.routes(mail)
  const person = personOf(defaultTenantId, ['mail:read', 'mail:write'])
  match((await ask('POST', `/mail/${first}/send-again`, person)).json().type, /mail\/still-waiting$/)
  await bench.now()
  deepEqual(await mail.work(), { completed: 1, failed: 0 })
  deepEqual([ids.length, new Set(ids).size, server.received.length], [2, 1, 1])

  server.answer.rcpt = () => ({ code: 550, text: 'no such mailbox' })
  const second = await send(mail)
  deepEqual(await mail.work(), { completed: 0, failed: 1 })
  const dead = await bench.row(second)
  deepEqual([dead.status, dead.error_class, dead.attempt_count], ['dead_lettered', 'mail/refused', 1])
  match(String(dead.last_error), /550 no such mailbox/)
  ok((await mail.alerts![0]!.evaluate(bench.database))[0]!.value >= 1)
  server.answer = {}
  const again = (await ask('POST', `/mail/${second}/send-again`, person)).json()
  deepEqual([again.state, again.attempts], ['waiting', 0])
  deepEqual(await mail.work(), { completed: 1, failed: 0 })
  deepEqual(await bench.sql(`select action, actor_type from audit_events where subject = $1`, [`mail:${second}`]), [
    { action: 'mail.sent-again', actor_type: 'person' },
  ])
  deepEqual(await mail.alerts![0]!.evaluate(bench.database), [])
  await forgetAll()
})

test('[P1] a wrong password, a server that is away, one that drops the connection mid-way: tried again, never for good', async () => {
  const server = await testMailServer()
  const wrong = bench.start({ smtp: `smtp://user:wrong@127.0.0.1:${server.port}` })
  const id = await send(wrong)
  await wrong.work()
  const row = await bench.row(id)
  deepEqual([row.status, row.error_class], ['pending', 'mail/not-taken'])
  doesNotMatch(String(row.last_error), /wrong/)
  equal((await wrong.doctor![0]!.check())[0]!.level, 'warning')

  await bench.now()
  await bench.start({ smtp: 'smtp://127.0.0.1:1' }).work()
  equal((await bench.row(id)).error_class, 'dial/unreachable')

  const right = bench.start({ smtp: `smtp://127.0.0.1:${server.port}` })
  server.answer.data = () => 'drop'
  await bench.now()
  await right.work()
  deepEqual([(await bench.row(id)).status, server.received.length], ['pending', 0])
  server.answer = {}
  await bench.now()
  deepEqual(await right.work(), { completed: 1, failed: 0 })
  equal(server.received.length, 1)
  await forgetAll()
})

test('[P1] [Q3] what dies between sending and settling sends again with the same Message-ID; once the answer is kept, never', async () => {
  const server = await testMailServer()
  const mail = bench.start({ smtp: `smtp://127.0.0.1:${server.port}` })
  const breakWhen = (condition: string) =>
    bench.sql(`create or replace function public.test_break() returns trigger language plpgsql as $$ begin raise exception 'died'; end $$;
      create trigger test_break before update on mail for each row when (${condition}) execute function public.test_break()`)
  const mend = () => bench.sql('drop trigger test_break on mail')

  await breakWhen('new.sent_at is not null and old.sent_at is null')
  const id = await send(mail)
  await mail.work()
  await mend()
  await bench.now()
  await mail.work()
  equal((await bench.row(id)).outcome, 'sent')
  const ids = server.received.map(({ text }) => messageIdOf(text))
  deepEqual([ids.length, new Set(ids).size], [2, 1])

  await breakWhen(`new.status = 'completed' and old.status <> 'completed'`)
  const settled = await send(mail)
  await rejects(mail.work())
  await mend()
  deepEqual((await bench.row(settled)).data, null)
  await bench.sql(`update work_claim set lease_until = app.now() - interval '1 second'`)
  await mail.work()
  await bench.now()
  await mail.work()
  equal((await bench.row(settled)).outcome, 'sent')
  equal(server.received.length, 3)
  await forgetAll()
})

test('[P1] [W5] TLS: a certificate nobody vouches for is refused, with STARTTLS and without; one that was named is accepted', async () => {
  const { key, cert, certFile } = selfSigned()
  const startTls = await testMailServer({ disabledCommands: [], key, cert })
  const implicit = await testMailServer({ secure: true, key, cert })
  for (const [server, scheme] of [
    [startTls, 'smtp'],
    [implicit, 'smtps'],
  ] as const) {
    const smtp = `${scheme}://user:right@127.0.0.1:${server.port}`
    const strict = bench.start({ smtp })
    const id = await send(strict)
    await strict.work()
    deepEqual([(await bench.row(id)).status, server.received.length], ['pending', 0], scheme)
    await bench.now()
    await bench.start({ smtp, caFile: certFile }).work()
    deepEqual(
      [(await bench.row(id)).status, server.received.length, server.received[0]!.secure],
      ['completed', 1, true],
      scheme,
    )
  }
  await forgetAll()
})

test('[P1] [W5] beyond this machine nothing is sent without TLS', async (t) => {
  const outside = Object.values(networkInterfaces())
    .flat()
    .find((one) => one?.family === 'IPv4' && !one.internal)?.address
  if (!outside) return t.skip('this machine has no address but its loopback')
  const server = await testMailServer({}, outside)
  const mail = bench.start({ smtp: `smtp://user:right@${outside}:${server.port}`, allow: outside })
  const id = await send(mail)
  await mail.work()
  const row = await bench.row(id)
  deepEqual(
    [row.status, row.error_class, server.received.length, server.connections()],
    ['pending', 'mail/not-taken', 0, 1],
  )
  await forgetAll()
})

test('[W5] 50: 51: a mail server in a private network that was not allowed is not connected to, and the doctor says what to allow', async () => {
  const server = await testMailServer()
  for (const host of ['127.0.0.1', '2130706433', 'localhost', '[::ffff:7f00:1]']) {
    const mail = bench.start({ smtp: `smtp://${host}:${server.port}`, allow: '' })
    const id = await send(mail)
    await mail.work()
    deepEqual(
      [(await bench.row(id)).error_class, (await bench.row(id)).status],
      ['dial/target-refused', 'dead_lettered'],
      host,
    )
    const [diagnosis] = await mail.doctor![0]!.check()
    match(diagnosis!.fix!, new RegExp(`:${server.port} to DIAL_ALLOW`))
    const person = personOf(defaultTenantId, ['mail:write'])
    await rejects(
      mail.port.test(person, 'a@example.com'),
      (error) => error instanceof Problem && error.type.status === 422,
    )
  }
  equal(server.connections(), 0)
  await forgetAll()
})

test('[P1] a test mail says what the server answered', async () => {
  const server = await testMailServer()
  const mail = bench.start({ smtp: `smtp://127.0.0.1:${server.port}` })
  match(await mail.port.test(personOf(defaultTenantId, ['mail:write']), 'ada@example.com'), /^250/)
  equal(server.received.length, 1)
  await rejects(mail.port.test(personOf(defaultTenantId, []), 'ada@example.com'), /lacks the permission/)
})

test('[P1] [D12] of a confidential mail nobody sees whom it went to, and nothing of that is kept once it was sent', async () => {
  const server = await testMailServer()
  const mail = bench.start({ smtp: `smtp://127.0.0.1:${server.port}` })
  const ask = await bench.routes(mail)
  const person = personOf(defaultTenantId, ['mail:read', 'mail:write'])
  const id = await send(mail, { confidential: true, purpose: 'reminder' })
  server.answer.rcpt = (to) => ({ code: 451, text: `${to} is busy` })
  deepEqual(await mail.work(), { completed: 0, failed: 1 })
  const shown = async () => {
    const one = (await ask('GET', `/mail/${id}`, person)).json()
    const [listed] = (await ask('GET', '/mail', person)).json().mails
    doesNotMatch(JSON.stringify([one, listed]), /ada@|Grüße|reminder/)
    return [one.to, one.subject, one.purpose, one.state]
  }
  deepEqual(await shown(), [null, null, 'confidential', 'waiting'])
  match((await ask('GET', `/mail/${id}`, person)).json().last_error, /451/)
  // It still goes to whom it is for.
  server.answer.rcpt = () => undefined
  server.answer.data = () => undefined
  await bench.now()
  deepEqual(await mail.work(), { completed: 1, failed: 0 })
  deepEqual(server.received.at(-1)!.to, ['ada@example.com'])
  deepEqual(await shown(), [null, null, 'confidential', 'sent'])
  doesNotMatch(JSON.stringify(await bench.row(id)), /ada@|Grüße|reminder/)
  await forgetAll()
})

test('[P1] a server that resets the connection as soon as it is there costs an attempt at once, not the worker', async () => {
  const { key, cert, certFile: caFile } = selfSigned()
  const reset = (socket: Socket) => void setTimeout(() => socket.resetAndDestroy(), 20)
  const secured = createTlsServer({ key, cert })
  secured.on('connection', (socket) => secured.once('secureConnection', () => reset(socket)))
  const dial = makeDial({ allow: parseAllowances('127.0.0.1') })
  after(() => dial.close())
  // On a loaded machine the reset is there before anybody who uses the socket listens for it.
  const late: Dial = {
    ...dial,
    async connect(target) {
      const socket = await dial.connect(target)
      await wait(100)
      return socket
    },
  }
  const started = performance.now()
  for (const [secure, server] of [
    [false, createServer(reset)],
    [true, secured],
  ] as const) {
    await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
    after(() => new Promise((resolve) => server.close(resolve)))
    const { port } = server.address() as { port: number }
    for (const through of [dial, late]) {
      const transport = smtpTransport(through, { host: '127.0.0.1', port, secure, caFile })
      await rejects(transport.verify(), (error) => error instanceof Problem && error.type.slug === 'mail/not-taken')
    }
  }
  ok(performance.now() - started < 5000)
})
