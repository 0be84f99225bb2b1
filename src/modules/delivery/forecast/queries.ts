/** Statements of stored forecasts. */
import { z } from 'zod'
import { bools, dates, int4s, int8s, join, noRow, type Sql, sql, statement, texts } from '#kernel/sql/index.ts'
import type { Score } from './score.ts'

const tenant = '00000000-0000-0000-0000-000000000000'

/** For the schedule: tenants that are in use. */
export const listTenants = statement({
  name: 'forecast.list-tenants',
  row: z.object({ id: z.string() }),
  sample: undefined,
  sql: () => sql`select t.id as "id" from tenant t where t.status = 'ready' order by t.id`,
})

/** Forecasts older than this stay as they are: throughput is read for three years at most. */
const scoredForDays = 1000

/** Streams that exist, everything first; `made` says which have forecasts of the day already. */
export const listStreams = statement({
  name: 'forecast.list-streams',
  row: z.object({ stream: z.string(), made: z.boolean(), unsettledFrom: z.string().nullable() }),
  sample: { today: '2026-01-01' },
  sql: ({ today }: { today: string }) => sql`
    select s.stream as "stream",
      exists (select from forecast f where f.stream_id = s.stream and f.made_on = ${today}::date) as "made",
      (select min(f.made_on) from forecast f where f.stream_id = s.stream and not f.settled
        and f.made_on > ${today}::date - ${scoredForDays}::int) as "unsettledFrom"
    from (select 'all' as stream, 0 as place union all select d.id, 1 from delivery_v_stream d) s
    order by s.place, s.stream`,
})

/** What throughput of the stream is counted of, as a digest; everything never changes. */
const scopeNow = (stream: string): Sql => sql`(
  select md5(coalesce(string_agg(v.kind || ' ' || v.value, ',' order by v.kind, v.value), '')) from delivery_v_stream_source v
  where v.stream_id = ${stream}::text and v.kind in ('jira_project', 'repository'))`

export const readScope = statement({
  name: 'forecast.read-scope',
  row: z.object({ scope: z.string() }),
  sample: { stream: 'all' },
  sql: ({ stream }: { stream: string }) => sql`select ${scopeNow(stream)} as "scope"`,
})

/** When the stream was made; forecasts from before are of another one that had its id. */
const madeAt = (stream: string): Sql =>
  sql`coalesce((select d.created_at from delivery_v_stream d where d.id = ${stream}::text), '-infinity')`

/**
 * Settles forecasts of a stream that is another by now, or has other sources: one whose outcome is known keeps it, the others are void.
 */
export const settleOthers = statement({
  name: 'forecast.settle-others',
  row: noRow,
  sample: { stream: 'all', today: '2026-01-01' },
  sql: (p: { stream: string; today: string }) => sql`
    update forecast f set settled = true, void = f.outcome is null and not f.censored, scored_at = app.now()
    where f.stream_id = ${p.stream}::text and not f.settled and f.made_on < ${p.today}::date
      and (f.made_at < ${madeAt(p.stream)} or f.scope <> ${scopeNow(p.stream)})`,
})

export type NewForecast = {
  /** `readScope` of before anything was counted. */
  readonly scope: string
  readonly stream: string
  readonly kind: 'when' | 'how_many'
  readonly madeOn: string
  readonly horizonDays: number
  readonly definition: string
  readonly historyFrom: string
  readonly historyTo: string
  readonly samples: number
  readonly finished: number
  readonly method: 'exact' | 'simulated'
  readonly seed: number | null
  readonly targetItems: number | null
  readonly targetDay: string | null
  /** At 50, 85 and 95 %. */
  readonly told: readonly [number | null, number | null, number | null]
  /** At 5, 10 … 95 %. */
  readonly outcomes: readonly (number | null)[]
  readonly cappedShare: number
  readonly lowConfidence: boolean
  readonly dueOn: string | null
}

