/** Replies of the operators' routes; shared with the console. */
import { z } from 'zod'

const time = z.iso.datetime()
export const scheduleRow = z.object({
  name: z.string(),
  cron: z.string(),
  summary: z.string(),
  running: z.boolean(),
  next_run_at: time,
  last_started_at: time.nullable(),
  last_duration_ms: z.number().nullable(),
  last_outcome: z.string().nullable(),
})
export const scheduleList = z.object({ schedules: z.array(scheduleRow) })
export const scheduleName = z.strictObject({ name: z.string().max(100) })
export const runReply = z.object({ outcome: z.string() })
