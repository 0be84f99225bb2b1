import { z } from 'zod'
import { defineSetting } from '#kernel/settings/index.ts'

export const remindAfterHours = defineSetting({
  name: 'notifications.remind_after_hours',
  summary: 'Hours after which a channel is told again of an alert that is open and that nobody acknowledged; 0 never.',
  schema: z.number().int().min(0).max(720),
  default: 24,
})
export const calmMinutes = defineSetting({
  name: 'notifications.calm_minutes',
  summary:
    'An alert that comes back is told again at the earliest so long after it was told before, unless it is more severe; bounds what a flapping alert sends.',
  schema: z.number().int().min(0).max(1440),
  default: 30,
})
export const notificationDays = defineSetting({
  name: 'retention.notification_days',
  summary: 'Days that finished notifications are kept, and as long as their alert is open; they are not archived.',
  schema: z.number().int().min(7).max(3650),
  default: 90,
})
