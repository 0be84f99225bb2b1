/** Pulse surveys the slow way: what happened is kept as it happened, and every figure is counted anew. Shares nothing with the module. */

export type Cadence = 'weekly' | 'biweekly' | 'monthly'
type Scores = Readonly<Record<string, number>>
/** A survey as somebody left it at an instant. */
export type Revision = {
  readonly at: number
  readonly questions: readonly string[]
  readonly comments: boolean
  readonly addresses: readonly string[]
  readonly teamSize: number | null
}
export type OracleSurvey = {
  readonly id: string
  readonly stream: string
  readonly cadence: Cadence
  readonly startsOn: string
  /** The first is how it was made. */
  readonly revisions: Revision[]
  closedAt: number | null
}
/** A mail to one person: the schedule wrote it when it ran. */
export type Link = { readonly survey: string; readonly address: string; readonly mailedAt: number; readonly id: string }
type Answer = {
  readonly at: number
  readonly link: Link
  readonly scores: Scores
  readonly comment: string | null
}
/** All that happened in one tenant, in the order it did; `answers` are those that were taken. */
export type World = {
  readonly timeZone: string
  readonly surveys: OracleSurvey[]
  readonly runs: number[]
  readonly answers: Answer[]
  readonly streamsGone: Map<string, number>
}
export type Period = {
  readonly survey: OracleSurvey
  readonly startsOn: string
  readonly endsOn: string
  readonly questions: readonly string[]
  readonly comments: boolean
  /** When the schedule noticed that it was over; null when it has not. */
  readonly endedAt: number | null
}

const least = 5

/** Days of instants asked for before: finding out takes long. */
const known = new Map<string, string>()
/** `YYYY-MM-DD` of an instant in a zone. */
export function dayOf(at: number, timeZone: string): string {
  const asked = `${at} ${timeZone}`
  const day = known.get(asked) ?? new Intl.DateTimeFormat('en-CA', { timeZone, dateStyle: 'short' }).format(at)
  known.set(asked, day)
  return day
}
/** A day so many days after another. */
export const plusDays = (day: string, days: number): string => {
  const date = new Date(`${day}T00:00:00Z`)
  date.setUTCDate(date.getUTCDate() + days)
  return date.toISOString().slice(0, 10)
}

function plusMonths(day: string, months: number): string {
  const [year, month, date] = day.split('-').map(Number) as [number, number, number]
  const first = new Date(Date.UTC(year, month - 1 + months, 1)).toISOString().slice(0, 10)
  let found = first
  // As far into the month as that day of the month is, or to its end.
  while (found < plusDays(first, date - 1) && plusDays(found, 1).slice(0, 7) === first.slice(0, 7))
    found = plusDays(found, 1)
  return found
}

const startOf = ({ startsOn, cadence }: OracleSurvey, index: number): string =>
  cadence === 'monthly' ? plusMonths(startsOn, index) : plusDays(startsOn, index * (cadence === 'weekly' ? 7 : 14))

const revisionAt = ({ revisions }: OracleSurvey, at: number): Revision => revisions.findLast((one) => one.at <= at)!

/** Whether people of the survey's stream are asked at that instant: not of one that was deleted. */
export const isThere = ({ streamsGone }: World, { stream }: OracleSurvey, at: number): boolean =>
  !(at >= (streamsGone.get(stream) ?? Infinity))

/** The periods that a survey had: those in which the schedule ran while the survey was open. */
export function periodsOf(world: World, survey: OracleSurvey): Period[] {
  const day = (at: number) => dayOf(at, world.timeZone)
  const last = world.runs.at(-1)
  const out: Period[] = []
  for (let index = 0; last !== undefined && startOf(survey, index) <= day(last); index++) {
    const startsOn = startOf(survey, index)
    const endsOn = plusDays(startOf(survey, index + 1), -1)
    const begun = world.runs.find(
      (at) =>
        day(at) >= startsOn &&
        day(at) <= endsOn &&
        at > survey.revisions[0]!.at &&
        (survey.closedAt === null || at < survey.closedAt) &&
        isThere(world, survey, at),
    )
    if (begun === undefined) continue
    const { questions, comments } = revisionAt(survey, begun)
    const endedAt = world.runs.find((at) => day(at) > endsOn) ?? null
    out.push({ survey, startsOn, endsOn, questions, comments, endedAt })
  }
  return out
}

const isWithin = ({ timeZone }: World, { startsOn, endsOn }: Period, at: number): boolean => {
  const day = dayOf(at, timeZone)
  return day >= startsOn && day <= endsOn
}

/** The newest answer of each person. */
function answersOf(world: World, period: Period): Map<string, Answer> {
  const newest = new Map<string, Answer>()
  for (const answer of world.answers)
    if (answer.link.survey === period.survey.id && isWithin(world, period, answer.at))
      newest.set(answer.link.address, answer)
  return newest
}

/** Whether somebody who got a link in the period is asked at that instant: is on the list, or has an answer to change. */
const isAsked = (world: World, period: Period, address: string, at: number): boolean =>
  revisionAt(period.survey, at).addresses.includes(address) || answersOf(world, period).has(address)

/** Whether an answer through this link counts at that instant. */
export function accepts(world: World, link: Link, at: number): boolean {
  const survey = world.surveys.find(({ id }) => id === link.survey)!
  const period = periodsOf(world, survey).find((one) => isWithin(world, one, link.mailedAt))!
  if (!isThere(world, survey, at)) return false
  if (!isWithin(world, period, at) || !isAsked(world, period, link.address, at)) return false
  const before = answersOf(world, period).get(link.address)
  return !before || before.link.id === link.id
}

