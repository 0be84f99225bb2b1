/** What is read of the newest run. Streams that are gone are not shown. */
import { z } from 'zod'
import { sql, statement, texts } from '#kernel/sql/index.ts'
import { level, measures } from './measures.ts'

export const readRun = statement({
  name: 'correlation.read-run',
  row: z.object({
    definition: z.string().nullable(),
    computedAt: z.date().nullable(),
    from: z.string().nullable(),
    to: z.string().nullable(),
    weeks: z.number().nullable(),
    timeZone: z.string(),
    streams: z.number().nullable(),
    pairs: z.number().nullable(),
    tests: z.number().nullable(),
    insufficient: z.number().nullable(),
    sharing: z.number().nullable(),
    beyond: z.number().nullable(),
  }),
  sample: undefined,
  sql: () => sql`
    select r.definition as "definition", r.computed_at as "computedAt", r.first_week as "from",
      r.first_week + 7 * r.weeks - 1 as "to", r.weeks as "weeks", coalesce(r.time_zone, t.time_zone) as "timeZone",
      r.streams as "streams", r.pairs as "pairs", r.tests as "tests", r.insufficient as "insufficient",
      r.pairs_sharing as "sharing", r.pairs_beyond as "beyond"
    from tenant t left join cross_stream_run r on r.tenant_id = t.id`,
})

const relationRow = z.object({
  place: z.number(),
  kind: z.enum(['delivery', 'tech']),
  a: z.string(),
  b: z.string(),
  nameA: z.string(),
  nameB: z.string(),
  measureA: z.enum(measures),
  measureB: z.enum(measures),
  lag: z.number(),
  coefficient: z.number(),
  n: z.number(),
  effectiveN: z.number(),
  p: z.number(),
  q: z.number(),
})
export type RelationRow = z.output<typeof relationRow>

/** Columns of a relation `c` between the streams `s` and `o`. */
const relationColumns = sql`
  c.place as "place", s.kind as "kind", c.stream_a as "a", c.stream_b as "b", s.name as "nameA", o.name as "nameB",
  c.measure_a as "measureA", c.measure_b as "measureB", c.lag as "lag", c.coefficient as "coefficient", c.n as "n",
  c.effective_n as "effectiveN", c.p as "p", c.q as "q"`

/** `allowed`: the streams the caller may see, on both sides; null is all. `stream`: on either side. */
type Asked = { allowed: readonly string[] | null; stream: string | null }
const visible = ({ allowed, stream }: Asked) => sql`
  cross_stream_correlation c
  join delivery_v_stream s on s.id = c.stream_a join delivery_v_stream o on o.id = c.stream_b
  where (${allowed && texts(allowed)}::text[] is null
      or (c.stream_a = any (${allowed && texts(allowed)}::text[]) and c.stream_b = any (${allowed && texts(allowed)}::text[])))
    and (${stream}::text is null or c.stream_a = ${stream}::text or c.stream_b = ${stream}::text)`

type Page = Asked & { after: number; limit: number }
export const listRelations = statement({
  name: 'correlation.list-relations',
  row: relationRow,
  sample: { allowed: ['a'], stream: 'a', after: 0, limit: 50 } as Page,
  sql: (p: Page) => sql`
    select ${relationColumns} from ${visible(p)} and c.place > ${p.after}::int order by c.place limit ${p.limit}::int`,
})

export const countRelations = statement({
  name: 'correlation.count-relations',
  row: z.object({ n: z.number(), standOut: z.number() }),
  sample: { allowed: ['a'], stream: 'a' } as Asked,
  sql: (p: Asked) => sql`
    select count(*) as "n", count(*) filter (where c.q <= ${level}::float8) as "standOut" from ${visible(p)}`,
})

const decimals = z.array(z.number().nullable())
type Pair = { a: string; b: string; measureA: string; measureB: string }
/** One relation with all its lags and both series. */
export const readPair = statement({
  name: 'correlation.read-pair',
  row: relationRow.extend({ lagCoefficients: decimals, lagQs: decimals, pointsA: decimals, pointsB: decimals }),
  sample: { a: 'a', b: 'b', measureA: 'deployments', measureB: 'deployments' } as Pair,
  sql: (p: Pair) => sql`
    select ${relationColumns}, to_jsonb(c.lag_coefficients) as "lagCoefficients", to_jsonb(c.lag_q) as "lagQs",
      to_jsonb(x.points) as "pointsA", to_jsonb(y.points) as "pointsB"
    from cross_stream_correlation c
    join delivery_v_stream s on s.id = c.stream_a join delivery_v_stream o on o.id = c.stream_b
    join cross_stream_series x on x.stream_id = c.stream_a and x.measure = c.measure_a
    join cross_stream_series y on y.stream_id = c.stream_b and y.measure = c.measure_b
    where c.stream_a = ${p.a}::text and c.stream_b = ${p.b}::text and c.measure_a = ${p.measureA}::text
      and c.measure_b = ${p.measureB}::text`,
})
