/**
 * What a sprint was at an instant, from all that was said about it and its items. Pure: a function of the *set* of the facts, so
 * neither their order nor their repetition matters, and what happened after the instant changes nothing
 * (docs/metrics.md, "Sprint velocity").
 */
import { z } from 'zod'

/** A row of `work_item_events` of Jira; times are milliseconds since 1970. `id` is null of facts that were purged. */
export const fact = z.object({
  id: z.number().nullable(),
  key: z.string(),
  externalId: z.string(),
  project: z.string(),
  action: z.string(),
  field: z.string().nullable(),
  from: z.string().nullable(),
  to: z.string().nullable(),
  points: z.number().nullable(),
  at: z.number(),
  heardAt: z.number(),
})
export type Fact = z.output<typeof fact>

export type Life = {
  readonly board: number
  readonly name: string | null
  /** The first start; null where nobody told it. */
  readonly startedAt: number | null
  /** The last close; null while open, and again once reopened. */
  readonly closedAt: number | null
  /** No start was heard within `lateMs` of its time. */
  readonly reconstructed: boolean
}

/** From the facts of the sprint itself (`started`, `closed`); undefined without any. */
export function lifeOf(facts: readonly Fact[], lateMs: number): Life | undefined {
  const told = facts.toSorted(inOrder)
  const starts = told.filter(({ action }) => action === 'started')
  const inTime = starts.filter(({ at, heardAt }) => heardAt - at <= lateMs)
  const lastClose = told.findLast(({ action }) => action === 'closed')
  const board = told.map(({ project }) => /^board:([0-9]{1,15})$/.exec(project)?.[1]).findLast((id) => id !== undefined)
  if (board === undefined) return undefined
  const reopened = lastClose !== undefined && starts.some(({ at }) => at > lastClose.at)
  return {
    board: Number(board),
    name: told.findLast(({ to }) => to !== null)?.to ?? null,
    // Who hears of a start at once knows the moment; who tells it later knows the date that somebody entered.
    startedAt: (inTime[0] ?? starts[0])?.at ?? null,
    closedAt: lastClose && !reopened ? lastClose.at : null,
    reconstructed: inTime.length === 0,
  }
}

/** Ids in a value of the field `sprint`: `12, 13`. An item keeps the closed sprints it was in. */
export const sprintIds = (value: string | null): number[] =>
  (value?.match(/[0-9]+/g) ?? []).filter((digits) => digits.length <= 15).map(Number)

export type ItemThen = {
  readonly project: string
  readonly sprints: readonly number[]
  readonly points: number | null
  readonly done: boolean
  /** The facts that say so, by id, ascending. */
  readonly facts: readonly number[]
}

/** An item at an instant; undefined where nothing was said of it by then. Deleted ones are in no sprint. */
export function itemAt(facts: readonly Fact[], instant: number): ItemThen | undefined {
  const told = facts.toSorted(inOrder)
  const by = told.filter(({ at }) => at <= instant)
  const newest = by.at(-1)
  if (!newest) return undefined
  const of = (field: string) => {
    const set = by.findLast((one) => one.field === field)
    // What an item was made with no change names: the first change tells what was before it.
    return set ? { fact: set, before: false } : { fact: told.find((one) => one.field === field), before: true }
  }
  const [sprint, points, category] = [of('sprint'), of('points'), of('status_category')]
  const deletion = by.findLast(({ action }) => action === 'deleted')
  const deleted = deletion !== undefined && by.every(({ action, at }) => action === 'deleted' || at <= deletion.at)
  const deciding = [
    sprint.fact,
    points.fact,
    category.before ? undefined : category.fact,
    deleted ? deletion : undefined,
  ]
  return {
    project: newest.project,
    sprints: deleted ? [] : sprintIds((sprint.before ? sprint.fact?.from : sprint.fact?.to) ?? null),
    points: points.before ? pointsIn(points.fact?.from) : (points.fact?.points ?? null),
    done: !category.before && category.fact?.to === 'done',
    facts: deciding.flatMap((one) => one?.id ?? []).toSorted((a, b) => a - b),
  }
}

