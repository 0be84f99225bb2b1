/** Relations in words. Pure. */
import type { Measure, RelationReply } from '#modules/delivery/correlation/schemas.ts'
import { formatCount, formatDuration, formatRatio, shortNumber } from '../../ui/format.ts'

type MeasureText = { readonly title: string; readonly format: (value: number) => string }

/** What each measure is called and how its value reads. */
export const measureTexts: Record<Measure, MeasureText> = {
  deployments: { title: 'Deployments', format: formatCount },
  change_failure_share: { title: 'Change failure share', format: formatRatio },
  lead_time_p50: { title: 'Median lead time', format: formatDuration },
  throughput: { title: 'Items finished', format: formatCount },
  cycle_time_p50: { title: 'Median cycle time', format: (days) => `${shortNumber(days)} d` },
}

/** A change with its sign; a dash for none. */
export const formatChange = (measure: Measure, change: number | null): string =>
  change === null ? '–' : `${change > 0 ? '+' : change < 0 ? '−' : ''}${measureTexts[measure].format(Math.abs(change))}`

const numbers = ['', 'one week', 'two weeks', 'three weeks', 'four weeks']

/** `in the same week`, `Search two weeks later`. */
export function lagInWords({ a, b, lag_weeks: lag }: Pick<RelationReply, 'a' | 'b' | 'lag_weeks'>): string {
  if (lag === 0) return 'in the same week'
  return `${lag > 0 ? b.name : a.name} ${numbers[Math.abs(lag)]} later`
}

/** What one does to see both in one place: `week beside week`, `Shop two weeks back`. */
export const laidTogether = (relation: Pick<RelationReply, 'a' | 'b' | 'lag_weeks'>): string =>
  relation.lag_weeks === 0 ? 'week beside week' : lagInWords(relation).replace(/later$/, 'back')

/** `0.82` with a true minus. */
export function formatCoefficient(value: number | null): string {
  if (value === null) return '–'
  const size = Math.abs(value).toFixed(2)
  return value < 0 && size !== '0.00' ? `−${size}` : size
}

/** `0.032`, `< 0.001` in one line. */
export const formatP = (p: number | null): string => (p === null ? '–' : p < 0.001 ? '<\u00a00.001' : p.toFixed(3))
