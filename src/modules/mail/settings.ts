import { z } from 'zod'
import { defineSetting } from '#kernel/settings/index.ts'

export const mailDays = defineSetting({
  name: 'retention.mail_days',
  summary:
    'Days that finished mails are kept: to whom, about what and how it ended. Their text is erased when they are sent.',
  schema: z.number().int().min(1).max(3650),
  default: 30,
})