/** Everybody who was asked in the period, still on the list or not, or the larger size that was given, when it ended or now. */
function teamOf(world: World, period: Period): number {
  const everybody = new Set(period.survey.revisions.flatMap(({ addresses }) => addresses))
  const changes = period.survey.revisions.filter((one) => dayOf(one.at, world.timeZone) <= period.endsOn)
  const asked = [...everybody].filter((address) =>
    world.runs.some(
      (at) =>
        isWithin(world, period, at) &&
        at > period.survey.revisions[0]!.at &&
        isThere(world, period.survey, at) &&
        revisionAt(period.survey, at).addresses.includes(address),
    ),
  )
  return Math.max(asked.length, changes.at(-1)!.teamSize ?? 0)
}

const share = (part: number, whole: number) => (whole === 0 ? null : part / whole)

/** Scores by question, only where five or more gave one. */
function scoresOf(world: World, period: Period): Map<string, number[]> {
  const answers = [...answersOf(world, period).values()]
  const out = new Map<string, number[]>()
  for (const question of period.questions) {
    const scores = answers.flatMap(({ scores }) => (scores[question] === undefined ? [] : [scores[question]]))
    if (scores.length >= least) out.set(question, scores)
  }
  return out
}

const meanOf = (scores: readonly number[]) => ({
  score: share(
    scores.reduce((sum, score) => sum + score, 0),
    scores.length,
  ),
  favourable: share(scores.filter((score) => score >= 4).length, scores.length),
})

/** What is told of some ended periods together. */
function together(world: World, periods: readonly Period[]) {
  const counted = periods.map((period) => ({
    answers: answersOf(world, period).size,
    team: teamOf(world, period),
    scores: scoresOf(world, period),
  }))
  const sum = (numbers: readonly number[]) => numbers.reduce((total, one) => total + one, 0)
  const shown = counted.filter(({ scores }) => scores.size > 0)
  const answers = sum(counted.map((one) => one.answers))
  const team = sum(counted.map((one) => one.team))
  const names = [...new Set(shown.flatMap(({ scores }) => [...scores.keys()]))].sort()
  return {
    figures: {
      ...meanOf(shown.flatMap(({ scores }) => [...scores.values()].flat())),
      n: sum(shown.map((one) => one.answers)),
      answers,
      team_size: team,
      response_rate: share(answers, team),
    },
    questions: names.map((id) => {
      const all = shown.flatMap(({ scores }) => scores.get(id) ?? [])
      return { id, n: all.length, ...meanOf(all) }
    }),
    hidden: counted.length - shown.length,
  }
}

/** Days of the window by ISO week or calendar month. */
function spans(from: string, to: string, interval: 'week' | 'month'): { from: string; to: string }[] {
  const out: { from: string; to: string }[] = []
  for (let day = from; day <= to; day = plusDays(day, 1)) {
    const begins = interval === 'week' ? new Date(`${day}T00:00:00Z`).getUTCDay() === 1 : day.endsWith('-01')
    if (begins || out.length === 0) out.push({ from: day, to: day })
    else out.at(-1)!.to = day
  }
  return out
}

/** What `GET /metrics/pulse` has to say; lists in the order of their days and names. */
export function pulseFigures(
  world: World,
  now: number,
  { stream, from, to, interval }: { stream: string | null; from: string; to: string; interval: 'week' | 'month' },
) {
  const all = world.surveys
    .filter((survey) => stream === null || survey.stream === stream)
    .flatMap((survey) => periodsOf(world, survey))
  const ended = all.filter(({ endedAt, endsOn }) => endedAt !== null && endsOn >= from && endsOn <= to)
  const { figures, questions, hidden } = together(world, ended)
  return {
    ...figures,
    state: figures.score === null ? 'insufficient_data' : 'ok',
    coverage: share(figures.n, figures.answers),
    periods_ended: ended.length,
    periods_hidden: hidden,
    questions,
    series: spans(from, to, interval).map((span) => {
      const inside = together(
        world,
        ended.filter(({ endsOn }) => endsOn >= span.from && endsOn <= span.to),
      )
      return { ...span, ...inside.figures, questions: inside.questions.map(({ id, score }) => ({ id, score })) }
    }),
    periods: ended.map((period) => {
      const alone = together(world, [period])
      const { survey, startsOn, endsOn } = period
      const { id, stream: of } = survey
      return {
        survey: id,
        stream: of,
        starts_on: startsOn,
        ends_on: endsOn,
        shown: alone.hidden === 0,
        ...alone.figures,
      }
    }),
    comments: ended.flatMap((period) => {
      const answers = [...answersOf(world, period).values()]
      if (!period.comments || answers.length < least) return []
      return answers.flatMap(({ comment }) =>
        comment === null ? [] : [`${period.endsOn} ${period.survey.stream} ${comment}`],
      )
    }),
    open: all
      .filter((period) => period.endedAt === null && isWithin(world, period, now))
      .map((period) => {
        const [answers, team] = [answersOf(world, period).size, teamOf(world, period)]
        const { survey, startsOn, endsOn } = period
        return {
          survey: survey.id,
          stream: survey.stream,
          starts_on: startsOn,
          ends_on: endsOn,
          answers,
          team_size: team,
          response_rate: share(answers, team),
        }
      }),
  }
}
