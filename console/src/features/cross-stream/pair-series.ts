/** Both series of a pair as they are drawn. Pure. */
import type { CrossStreamPairReply } from '#modules/delivery/correlation/schemas.ts'

/** A week of `a`, and the one of `b` that the lag lays beside it. */
export type PairWeek = {
  readonly x: string
  readonly weekB: string
  readonly a: number | null
  readonly b: number | null
  /** Shares of the highest week of each, so that two units have one axis. */
  readonly shareA: number | null
  readonly shareB: number | null
  /** From the week before; null where one of both is unknown. */
  readonly changeA: number | null
  readonly changeB: number | null
}

/** The weeks that both sides have with the lag applied. */
export function pairWeeks({ series, relation }: Pick<CrossStreamPairReply, 'series' | 'relation'>): PairWeek[] {
  const lag = relation.lag_weeks
  const topOf = (side: 'a' | 'b') => Math.max(0, ...series.map((week) => week[side] ?? 0))
  const [topA, topB] = [topOf('a'), topOf('b')]
  return series.flatMap(({ week, a }, at) => {
    const other = series[at + lag]
    if (!other) return []
    const change = (side: 'a' | 'b', index: number) => minus(series[index]?.[side], series[index - 1]?.[side])
    return [
      {
        x: week,
        weekB: other.week,
        a,
        b: other.b,
        shareA: share(a, topA),
        shareB: share(other.b, topB),
        changeA: change('a', at),
        changeB: change('b', at + lag),
      },
    ]
  })
}

const minus = (now: number | null | undefined, before: number | null | undefined) =>
  now == null || before == null ? null : now - before

const share = (value: number | null, top: number) => (value === null || top === 0 ? null : value / top)
