/** `GET /metrics/pulse`: what is shown of the answers. */
import type { z } from 'zod'
import { type Context, requirePermission } from '#kernel/context/index.ts'
import type { Database } from '#kernel/database/index.ts'
import { dayNumber, dayText, slices } from '#modules/delivery/dora/index.ts'
import { kindAsked, knownStream, requireStream, resolveWindow } from '#modules/delivery/facts/index.ts'
import { commentsInWindow, type EndedPeriod, endedInWindow, openNow } from './read-queries.ts'
import { leastAnswers, type PulseReply, type pulseQuery, questionTexts } from './schemas.ts'
import { byQuestion, figuresOf, rate } from './score.ts'

const definition = 'pulse@1'
const summary =
  'Mean of the scores, 1 to 5, that people gave anonymously in periods that ended in the window and had at least five answers.'
const mostPeriods = 100
const mostComments = 100

/**
 * Rule of the totals: a part under five answers is in no total. Every total is computed of parts that are shown by themselves, so no
 * subtraction of what is shown tells anything of what is not.
 */
function added(periods: readonly EndedPeriod[]) {
  const shown = periods.filter(({ results }) => results.length > 0)
  const results = shown.flatMap((period) => period.results)
  const sum = (of: (period: EndedPeriod) => number, all = periods) =>
    all.reduce((total, period) => total + of(period), 0)
  const answers = sum((period) => period.answers)
  const teamSize = sum((period) => period.teamSize)
  return {
    ...figuresOf(results.map(({ counts }) => counts)),
    n: sum((period) => period.answers, shown),
    answers,
    team_size: teamSize,
    response_rate: rate(answers, teamSize),
    questions: byQuestion(results),
    hidden: periods.length - shown.length,
  }
}

export async function readPulse(
  database: Database,
  ctx: Context,
  asked: z.output<typeof pulseQuery>,
): Promise<PulseReply> {
  requirePermission(ctx, 'metrics:read')
  const stream = requireStream(ctx, asked)
  const interval = asked.interval ?? 'month'
  return database.tenantRead(ctx, async (tx) => {
    await knownStream(tx, stream, kindAsked(asked))
    const { from, to, timeZone } = await resolveWindow(tx, asked)
    const periods = await tx.rows(endedInWindow, { stream, from, to })
    const comments = await tx.rows(commentsInWindow, { stream, from, to, limit: mostComments })
    const open = await tx.rows(openNow, { stream })
    const { questions, hidden, ...all } = added(periods)
    return {
      stream,
      from,
      to,
      interval,
      time_zone: timeZone,
      definition,
      summary,
      least_answers: leastAnswers,
      state: all.score === null ? 'insufficient_data' : 'ok',
      ...all,
      coverage: rate(all.n, all.answers),
      periods_ended: periods.length,
      periods_hidden: hidden,
      questions: questions.map((figures) => ({ ...figures, text: questionTexts[figures.id] })),
      series: seriesOf(periods, dayNumber(from), dayNumber(to), interval),
      periods: periods.slice(0, mostPeriods).map((period) => {
        const { questions: _, hidden: tooFew, ...own } = added([period])
        const { survey, stream: of, startsOn, endsOn } = period
        return { survey, stream: of, starts_on: startsOn, ends_on: endsOn, shown: tooFew === 0, ...own }
      }),
      comments: comments.map(({ endsOn, ...rest }) => ({ ...rest, ends_on: endsOn })),
      open: open.map(({ survey, stream: of, startsOn, endsOn, teamSize, answers }) => ({
        survey,
        stream: of,
        starts_on: startsOn,
        ends_on: endsOn,
        answers,
        team_size: teamSize,
        response_rate: rate(answers, teamSize),
      })),
    }
  })
}

/** A period is a point where it ends; an interval in which none ended has no value. */
function seriesOf(periods: readonly EndedPeriod[], from: number, to: number, interval: 'week' | 'month') {
  return slices(from, to, interval).map((slice) => {
    const inside = periods.filter(({ endsOn }) => dayNumber(endsOn) >= slice.from && dayNumber(endsOn) <= slice.to)
    const { hidden: _, questions, ...figures } = added(inside)
    return {
      from: dayText(slice.from),
      to: dayText(slice.to),
      ...figures,
      questions: questions.map(({ id, score }) => ({ id, score })),
    }
  })
}
