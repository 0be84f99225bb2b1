import { z } from 'zod'
import { defineSetting } from '#kernel/settings/index.ts'

export const forecastDays = defineSetting({
  name: 'retention.forecast_days',
  summary: 'Days that stored forecasts are kept after they were made, with what came of them.',
  schema: z.number().int().min(30).max(3650),
  default: 730,
})
