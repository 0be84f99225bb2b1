/** What the queue's page keeps in its address. */
import { z } from 'zod'
import { eventStatuses } from '#modules/intake/schemas.ts'

export const queueSearch = z.object({ status: z.enum(eventStatuses).optional().catch(undefined) })