const pointsIn = (value: string | null | undefined): number | null => {
  const points = value ? Number(value) : Number.NaN
  return Number.isFinite(points) ? points : null
}

export type Outcome = 'committed' | 'completed' | 'not_completed' | 'removed'
export type SnapshotItem = {
  readonly key: string
  readonly project: string
  readonly outcome: Outcome
  /** Whether it was in the sprint when that started; null where its start is not known. */
  readonly committed: boolean | null
  readonly points: number | null
  /** At a close: the points with which it was committed. */
  readonly startPoints: number | null
  readonly facts: readonly number[]
}
/** Facts of items by their keys. */
export type Items = ReadonlyMap<string, readonly Fact[]>

/** What was committed: all that was in the sprint when it started, by key. */
export const snapshotAtStart = (sprint: number, items: Items, startedAt: number): SnapshotItem[] =>
  each(items, (key, facts) => {
    const then = itemAt(facts, startedAt)
    return then?.sprints.includes(sprint)
      ? { key, ...shown(then), startPoints: null, outcome: 'committed', committed: true }
      : undefined
  })

/**
 * What became of a sprint by `instant`: the items in it, done or not, and those of its start that are no longer in it. What came
 * and went in between is in neither. Points are those of the instant.
 */
export const snapshotAtClose = (
  sprint: number,
  items: Items,
  startedAt: number | null,
  instant: number,
): SnapshotItem[] =>
  each(items, (key, facts) => {
    const then = itemAt(facts, instant)
    if (!then) return undefined
    const start = startedAt === null ? undefined : itemAt(facts, Math.min(startedAt, instant))
    const atStart = start?.sprints.includes(sprint) ?? false
    const within = then.sprints.includes(sprint)
    if (!within && !atStart) return undefined
    const outcome = within ? (then.done ? 'completed' : 'not_completed') : 'removed'
    const startPoints = atStart ? start!.points : null
    return { key, ...shown(then), startPoints, outcome, committed: startedAt === null ? null : atStart }
  })

const shown = ({ project, points, facts }: ItemThen) => ({ project, points, facts })

const each = (items: Items, of: (key: string, facts: readonly Fact[]) => SnapshotItem | undefined): SnapshotItem[] =>
  [...items].flatMap(([key, facts]) => of(key, facts) ?? []).sort((a, b) => (a.key < b.key ? -1 : 1))

/** Everything but which facts say so, which differs by the order they were written in. */
export const sameItems = (a: readonly SnapshotItem[], b: readonly SnapshotItem[]): boolean =>
  a.length === b.length && a.every((item, at) => sameItem(item, b[at]!))
export const sameItem = (a: SnapshotItem | undefined, b: SnapshotItem | undefined): boolean =>
  a === undefined || b === undefined
    ? a === b
    : a.key === b.key &&
      a.project === b.project &&
      a.outcome === b.outcome &&
      a.committed === b.committed &&
      a.points === b.points &&
      a.startPoints === b.startPoints

/** Σ points; null where none of the items has any: not estimated is not 0. */
export const pointsOf = (items: readonly { readonly points: number | null }[]): number | null =>
  items.some(({ points }) => points !== null) ? items.reduce((sum, { points }) => sum + (points ?? 0), 0) : null

const categories = ['new', 'indeterminate', 'done']

/** Changes are numbered by who sends them, `<change>:<field>:<n>`; what an item was made with comes before. */
function turnOf({ externalId, action }: Fact): number {
  if (action === 'created' || /^(created|initial)\b/.test(externalId)) return -1
  const number = Number(externalId.split(':')[0])
  return Number.isFinite(number) ? number : 0
}

/** By time; what was said at one instant by its number, then in an order that is the same for every set. */
export function inOrder(a: Fact, b: Fact): number {
  const rank = (one: Fact) => categories.indexOf(one.to ?? '')
  return (
    a.at - b.at ||
    turnOf(a) - turnOf(b) ||
    rank(a) - rank(b) ||
    (a.points ?? -1) - (b.points ?? -1) ||
    compare(a.to ?? '', b.to ?? '') ||
    compare(a.externalId, b.externalId)
  )
}
const compare = (a: string, b: string): number => (a < b ? -1 : a > b ? 1 : 0)
