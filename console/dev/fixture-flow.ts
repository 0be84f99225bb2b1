/** The flow metrics for looking at the console. */
import type { FlowReply } from '../../src/modules/delivery/flow/schemas.ts'
import { day, dayMs, iso, now, randomOf } from './fixture-data.ts'
import { type Asked, intervalsOf } from './fixture-metrics.ts'

const statuses = ['In Progress', 'In Review', 'Waiting for QA', 'Blocked'] as const

const cycle = { p50: 4, p70: 6, p85: 11, p95: 19, mean: 5.6, n: 342, coverage: 0.94, state: 'ok' as const }
const none = { p50: null, p70: null, p85: null, p95: null, mean: null, n: 0, coverage: null }

export function flow({ stream, from, to, interval, empty }: Asked): FlowReply {
  const random = randomOf(11)
  const ages = Array.from({ length: 31 }, () => 1 + Math.floor(random() ** 3 * 34)).sort((a, b) => b - a)
  const passed = (age: number) => (age > 11 ? 85 : age > 6 ? 70 : age > 4 ? 50 : null)
  const points = Array.from({ length: 220 }, (_, index) => ({
    source: 'jira',
    key: `SHOP-${900 - index}`,
    finished_on: day(Math.max(Date.parse(from), Date.parse(to) - Math.floor(index * 0.4) * dayMs)),
    cycle_days: 1 + Math.floor(random() ** 2.6 * 28),
  }))
  const totals = { arrived: 64, started: 28, finished: 0 }
  const series = intervalsOf({ stream, from, to, interval, asOf: null, empty }).map((span) => {
    const finished = Math.round(20 + random() * 12)
    totals.finished += finished
    totals.started = Math.max(totals.finished + 18, totals.started + Math.round(20 + random() * 13))
    totals.arrived = Math.max(totals.started + 12, totals.arrived + Math.round(18 + random() * 16))
    return {
      ...span,
      finished: empty ? 0 : finished,
      arrived_total: empty ? 0 : totals.arrived,
      started_total: empty ? 0 : totals.started,
      finished_total: empty ? 0 : totals.finished,
      wip: empty ? 0 : totals.started - totals.finished,
    }
  })
  return {
    stream,
    from,
    to,
    interval: interval as FlowReply['interval'],
    time_zone: 'Europe/Berlin',
    today: day(now),
    as_of: iso(now - 90_000),
    definition: 'kanban-2025/flow@1',
    summary:
      'An item starts when it first leaves the status category new and finishes when it comes to done and stays there. Cycle time and age are calendar days, the first and the last included; work in progress is what is started and not finished; throughput counts items, not points.',
    wip: { open: empty ? 0 : 83, in_progress: empty ? 0 : ages.length },
    throughput: empty
      ? { finished: 0, arrived: 0, per_week: null, state: 'insufficient_data' }
      : { finished: totals.finished, arrived: totals.arrived - 64, per_week: 26.4, state: 'ok' },
    cycle_time: empty ? { ...none, state: 'insufficient_data' } : cycle,
    sle: { percent: 85, days: empty ? null : cycle.p85 },
    aging: {
      total: empty ? 0 : ages.length,
      oldest_days: empty ? null : ages[0]!,
      passed: empty
        ? { p50: null, p70: null, p85: null }
        : {
            p50: ages.filter((age) => age > 4).length,
            p70: ages.filter((age) => age > 6).length,
            p85: ages.filter((age) => age > 11).length,
          },
      items: empty
        ? []
        : ages.map((age, index) => ({
            source: 'jira',
            key: `SHOP-${931 + index}`,
            item_type: 'Story',
            status: statuses[index % statuses.length]!,
            status_category: 'indeterminate',
            started_on: day(now - (age - 1) * dayMs),
            age_days: age,
            passed: passed(age),
          })),
    },
    scatter: { total: empty ? 0 : cycle.n, points: empty ? [] : points },
    series,
    little: empty
      ? { mean_wip: null, throughput_per_day: null, mean_cycle_days: null, implied_cycle_days: null }
      : { mean_wip: 24.1, throughput_per_day: 3.8, mean_cycle_days: 5.6, implied_cycle_days: 6.3 },
    flow_efficiency: empty ? { value: null, n: 0, state: 'not_measured' } : { value: 0.71, n: 298, state: 'ok' },
    reopened: { finished: empty ? 0 : 14, open: empty ? 0 : 2 },
    missing: { without_start: empty ? 0 : 21, without_creation: empty ? 0 : 9 },
  }
}
