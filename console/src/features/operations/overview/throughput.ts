/** The work history as points of a plot: added up over works, averaged a minute, minutes nobody recorded left open. Pure. */
import type { WorkPoint } from '../queries.ts'

const minuteMs = 60_000

/** Per minute, averaged over the bin; due and dead are the highest in it. Null where nothing was recorded. */
export type ThroughputPoint = {
  x: string
  completed: number | null
  failed: number | null
  due: number | null
  dead: number | null
}

type Options = { work: string | undefined; minutes: number; binMinutes: number; nowMs: number }

/**
 * One point a bin, oldest first, over the last `minutes`. The bin that is still running is left out (its counts are not whole),
 * unless it is all there is: a fresh instance shows something at once.
 */
export function throughputPoints(points: readonly WorkPoint[], options: Options): ThroughputPoint[] {
  const { work, minutes, binMinutes, nowMs } = options
  const binMs = binMinutes * minuteMs
  const byMinute = new Map<number, { completed: number; failed: number; due: number; dead: number }>()
  for (const point of points) {
    if (work !== undefined && point.work !== work) continue
    const minute = Math.floor(Date.parse(point.at) / minuteMs)
    const sum = byMinute.get(minute) ?? { completed: 0, failed: 0, due: 0, dead: 0 }
    sum.completed += point.completed
    sum.failed += point.failed
    sum.due += point.due
    sum.dead += point.dead
    byMinute.set(minute, sum)
  }
  const running = Math.floor(nowMs / binMs) * binMs
  const end = [...byMinute.keys()].some((minute) => minute * minuteMs < running) ? running : running + binMs
  const bins = Math.ceil((minutes * minuteMs) / binMs)
  return Array.from({ length: bins }, (_, index) => {
    const from = end - (bins - index) * binMs
    const recorded = Array.from({ length: binMinutes }, (_, minute) => byMinute.get(from / minuteMs + minute)).filter(
      (sum) => sum !== undefined,
    )
    const x = new Date(from).toISOString()
    if (recorded.length === 0) return { x, completed: null, failed: null, due: null, dead: null }
    const mean = (of: 'completed' | 'failed') => recorded.reduce((sum, one) => sum + one[of], 0) / recorded.length
    const most = (of: 'due' | 'dead') => Math.max(...recorded.map((one) => one[of]))
    return { x, completed: mean('completed'), failed: mean('failed'), due: most('due'), dead: most('dead') }
  })
}
