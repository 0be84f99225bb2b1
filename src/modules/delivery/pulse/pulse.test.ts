/** Surveys from the first mail to the figures, with the real schedule, mails and routes. */
import { deepEqual, equal, match, ok } from 'node:assert/strict'
import { test } from 'node:test'
import { testApp } from '#test/support/app.ts'
import { allFive, pulseBench } from './test-bench.ts'

const app = await testApp()
const bench = await pulseBench(app)
const { inject, people, run, at, survey, answer, pulse, tokens } = bench
const slugOf = (reply: { json(): { type: string } }) => reply.json().type.split('/problems/')[1]

test('[D12] a survey asks each person once, reminds once half-way who has not answered, and ends with its period', async () => {
  await at('0')
  const { tenantId } = await app.tenant('Pacific/Auckland')
  const key = await app.key({ tenantId })
  const { id } = await survey(key, { addresses: people(6), cadence: 'weekly', team_size: 8 })
  match(await run(), /1 begun, 6 people asked, 0 reminded/)
  match(await run(), /0 periods ended, 0 begun, 0 people asked, 0 reminded/)
  const first = await tokens(tenantId)
  equal(first.size, 6)
  const paper = (await inject('POST', '/pulse/invitation', {}, { token: first.get('p0@example.com') })).json()
  deepEqual(
    [paper.organisation, paper.stream, paper.asked, paper.answered, paper.questions.length],
    ['Test', '', 6, false, 5],
  )
  for (const [index, score] of [5, 5, 4, 2].entries())
    equal((await answer(first.get(`p${index}@example.com`)!, { ...allFive, load: score })).statusCode, 200)

  let { period } = (await inject('GET', `/pulse-surveys/${id}`, key)).json()
  deepEqual([period.answers, period.team_size, period.response_rate], [4, 8, 0.5])
  await at('4 days')
  match(await run(), /0 people asked, 2 reminded/)
  match(await run(), /0 people asked, 0 reminded/)
  const reminded = await tokens(tenantId, 'pulse-reminder')
  deepEqual([...reminded.keys()].sort(), ['p4@example.com', 'p5@example.com'])
  equal((await answer(reminded.get('p5@example.com')!, { ...allFive, load: 1 }, 'Too many alerts')).statusCode, 200)
  // The first mail's link is that person's too, but not the one the answer was made with.
  equal(slugOf(await answer(first.get('p5@example.com')!)), 'pulse/other-link')
  const during = await pulse(key)
  deepEqual([during.score, during.periods, during.comments, during.open[0].answers], [null, [], [], 5])

  await at('7 days')
  equal(slugOf(await answer(first.get('p0@example.com')!)), 'pulse/link-over')
  match(await run(), /1 periods ended, 1 begun, 6 people asked/)
  const { starts_on: startsOn } = period
  period = (await inject('GET', `/pulse-surveys/${id}`, key)).json().period
  equal(Date.parse(period.starts_on) - Date.parse(startsOn), 7 * 86_400_000, 'the next begins where the last ended')
  const reply = await pulse(key)
  deepEqual([reply.state, reply.n, reply.answers, reply.team_size, reply.response_rate], ['ok', 5, 5, 8, 5 / 8])
  deepEqual(
    [reply.time_zone, reply.definition, reply.coverage, reply.periods_ended],
    ['Pacific/Auckland', 'pulse@1', 1, 1],
  )
  const load = reply.questions.find((question: { id: string }) => question.id === 'load')
  deepEqual([load.score, load.favourable, load.n], [3.4, 0.6, 5])
  ok(Math.abs(reply.score - (20 * 4 + 17) / 25) < 1e-9 && Math.abs(reply.favourable - 23 / 25) < 1e-9)
  deepEqual(
    reply.comments.map(({ comment, stream }: { comment: string; stream: string }) => [stream, comment]),
    [['all', 'Too many alerts']],
  )
  const points = reply.series.filter((point: { score: number | null }) => point.score !== null)
  deepEqual([points.length, points[0].response_rate], [1, 5 / 8])
  await at('0')
})

test('[D12] a person has one answer a period: the newest, however often and however many at once', async () => {
  const { tenantId } = await app.tenant()
  const key = await app.key({ tenantId })
  await survey(key, { addresses: people(5), cadence: 'weekly' })
  await run()
  const links = [...(await tokens(tenantId)).values()]
  const replies = await Promise.all(links.flatMap((token) => [answer(token), answer(token), answer(token)]))
  ok(replies.every(({ statusCode }) => statusCode === 200))
  for (const token of links) equal((await answer(token, { load: 2 })).statusCode, 200)
  const rows = await app.sql('select scores from pulse_answer where tenant_id = $1', [tenantId])
  deepEqual(
    rows.map(({ scores }) => scores),
    Array(5).fill([null, null, 2, null, null]),
  )
  await at('8 days')
  await run()
  const reply = await pulse(key)
  deepEqual(
    reply.questions.map(({ id, score, n }: { id: string; score: number; n: number }) => [id, score, n]),
    [['load', 2, 5]],
  )
  await at('0')
})

