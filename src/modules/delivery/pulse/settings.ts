import { z } from 'zod'
import { defineSetting } from '#kernel/settings/index.ts'

export const responseRateLow = defineSetting({
  name: 'delivery.pulse_response_low_percent',
  summary: 'A smaller response rate than this, in the last third of a period of a pulse survey, raises an alert.',
  schema: z.number().min(0).max(100),
  default: 40,
})

export const pulseCommentDays = defineSetting({
  name: 'retention.pulse_comment_days',
  summary: 'Days that comments of pulse surveys are kept after their period ended; the scores stay.',
  schema: z.number().int().min(1).max(3650),
  default: 365,
})
