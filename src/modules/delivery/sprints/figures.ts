/** Figures of sprints, from sums over their items. Pure; docs/metrics.md says what each means. */
import type { SprintFigures, VelocityReply } from './schemas.ts'
import type { SnapshotItem } from './sprint-state.ts'

export const definition = 'sprints/velocity@1'
export const summary =
  'Committed is what was in the sprint when it started, completed what was in it and done when it closed, each with the points of ' +
  'that moment; later edits change neither. Say-do is the share of what was committed that was done. The averages are over the ' +
  'last six sprints that closed in the window; below three there is no value.'
/** The averages are over this many sprints. */
export const recent = 6
/** Below this no average is told; below `confidentFrom` it is labelled. */
const enough = 3
const confidentFrom = 5

export const sumNames = ['committed', 'completed', 'notCompleted', 'kept', 'added', 'removed'] as const

/** Sums of a sprint's items; points are 0 where there are none, `estimated` says whether any item has some. */
export type Sums = {
  readonly estimated: boolean
  readonly withoutPoints: number
} & Readonly<Record<`${(typeof sumNames)[number]}${'Items' | 'Points'}`, number>>

export type FiguredItem = Pick<SnapshotItem, 'outcome' | 'committed' | 'points' | 'startPoints'>

/** Of items of a close. */
export function sumsOf(items: readonly FiguredItem[]): Sums {
  const of = (which: (item: FiguredItem) => boolean, points: (item: FiguredItem) => number | null) => {
    const some = items.filter(which)
    return { items: some.length, points: some.reduce((sum, item) => sum + (points(item) ?? 0), 0) }
  }
  const now = (item: FiguredItem) => item.points
  const then = (item: FiguredItem) => item.startPoints
  const committed = of((item) => item.committed === true, then)
  const completed = of(({ outcome }) => outcome === 'completed', now)
  const notCompleted = of(({ outcome }) => outcome === 'not_completed', now)
  const kept = of((item) => item.committed === true && item.outcome === 'completed', then)
  const added = of((item) => item.committed === false && item.outcome !== 'removed', now)
  const removed = of(({ outcome }) => outcome === 'removed', now)
  return {
    estimated: items.some(({ points, startPoints }) => points !== null || startPoints !== null),
    withoutPoints: items.filter(({ points }) => points === null).length,
    committedItems: committed.items,
    committedPoints: committed.points,
    completedItems: completed.items,
    completedPoints: completed.points,
    notCompletedItems: notCompleted.items,
    notCompletedPoints: notCompleted.points,
    keptItems: kept.items,
    keptPoints: kept.points,
    addedItems: added.items,
    addedPoints: added.points,
    removedItems: removed.items,
    removedPoints: removed.points,
  }
}

const over = (part: number, whole: number): number | null => (whole > 0 ? part / whole : null)

/** `startKnown` false: what was committed is not known, nor what follows from it. */
export function figuresOf(sums: Sums, startKnown: boolean): SprintFigures {
  const amount = (items: number, points: number) => ({ items, points: sums.estimated ? points : null })
  const known = <T>(value: T): T | null => (startKnown ? value : null)
  return {
    committed: known(amount(sums.committedItems, sums.committedPoints)),
    completed: amount(sums.completedItems, sums.completedPoints),
    not_completed: amount(sums.notCompletedItems, sums.notCompletedPoints),
    completed_of_committed: known(amount(sums.keptItems, sums.keptPoints)),
    say_do: {
      items: known(over(sums.keptItems, sums.committedItems)),
      points: known(sums.estimated ? over(sums.keptPoints, sums.committedPoints) : null),
    },
    added: known(amount(sums.addedItems, sums.addedPoints)),
    removed: known(amount(sums.removedItems, sums.removedPoints)),
    without_points: sums.withoutPoints,
  }
}

const stateOf = (n: number) =>
  n < enough ? ('insufficient_data' as const) : n < confidentFrom ? ('low_confidence' as const) : ('ok' as const)

/** `sprints`: closed ones, the newest first; only the first `recent` count. */
export function averagesOf(
  sprints: readonly SprintFigures[],
): Pick<VelocityReply, 'velocity' | 'say_do' | 'scope_change'> {
  const counted = sprints.slice(0, recent)
  const average = (unit: 'items' | 'points') => {
    const values = counted.flatMap(({ completed }) => completed[unit] ?? []).sort((a, b) => a - b)
    const n = values.length
    if (n < enough) return { mean: null, median: null, n, state: stateOf(n) }
    // Nearest rank, as everywhere.
    const median = values[Math.ceil(n / 2) - 1]!
    return { mean: values.reduce((sum, value) => sum + value, 0) / n, median, n, state: stateOf(n) }
  }
  const shares = (unit: 'items' | 'points', ...parts: readonly ('completed_of_committed' | 'added' | 'removed')[]) => {
    const known = counted.filter(({ committed }) => (committed?.[unit] ?? 0) > 0)
    const n = known.length
    const sum = (part: 'committed' | (typeof parts)[number]) =>
      known.reduce((total, figures) => total + (figures[part]?.[unit] ?? 0), 0)
    return {
      n,
      state: stateOf(n),
      values: parts.map((part) => (n < enough ? null : over(sum(part), sum('committed')))),
    }
  }
  const sayDo = (unit: 'items' | 'points') => {
    const { values, ...rest } = shares(unit, 'completed_of_committed')
    return { value: values[0]!, ...rest }
  }
  const scope = (unit: 'items' | 'points') => {
    const { values, ...rest } = shares(unit, 'added', 'removed')
    return { added: values[0]!, removed: values[1]!, ...rest }
  }
  return {
    velocity: { points: average('points'), items: average('items') },
    say_do: { points: sayDo('points'), items: sayDo('items') },
    scope_change: { points: scope('points'), items: scope('items') },
  }
}
