/** What the outbox keeps in its address. */
import { z } from 'zod'
import { mailQuery } from '#modules/mail/schemas.ts'

export const mailStates = mailQuery.shape.state.unwrap().options
export const outboxSearch = z.object({ state: z.enum(mailStates).optional().catch(undefined) })
