/** What flow tells other modules. */
import { z } from 'zod'
import { defineEvent } from '#kernel/events/index.ts'

/** Work items are no longer what they were: arrived, started, finished, reopened, or changed in size. */
export const itemsChanged = defineEvent({
  name: 'flow.items-changed',
  summary: 'Work items changed in state; at most 2000 are named at once.',
  payload: z.object({ items: z.array(z.object({ source: z.string(), key: z.string() })) }),
})
