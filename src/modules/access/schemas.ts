/** Requests and replies of keys and sessions; shared with the console. */
import { z } from 'zod'
import { limit, uuidCursor } from '#kernel/paging/index.ts'

const time = z.iso.datetime()

export const newKey = z.strictObject({
  name: z.string().trim().min(1).max(100),
  scopes: z.array(z.string().max(60)).min(1).max(50),
  streams: z.array(z.string().max(63)).min(1).max(200).optional().describe('Allowed streams; without it, all.'),
  expires_in_days: z.number().int().min(1).max(3650).optional(),
})
export const rotation = z.strictObject({
  overlap_hours: z.number().int().min(0).max(720).default(24).describe('How long the old key still works.'),
})
export const keyId = z.strictObject({ id: z.uuid() })
export const createdKey = z.object({ id: z.string(), key: z.string().describe('Shown once; only its hash is stored.') })
export const keyReply = z.object({
  id: z.string(),
  name: z.string(),
  prefix: z.string(),
  scopes: z.array(z.string()),
  streams: z.array(z.string()).nullable(),
  created_at: time,
  expires_at: time.nullable(),
  last_used_at: time.nullable(),
  revoked_at: time.nullable(),
})
export const keyQuery = z.strictObject({ cursor: uuidCursor, limit })
export const keyList = z.object({
  keys: z.array(keyReply),
  /** Scopes a key may have, with what each allows. */
  scopes: z.array(z.object({ name: z.string(), summary: z.string() })),
  next_cursor: z.string().nullable(),
})
const tenantRole = z.enum(['viewer', 'member', 'operator', 'admin', 'owner'])
/** `GET /session`: who asks, where, and what they may do. */
export const sessionReply = z.object({
  actor: z.object({ type: z.string(), name: z.string() }),
  /** Null for a key. */
  person: z.object({ id: z.string(), email: z.string(), name: z.string() }).nullable(),
  /** Null for a person who belongs to none, or whose tenant is suspended. */
  tenant: z
    .object({
      id: z.string(),
      name: z.string(),
      time_zone: z.string(),
      /** Null for a key. */
      role: tenantRole.nullable(),
      /** The person belongs to the platform and looks in for a while. */
      support: z.boolean(),
    })
    .nullable(),
  /** Tenants the person may switch to, this one included; empty for a key. */
  tenants: z.array(z.object({ id: z.string(), name: z.string(), role: tenantRole })),
  platform_role: z.enum(['support', 'platform_admin']).nullable(),
  /** The installation demands a second factor and the person has none: until they add one, only the account works. */
  second_factor_required: z.boolean(),
  permissions: z.array(z.string()),
})
