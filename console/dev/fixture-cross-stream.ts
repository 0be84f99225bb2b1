/** Believable relations across streams for looking at the console. */
import { day, dayMs, now, randomOf, streams } from './fixture-data.ts'

const weeks = 26
const monday = now - ((new Date(now).getUTCDay() + 6) % 7) * dayMs
const from = day(monday - weeks * 7 * dayMs)
const common = {
  definition: 'cross-stream/spearman-changes@2',
  summary:
    'Spearman’s rank correlation of week-to-week changes over full ISO weeks, one stream up to four weeks ahead of the other; only the strongest lag is listed.',
  causation:
    'Streams that move together may share a cause, or none: this says nothing about what causes what, and of the relations that stand out about one in twenty is chance.',
  level: 0.05,
  time_zone: 'Europe/Stockholm',
  from,
  to: day(monday - dayMs),
  weeks,
  as_of: new Date(now - 600_000).toISOString(),
}
const measures = ['deployments', 'change_failure_share', 'lead_time_p50', 'throughput', 'cycle_time_p50'] as const
const delivery = streams.filter(({ kind }) => kind === 'delivery').sort((a, b) => (a.id < b.id ? -1 : 1))

const relations = (() => {
  const random = randomOf(11)
  return delivery
    .flatMap((a, at) => delivery.slice(at + 1).map((b) => [a, b] as const))
    .flatMap(([a, b]) => measures.flatMap((left) => measures.map((right) => [a, b, left, right] as const)))
    .map(([a, b, left, right]) => {
      const planted =
        a.id === 'payments' && b.id === 'shop' && left === 'deployments' && right === 'change_failure_share'
      const p = planted ? 0.0000004 : 0.0002 + random() ** 2 * 0.9
      const lag = planted ? 2 : Math.floor(random() * 9) - 4
      return {
        kind: 'delivery' as const,
        a: { stream: a.id, name: a.name, measure: left },
        b: { stream: b.id, name: b.name, measure: right },
        lag_weeks: lag,
        coefficient: planted ? 0.84 : (random() - 0.5) * 1.2,
        n: 25 - Math.abs(lag),
        effective_n: 17.4,
        p,
        q: Math.min(1, p * 60),
        stands_out: p * 60 <= 0.05,
      }
    })
    .sort((one, other) => one.q - other.q)
})()

export function crossStream(empty: boolean, stream: string, cursor: string | null) {
  const wanted = empty
    ? []
    : relations.filter(({ a, b }) => stream === 'all' || a.stream === stream || b.stream === stream)
  const start = Number(cursor ?? 0)
  return {
    stream,
    ...common,
    state: empty ? 'insufficient_data' : 'ok',
    streams: 4,
    pairs: 3,
    tests: empty ? 0 : 675,
    n: wanted.length,
    stand_out: wanted.filter(({ stands_out: out }) => out).length,
    missing: { insufficient: empty ? 75 : 0, pairs_sharing: 1, pairs_beyond: 0 },
    coverage: empty ? 0 : 1,
    relations: wanted.slice(start, start + 50),
    next_cursor: start + 50 < wanted.length ? start + 50 : null,
  }
}

export function crossStreamPair(query: URLSearchParams) {
  const relation =
    relations.find(
      ({ a, b }) =>
        a.stream === query.get('a') &&
        b.stream === query.get('b') &&
        a.measure === query.get('measure_a') &&
        b.measure === query.get('measure_b'),
    ) ?? relations[0]!
  const random = randomOf(19)
  const counts = Array.from({ length: weeks }, () => 2 + Math.floor(random() * 14))
  return {
    ...common,
    relation,
    lags: Array.from({ length: 9 }, (_, at) => {
      const strongest = at - 4 === relation.lag_weeks
      return {
        lag_weeks: at - 4,
        coefficient: strongest ? relation.coefficient : (random() - 0.5) * 0.6,
        q: strongest ? relation.q : 0.2 + random() * 0.8,
      }
    }),
    series: counts.map((count, at) => ({
      week: day(Date.parse(from) + at * 7 * dayMs),
      a: count,
      b: at === 7 ? null : Math.max(0, ((counts[at - relation.lag_weeks] ?? 6) - 1 + random() * 2) / 60),
    })),
  }
}
