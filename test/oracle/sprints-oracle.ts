/**
 * Sprints from plain histories, slowly and with code of its own: a history is what a board looked like after each thing that
 * happened, so a sprint's start and close are looked up, never rebuilt from changes.
 */
export type ItemState = { sprints: readonly number[]; points: number | null; done: boolean; there: boolean }
export type OracleItem = {
  key: string
  project: string
  /** What it was from then on, oldest first. */
  states: { at: number; state: ItemState }[]
}
export type OracleSprint = { id: number; startedAt: number | null; closedAt: number | null; heardLate: boolean }

type Amount = { items: number; points: number | null }
export type OracleFigures = {
  committed: Amount | null
  completed: Amount
  not_completed: Amount
  completed_of_committed: Amount | null
  say_do: { items: number | null; points: number | null }
  added: Amount | null
  removed: Amount | null
  without_points: number
}

const lookUp = ({ states }: OracleItem, at: number): ItemState | undefined => {
  let found: ItemState | undefined
  for (const one of states) if (one.at <= at) found = one.state
  return found
}

/** The figures of a sprint that closed, of items of these projects; undefined where it has none of theirs. */
export function figuresOf(
  sprint: OracleSprint,
  items: readonly OracleItem[],
  projects: readonly string[] | null,
): OracleFigures | undefined {
  const inIt = (state: ItemState | undefined) => state?.there === true && state.sprints.includes(sprint.id)
  const known = sprint.startedAt !== null
  let anyPoints = false
  let seen = 0
  const sums = new Map<string, { items: number; points: number }>()
  const add = (name: string, points: number | null) => {
    const sum = sums.get(name) ?? { items: 0, points: 0 }
    sum.items++
    sum.points += points ?? 0
    sums.set(name, sum)
  }
  let withoutPoints = 0
  for (const item of items) {
    if (projects !== null && !projects.includes(item.project.toLowerCase())) continue
    const before = known ? lookUp(item, sprint.startedAt!) : undefined
    const after = lookUp(item, sprint.closedAt!)
    if (!inIt(before) && !inIt(after)) continue
    seen++
    if ((inIt(before) && before!.points !== null) || after!.points !== null) anyPoints = true
    if (after!.points === null) withoutPoints++
    if (inIt(before)) add('committed', before!.points)
    if (inIt(after) && after!.done) add('completed', after!.points)
    if (inIt(after) && !after!.done) add('not_completed', after!.points)
    if (inIt(before) && inIt(after) && after!.done) add('kept', before!.points)
    if (known && !inIt(before) && inIt(after)) add('added', after!.points)
    if (inIt(before) && !inIt(after)) add('removed', after!.points)
  }
  if (projects !== null && seen === 0) return undefined
  const of = (name: string): Amount => {
    const sum = sums.get(name) ?? { items: 0, points: 0 }
    return { items: sum.items, points: anyPoints ? sum.points : null }
  }
  const share = (unit: 'items' | 'points') => {
    const [part, whole] = [of('kept')[unit], of('committed')[unit]]
    return known && part !== null && whole ? part / whole : null
  }
  return {
    committed: known ? of('committed') : null,
    completed: of('completed'),
    not_completed: of('not_completed'),
    completed_of_committed: known ? of('kept') : null,
    say_do: { items: share('items'), points: share('points') },
    added: known ? of('added') : null,
    removed: known ? of('removed') : null,
    without_points: withoutPoints,
  }
}

/** Mean and median of what the newest six completed; nulls below three. `figures` is newest first. */
export function averagesOf(figures: readonly OracleFigures[], unit: 'items' | 'points') {
  const values: number[] = []
  for (const one of figures.slice(0, 6)) {
    const value = one.completed[unit]
    if (value !== null) values.push(value)
  }
  values.sort((a, b) => a - b)
  let sum = 0
  for (const value of values) sum += value
  const enough = values.length >= 3
  let [committed, kept, added, removed, sprints] = [0, 0, 0, 0, 0]
  for (const one of figures.slice(0, 6)) {
    if (!one.committed?.[unit]) continue
    sprints++
    committed += one.committed[unit]!
    kept += one.completed_of_committed![unit]!
    added += one.added![unit]!
    removed += one.removed![unit]!
  }
  const told = sprints >= 3
  return {
    velocity: {
      n: values.length,
      mean: enough ? sum / values.length : null,
      // The smallest that at least half of the values do not exceed.
      median: enough
        ? values.find((value) => values.filter((other) => other <= value).length * 2 >= values.length)!
        : null,
    },
    sayDo: { n: sprints, value: told ? kept / committed : null },
    scope: { n: sprints, added: told ? added / committed : null, removed: told ? removed / committed : null },
  }
}
