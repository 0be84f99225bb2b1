import { z } from 'zod'
import { defineSetting } from '#kernel/settings/index.ts'

export const crossStreamWeeks = defineSetting({
  name: 'delivery.cross_stream_weeks',
  summary: 'Full weeks over which streams are held against each other.',
  schema: z.number().int().min(12).max(52),
  default: 26,
})
