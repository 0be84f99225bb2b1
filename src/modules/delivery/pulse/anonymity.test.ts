/** What may not be found out: by readers, by subtraction, and by whoever reads the tables. */
import { deepEqual, equal, notEqual, ok } from 'node:assert/strict'
import { test } from 'node:test'
import { hmacSha256, sha256 } from '#kernel/crypto/index.ts'
import { testApp } from '#test/support/app.ts'
import { allFive, pulseBench } from './test-bench.ts'

const app = await testApp()
const { inject, people, run, at, survey, answer, pulse, tokens } = await pulseBench(app)

/** A tenant with surveys of streams, `answers` of each; every person gives `score` and a comment. */
async function answered(streams: Record<string, { answers: number; score: number }>) {
  await at('0')
  const { tenantId } = await app.tenant()
  const key = await app.key({ tenantId })
  for (const id of Object.keys(streams)) {
    await inject('POST', '/streams', key, { id, name: id })
    await survey(key, { stream: id, addresses: people(12, `${id}-`), cadence: 'weekly' })
  }
  await run()
  const links = await tokens(tenantId)
  for (const [id, { answers, score }] of Object.entries(streams))
    for (let n = 0; n < answers; n++) {
      const reply = await answer(links.get(`${id}-${n}@example.com`)!, { ...allFive, load: score }, `said by ${id}`)
      equal(reply.statusCode, 200)
    }
  await at('8 days')
  await run()
  await at('0')
  return { tenantId, key }
}

test('[D12] under five answers there is neither score nor share nor comment, in no reply and no table; with five there is', async () => {
  const { tenantId, key } = await answered({ four: { answers: 4, score: 1 }, five: { answers: 5, score: 2 } })
  await at('8 days')
  const four = await pulse(key, '?stream=four')
  deepEqual(
    [four.state, four.score, four.favourable, four.n, four.questions, four.comments],
    ['insufficient_data', null, null, 0, [], []],
  )
  deepEqual([four.answers, four.response_rate, four.coverage, four.periods_hidden], [4, 4 / 12, 0, 1])
  ok(
    four.series.every(
      (point: { score: unknown; questions: unknown[] }) => point.score === null && point.questions.length === 0,
    ),
  )
  deepEqual([four.periods[0].shown, four.periods[0].score], [false, null])
  const five = await pulse(key, '?stream=five')
  deepEqual([five.state, five.n, five.comments.length, five.periods_hidden], ['ok', 5, 5, 0])
  deepEqual(await app.sql('select from pulse_answer where tenant_id = $1', [tenantId]), [])
  const ofEnded = `select from pulse_invitation i join pulse_period p on p.id = i.period_id where i.tenant_id = $1 and p.closed_at is not null`
  deepEqual(await app.sql(ofEnded, [tenantId]), [])
  const kept = JSON.stringify([
    await app.sql('select * from pulse_result where tenant_id = $1', [tenantId]),
    await app.sql('select * from pulse_comment where tenant_id = $1', [tenantId]),
  ])
  ok(kept.includes('said by five') && !kept.includes('said by four'))
  await at('0')
})

test('[D12] a total minus its parts tells nothing of a part under five: such a part is in no total', async () => {
  const { key } = await answered({
    big: { answers: 6, score: 5 },
    other: { answers: 7, score: 3 },
    small: { answers: 3, score: 1 },
  })
  await at('8 days')
  const load = (reply: { questions: { id: string; score: number; n: number }[] }) =>
    reply.questions.find(({ id }) => id === 'load')!
  const [all, big, other, small] = await Promise.all(
    ['', '?stream=big', '?stream=other', '?stream=small'].map((query) => pulse(key, query)),
  )
  equal(small.n, 0)
  deepEqual([all.n, all.answers, all.periods_hidden], [13, 16, 1])
  // All that is left after the shown parts are taken away is nothing.
  const sum = (reply: typeof all) => load(reply).score * load(reply).n
  ok(Math.abs(sum(all) - sum(big) - sum(other)) < 1e-9)
  equal(load(all).n - load(big).n - load(other).n, 0)
  ok(!JSON.stringify(all.comments).includes('small'))
  const [point] = all.series.filter(({ score }: { score: unknown }) => score !== null)
  equal(point.n, 13)
  await at('0')
})

test('[D12] a question that fewer than five answered is shown of no period, though five answered others', async () => {
  await at('0')
  const { tenantId } = await app.tenant()
  const key = await app.key({ tenantId })
  await survey(key, { addresses: people(6), cadence: 'weekly' })
  await run()
  const links = [...(await tokens(tenantId)).values()]
  for (const [index, token] of links.entries()) await answer(token, index < 4 ? { fear: 3, load: 1 } : { fear: 3 })
  await at('8 days')
  await run()
  const reply = await pulse(key)
  deepEqual(
    reply.questions.map(({ id, n }: { id: string; n: number }) => [id, n]),
    [['fear', 6]],
  )
  await at('0')
})