test('[D12] looking at a link records nothing; answers that do not fit are refused and name the field', async () => {
  const { tenantId } = await app.tenant()
  const key = await app.key({ tenantId })
  await survey(key, { addresses: people(5), questions: ['load', 'fear', 'focus'], comments: false })
  await run()
  const [token] = [...(await tokens(tenantId)).values()] as [string]
  for (let looks = 0; looks < 3; looks++) {
    const paper = (await inject('POST', '/pulse/invitation', {}, { token })).json()
    deepEqual([paper.answered, paper.questions.map(({ id }: { id: string }) => id)], [false, ['load', 'fear', 'focus']])
    equal((await app.http.inject({ url: `/answer?token=${token}&score=4` })).statusCode < 500, true)
  }
  deepEqual(await app.sql('select from pulse_answer where tenant_id = $1', [tenantId]), [])
  for (const [scores, pointer] of [
    [{ tools: 3 }, '#/scores/tools'],
    [{ load: 6 }, '#/scores/load'],
    [{ load: 2.5 }, '#/scores/load'],
    [{}, '#/scores'],
  ] as const) {
    const refused = await answer(token, scores)
    deepEqual([refused.statusCode, refused.json().errors?.[0].pointer], [422, pointer], refused.body)
  }
  equal((await answer(token, { load: 3 }, 'a comment nobody asked for')).statusCode, 200)
  deepEqual(await app.sql('select comment from pulse_answer where tenant_id = $1', [tenantId]), [{ comment: null }])
  for (const wrong of ['x'.repeat(43), token.slice(0, -1)]) equal(slugOf(await answer(wrong)), 'pulse/link-over')
})

test('[D12] whoever is taken out is asked no more, and cannot be asked twice; the audit trail says how many, never who', async () => {
  const { tenantId } = await app.tenant()
  const key = await app.key({ tenantId })
  const { id } = await survey(key, { addresses: people(6) })
  await run()
  const links = await tokens(tenantId)
  equal((await answer(links.get('p0@example.com')!)).statusCode, 200)
  const change = (addresses: string[]) => inject('PATCH', `/pulse-surveys/${id}`, key, { addresses })
  equal((await change([...people(6).slice(2), 'new@example.com'])).statusCode, 200)
  equal(slugOf(await answer(links.get('p1@example.com')!)), 'pulse/link-over')
  match(await run(), /1 people asked/)
  equal((await change(people(6))).statusCode, 200)
  // Whoever comes back has the link they had, answered or not: another mail would tell who had not.
  match(await run(), /0 people asked/)
  for (const address of ['p0@example.com', 'p1@example.com']) equal((await answer(links.get(address)!)).statusCode, 200)
  equal(Number((await app.sql('select count(*) as n from pulse_answer where tenant_id = $1', [tenantId]))[0]!.n), 2)
  const trail = await app.sql('select action, delta::text from audit_events where tenant_id = $1 order by id', [
    tenantId,
  ])
  ok(trail.filter(({ action }) => String(action).startsWith('pulse.')).length >= 4)
  ok(!JSON.stringify(trail).includes('example.com'))
  match(
    String(trail.find(({ action }) => action === 'pulse.survey-changed')!.delta),
    /"addresses_added": 1, "addresses_removed": 2/,
  )

  equal((await inject('POST', `/pulse-surveys/${id}/close`, key, {})).statusCode, 200)
  equal(slugOf(await change(people(7))), 'pulse/survey-closed')
  await at('40 days')
  await run()
  deepEqual(
    await app.sql('select closed_at is not null as ended from pulse_period where tenant_id = $1', [tenantId]),
    [{ ended: true }],
    'the open period ends, and none begins',
  )
  await at('0')
})

test('[D12] two workers that run the schedule at once ask nobody twice', async () => {
  const { tenantId } = await app.tenant()
  await survey(await app.key({ tenantId }), { addresses: people(130) })
  await Promise.all([run(), run(), run()])
  const [sent] = await app.sql(
    `select count(*)::int as n, count(distinct to_address)::int as people from mail where tenant_id = $1`,
    [tenantId],
  )
  deepEqual(sent, { n: 130, people: 130 })
})

