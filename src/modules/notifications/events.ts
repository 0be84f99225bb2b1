import { z } from 'zod'
import { defineEvent } from '#kernel/events/index.ts'

/** Said when a channel took a notification or an attempt failed; open consoles follow it. */
export const notificationAttempted = defineEvent({
  name: 'notifications.attempted',
  summary: 'A channel was told of an alert, or could not be',
  payload: z.object({ notificationId: z.number(), channelId: z.string(), alertId: z.string(), told: z.boolean() }),
})
