/** Requests and replies of the settings; shared with the console. */
import { z } from 'zod'

export const settingName = z.strictObject({ name: z.string().max(100) })
export const newValue = z.strictObject({ value: z.unknown() })
export const settingRow = z.object({
  name: z.string(),
  summary: z.string(),
  scope: z
    .enum(['tenant', 'platform'])
    .describe('Whose it is. Those of the platform are changed with the permission `platform:settings` only.'),
  value: z.unknown(),
  default: z.unknown(),
  changed_at: z.iso.datetime().nullable().describe('Null while it has its default.'),
  schema: z.record(z.string(), z.unknown()).describe('JSON schema of the value.'),
})
export const settingList = z.object({ settings: z.array(settingRow) })
