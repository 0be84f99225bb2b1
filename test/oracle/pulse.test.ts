/** Surveys of several tenants through two months: schedule, mails, links and figures beside a count from what happened. */
import { deepEqual, equal, ok } from 'node:assert/strict'
import { test } from 'node:test'
import { allFive, pulseBench } from '#modules/delivery/pulse/test-bench.ts'
import { testApp } from '../support/app.ts'
import { type Random, random, shuffled } from './dora-history.ts'
import {
  accepts,
  dayOf,
  isThere,
  type Link,
  type OracleSurvey,
  periodsOf,
  plusDays,
  pulseFigures,
  type World,
} from './pulse-oracle.ts'

const app = await testApp()
const { inject, run, at: shift } = await pulseBench(app)
const questions = Object.keys(allFive)
const hour = 3_600_000
/** Both clocks change in the two months after; never within half an hour of a midnight of the zones below. */
const begin = Date.UTC(2031, 0, 28, 10, 23)
const zones = ['America/Havana', 'Pacific/Kiritimati', 'Europe/Berlin']

type Side = World & {
  readonly tenantId: string
  readonly key: { authorization: string }
  readonly dice: Random
  readonly links: Link[]
  /** How many of each survey's people answer at all. */
  readonly turnout: Map<string, number>
}

let now = begin
const tick = () => now++

async function makeSide(timeZone: string, seed: number): Promise<Side> {
  const { tenantId } = await app.tenant(timeZone)
  const key = await app.key({ tenantId })
  for (const id of ['web', 'pay']) equal((await inject('POST', '/streams', key, { id, name: id })).statusCode, 201)
  const history: World = { timeZone, surveys: [], runs: [], answers: [], streamsGone: new Map() }
  return { ...history, tenantId, key, dice: random(seed), links: [], turnout: new Map() }
}

const someQuestions = (dice: Random) => shuffled(questions, dice).slice(0, 3 + dice.below(3))
let people = 0
const newPeople = (stream: string, count: number) =>
  Array.from({ length: count }, () => `${stream}-${++people}@example.com`)

async function makeSurvey(side: Side, stream: string) {
  const { dice, timeZone } = side
  const addresses = newPeople(stream, 5 + dice.below(4))
  const revision = {
    questions: someQuestions(dice),
    comments: dice.chance(0.7),
    addresses,
    teamSize: dice.chance(0.6) ? null : addresses.length + dice.below(5),
  }
  const cadence = dice.pick(['weekly', 'weekly', 'biweekly', 'monthly'] as const)
  const startsOn = plusDays(dayOf(now, timeZone), dice.pick([0, 0, 3, 5]))
  const { teamSize, ...rest } = revision
  const payload = { stream, cadence, starts_on: startsOn, team_size: teamSize, ...rest }
  const reply = await inject('POST', '/pulse-surveys', side.key, payload)
  equal(reply.statusCode, 201, reply.body)
  const id: string = reply.json().id
  side.surveys.push({ id, stream, cadence, startsOn, revisions: [{ at: tick(), ...revision }], closedAt: null })
  side.turnout.set(id, dice.pick([0.4, 0.7, 1]))
}

/** Somebody changes questions, people, room for comments or the team's size. */
async function changeSurvey(side: Side, survey: OracleSurvey) {
  const { dice } = side
  const last = survey.revisions.at(-1)!
  const addresses = [
    ...shuffled(last.addresses, dice).slice(dice.below(3)),
    ...newPeople(survey.stream, dice.pick([0, 2])),
  ]
  const change = dice.pick([
    { questions: someQuestions(dice) },
    { comments: !last.comments },
    { teamSize: dice.chance(0.3) ? null : last.addresses.length + dice.below(8) },
    { addresses: addresses.length < 5 ? [...addresses, ...newPeople(survey.stream, 3)] : addresses, teamSize: null },
    // Back to whom it asked first: who left may come again.
    { addresses: survey.revisions[0]!.addresses, teamSize: null },
  ])
  const { teamSize, ...rest } = { teamSize: undefined, ...change }
  const payload = { ...rest, ...(teamSize === undefined ? {} : { team_size: teamSize }) }
  const reply = await inject('PATCH', `/pulse-surveys/${survey.id}`, side.key, payload)
  equal(reply.statusCode, 200, reply.body)
  survey.revisions.push({ ...last, ...change, at: tick() })
}

