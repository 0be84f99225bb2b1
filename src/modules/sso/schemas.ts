/**
 * Requests and replies of signing in elsewhere; shared with the console.
 *
 * The start links are plain links (`<a href>`), not calls: `/auth/oidc/start?return_to=/metrics` and `/auth/github/start?…`. They
 * lead to the provider, and the provider leads back to a callback, which ends in one of three addresses of the console:
 * - `return_to` (or `/`): signed in
 * - `/sign-in?problem=<slug>&return_to=…`: not signed in; title and remedy are those of `/problems/<slug>`
 * - `/sign-in?return_to=…#second_factor=<JSON of secondFactorNeededReply>`: go on with `POST /auth/second-factor`
 */
import { z } from 'zod'
import { limit, uuidCursor } from '#kernel/paging/index.ts'

const time = z.iso.datetime()
const tenantRole = z.enum(['viewer', 'member', 'operator', 'admin', 'owner'])
const platformRole = z.enum(['support', 'platform_admin'])

/** Anything that is not an address of this console becomes `/`. */
export const startQuery = z.strictObject({ return_to: z.string().max(2000).optional() })

/** Where a second factor is still to be given, the callback puts its reply into the fragment under this name. */
export const secondFactorFragment = 'second_factor'

/** Slugs that `/sign-in?problem=` may carry after a sign-in elsewhere. */
export const signInProblems = [
  'sso/not-offered',
  'sso/flow-lost',
  'sso/declined',
  'sso/provider-error',
  'sso/issuer-unreachable',
  'sso/issuer-mismatch',
  'sso/client-refused',
  'sso/redirect-mismatch',
  'sso/code-refused',
  'sso/token-invalid',
  'sso/wrong-directory',
  'sso/no-groups',
  'sso/groups-unavailable',
  'sso/no-role',
  'sso/no-email',
  'sso/email-not-verified',
  'sso/no-account',
  'sso/account-disabled',
] as const

/** A mapping gives either a platform role, or a role in one tenant. */
export const newMapping = z
  .strictObject({
    group: z.string().trim().min(1).max(200).describe("Value of the groups claim: an Entra group's object ID."),
    note: z.string().trim().max(200).optional().describe('For people to read, for example the name of the group.'),
    platform_role: platformRole.optional(),
    tenant_id: z.uuid().optional(),
    role: tenantRole.optional(),
  })
  .superRefine((value, ctx) => {
    const tenant = value.tenant_id !== undefined && value.role !== undefined
    const neither = value.tenant_id === undefined && value.role === undefined
    if (value.platform_role === undefined ? !tenant : !neither)
      ctx.addIssue({
        code: 'custom',
        path: [
          value.platform_role === undefined ? (value.tenant_id === undefined ? 'tenant_id' : 'role') : 'platform_role',
        ],
        message: 'give either platform_role, or tenant_id and role together',
      })
  })
export const mappingId = z.strictObject({ id: z.uuid() })
export const mappingReply = z.object({
  id: z.string(),
  group: z.string(),
  note: z.string().nullable(),
  platform_role: platformRole.nullable(),
  tenant_id: z.string().nullable(),
  tenant_name: z.string().nullable(),
  role: tenantRole.nullable(),
  created_at: time,
})
export const mappingQuery = z.strictObject({ cursor: uuidCursor, limit })
export const mappingList = z.object({
  mappings: z.array(mappingReply),
  /** What the console shows beside them; null while AUTH_METHOD is `database`. */
  provider: z
    .object({
      label: z.string(),
      issuer: z.string(),
      client_id: z.string(),
      redirect_uri: z.string(),
      group_claim: z.string(),
      allowed_tenants: z.array(z.string()),
    })
    .nullable(),
  next_cursor: z.string().nullable(),
})

export const testLogin = z.strictObject({
  email: z.string().trim().toLowerCase().max(254),
  transport: z.enum(['cookie', 'bearer']).default('cookie'),
})
