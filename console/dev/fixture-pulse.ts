/** What the stand-in answers about pulse surveys, checked by the very schemas the console checks it with. */
import {
  newSurvey,
  pulseAnswer,
  pulsePaper,
  pulseReply,
  pulseThanks,
  questionIds,
  questionTexts,
  surveyChange,
  surveyDetail,
  surveyList,
} from '../../src/modules/delivery/pulse/schemas.ts'
import { day, dayMs, now, streams } from './fixture-data.ts'
import { as, checked, problem, type Reply } from './fixture-reply.ts'

const scores = [3.1, 3.3, 3.2, null, 3.4, 3.6, 3.5, 3.9, 4.1]
const shop = streams[0]!
const survey = (stream: string, name: string | null, more: object = {}) => ({
  id: `018f3c2a-4444-7000-8000-00000000000${stream.length % 10}`,
  stream,
  stream_name: name,
  questions: [...questionIds],
  comments: true,
  cadence: 'biweekly' as const,
  starts_on: day(now - 150 * dayMs),
  asked: 14,
  team_size: null,
  closed_at: null,
  period: {
    starts_on: day(now - 6 * dayMs),
    ends_on: day(now + 7 * dayMs),
    answers: 9,
    team_size: 14,
    response_rate: 9 / 14,
  },
  ...more,
})
const surveys = [
  survey(shop.id, shop.name),
  survey('all', 'Everything', { cadence: 'monthly', asked: 61, team_size: 70, period: null }),
  survey('payments', null, { closed_at: new Date(now - 40 * dayMs).toISOString(), period: null }),
]

function pulse(query: URLSearchParams, empty: boolean) {
  const points = empty ? [] : scores
  const series = points.map((score, index) => {
    const at = now - (points.length - index) * 14 * dayMs
    const answers = score === null ? 3 : 8 + (index % 5)
    return {
      from: day(at - 6 * dayMs),
      to: day(at),
      score,
      favourable: score === null ? null : (score - 1) / 4.5,
      n: score === null ? 0 : answers,
      answers,
      team_size: 14,
      response_rate: answers / 14,
      questions: [],
    }
  })
  const answers = series.reduce((sum, point) => sum + point.answers, 0)
  const n = series.reduce((sum, point) => sum + point.n, 0)
  return {
    stream: query.get('stream') ?? 'all',
    from: query.get('from') ?? day(now - 89 * dayMs),
    to: query.get('to') ?? day(now),
    interval: 'week',
    time_zone: 'Europe/Berlin',
    definition: 'pulse@1',
    summary: 'Mean of the scores that people gave anonymously.',
    least_answers: 5,
    state: n === 0 ? 'insufficient_data' : 'ok',
    score: n === 0 ? null : 3.6,
    favourable: n === 0 ? null : 0.58,
    n,
    answers,
    team_size: 14 * points.length,
    response_rate: n === 0 ? null : answers / (14 * points.length),
    coverage: n === 0 ? null : n / answers,
    periods_ended: points.length,
    periods_hidden: points.filter((score) => score === null).length,
    questions: empty
      ? []
      : questionIds.map((id, index) => ({
          id,
          text: questionTexts[id],
          score: 4.2 - index * 0.3,
          favourable: 0.81 - index * 0.12,
          n,
        })),
    series,
    periods: [],
    comments: empty
      ? []
      : [
          'Since the flaky browser tests are gone I merge before lunch again.',
          'On-call weeks and feature weeks should not be the same weeks. I would rather plan less and finish it than begin five things.',
          'The staging environment is down more often than production.',
        ].map((comment, index) => ({ stream: shop.id, ends_on: day(now - (7 + 14 * index) * dayMs), comment })),
    open: empty ? [] : [{ ...surveys[0]!.period, survey: surveys[0]!.id, stream: shop.id }],
  }
}

/** The reply to a look, or null for what does not exist. */
export function lookAtPulse(path: string, query: URLSearchParams, empty: boolean): Reply {
  if (path === '/metrics/pulse') return as(pulseReply, pulse(query, empty))
  if (path === '/pulse-surveys') return as(surveyList, { surveys: empty ? [] : surveys })
  if (!path.startsWith('/pulse-surveys/')) return null
  const people = ['maria.lindqvist', 'grace', 'ada', 'edsger', 'barbara', 'donald', 'radia']
  return as(surveyDetail, { ...surveys[0], addresses: people.map((name) => `${name}@acme.example`) })
}

const over = () =>
  problem(410, 'pulse/link-over', 'This link asks nothing any more', 'Nothing is asked through this link.')

/** The reply to a change, or null for what is another's. */
export function changePulse(method: string, path: string, body: unknown): Reply {
  if (path === '/pulse/invitation')
    return (body as { token?: string }).token?.startsWith('b')
      ? over()
      : as(pulsePaper, {
          organisation: 'Acme',
          stream: shop.name,
          ends_on: day(now + 7 * dayMs),
          asked: 14,
          least_answers: 5,
          questions: questionIds.map((id) => ({ id, text: questionTexts[id] })),
          comments: true,
          answered: false,
        })
  if (path === '/pulse/answer')
    return checked(pulseAnswer, body, () => as(pulseThanks, { status: 'recorded', ends_on: day(now + 7 * dayMs) }))
  if (!path.startsWith('/pulse-surveys')) return null
  const schema = method === 'PATCH' ? surveyChange : newSurvey
  const done = { status: 200, body: { ...surveys[0], addresses: [] } }
  return path.endsWith('/close') ? done : checked(schema, body, () => done)
}
