/** Sprints for looking at the console. */
import type { SprintReply, SprintRow, VelocityReply } from '../../src/modules/delivery/sprints/schemas.ts'
import { day, dayMs, iso, now, randomOf } from './fixture-data.ts'
import type { Asked } from './fixture-metrics.ts'

const definition = 'sprints/velocity@1'
const summary =
  'Committed is what was in the sprint when it started, completed what was in it and done when it closed, each with the points of that moment; later edits change neither. Say-do is the share of what was committed that was done. The averages are over the last six sprints that closed in the window; below three there is no value.'

const amount = (points: number) => ({ items: Math.round(points / 2.6), points })

function row(sprint: number, closedAgo: number | null): SprintRow {
  const random = randomOf(sprint)
  const committed = 24 + Math.floor(random() * 22)
  const kept = Math.floor(committed * (closedAgo === null ? 0.4 : 0.62 + random() * 0.36))
  const added = Math.floor(random() * 9)
  const completed = kept + Math.floor(added * 0.6)
  const removed = Math.floor(random() * 6)
  const closed = closedAgo === null ? null : now - closedAgo * dayMs
  return {
    sprint,
    board: 3,
    name: `Checkout ${sprint}`,
    started_at: iso((closed ?? now + 8 * dayMs) - 14 * dayMs),
    closed_at: closed === null ? null : iso(closed),
    reconstructed: sprint === 44,
    start_revision: 1,
    close_revision: closed === null ? null : sprint === 46 ? 2 : 1,
    figures: {
      committed: amount(committed),
      completed: amount(completed),
      not_completed: amount(Math.max(0, committed + added - removed - completed)),
      completed_of_committed: amount(kept),
      say_do: { items: kept / committed, points: kept / committed },
      added: amount(added),
      removed: amount(removed),
      without_points: sprint % 3,
    },
  }
}
const closed = [47, 46, 45, 44, 43, 42, 41].map((sprint, index) => row(sprint, 5 + index * 14))
const running = { ...row(48, null), day: 7 }

export function velocity({ stream, from, to, empty }: Asked): VelocityReply {
  const sprints = empty ? [] : closed
  const none = { mean: null, median: null, n: 0, state: 'insufficient_data' as const }
  const share = {
    value: empty ? null : 0.79,
    n: sprints.slice(0, 6).length,
    state: empty ? none.state : ('ok' as const),
  }
  const scope = { added: empty ? null : 0.14, removed: empty ? null : 0.07, n: share.n, state: share.state }
  return {
    stream,
    from,
    to,
    time_zone: 'Europe/Berlin',
    as_of: iso(now - 5 * dayMs),
    definition,
    summary,
    recent: 6,
    velocity: {
      points: empty ? none : { mean: 28.8, median: 29, n: 6, state: 'ok' },
      items: empty ? none : { mean: 11, median: 11, n: 6, state: 'ok' },
    },
    say_do: { points: share, items: share },
    scope_change: { points: scope, items: scope },
    coverage: empty ? null : 1,
    missing: { without_start: 0, reconstructed: empty ? 0 : 1, items_without_points: empty ? 0 : 6 },
    total: sprints.length,
    sprints,
    open: empty ? { total: 0, sprints: [] } : { total: 1, sprints: [running] },
  }
}

export function sprint(id: number): SprintReply | null {
  const found = id === 48 ? running : closed.find((one) => one.sprint === id)
  if (!found) return null
  const { figures, ...head } = found
  const start = Date.parse(head.started_at!)
  const outcomes = [
    'completed',
    'completed',
    'completed',
    'not_completed',
    'completed',
    'removed',
    'not_completed',
  ] as const
  const items = Array.from({ length: 14 }, (_, n) => ({
    key: `SHOP-${700 + n}`,
    project: 'SHOP',
    outcome: outcomes[n % outcomes.length]!,
    committed: n !== 4,
    points_at_start: n === 4 ? null : 1 + (n % 5),
    points: n === 9 ? null : 1 + (n % 5),
    receipts: [
      {
        fact: 5000 + n * 2,
        events: [90_310],
        action: 'changed',
        field: 'sprint',
        from: '',
        to: String(id),
        occurred_at: iso(start - (n === 4 ? -3 : 2) * dayMs),
        recorded_at: iso(start - dayMs),
      },
      {
        fact: 5001 + n * 2,
        events: [],
        action: 'changed',
        field: 'status_category',
        from: null,
        to: n % 7 === 3 ? 'indeterminate' : 'done',
        occurred_at: iso(start + (4 + (n % 8)) * dayMs),
        recorded_at: iso(start + 12 * dayMs),
      },
    ],
  }))
  const days = head.closed_at === null ? 7 : 15
  const scope = figures.committed!.points!
  const revision = (kind: 'start' | 'close', number: number, at: number) => ({
    kind,
    revision: number,
    taken_for: kind === 'start' ? head.started_at! : head.closed_at!,
    taken_at: iso(at),
    reconstructed: head.reconstructed,
    items: kind === 'start' ? figures.committed!.items : figures.completed.items + figures.not_completed.items,
    points: kind === 'start' ? scope : scope + figures.added!.points!,
    completed_items: kind === 'start' ? null : figures.completed.items,
    completed_points: kind === 'start' ? null : figures.completed.points! - (2 - number),
  })
  return {
    ...head,
    stream: 'all',
    time_zone: 'Europe/Berlin',
    definition,
    summary,
    sealed: false,
    as_of: head.closed_at ?? iso(now),
    newest: true,
    figures,
    revisions: [
      ...(head.close_revision === 2 ? [revision('close', 2, now - 15 * dayMs)] : []),
      ...(head.closed_at ? [revision('close', 1, Date.parse(head.closed_at) + 1000)] : []),
      revision('start', 1, start + 1000),
    ],
    total_items: items.length,
    items,
    burn_up: Array.from({ length: days }, (_, n) => ({
      day: day(start + n * dayMs),
      scope: amount(scope + (n > 3 ? figures.added!.points! : 0)),
      completed: amount(Math.floor((figures.completed.points! * n) / (days - 1))),
    })),
  }
}
