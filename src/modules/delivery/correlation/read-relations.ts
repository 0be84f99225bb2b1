/** `GET /metrics/cross-stream` and what is behind one of its rows. */
import { type Context, requirePermission } from '#kernel/context/index.ts'
import type { Database, TenantTx } from '#kernel/database/index.ts'
import { notFound, Problem } from '#kernel/errors/index.ts'
import { defaultLimit, pageOf } from '#kernel/paging/index.ts'
import { knownStream, requireStream } from '#modules/delivery/facts/index.ts'
import { definition, lags, level, type Measure, measures } from './measures.ts'
import { countRelations, listRelations, type RelationRow, readPair, readRun } from './read-queries.ts'
import type { CrossStreamPairReply, CrossStreamReply, RelationReply } from './schemas.ts'

const summary =
  'Spearman’s rank correlation of week-to-week changes over full ISO weeks, one stream up to four weeks ahead of the other; only the strongest lag is listed. p by 2,000 to 20,000 seeded shuffles, against the coefficient that is as strong for as many independent weeks as the series are worth (Bartlett), and by the tail of Student’s t beyond; q by Benjamini and Hochberg over all tests of the run.'
const causation =
  'Streams that move together may share a cause, or none: this says nothing about what causes what, and of the relations that stand out about one in twenty is chance.'

type Asked = {
  stream?: string | undefined
  tech_stream?: string | undefined
  cursor?: number | undefined
  limit?: number | undefined
}

/** The relations the caller may see both sides of, the most striking first. A new run begins the list anew. */
export function readRelations(database: Database, ctx: Context, asked: Asked): Promise<CrossStreamReply> {
  requirePermission(ctx, 'metrics:read')
  // Whoever is limited to some streams and names none sees the pairs of those.
  const named = asked.stream !== undefined || asked.tech_stream !== undefined
  const stream = named ? requireStream(ctx, asked) : 'all'
  const limit = asked.limit ?? defaultLimit
  return database.tenantRead(ctx, async (tx) => {
    await knownStream(tx, stream, asked.tech_stream === undefined ? 'delivery' : 'tech')
    const { run, ...told } = await runOf(tx)
    const visible = { allowed: ctx.streams ? [...ctx.streams] : null, stream: stream === 'all' ? null : stream }
    const counted = (await tx.row(countRelations, visible))!
    const rows = await tx.rows(listRelations, { ...visible, after: asked.cursor ?? 0, limit: limit + 1 })
    const { page, next } = pageOf(rows, limit, ({ place }) => place)
    const possible = (run.pairs ?? 0) * measures.length ** 2
    const state = run.computedAt === null ? 'not_computed' : counted.n === 0 ? 'insufficient_data' : 'ok'
    return {
      stream,
      ...told,
      state,
      streams: run.streams ?? 0,
      pairs: run.pairs ?? 0,
      tests: run.tests ?? 0,
      n: counted.n,
      stand_out: counted.standOut,
      missing: {
        insufficient: run.insufficient ?? 0,
        pairs_sharing: run.sharing ?? 0,
        pairs_beyond: run.beyond ?? 0,
      },
      coverage: possible === 0 ? null : (possible - run.insufficient!) / possible,
      relations: page.map(asReply),
      next_cursor: next,
    }
  })
}

type AskedPair = { a: string; b: string; measure_a: Measure; measure_b: Measure }

/** One relation with its lags and both series. 403 unless the caller may see both streams; 404 where nothing was computed of them. */
export function readRelation(database: Database, ctx: Context, asked: AskedPair): Promise<CrossStreamPairReply> {
  requirePermission(ctx, 'metrics:read')
  for (const stream of [asked.a, asked.b]) requireStream(ctx, stream)
  return database.tenantRead(ctx, async (tx) => {
    const { a, b, measure_a: measureA, measure_b: measureB } = asked
    const row = await tx.row(readPair, { a, b, measureA, measureB })
    if (!row) throw new Problem(notFound, 'Nothing was computed of these measures of these streams, in this order.')
    const { run: _, ...told } = await runOf(tx)
    return {
      ...told,
      relation: asReply(row),
      lags: lags.map((lag, at) => ({ lag_weeks: lag, coefficient: row.lagCoefficients[at]!, q: row.lagQs[at]! })),
      series: row.pointsA.map((value, at) => ({ week: weekAfter(told.from!, at), a: value, b: row.pointsB[at]! })),
    }
  })
}

async function runOf(tx: TenantTx) {
  const run = (await tx.row(readRun, undefined))!
  return {
    run,
    definition: run.definition ?? definition,
    summary,
    causation,
    level,
    time_zone: run.timeZone,
    from: run.from,
    to: run.to,
    weeks: run.weeks ?? 0,
    as_of: run.computedAt?.toISOString() ?? null,
  }
}

const asReply = (row: RelationRow): RelationReply => ({
  kind: row.kind,
  a: { stream: row.a, name: row.nameA, measure: row.measureA },
  b: { stream: row.b, name: row.nameB, measure: row.measureB },
  lag_weeks: row.lag,
  coefficient: row.coefficient,
  n: row.n,
  effective_n: row.effectiveN,
  p: row.p,
  q: row.q,
  stands_out: row.q <= level,
})

const weekAfter = (monday: string, weeks: number): string =>
  new Date(Date.parse(`${monday}T00:00:00Z`) + weeks * 7 * 86_400_000).toISOString().slice(0, 10)
