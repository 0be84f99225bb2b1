/** Stored forecasts as the reply shows them. */
import type { z } from 'zod'
import { dayAfter } from './calendar.ts'
import type { readCalibration, readSeries } from './queries.ts'
import type { Calibration, ForecastReply } from './schemas.ts'

type SeriesRow = z.output<(typeof readSeries)['row']>
type CalibrationRow = z.output<(typeof readCalibration)['row']>

const fateOf = (row: SeriesRow): ForecastReply['series']['when'][number]['fate'] =>
  row.void ? 'void' : row.outcome !== null ? 'known' : row.censored ? 'late' : 'open'

export function seriesOf(rows: readonly SeriesRow[]): ForecastReply['series'] {
  const told = <T>({ p50, p85, p95 }: SeriesRow, as: (value: number | null) => T) => ({
    p50: as(p50),
    p85: as(p85),
    p95: as(p95),
  })
  const common = (row: SeriesRow) => ({
    made_on: row.madeOn,
    fate: fateOf(row),
    low_confidence: row.lowConfidence,
  })
  return {
    when: rows
      .filter(({ kind }) => kind === 'when')
      .map((row) => ({
        ...common(row),
        items: row.targetItems!,
        by: told(row, (days) => (days === null ? null : dayAfter(row.madeOn, days - 1))),
        finished_on: row.void ? null : row.outcomeOn,
      })),
    how_many: rows
      .filter(({ kind }) => kind === 'how_many')
      .map((row) => ({
        ...common(row),
        horizon_days: row.horizonDays,
        by: row.targetDay!,
        // A sum of days is never beyond.
        at_least: told(row, (items) => items!),
        outcome: row.void ? null : row.outcome,
      })),
  }
}

/** Fewer outcomes than this are shown, but labelled: a night's forecast and the next share most of their days. */
const confidentFrom = 20

export const calibrationOf = (rows: readonly CalibrationRow[]): Calibration[] =>
  rows.map((row) => ({
    kind: row.kind,
    horizon_days: row.kind === 'when' ? null : row.horizonDays,
    n: row.judged,
    late: row.late,
    pending: row.pending,
    void: row.void,
    state: row.judged === 0 ? 'insufficient_data' : row.judged < confidentFrom ? 'low_confidence' : 'ok',
    held: { p50: row.within50, p85: row.within85, p95: row.within95 },
    loss: { p50: row.loss50, p85: row.loss85, p95: row.loss95 },
    unit: row.kind === 'when' ? 'days' : 'items',
  }))
