/** Requests and replies of mail; shared with the console. */
import { z } from 'zod'
import { limit, numberCursor } from '#kernel/paging/index.ts'

const time = z.iso.datetime()
export const mailStates = ['waiting', 'sent', 'kept', 'failed'] as const

export const mailQuery = z.strictObject({
  state: z.enum([...mailStates, 'all']).default('all'),
  cursor: numberCursor,
  limit,
})
export const mailId = z.strictObject({
  id: z
    .string()
    .regex(/^\d{1,16}$/, 'the id of a mail')
    .transform(Number),
})

export const mailRow = z.object({
  id: z.number(),
  tenant_id: z.string(),
  to: z.string().nullable().describe('Null of a confidential mail, as a survey’s is.'),
  subject: z.string().nullable().describe('Null of a confidential mail.'),
  purpose: z.string().describe('What it is for: `invitation`, `reset`; `confidential` where that is not told.'),
  state: z
    .enum(mailStates)
    .describe('`kept`: this instance has no mail server and it is read here. `failed`: it will not be tried again.'),
  attempts: z.number(),
  answer: z.string().nullable().describe('What the mail server answered when it took it.'),
  last_error: z.string().nullable(),
  created_at: time,
  sent_at: time.nullable(),
  due_at: time.nullable().describe('When it is tried (again); null unless it waits.'),
  can_send_again: z.boolean().describe('Its text is erased once it was sent.'),
})
export const mailList = z.object({
  mails: z.array(mailRow),
  next_cursor: z.number().nullable(),
  deliverable: z.boolean().describe('False: no mail server is configured.'),
  readable: z
    .boolean()
    .describe('True: texts are shown, for this instance has no mail server and is not in production.'),
})
export const mailReply = mailRow.extend({
  text: z.string().nullable().describe('Null unless `readable`, and once it was sent.'),
})
