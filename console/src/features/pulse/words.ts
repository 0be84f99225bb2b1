/** How scores and surveys are said. */
import type { Cadence } from '#modules/delivery/pulse/schemas.ts'

/** `3.9`; a dash for null. */
export const formatScore = (score: number | null): string => (score === null ? '–' : score.toFixed(1))

export const cadenceWords: Record<Cadence, string> = {
  weekly: 'every week',
  biweekly: 'every two weeks',
  monthly: 'every month',
}
