import { deepEqual, equal, ok } from 'node:assert/strict'
import { test } from 'node:test'
import { monotonicMs } from '#kernel/clock/index.ts'
import { splitmix32 } from '#kernel/random/index.ts'
import { changesOf, correlate, type StreamSeries } from './correlate.ts'
import { leastWeeks, level, type Measure, measures } from './measures.ts'
import { pairsOf } from './pairs.ts'

const weeks = 26
const nothing = Array.from({ length: weeks }, () => null)
const series = (known: Partial<Record<Measure, readonly (number | null)[]>>): StreamSeries =>
  ({ ...Object.fromEntries(measures.map((measure) => [measure, nothing])), ...known }) as StreamSeries

type Random = ReturnType<typeof splitmix32>
const uniform = (random: Random) => random() / 0x1_0000_0000
const normal = (random: Random) =>
  Math.sqrt(-2 * Math.log(1 - uniform(random))) * Math.cos(2 * Math.PI * uniform(random))
const made = (make: (week: number) => number) => Array.from({ length: weeks }, (_, week) => make(week))

/** Series that have nothing to do with each other, each of the kinds that mislead in its own way. */
const kinds: Record<string, (random: Random) => number[]> = {
  'random walks': (random) => {
    let at = 0
    return made(() => {
      at += normal(random)
      return at
    })
  },
  'walks that go on as they went': (random) => {
    let [at, step] = [0, 0]
    return made(() => {
      step = 0.7 * step + normal(random)
      at += step
      return at
    })
  },
  'growth with noise': (random) => {
    const slope = uniform(random) * 3
    return made((week) => slope * week + 3 * normal(random))
  },
  'small counts': (random) => made(() => Math.floor(-2 * Math.log(1 - uniform(random)))),
  'shares of few': (random) =>
    made(() => {
      const of = 1 + Math.floor(6 * uniform(random))
      return Array.from({ length: of }, () => uniform(random) < 0.3).filter(Boolean).length / of
    }),
}

for (const [kind, make] of Object.entries(kinds))
  test(`[D11] of unrelated ${kind} at most one tenant in twenty is told of a relation`, async () => {
    const [runs, random] = [120, splitmix32(17)]
    let fooled = 0
    for (let run = 0; run < runs; run++) {
      const streams = new Map(
        ['a', 'b', 'c'].map((id) => [id, series({ deployments: make(random), throughput: make(random) })]),
      )
      const { relations, tests } = await correlate(streams, [
        ['a', 'b'],
        ['a', 'c'],
        ['b', 'c'],
      ])
      ok(tests > 50 && tests <= 3 * 4 * 9)
      if (relations.some(({ q }) => q <= level)) fooled++
    }
    // Three standard deviations above 5 % of 120.
    ok(fooled <= 13, `${fooled} of ${runs}`)
  })

test('[D11] among the relations that stand out, the share of false ones stays at the level', async () => {
  const random = splitmix32(23)
  let [shares, found] = [0, 0]
  const runs = 60
  for (let run = 0; run < runs; run++) {
    const streams = new Map<string, StreamSeries>()
    for (const id of ['a', 'b', 'c', 'd']) streams.set(id, series({ deployments: kinds['random walks']!(random) }))
    const lead = streams.get('a')!.deployments as number[]
    // What `a` does, `b` does two weeks later, but for a little of its own.
    streams.set('b', series({ deployments: made((week) => (lead[week - 2] ?? normal(random)) + 0.3 * normal(random)) }))
    const { relations } = await correlate(streams, [
      ['a', 'b'],
      ['a', 'c'],
      ['a', 'd'],
      ['b', 'c'],
      ['b', 'd'],
      ['c', 'd'],
    ])
    const out = relations.filter(({ q }) => q <= level)
    const right = out.filter(({ a, b, lag, coefficient }) => a === 'a' && b === 'b' && lag === 2 && coefficient > 0)
    shares += out.length === 0 ? 0 : (out.length - right.length) / out.length
    found += right.length
  }
  ok(found >= 0.9 * runs, `found ${found} of ${runs}`)
  ok(shares / runs <= 0.08, `share of false ones ${shares / runs}`)
})

test('[D11] a planted relation is found with its lag and its sign, in both directions', async () => {
  const random = splitmix32(3)
  const lead = made(() => normal(random))
  const lagged = (lag: number, sign: number) =>
    made((week) => sign * (lead[week - lag] ?? normal(random)) + 0.2 * normal(random))
  for (const [lag, sign] of [
    [0, 1],
    [3, -1],
    [4, 1],
    [-2, 1],
    [-1, -1],
  ] as const) {
    const { relations } = await correlate(
      new Map([
        ['a', series({ deployments: lead })],
        ['b', series({ cycle_time_p50: lagged(lag, sign) })],
      ]),
      [['a', 'b']],
    )
    const [found] = relations
    deepEqual(
      [
        relations.length,
        found!.measureA,
        found!.measureB,
        found!.lag,
        Math.sign(found!.coefficient),
        found!.q <= level,
      ],
      [1, 'deployments', 'cycle_time_p50', lag, sign, true],
    )
    equal(found!.n, weeks - 1 - Math.abs(lag))
    equal(found!.coefficient, found!.lagCoefficients[lag + 4])
    equal(found!.q, found!.lagQs[lag + 4])
    ok(found!.effectiveN <= found!.n && found!.q >= found!.p)
  }
})

