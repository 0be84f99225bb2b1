/** Replies of retention; shared with the console. */
import { z } from 'zod'

const time = z.iso.datetime()

/** `GET /retention` */
export const retentionReply = z.object({
  policies: z.array(
    z.object({
      table: z.string(),
      days: z.number().describe('Days that rows are kept after they were recorded.'),
      setting: z.string().describe('The setting that says so.'),
      oldest_recorded_at: time.nullable(),
      last_run_at: time.nullable(),
      archived_rows: z.number(),
      archived_files: z.number(),
      state: z.enum(['idle', 'failed']),
      detail: z.string().describe('What the last run did, or why it failed.'),
    }),
  ),
  archive: z.object({
    store: z.string().describe('The folder or bucket.'),
    files: z.number(),
    rows: z.number(),
    bytes: z.number(),
  }),
})
export type RetentionReply = z.output<typeof retentionReply>
