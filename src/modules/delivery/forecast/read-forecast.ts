/** `GET /metrics/forecast`: an answer of now, what was said before, and whether that held. */
import { type Context, requirePermission } from '#kernel/context/index.ts'
import { type Database, databaseNow } from '#kernel/database/index.ts'
import { invalidRequest, Problem } from '#kernel/errors/index.ts'
import { knownStream, requireStream, resolveWindow } from '#modules/delivery/facts/index.ts'
import { type DayKind, dayAfter, dayOfStep, daysBetween, walkedDays } from './calendar.ts'
import { seedOf } from './draws.ts'
import { definition, type Forecast, forecastDays, forecastItems, lowConfidence } from './forecast.ts'
import { readPast, streamOf, type Throughput } from './past.ts'
import { atLeast, atMost, barsOf } from './percentiles.ts'
import { readCalibration, readSeries } from './queries.ts'
import { calibrationOf, seriesOf } from './read-stored.ts'
import { type ForecastReply, type HowManyAnswer, limits, type WhenAnswer } from './schemas.ts'
import { runs } from './simulate.ts'

const summary =
  'Days of the past are drawn at random, days without anything finished too, until enough items are finished or the day is reached: not a promise, but how often it came out so if the future resembles the days drawn from. Items are counted, whatever their size; today is neither drawn from nor counted.'

type Asked = {
  stream?: string | undefined
  tech_stream?: string | undefined
  items?: number | undefined
  by?: string | undefined
  history_days?: number | undefined
  scope_growth?: 'none' | 'sampled' | undefined
  days?: DayKind | undefined
  seed?: number | undefined
}

const defaultHorizonDays = 30
/** Stored forecasts that are shown, and those that calibration looks at, in days. */
const shown = { series: 90, calibration: 365 }
/** Bars of a distribution. */
const bars = 30

export async function readForecast(
  { database, flow }: { database: Database; flow: Throughput },
  ctx: Context,
  asked: Asked,
): Promise<ForecastReply> {
  requirePermission(ctx, 'metrics:read')
  const stream = requireStream(ctx, asked)
  const kind = asked.days ?? 'all'
  const historyDays = asked.history_days ?? limits.historyDays.default
  const read = await database.tenantRead(ctx, async (tx) => {
    await knownStream(tx, stream, asked.tech_stream === undefined ? 'delivery' : 'tech')
    const { to: today, timeZone } = await resolveWindow(tx, {})
    const judgedFrom = dayAfter(today, -shown.calibration)
    return {
      today,
      timeZone,
      now: await databaseNow(tx),
      open: await flow.openItems(tx, { stream: streamOf(stream) }),
      past: await readPast(tx, flow, { stream, today, historyDays, kind }),
      series: await tx.rows(readSeries, { stream, from: dayAfter(today, -shown.series) }),
      calibration: await tx.rows(readCalibration, { stream, from: judgedFrom, today }),
      judgedFrom,
    }
  })
  // Reckoned outside the transaction: a simulation takes a while.
  const { past, today, open } = read
  const by = horizonOf(asked.by, today)
  const firstDay = dayOfStep(dayAfter(today, 1), 1, kind)
  const items = asked.items ?? open.open
  const seed = asked.seed ?? seedOf(ctx.tenantId, stream, today, items, by, historyDays, kind)
  const when = async (growing: boolean) =>
    items === 0 ? null : whenOf(await forecastDays(past.drawn, items, growing, seed), items, firstDay, kind)
  const steps = walkedDays(firstDay, by, kind)
  const finished = past.drawn.reduce((sum, day) => sum + day.finished, 0)
  return {
    stream,
    time_zone: read.timeZone,
    as_of: read.now.toISOString(),
    definition,
    summary,
    state: finished === 0 ? 'insufficient_data' : lowConfidence(past.drawn) ? 'low_confidence' : 'ok',
    from: past.from,
    to: past.to,
    days: kind,
    n: past.drawn.length,
    finished,
    arrived: past.drawn.reduce((sum, day) => sum + day.arrived, 0),
    coverage: past.days.length / historyDays,
    missing: { finished_on_other_days: past.leftOut },
    history: past.days.map(({ day, finished, arrived }) => ({ day, finished, arrived })),
    open_items: open.open,
    in_progress: open.inProgress,
    first_day: firstDay,
    items_from: asked.items === undefined ? 'open_items' : 'asked',
    when: await when(false),
    when_growing: asked.scope_growth === 'sampled' ? await when(true) : null,
    how_many: howManyOf(await forecastItems(past.drawn, steps, seed), by, steps),
    series: seriesOf(read.series),
    calibration: { from: read.judgedFrom, questions: calibrationOf(read.calibration) },
  }
}

/** Up to when items are counted; throws where that is no day ahead. */
function horizonOf(by: string | undefined, today: string): string {
  const asked = by ?? dayAfter(today, defaultHorizonDays)
  const ahead = daysBetween(today, asked)
  if (ahead >= 1 && ahead <= limits.daysAhead) return asked
  const expected = `a day from ${dayAfter(today, 1)} to ${dayAfter(today, limits.daysAhead)}`
  throw new Problem(invalidRequest, `The question cannot be answered: by must be ${expected}.`, {
    errors: [{ pointer: 'query/by', detail: `expected ${expected}` }],
  })
}

const methodOf = ({ method, seed }: Forecast) => ({ method, seed, runs: method === 'simulated' ? runs : null })

function whenOf(forecast: Forecast | null, items: number, firstDay: string, kind: DayKind): WhenAnswer | null {
  if (!forecast) return null
  const { spread } = forecast
  const dayOf = (step: number) => dayOfStep(firstDay, step, kind)
  const days = { p50: atMost(spread, 50), p85: atMost(spread, 85), p95: atMost(spread, 95) }
  const by = (step: number | null) => (step === null ? null : dayOf(step))
  return {
    items,
    ...methodOf(forecast),
    by: { p50: by(days.p50), p85: by(days.p85), p95: by(days.p95) },
    days,
    capped_share: spread.beyond,
    distribution: barsOf(spread, bars).map(({ from, to, share }) => ({ from: dayOf(from), to: dayOf(to), share })),
  }
}

function howManyOf(forecast: Forecast | null, by: string, days: number): HowManyAnswer | null {
  if (!forecast) return null
  const { spread } = forecast
  return {
    by,
    days,
    ...methodOf(forecast),
    at_least: { p50: atLeast(spread, 50)!, p85: atLeast(spread, 85)!, p95: atLeast(spread, 95)! },
    distribution: barsOf(spread, bars),
  }
}