test('[D12] while a period is open nothing of what was said is shown, so no two readings tell what came between', async () => {
  await at('0')
  const { tenantId } = await app.tenant()
  const key = await app.key({ tenantId })
  await survey(key, { addresses: people(9) })
  await run()
  const links = [...(await tokens(tenantId)).values()]
  const seen: string[] = []
  for (const [index, token] of links.entries()) {
    await answer(token, { load: (index % 5) + 1 }, `comment ${index}`)
    const { open, as_of: _, ...rest } = await pulse(key)
    equal(open[0].answers, index + 1)
    seen.push(JSON.stringify(rest))
  }
  equal(new Set(seen).size, 1)
  ok(!seen[0]!.includes('comment 0'))
})

test('[D12] no column joins an answer to the address that was asked, not even with the key', async () => {
  await at('0')
  const { tenantId } = await app.tenant()
  const key = await app.key({ tenantId })
  await survey(key, { addresses: people(8) })
  await run()
  const links = await tokens(tenantId)
  for (const token of [...links.values()].slice(0, 6)) await answer(token)
  const answers = await app.sql(
    `select person_hash, xmin::text as xmin, to_jsonb(a) - 'tenant_id' - 'period_id' as row from pulse_answer a where tenant_id = $1`,
    [tenantId],
  )
  const asked = await app.sql(
    `select address, token_hash, answered, xmin::text as xmin from pulse_invitation where tenant_id = $1`,
    [tenantId],
  )
  equal(answers.length, 6)
  equal(asked.filter((row) => row.answered).length, 6)
  deepEqual(
    Object.keys(answers[0]!.row as object).sort(),
    ['comment', 'person_hash', 'scores'],
    'no time, no order, no address',
  )
  // The newest transaction wrote all of them: who is marked last is not whose answer is newest.
  equal(new Set([...answers, ...asked].map(({ xmin }) => xmin)).size, 1)
  const hashes = new Set(answers.map((row) => (row.person_hash as Buffer).toString('hex')))
  const keys = [app.config.APP_KEY!, app.config.HMAC_KEY ?? app.config.APP_KEY!]
  for (const { address, token_hash: hash } of asked)
    for (const material of [String(address), (hash as Buffer).toString('hex'), hash as Buffer])
      for (const made of [...keys.map((secret) => hmacSha256(secret, material)), sha256(material)])
        ok(!hashes.has(made.toString('hex')))
})

test('[D12] answers lie in the table in another order than they came', async () => {
  await at('0')
  const { tenantId } = await app.tenant()
  const key = await app.key({ tenantId })
  await survey(key, { addresses: people(40) })
  await run()
  const links = [...(await tokens(tenantId)).values()]
  for (const [index, token] of links.entries()) await answer(token, { load: 3 }, String(index))
  const rows = await app.sql('select comment from pulse_answer where tenant_id = $1 order by ctid', [tenantId])
  const order = rows.map(({ comment }) => Number(comment))
  notEqual(order.join(), [...order].sort((a, b) => a - b).join())
})

test('[D12] taking somebody out of a survey tells nobody whether they had answered, and neither does asking them again', async () => {
  await at('0')
  const shown = []
  for (const hasAnswered of [true, false]) {
    const { tenantId } = await app.tenant()
    const key = await app.key({ tenantId })
    const { id } = await survey(key, { addresses: people(6), cadence: 'weekly', team_size: 6 })
    await run()
    const links = await tokens(tenantId)
    if (hasAnswered) await answer(links.get('p0@example.com')!)
    const change = async (payload: object) => (await inject('PATCH', `/pulse-surveys/${id}`, key, payload)).json()
    const replies = [
      await change({ team_size: null }),
      await change({ addresses: people(6).slice(1) }),
      await change({ addresses: people(6) }),
      await change({ addresses: people(6).slice(1) }),
    ]
    const mails = async () =>
      (await app.sql('select to_address, purpose from mail where tenant_id = $1 order by id', [tenantId])).length
    const paper = (await inject('POST', '/pulse/invitation', {}, { token: links.get('p1@example.com') })).json()
    await change({ addresses: people(6) })
    await run()
    const sizes = replies.map(({ asked, period }) => [asked, period.team_size])
    const { open } = await pulse(key)
    await change({ addresses: people(6).slice(1) })
    await at('4 days')
    await run()
    const reminded = [...(await tokens(tenantId, 'pulse-reminder')).keys()].sort()
    shown.push({ sizes, asked: paper.asked, open: open[0].team_size, mails: await mails(), reminded })
    await at('0')
  }
  deepEqual(shown[0], shown[1])
  deepEqual(shown[0]!.reminded, people(6).slice(1))
})

test('[D12] mails of surveys keep nothing of whom they went to: who got a reminder had not answered', async () => {
  await at('0')
  const { tenantId } = await app.tenant()
  await survey(await app.key({ tenantId }), { addresses: people(5), cadence: 'weekly' })
  await run()
  await at('4 days')
  await run()
  deepEqual(
    await app.sql(
      `select purpose, confidential, count(*)::int as n from mail where tenant_id = $1 group by 1, 2 order by 1`,
      [tenantId],
    ),
    ['pulse', 'pulse-reminder'].map((purpose) => ({ purpose, confidential: true, n: 5 })),
  )
  await at('0')
})