const valuesOf = (tenantId: string, f: NewForecast): Sql => sql`(
      ${tenantId}::uuid, ${f.stream}::text, ${f.kind}::text, ${f.madeOn}::date, ${f.horizonDays}::int, ${f.definition}::text,
      ${f.historyFrom}::date, ${f.historyTo}::date, ${f.samples}::int, ${f.finished}::int, ${f.method}::text, ${f.seed}::bigint,
      ${f.targetItems}::int, ${f.targetDay}::date, ${f.told[0]}::int, ${f.told[1]}::int, ${f.told[2]}::int,
      ${int4s(f.outcomes)}::int[], ${f.cappedShare}::float8, ${f.lowConfidence}::bool, ${f.dueOn}::date, ${f.scope}::text)`

const sampleForecast: NewForecast = {
  scope: '',
  stream: 'all',
  kind: 'when',
  madeOn: '2026-01-01',
  horizonDays: 0,
  definition: '',
  historyFrom: '2026-01-01',
  historyTo: '2026-01-01',
  samples: 1,
  finished: 1,
  method: 'exact',
  seed: null,
  targetItems: 1,
  targetDay: null,
  told: [1, 1, 1],
  outcomes: [1],
  cappedShare: 0,
  lowConfidence: false,
  dueOn: null,
}

/** The first of a day stays: made again, it would know more than the day's beginning did. */
export const insertForecasts = statement({
  name: 'forecast.insert',
  row: noRow,
  sample: { tenantId: tenant, forecasts: [sampleForecast] },
  sql: (p: { tenantId: string; forecasts: readonly NewForecast[] }) => sql`
    insert into forecast (tenant_id, stream_id, kind, made_on, horizon_days, definition, history_from, history_to, samples, finished,
      method, seed, target_items, target_day, p50, p85, p95, outcomes, capped_share, low_confidence, due_on, scope)
    values ${join(
      p.forecasts.map((forecast) => valuesOf(p.tenantId, forecast)),
      ', ',
    )}
    on conflict on constraint forecast__natural do nothing`,
})

export const readUnsettled = statement({
  name: 'forecast.read-unsettled',
  row: z.object({
    id: z.number(),
    kind: z.enum(['when', 'how_many']),
    madeOn: z.string(),
    targetItems: z.number().nullable(),
    targetDay: z.string().nullable(),
    dueOn: z.string().nullable(),
    p50: z.number().nullable(),
    p85: z.number().nullable(),
    p95: z.number().nullable(),
  }),
  sample: { stream: 'all', today: '2026-01-01' },
  sql: (p: { stream: string; today: string }) => sql`
    select f.id as "id", f.kind as "kind", f.made_on as "madeOn", f.target_items as "targetItems", f.target_day as "targetDay",
      f.due_on as "dueOn", f.p50 as "p50", f.p85 as "p85", f.p95 as "p95"
    from forecast f where f.stream_id = ${p.stream}::text and not f.settled and f.made_on < ${p.today}::date
      and f.made_on > ${p.today}::date - ${scoredForDays}::int`,
})

/** Losses are decimals, for which there is no binary array: they come as text. */
const decimals = (values: readonly (number | null)[]) =>
  texts(values.map((value) => (value === null ? null : String(value))))

const sampleScore: Score = {
  id: 1,
  outcome: null,
  outcomeOn: null,
  censored: false,
  p50: null,
  p85: null,
  p95: null,
  settled: false,
}

/** Writes what changed, and returns how many did. */
export const writeScores = statement({
  name: 'forecast.write-scores',
  row: noRow,
  sample: { scores: [sampleScore] },
  sql: ({ scores }: { scores: readonly Score[] }) => sql`
    update forecast f set outcome = s.outcome, outcome_on = s.outcome_on, censored = s.censored, loss_p50 = s.p50::float8,
      loss_p85 = s.p85::float8, loss_p95 = s.p95::float8, settled = s.settled, scored_at = app.now()
    from unnest(${int8s(scores.map(({ id }) => id))}::bigint[], ${int4s(scores.map(({ outcome }) => outcome))}::int[],
      ${dates(scores.map(({ outcomeOn }) => outcomeOn))}::date[], ${bools(scores.map(({ censored }) => censored))}::bool[],
      ${decimals(scores.map(({ p50 }) => p50))}::text[], ${decimals(scores.map(({ p85 }) => p85))}::text[],
      ${decimals(scores.map(({ p95 }) => p95))}::text[], ${bools(scores.map(({ settled }) => settled))}::bool[])
      as s(id, outcome, outcome_on, censored, p50, p85, p95, settled)
    where f.id = s.id and (f.outcome, f.outcome_on, f.censored, f.settled)
      is distinct from (s.outcome, s.outcome_on, s.censored, s.settled)`,
})