/** What people who manage surveys do, now and then. */
async function manage(side: Side) {
  const { dice } = side
  for (const stream of ['all', 'web', 'pay']) {
    if (side.streamsGone.has(stream)) continue
    const open = side.surveys.find((survey) => survey.stream === stream && survey.closedAt === null)
    if (!open) {
      if (dice.chance(0.6)) await makeSurvey(side, stream)
    } else if (dice.chance(0.2)) await changeSurvey(side, open)
    else if (dice.chance(0.05)) {
      equal((await inject('POST', `/pulse-surveys/${open.id}/close`, side.key, {})).statusCode, 200)
      open.closedAt = tick()
    } else if (stream === 'pay' && now - begin > 30 * 24 * hour && dice.chance(0.15)) {
      const reply = await app.http.inject({ method: 'DELETE', url: `/api/v1/streams/${stream}`, headers: side.key })
      ok(reply.statusCode < 300, reply.body)
      side.streamsGone.set(stream, tick())
    }
  }
}

/** The schedule runs for all; its mails become links. */
const seen = new Set<string>()
async function schedule(sides: readonly Side[]) {
  const before = tick()
  await run()
  for (const side of sides) {
    side.runs.push(before)
    const mails = await app.sql(
      `select id, to_address as address from mail where tenant_id = $1 and purpose like 'pulse%' order by to_address, id`,
      [side.tenantId],
    )
    for (const { id, address } of mails as { id: string; address: string }[]) {
      if (seen.has(id)) continue
      seen.add(id)
      const survey = side.surveys.find(({ revisions }) =>
        revisions.some(({ addresses }) => addresses.includes(address)),
      )!
      ok(isThere(side, survey, before), `${address} is asked about a stream that is gone`)
      side.links.push({ id, address, survey: survey.id, mailedAt: before })
    }
  }
}

/** Tokens of mails, read as the support does; whoever signed in earlier is signed out by the moving clock. */
const tokens = new Map<string, string>()
async function tokenReader() {
  await app.settle()
  const { headers } = await app.person({ tenantId: null, platformRole: 'support' })
  return async ({ id }: Link): Promise<string> => {
    const token =
      tokens.get(id) ?? /#token=([\w-]{43})/.exec((await inject('GET', `/mail/${id}`, headers)).json().text)![1]!
    tokens.set(id, token)
    return token
  }
}

/** People answer, again and through whatever link they find; what the product takes is what the history says it has to. */
async function answerSome(side: Side, tokenOf: (link: Link) => Promise<string>) {
  const { dice } = side
  let refused = 0
  const byPerson = Map.groupBy(side.links, ({ address }) => address)
  for (const [address, links] of byPerson) {
    const { survey: id } = links[0]!
    const survey = side.surveys.find((one) => one.id === id)!
    const isQuiet = Number(/\d+/.exec(address)![0]) % 10 >= 10 * side.turnout.get(id)!
    if (isQuiet || !dice.chance(0.3)) continue
    const link = dice.chance(0.85) ? links.at(-1)! : dice.pick(links)
    const mailedOn = dayOf(link.mailedAt, side.timeZone)
    const period = periodsOf(side, survey).find((one) => one.startsOn <= mailedOn && one.endsOn >= mailedOn)!
    const first = dice.pick(period.questions)
    const scores = Object.fromEntries(
      period.questions.flatMap((name) => (name === first || dice.chance(0.75) ? [[name, 1 + dice.below(5)]] : [])),
    )
    const comment = dice.pick([undefined, ' ', `comment ${now}`])
    const expected = accepts(side, link, now)
    const payload = { token: await tokenOf(link), scores, ...(comment === undefined ? {} : { comment }) }
    const reply = await inject('POST', '/pulse/answer', {}, payload)
    equal(reply.statusCode === 200, expected, `${address} ${new Date(now).toISOString()}: ${reply.body}`)
    const said = comment?.trim() || null
    if (expected) side.answers.push({ at: tick(), link, scores, comment: said })
    else refused++
  }
  return refused
}

