/**
 * A second, slow and plain way from what happened to work items to the flow metrics. It shares no code with `src`: days are asked of
 * Intl, every figure is counted item by item and day by day. Written from reference/features.md §11.2 and docs/metrics.md.
 */
export type Move = { at: Date; to: 'new' | 'indeterminate' | 'done' }
export type Item = {
  key: string
  source: 'jira' | 'github'
  project: string
  /** Absent: nobody told when it was created. */
  createdAt?: Date
  /** In order; of GitHub: `indeterminate` is assigned or reopened, `done` closed. */
  moves: Move[]
  deleted?: boolean
}

type Life = { item: Item; start: Date | null; finish: Date | null; reopened: number }

function lifeOf(item: Item): Life {
  let finish: Date | null = null
  let reopened = 0
  for (const { at, to } of item.moves) {
    if (to === 'done' && finish === null) finish = at
    if (to !== 'done' && finish !== null) {
      finish = null
      reopened += 1
    }
  }
  const left = item.moves.find(({ to }) => to !== 'new')
  if (item.source === 'github') {
    const start = left?.to === 'indeterminate' ? left.at : (item.createdAt ?? null)
    return { item, start, finish, reopened }
  }
  const heardOfDone = left !== undefined && left === item.moves[0] && left.to === 'done' && !item.createdAt
  const start = heardOfDone ? item.moves.find(({ to }) => to === 'indeterminate')?.at : left?.at
  return { item, start: start ?? null, finish, reopened }
}

export type FlowFigures = {
  wip: { open: number; in_progress: number }
  throughput: { finished: number; arrived: number; per_week: number | null }
  cycle: {
    p50: number | null
    p70: number | null
    p85: number | null
    p95: number | null
    mean: number | null
    n: number
  }
  coverage: number | null
  ages: { key: string; age: number; passed: number | null }[]
  points: string[]
  days: { day: string; finished: number; arrived: number; wip: number; open: number }[]
  littleWip: number | null
  efficiency: number | null
  reopened: { finished: number; open: number }
  missing: { without_start: number; without_creation: number }
}

/** Of the items of these projects (lower case; null: of all), over the days `from`…`to`, seen on the day `today`. */
export function flowFigures(
  items: readonly Item[],
  projects: readonly string[] | null,
  zone: string,
  [from, to, today]: [string, string, string],
): FlowFigures {
  const formats = new Intl.DateTimeFormat('en-CA', { timeZone: zone, dateStyle: 'short' })
  const dayOf = (at: Date) => formats.format(at)
  const between = (first: string, last: string) => (Date.parse(last) - Date.parse(first)) / 86_400_000
  const lives = items
    .filter(({ deleted, project }) => !deleted && (projects === null || projects.includes(project.toLowerCase())))
    .map(lifeOf)
  const inWindow = (at: Date) => dayOf(at) >= from && dayOf(at) <= to
  const done = lives.filter(({ finish }) => finish !== null && inWindow(finish))
  const cycles = done.flatMap(({ start, finish, item }) =>
    start ? [{ key: item.key, days: between(dayOf(start), dayOf(finish!)) + 1, on: dayOf(finish!) }] : [],
  )
  const sorted = cycles.map(({ days }) => days).sort((a, b) => a - b)
  const rank = (percent: number) => sorted[Math.ceil((percent * sorted.length) / 100) - 1] ?? null
  const [p50, p70, p85, p95] = [rank(50), rank(70), rank(85), rank(95)]
  const open = lives.filter(({ finish }) => finish === null)

  const seen: string[] = []
  for (let at = Date.parse(from); at <= Math.min(Date.parse(to), Date.parse(today)); at += 86_400_000)
    seen.push(new Date(at).toISOString().slice(0, 10))
  const arrival = ({ item, start, finish }: Life) => {
    const times = [item.createdAt, start, finish].filter((at) => at instanceof Date).map((at) => at.getTime())
    return times.length === 0 ? null : dayOf(new Date(Math.min(...times)))
  }
  const begun = ({ start, finish }: Life) => ((start ?? finish) ? dayOf((start ?? finish)!) : null)
  const ended = ({ finish }: Life) => (finish ? dayOf(finish) : null)
  const days = seen.map((day) => ({
    day,
    finished: lives.filter((life) => ended(life) === day).length,
    arrived: lives.filter((life) => arrival(life) === day).length,
    wip: lives.filter(
      (life) => begun(life) !== null && begun(life)! <= day && !(ended(life) !== null && ended(life)! <= day),
    ).length,
    // What nobody told the arrival of was always there.
    open: lives.filter((life) => (arrival(life) ?? '') <= day && !(ended(life) !== null && ended(life)! <= day)).length,
  }))
  const touched = seen.map(
    (day) =>
      lives.filter(
        (life) => begun(life) !== null && begun(life)! <= day && (ended(life) === null || ended(life)! >= day),
      ).length,
  )
  let [active, elapsed] = [0, 0]
  for (const { item, start, finish } of done) {
    if (!start || item.source === 'github') continue
    elapsed += (finish!.getTime() - start.getTime()) / 1000
    for (const [n, { at, to: category }] of item.moves.entries()) {
      const until = item.moves[n + 1]?.at ?? finish!
      if (category === 'indeterminate' && at < finish!)
        active +=
          Math.max(0, Math.min(until.getTime(), finish!.getTime()) - Math.max(at.getTime(), start.getTime())) / 1000
    }
  }
  const finished = days.reduce((sum, one) => sum + one.finished, 0)
  return {
    wip: { open: open.length, in_progress: open.filter(({ start }) => start).length },
    throughput: {
      finished,
      arrived: days.reduce((sum, one) => sum + one.arrived, 0),
      per_week: finished === 0 ? null : (finished / days.length) * 7,
    },
    cycle: {
      ...{ p50, p70, p85, p95 },
      mean: sorted.length === 0 ? null : sorted.reduce((a, b) => a + b, 0) / sorted.length,
      n: sorted.length,
    },
    coverage: done.length === 0 ? null : cycles.length / done.length,
    ages: open
      .filter(({ start }) => start)
      .map(({ item, start }) => {
        const age = Math.max(1, between(dayOf(start!), today) + 1)
        const passed =
          p85 !== null && age > p85 ? 85 : p70 !== null && age > p70 ? 70 : p50 !== null && age > p50 ? 50 : null
        return { key: item.key, age, passed }
      })
      .sort((a, b) => (a.key < b.key ? -1 : 1)),
    points: cycles.map(({ key, on, days: took }) => `${key} ${on} ${took}`).sort(),
    days,
    littleWip: seen.length === 0 ? null : touched.reduce((a, b) => a + b, 0) / seen.length,
    efficiency: elapsed === 0 ? null : active / elapsed,
    reopened: { finished: done.filter((l) => l.reopened > 0).length, open: open.filter((l) => l.reopened > 0).length },
    missing: {
      without_start: done.length - cycles.length,
      without_creation: done.filter(({ item }) => !item.createdAt).length,
    },
  }
}