test('[D12] one open survey a stream; unknown streams, small teams, past days and few addresses are refused', async () => {
  const { tenantId } = await app.tenant()
  const key = await app.key({ tenantId })
  const ask = (payload: object) => inject('POST', '/pulse-surveys', key, payload)
  await survey(key, { addresses: people(5) })
  equal(slugOf(await ask({ addresses: people(5) })), 'pulse/survey-open')
  equal((await ask({ stream: 'nowhere', addresses: people(5) })).statusCode, 404)
  await inject('POST', '/streams', key, { id: 'shop', name: 'Shop' })
  for (const [payload, pointer] of [
    [{ addresses: people(4) }, '#/addresses'],
    [{ addresses: people(6), team_size: 5 }, '#/team_size'],
    [{ addresses: people(6), starts_on: '2020-01-01' }, '#/starts_on'],
    [{ addresses: people(6), questions: ['load', 'load', 'fear'] }, '#/questions'],
  ] as const) {
    const refused = await ask({ stream: 'shop', ...payload })
    deepEqual([refused.statusCode, refused.json().errors?.[0].pointer], [422, pointer], refused.body)
  }
  const narrow = await app.key({ tenantId, streams: ['shop'] })
  equal((await inject('POST', '/pulse-surveys', narrow, { addresses: people(5) })).statusCode, 403)
  equal((await inject('POST', '/pulse-surveys', narrow, { stream: 'shop', addresses: people(5) })).statusCode, 201)
  deepEqual(
    (await inject('GET', '/pulse-surveys', narrow)).json().surveys.map(({ stream }: { stream: string }) => stream),
    ['shop'],
  )
  equal((await inject('GET', '/metrics/pulse', narrow)).statusCode, 403)
  equal((await inject('GET', '/metrics/pulse?stream=shop', narrow)).statusCode, 200)
})

async function lowResponse(tenantId: string) {
  const condition = app.composed.started
    .flatMap(({ alerts }) => [...(alerts ?? [])])
    .find(({ name }) => name === 'pulse_response_rate_low')!
  return (await condition.evaluate(app.database)).filter((finding) => finding.tenantId === tenantId)
}

test('[D12] a low response rate is an alert in the last third of the period, and not before', async () => {
  const { tenantId } = await app.tenant()
  const key = await app.key({ tenantId })
  const { id } = await survey(key, { addresses: people(10), cadence: 'weekly' })
  await run()
  const links = [...(await tokens(tenantId)).values()]
  for (const token of links.slice(0, 3)) await answer(token)
  const found = () => lowResponse(tenantId)
  await at('3 days')
  deepEqual(await found(), [])
  await at('6 days')
  const [finding] = await found()
  deepEqual([finding!.subject, finding!.value, finding!.threshold], [id, 30, 40])
  match(finding!.detail, /^3 of 10 people \(30 %\)/)
  await answer(links[3]!)
  deepEqual(await found(), [], '40 % is enough')
  await at('8 days')
  deepEqual(await found(), [], 'a period that is over is nobody’s alert')
  await at('0')
})

test('[D12] a stream that is deleted is asked no more: nobody is reminded or alerted, and links ask nothing', async () => {
  const { tenantId } = await app.tenant()
  const key = await app.key({ tenantId })
  await inject('POST', '/streams', key, { id: 'shop', name: 'Shop' })
  await survey(key, { stream: 'shop', addresses: people(6), cadence: 'weekly' })
  await run()
  const [token] = [...(await tokens(tenantId)).values()] as [string]
  equal((await answer(token)).statusCode, 200)
  await app.http.inject({ method: 'DELETE', url: '/api/v1/streams/shop', headers: key })
  equal(slugOf(await answer(token)), 'pulse/link-over')
  equal(slugOf(await inject('POST', '/pulse/invitation', {}, { token })), 'pulse/link-over')
  await at('4 days')
  await run()
  equal((await tokens(tenantId, 'pulse-reminder')).size, 0)
  await at('6 days')
  deepEqual(await lowResponse(tenantId), [], 'and nobody is told that few answered')
  await at('8 days')
  await run()
  equal((await pulse(key)).answers, 1, 'what it said stays')
  await at('0')
})

test('[D12] a new team size counts at once; a period that is over keeps the one it ended with', async () => {
  const { tenantId } = await app.tenant()
  const key = await app.key({ tenantId })
  const { id } = await survey(key, { addresses: people(6), cadence: 'weekly' })
  await run()
  const change = async (to: object) =>
    (await inject('PATCH', `/pulse-surveys/${id}`, key, to)).json().period.team_size as number
  equal(await change({ team_size: 10 }), 10)
  equal(await change({ team_size: null }), 6)
  equal(await change({ team_size: 9 }), 9)
  // Over, and the schedule has not noticed.
  await at('8 days')
  equal(await change({ team_size: 20 }), 9)
  equal(await change({ team_size: null, addresses: people(5) }), 9)
  await run()
  equal((await pulse(key)).team_size, 9)
  await at('0')
})