/** Stored forecasts of a stream, oldest first. */
export const readSeries = statement({
  name: 'forecast.read-series',
  row: z.object({
    kind: z.enum(['when', 'how_many']),
    madeOn: z.string(),
    horizonDays: z.number(),
    targetItems: z.number().nullable(),
    targetDay: z.string().nullable(),
    p50: z.number().nullable(),
    p85: z.number().nullable(),
    p95: z.number().nullable(),
    lowConfidence: z.boolean(),
    outcome: z.number().nullable(),
    outcomeOn: z.string().nullable(),
    censored: z.boolean(),
    void: z.boolean(),
  }),
  sample: { stream: 'all', from: '2026-01-01' },
  sql: (p: { stream: string; from: string }) => sql`
    select f.kind as "kind", f.made_on as "madeOn", f.horizon_days as "horizonDays", f.target_items as "targetItems",
      f.target_day as "targetDay", f.p50 as "p50", f.p85 as "p85", f.p95 as "p95", f.low_confidence as "lowConfidence",
      f.outcome as "outcome", f.outcome_on as "outcomeOn", f.censored as "censored",
      f.void or f.made_at < ${madeAt(p.stream)} as "void"
    from forecast f where f.stream_id = ${p.stream}::text and f.made_on >= ${p.from}::date
    order by f.made_on, f.kind, f.horizon_days`,
})

const share = z.number().nullable()
/**
 * How forecasts of a stream held, a row a question. Only those count whose day to be judged has passed: of the others the quick ones
 * are known first, and would make all look better than they are. Void ones are judged never.
 */
export const readCalibration = statement({
  name: 'forecast.read-calibration',
  row: z.object({
    kind: z.enum(['when', 'how_many']),
    horizonDays: z.number(),
    judged: z.number(),
    late: z.number(),
    pending: z.number(),
    void: z.number(),
    within50: share,
    within85: share,
    within95: share,
    loss50: share,
    loss85: share,
    loss95: share,
  }),
  sample: { stream: 'all', from: '2026-01-01', today: '2026-01-02' },
  sql: (p: { stream: string; from: string; today: string }) => sql`
    select f.kind as "kind", f.horizon_days as "horizonDays", count(*) filter (where f.judged) as "judged",
      count(*) filter (where f.judged and f.censored) as "late", count(*) filter (where not f.judged and not f.other) as "pending",
      count(*) filter (where f.other) as "void",
      avg(f.held50::int) filter (where f.judged)::float8 as "within50",
      avg(f.held85::int) filter (where f.judged)::float8 as "within85",
      avg(f.held95::int) filter (where f.judged)::float8 as "within95",
      avg(f.loss_p50) filter (where f.judged) as "loss50", avg(f.loss_p85) filter (where f.judged) as "loss85",
      avg(f.loss_p95) filter (where f.judged) as "loss95"
    from (
      select f.*, coalesce(f.due_on < ${p.today}::date and (f.outcome is not null or f.censored) and not f.other, false) as judged,
        coalesce(case f.kind when 'when' then f.outcome <= f.p50 else f.outcome >= f.p50 end, false) as held50,
        coalesce(case f.kind when 'when' then f.outcome <= f.p85 else f.outcome >= f.p85 end, false) as held85,
        coalesce(case f.kind when 'when' then f.outcome <= f.p95 else f.outcome >= f.p95 end, false) as held95
      from (
        select f.*, f.void or f.made_at < ${madeAt(p.stream)} as other
        from forecast f where f.stream_id = ${p.stream}::text and f.made_on >= ${p.from}::date
      ) f
    ) f
    group by 1, 2 order by 1, 2`,
})
