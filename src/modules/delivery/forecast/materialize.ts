/** The nightly forecasts: what open items and the next weeks look like from here, and what came of what was said before. */
import type { Database } from '#kernel/database/index.ts'
import { resolveWindow } from '#modules/delivery/facts/index.ts'
import { dayAfter } from './calendar.ts'
import { seedOf } from './draws.ts'
import { definition, type Forecast, forecastDays, forecastItems, lowConfidence } from './forecast.ts'
import { type Past, readPast, streamOf, type Throughput } from './past.ts'
import { atLeast, atMost, confidences, keptConfidences } from './percentiles.ts'
import {
  insertForecasts,
  listStreams,
  listTenants,
  type NewForecast,
  readScope,
  readUnsettled,
  settleOthers,
  writeScores,
} from './queries.ts'
import { addUp, score } from './score.ts'

type Deps = { readonly database: Database; readonly flow: Throughput }

/** Days of history that stored forecasts draw from. */
const historyDays = 90
/** "How many by then?" is asked for so many days. */
const horizons = [14, 30]

/** All tenants, one after the other; the text is the schedule's outcome. What fails for one tenant is told after all others had their turn. */
export async function materializeForecasts(deps: Deps): Promise<string> {
  const tenants = await deps.database.platformTx('list tenants to forecast', (tx) => tx.rows(listTenants, undefined))
  let [made, scored] = [0, 0]
  const failures: unknown[] = []
  for (const { id } of tenants)
    try {
      const of = await materializeTenant(deps, id)
      made += of.made
      scored += of.scored
    } catch (error) {
      failures.push(error)
    }
  if (failures.length > 0)
    throw new Error(`forecasts of ${failures.length} of ${tenants.length} tenants failed`, { cause: failures[0] })
  return `${made} forecasts made, ${scored} outcomes written`
}

/** One tenant, a stream a transaction: done twice, it changes nothing more. */
export async function materializeTenant(deps: Deps, tenantId: string): Promise<{ made: number; scored: number }> {
  const { database } = deps
  const { today, streams } = await database.tenantTx({ tenantId }, async (tx) => {
    const { to } = await resolveWindow(tx, {})
    return { today: to, streams: await tx.rows(listStreams, { today: to }) }
  })
  let [made, scored] = [0, 0]
  for (const { stream, made: already, unsettledFrom } of streams) {
    if (unsettledFrom !== null && unsettledFrom < today)
      scored += await scoreStream(deps, tenantId, { stream, from: unsettledFrom, today })
    if (already) continue
    const forecasts = await forecastsOf(deps, tenantId, stream, today)
    if (forecasts.length === 0) continue
    made += await database.tenantTx({ tenantId }, (tx) => tx.run(insertForecasts, { tenantId, forecasts }))
  }
  return { made, scored }
}

async function scoreStream(
  { database, flow }: Deps,
  tenantId: string,
  { stream, from, today }: { stream: string; from: string; today: string },
): Promise<number> {
  return database.tenantTx({ tenantId }, async (tx) => {
    const days = await flow.throughput(tx, { stream: streamOf(stream), from, to: dayAfter(today, -1) })
    // Counted first: whose sources changed meanwhile is not scored by the count.
    const others = await tx.run(settleOthers, { stream, today })
    const stored = await tx.rows(readUnsettled, { stream, today })
    const finished = addUp(days)
    return others + (await tx.run(writeScores, { scores: stored.map((forecast) => score(forecast, finished, today)) }))
  })
}

/** The day's forecasts of a stream: none where nothing was finished, and no `when` where nothing is open. */
async function forecastsOf(
  { database, flow }: Deps,
  tenantId: string,
  stream: string,
  today: string,
): Promise<NewForecast[]> {
  const { scope, past, open } = await database.tenantTx({ tenantId }, async (tx) => {
    const { scope } = (await tx.row(readScope, { stream }))!
    const now = await flow.openItems(tx, { stream: streamOf(stream) })
    const [so] = await flow.throughput(tx, { stream: streamOf(stream), from: today, to: today })
    return {
      scope,
      past: await readPast(tx, flow, { stream, today, historyDays, kind: 'all' }),
      // Open when the day began: what was finished since was, and what came in since was not.
      open: now.open + (so?.finished ?? 0) - (so?.arrived ?? 0),
    }
  })
  const seed = (what: string) => seedOf(tenantId, stream, today, what)
  const forecasts: Omit<NewForecast, 'scope'>[] = []
  const when = open > 0 ? await forecastDays(past.drawn, open, false, seed('when')) : null
  if (when) forecasts.push(asWhen(stream, today, past, when, open))
  for (const days of horizons) {
    const many = await forecastItems(past.drawn, days, seed(`how many in ${days}`))
    if (many) forecasts.push(asHowMany(stream, today, past, many, days))
  }
  return forecasts.map((forecast) => ({ ...forecast, scope }))
}

const common = (stream: string, today: string, past: Past, { method, seed, spread }: Forecast) => ({
  stream,
  madeOn: today,
  definition,
  historyFrom: past.from,
  historyTo: past.to,
  samples: past.drawn.length,
  finished: past.drawn.reduce((sum, { finished }) => sum + finished, 0),
  method,
  seed,
  cappedShare: spread.beyond,
  lowConfidence: lowConfidence(past.drawn),
})

const toldBy = (read: (confidence: number) => number | null): Pick<NewForecast, 'told' | 'outcomes'> => ({
  told: [read(confidences[0]), read(confidences[1]), read(confidences[2])],
  outcomes: keptConfidences.map(read),
})

function asWhen(
  stream: string,
  today: string,
  past: Past,
  forecast: Forecast,
  items: number,
): Omit<NewForecast, 'scope'> {
  const told = toldBy((confidence) => atMost(forecast.spread, confidence))
  return {
    ...common(stream, today, past, forecast),
    ...told,
    kind: 'when',
    horizonDays: 0,
    targetItems: items,
    targetDay: null,
    dueOn: told.told[2] === null ? null : dayAfter(today, told.told[2] - 1),
  }
}

function asHowMany(
  stream: string,
  today: string,
  past: Past,
  forecast: Forecast,
  days: number,
): Omit<NewForecast, 'scope'> {
  const targetDay = dayAfter(today, days - 1)
  return {
    ...common(stream, today, past, forecast),
    ...toldBy((confidence) => atLeast(forecast.spread, confidence)),
    kind: 'how_many',
    horizonDays: days,
    targetItems: null,
    targetDay,
    dueOn: targetDay,
  }
}
