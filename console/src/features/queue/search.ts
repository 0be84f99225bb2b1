/** What the queue's page keeps in its address. */
import { z } from 'zod'
import type { eventStatuses } from '#modules/intake/schemas.ts'

// Told here too: the module's schemas would otherwise come with the first load of every page.
const statuses = ['pending', 'processing', 'completed', 'dead_lettered'] as const satisfies typeof eventStatuses

export const queueSearch = z.object({ status: z.enum(statuses).optional().catch(undefined) })
