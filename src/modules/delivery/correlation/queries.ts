/** Statements of cross-stream correlation. */
import { z } from 'zod'
import { int4s, noRow, sql, statement, texts } from '#kernel/sql/index.ts'
import type { Relation, StreamSeries } from './correlate.ts'
import { measures } from './measures.ts'

const tenant = '00000000-0000-0000-0000-000000000000'

/** For the schedule: tenants that are in use. */
export const listTenants = statement({
  name: 'correlation.list-tenants',
  row: z.object({ id: z.string() }),
  sample: undefined,
  sql: () => sql`select t.id as "id" from tenant t where t.status = 'ready' order by t.id`,
})

/** The last full ISO weeks of the tenant's zone, and what was computed of which. */
export const readWindow = statement({
  name: 'correlation.read-window',
  row: z.object({
    from: z.string(),
    to: z.string(),
    timeZone: z.string(),
    readAt: z.date(),
    digest: z.string().nullable(),
  }),
  sample: { weeks: 26 },
  sql: ({ weeks }: { weeks: number }) => sql`
    select (date_trunc('week', app.now() at time zone t.time_zone))::date - 7 * ${weeks}::int as "from",
      (date_trunc('week', app.now() at time zone t.time_zone))::date - 1 as "to", t.time_zone as "timeZone",
      app.now() as "readAt", r.digest as "digest"
    from tenant t left join cross_stream_run r on r.tenant_id = t.id`,
})

export const listStreams = statement({
  name: 'correlation.list-streams',
  row: z.object({ id: z.string(), kind: z.enum(['delivery', 'tech']), sources: z.array(z.string()) }),
  sample: undefined,
  sql: () => sql`
    select s.id as "id", s.kind as "kind",
      array(select o.kind || ':' || o.value from delivery_v_stream_source o where o.stream_id = s.id order by 1) as "sources"
    from delivery_v_stream s order by s.id`,
})

export type Run = {
  readonly digest: string
  readonly definition: string
  readonly readAt: Date
  readonly firstWeek: string
  readonly weeks: number
  readonly timeZone: string
  readonly streams: number
  readonly pairs: number
  readonly tests: number
  readonly insufficient: number
  readonly sharing: number
  readonly beyond: number
}

const sampleRun: Run = {
  digest: '',
  definition: '',
  readAt: new Date(0),
  firstWeek: '2026-01-05',
  weeks: 26,
  timeZone: 'UTC',
  streams: 2,
  pairs: 1,
  tests: 1,
  insufficient: 0,
  sharing: 0,
  beyond: 0,
}

/** Returns no row where the run that is there knew more; its row is locked until the transaction ends. */
export const replaceRun = statement({
  name: 'correlation.replace-run',
  row: z.object({ replaced: z.boolean() }),
  sample: { tenantId: tenant, run: sampleRun },
  sql: ({ tenantId, run }: { tenantId: string; run: Run }) => sql`
    insert into cross_stream_run as r (tenant_id, digest, definition, computed_at, first_week, weeks, time_zone, streams, pairs, tests,
      insufficient, pairs_sharing, pairs_beyond)
    values (${tenantId}::uuid, ${run.digest}::text, ${run.definition}::text, ${run.readAt}::timestamptz, ${run.firstWeek}::date,
      ${run.weeks}::int, ${run.timeZone}::text, ${run.streams}::int, ${run.pairs}::int, ${run.tests}::int, ${run.insufficient}::int,
      ${run.sharing}::int, ${run.beyond}::int)
    on conflict (tenant_id) do update set digest = excluded.digest, definition = excluded.definition,
      computed_at = excluded.computed_at, first_week = excluded.first_week, weeks = excluded.weeks, time_zone = excluded.time_zone,
      streams = excluded.streams, pairs = excluded.pairs, tests = excluded.tests, insufficient = excluded.insufficient,
      pairs_sharing = excluded.pairs_sharing, pairs_beyond = excluded.pairs_beyond
    where r.computed_at <= excluded.computed_at
    returning true as "replaced"`,
})

export const deleteSeries = statement({
  name: 'correlation.delete-series',
  row: noRow,
  sample: { tenantId: tenant },
  sql: ({ tenantId }: { tenantId: string }) =>
    sql`delete from cross_stream_series s where s.tenant_id = ${tenantId}::uuid`,
})
export const deleteRelations = statement({
  name: 'correlation.delete-relations',
  row: noRow,
  sample: { tenantId: tenant },
  sql: ({ tenantId }: { tenantId: string }) =>
    sql`delete from cross_stream_correlation c where c.tenant_id = ${tenantId}::uuid`,
})

/** Decimals have no binary array: they come as text, and so do arrays of them. */
const decimals = (values: readonly number[]) => texts(values.map(String))
const lists = (values: readonly (readonly (number | null)[])[]) =>
  texts(values.map((list) => `{${list.map((value) => (value === null ? 'null' : String(value))).join(',')}}`))

type NewSeries = { tenantId: string; streams: ReadonlyMap<string, StreamSeries> }
export const insertSeries = statement({
  name: 'correlation.insert-series',
  row: noRow,
  sample: { tenantId: tenant, streams: new Map() } as NewSeries,
  sql: ({ tenantId, streams }: NewSeries) => {
    const rows = [...streams].flatMap(([id, series]) =>
      measures.map((measure) => ({ id, measure, points: series[measure] })),
    )
    return sql`
      insert into cross_stream_series (tenant_id, stream_id, measure, points)
      select ${tenantId}::uuid, s.stream_id, s.measure, s.points::float8[]
      from unnest(${texts(rows.map(({ id }) => id))}::text[], ${texts(rows.map(({ measure }) => measure))}::text[],
        ${lists(rows.map(({ points }) => points))}::text[]) as s(stream_id, measure, points)`
  },
})

type NewRelations = { tenantId: string; from: number; relations: readonly Relation[] }
/** `from` is the place of the first. */
export const insertRelations = statement({
  name: 'correlation.insert-relations',
  row: noRow,
  sample: { tenantId: tenant, from: 1, relations: [] } as NewRelations,
  sql: ({ tenantId, from, relations }: NewRelations) => {
    const all = <T>(of: (relation: Relation) => T): T[] => relations.map(of)
    return sql`
      insert into cross_stream_correlation (tenant_id, place, stream_a, stream_b, measure_a, measure_b, lag, coefficient, n,
        effective_n, p, q, lag_coefficients, lag_q)
      select ${tenantId}::uuid, ${from}::int + c.at::int - 1, c.a, c.b, c.measure_a, c.measure_b, c.lag, c.coefficient::float8, c.n,
        c.effective_n::float8, c.p::float8, c.q::float8, c.lag_coefficients::float8[], c.lag_q::float8[]
      from unnest(${texts(all(({ a }) => a))}::text[], ${texts(all(({ b }) => b))}::text[],
        ${texts(all(({ measureA }) => measureA))}::text[], ${texts(all(({ measureB }) => measureB))}::text[],
        ${int4s(all(({ lag }) => lag))}::int[], ${decimals(all(({ coefficient }) => coefficient))}::text[],
        ${int4s(all(({ n }) => n))}::int[], ${decimals(all(({ effectiveN }) => effectiveN))}::text[],
        ${decimals(all(({ p }) => p))}::text[], ${decimals(all(({ q }) => q))}::text[],
        ${lists(all(({ lagCoefficients }) => lagCoefficients))}::text[], ${lists(all(({ lagQs }) => lagQs))}::text[])
        with ordinality as c(a, b, measure_a, measure_b, lag, coefficient, n, effective_n, p, q, lag_coefficients, lag_q, at)`
  },
})
