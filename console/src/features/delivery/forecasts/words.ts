import type { ForecastReply } from '#modules/delivery/forecast/schemas.ts'
import { formatCount } from '~/ui/format.ts'

type Method = Pick<NonNullable<ForecastReply['when']>, 'method' | 'seed' | 'runs'>

/** `reckoned exactly`, or of how many walks, with the seed that repeats them. */
export const howReckoned = ({ method, seed, runs }: Method): string =>
  method === 'exact' ? 'reckoned exactly' : `${formatCount(runs ?? 0)} simulated walks, seed ${seed}`

/** Of whom calibration speaks. */
export const questionOf = ({ kind, horizon_days: days }: ForecastReply['calibration']['questions'][number]): string =>
  kind === 'when' ? 'When will what is open be finished?' : `How many in ${days} days?`