type Named = { id?: string; starts_on?: string; survey?: string; text?: string }
const byName = (rows: readonly Named[]) =>
  rows
    .map(({ text: _, ...row }) => row)
    .sort((a, b) => {
      const [one, other] = [a, b].map(({ id, survey, starts_on }) => `${id} ${starts_on} ${survey}`) as [string, string]
      return one < other ? -1 : 1
    })

/** A window that begins and ends on days on which periods end, where there are any. */
function windowOfEnds(side: Side, today: string): [string, string] {
  const ends = side.surveys.flatMap((survey) => periodsOf(side, survey).map(({ endsOn }) => endsOn))
  const known = [...ends.filter((day) => day <= today), plusDays(today, -20)]
  const [one, other] = [side.dice.pick(known), side.dice.pick(known)]
  return one < other ? [one, other] : [other, one]
}

async function compare(side: Side) {
  const { dice, timeZone, key } = side
  const today = dayOf(now, timeZone)
  const streams = [null, ...['web', 'pay'].filter((stream) => !side.streamsGone.has(stream))]
  let shown = 0
  for (const stream of streams)
    for (const [from, to] of [[plusDays(today, -80), today] as const, windowOfEnds(side, today)]) {
      const interval = dice.pick(['week', 'month'] as const)
      const asked = new URLSearchParams({ from, to, interval, ...(stream === null ? {} : { stream }) })
      const reply = await inject('GET', `/metrics/pulse?${asked}`, key)
      equal(reply.statusCode, 200, reply.body)
      const body = reply.json()
      const where = `${timeZone} ${stream} ${from} ${to} at ${new Date(now).toISOString()}`
      const expected = pulseFigures(side, now, { stream, from, to, interval })
      const told = Object.fromEntries(Object.keys(expected).map((name) => [name, body[name]]))
      const series = body.series.map(({ questions: of, ...point }: { questions: Named[] }) => ({
        ...point,
        questions: byName(of),
      }))
      deepEqual(
        {
          ...told,
          questions: byName(body.questions),
          series,
          periods: byName(body.periods),
          comments: body.comments
            .map((one: { ends_on: string; stream: string; comment: string }) =>
              [one.ends_on, one.stream, one.comment].join(' '),
            )
            .sort(),
          open: byName(body.open),
        },
        {
          ...expected,
          periods: byName(expected.periods),
          comments: expected.comments.sort(),
          open: byName(expected.open),
        },
        where,
      )
      const ends: string[] = body.periods.map((period: { ends_on: string }) => period.ends_on)
      deepEqual(ends, ends.toSorted().toReversed(), `${where}: newest first`)
      shown += expected.periods.filter((period) => period.shown).length
    }
  return shown
}

test('[D12] every figure of pulse surveys is what a slow count of who answered what says', {
  timeout: 160_000,
}, async () => {
  const to = (instant: number) => shift(`${Math.round((instant - Date.now()) / 1000)} seconds`)
  await to(begin)
  const sides: Side[] = []
  for (const [n, zone] of zones.entries()) sides.push(await makeSide(zone, n + 1))
  const dice = random(12)
  let [shown, hidden, refused] = [0, 0, 0]
  for (let step = 0; step < 26; step++) {
    await to(now)
    for (const side of sides) await manage(side)
    // The schedule may be late, and a period over that nobody has ended.
    if (step === 0 || dice.chance(0.8)) await schedule(sides)
    const tokenOf = await tokenReader()
    for (const side of sides) refused += await answerSome(side, tokenOf)
    if (dice.chance(0.3)) for (const side of sides) await manage(side)
    if (step % 5 === 4 || step === 25)
      for (const side of sides) {
        shown += await compare(side)
        hidden += pulseFigures(side, now, {
          stream: null,
          from: '2031-01-01',
          to: '2031-12-31',
          interval: 'month',
        }).periods_hidden
      }
    const hours = dice.pick([9, 20, 31, 50, 77, 120])
    now = Math.floor(now / 1000) * 1000 + hours * hour
    now -= (now - begin) % hour
  }
  const taken = sides.reduce((sum, { answers }) => sum + answers.length, 0)
  const compared = `${shown} periods shown, ${hidden} hidden, ${taken} answers taken, ${refused} refused`
  ok(shown > 80 && hidden > 10 && taken > 200 && refused > 50, compared)
})