test('[D11] gaps are no zeros: a change needs both of its weeks, and both streams the change', async () => {
  deepEqual(changesOf([1, 4, null, 2, 2, 1]), [3, null, null, 0, -1])
  // A tenth up, and a tenth up; a third down, and a third down.
  const [rise, again, fall, , down] = changesOf([0.2, 0.3, 0.4, 2 / 5 - 1 / 3, 1, 2 / 3])
  deepEqual([rise, fall], [again, down])
  const random = splitmix32(9)
  const values = made(() => normal(random))
  const gappy = values.map((value, week) => (week % 5 === 4 ? null : value))
  const { relations } = await correlate(
    new Map([
      ['a', series({ deployments: values })],
      ['b', series({ deployments: gappy })],
    ]),
    [['a', 'b']],
  )
  // Weeks 4, 9, 14, 19, 24 are unknown: each takes the change to it and the change from it.
  deepEqual([relations[0]!.n, relations[0]!.lag], [25 - 10, 0])
  ok(relations[0]!.coefficient > 0.999)
})

test('[D11] too few weeks, constants and what is mostly one value are insufficient data', async () => {
  const random = splitmix32(11)
  const values = made(() => normal(random))
  const with_ = (other: readonly (number | null)[]) =>
    correlate(
      new Map([
        ['a', series({ deployments: values })],
        ['b', series({ deployments: other })],
      ]),
      [['a', 'b']],
    )
  const short = (known: number) => values.map((value, week) => (week >= weeks - known ? value : null))
  for (const other of [nothing, made(() => 4), made((week) => (week === 9 ? 1 : 0)), short(leastWeeks)]) {
    const { relations, tests, insufficient } = await with_(other)
    deepEqual([relations, tests, insufficient], [[], 0, 25])
  }
  const enough = await with_(short(leastWeeks + 1))
  deepEqual([enough.relations[0]!.n, enough.insufficient], [leastWeeks, 24])
})

test('[D11] pairs are of one kind and share no source; beyond the most, the least known go', () => {
  const candidate = (id: string, kind: 'delivery' | 'tech', known: number, ...sources: string[]) => ({
    id,
    kind,
    known,
    sources,
  })
  const four = [
    candidate('web', 'delivery', 10, 'repository:acme/web'),
    candidate('api', 'delivery', 90, 'repository:acme/api'),
    candidate('app', 'delivery', 50, 'repository:acme/app', 'repository:acme/api'),
    candidate('go', 'tech', 90, 'repository:acme/api'),
  ]
  deepEqual(pairsOf(four), {
    pairs: [
      ['api', 'web'],
      ['app', 'web'],
    ],
    sharing: 1,
    beyond: 0,
  })
  const many = Array.from({ length: 10 }, (_, at) => candidate(`s${at}`, 'delivery', at))
  const { pairs, beyond } = pairsOf(many, 3)
  deepEqual(
    [pairs, beyond],
    [
      [
        ['s8', 's9'],
        ['s7', 's8'],
        ['s7', 's9'],
      ],
      42,
    ],
  )
})

test('[D11] the same series have the same figures whatever their order', async () => {
  const random = splitmix32(13)
  const ids = ['a', 'b', 'c']
  const all = ids.map(
    (id) =>
      [
        id,
        series({ deployments: kinds['small counts']!(random), throughput: kinds['random walks']!(random) }),
      ] as const,
  )
  const forth = await correlate(new Map(all), [
    ['a', 'b'],
    ['a', 'c'],
  ])
  const back = await correlate(new Map(all.toReversed()), [
    ['a', 'c'],
    ['a', 'b'],
  ])
  deepEqual(back, forth)
})

test('[D11] fifty streams take seconds and hold nobody up for long', async (t) => {
  const random = splitmix32(29)
  const ids = Array.from({ length: 50 }, (_, at) => `s${String(at).padStart(2, '0')}`)
  const common = kinds['random walks']!(random)
  const streams = new Map(
    ids.map((id) => [
      id,
      series(
        Object.fromEntries(measures.map((measure) => [measure, made((week) => common[week]! / 3 + normal(random))])),
      ),
    ]),
  )
  const { pairs } = pairsOf(ids.map((id) => ({ id, kind: 'delivery' as const, sources: [], known: 1 })))
  equal(pairs.length, 1225)
  let longest = 0
  let last = monotonicMs()
  const beat = setInterval(() => {
    longest = Math.max(longest, monotonicMs() - last)
    last = monotonicMs()
  }, 5)
  const started = monotonicMs()
  const { tests } = await correlate(streams, pairs)
  clearInterval(beat)
  const took = monotonicMs() - started
  equal(tests, 1225 * 25 * 9)
  ok(took < 60_000 && longest < 2000, `${Math.round(took)} ms, longest hold ${Math.round(longest)} ms`)
  t.diagnostic(`${tests} tests in ${Math.round(took)} ms, longest hold ${Math.round(longest)} ms`)
})
