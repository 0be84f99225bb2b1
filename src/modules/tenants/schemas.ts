/** Requests and replies of tenants, members and invitations; shared with the console. */
import { z } from 'zod'
import { limit, nextCursor, uuidCursor } from '#kernel/paging/index.ts'

const time = z.iso.datetime()
const tenantRole = z.enum(['viewer', 'member', 'operator', 'admin', 'owner'])
const platformRole = z.enum(['support', 'platform_admin'])
const supportRole = z.enum(['viewer', 'operator', 'admin'])
export const tenantStatuses = ['ready', 'suspended', 'removed'] as const
export const plans = ['core', 'pro', 'enterprise'] as const
/** What a tenant can be given; a plan presets them (`presetOf`). */
export const tenantModules = ['delivery', 'incidents', 'alerts', 'operations', 'retention'] as const

const email = z.string().trim().toLowerCase().max(254).pipe(z.email())
/** Of what comes into mails, where a link leads to this instance or the mail is not written. */
const hasNoLink = (text: string) => !text.includes('://')
const anyName = z.string().trim().min(1).max(200).refine(hasNoLink, 'expected a name without a web address')
const personName = anyName
const tenantName = anyName
/** Its rules are told by `people`; here only what no password may exceed. */
const password = z.string().min(1).max(1024)
const token = z.string().min(20).max(200)
const reason = z.string().trim().min(5).max(1000)
const modules = z.array(z.enum(tenantModules)).min(1).max(tenantModules.length)
const search = z.string().trim().min(1).max(100).optional()
const slug = z
  .string()
  .regex(/^[a-z0-9][a-z0-9-]{0,62}$/, 'small letters, digits and hyphens, at most 63, the first no hyphen')

export const byId = z.strictObject({ id: z.uuid() })
export const byPerson = z.strictObject({ person_id: z.uuid() })

// --- the tenant itself
export const tenantReply = z.object({
  id: z.string(),
  slug: z.string(),
  name: z.string(),
  time_zone: z.string().describe('IANA name; days of metrics are days of this zone.'),
  status: z.enum(tenantStatuses),
  plan: z.enum(plans),
  modules: z.array(z.string()),
  created_at: time,
})
export const tenantChange = z
  .strictObject({ name: tenantName.optional(), time_zone: z.string().min(1).max(64).optional() })
  .refine((change) => Object.keys(change).length > 0, 'name or time_zone is needed')

// --- members
export const memberStatuses = ['active', 'suspended'] as const
export const memberSources = ['first', 'registration', 'invitation', 'sso', 'hand', 'command'] as const
export const memberReply = z.object({
  person_id: z.string(),
  email: z.string(),
  name: z.string(),
  role: tenantRole,
  status: z.enum(memberStatuses),
  /** The account itself, which the platform may have disabled. */
  account: z.enum(['active', 'disabled']),
  source: z
    .enum(memberSources)
    .describe('How they came to belong; `hand`: by groups, with a role that was changed by hand since.'),
  second_factor: z.boolean(),
  joined_at: time,
  last_seen_at: time.nullable().describe('In this tenant, to the minute.'),
})
/** An instant in microseconds and a person: members that joined at one instant have an order too. */
const memberCursor = z
  .string()
  .regex(/^\d{1,16}\.[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$/, nextCursor)
  .optional()
export const memberQuery = z.strictObject({ cursor: memberCursor, limit })
export const memberList = z.object({ members: z.array(memberReply), next_cursor: z.string().nullable() })
export const memberChange = z
  .strictObject({ role: tenantRole.optional(), status: z.enum(memberStatuses).optional() })
  .refine((change) => Object.keys(change).length > 0, 'role or status is needed')

// --- invitations
export const invitationStates = ['pending', 'expired', 'accepted', 'revoked'] as const
export const newInvitation = z.strictObject({ email, role: tenantRole })
/** Never with the token: it is in the mail alone. */
export const invitationReply = z.object({
  id: z.string(),
  email: z.string(),
  role: tenantRole,
  state: z.enum(invitationStates),
  invited_by: z.string(),
  created_at: time,
  sent_at: time,
  expires_at: time,
  accepted_at: time.nullable(),
})
export const invitationQuery = z.strictObject({
  state: z
    .enum(['open', 'all'])
    .default('all')
    .describe('`open` is pending or expired: not answered and not taken back.'),
  cursor: uuidCursor,
  limit,
})
export const invitationList = z.object({ invitations: z.array(invitationReply), next_cursor: z.string().nullable() })
export const invitationToken = z.strictObject({ token })
export const invitationPreview = z.object({
  tenant: z.string().describe('Name of the tenant.'),
  email: z.string(),
  role: tenantRole,
  invited_by: z.string(),
  expires_at: time,
  account_exists: z
    .boolean()
    .describe('True: sign in as this address, then accept. False: accepting makes the account; see `sign_in`.'),
  sign_in: z
    .enum(['password', 'oidc'])
    .describe(
      'How a new account signs in. `password`: accepting takes a name and a password, and signs in. `oidc`: it takes no password and opens no session; whoever accepted signs in with the identity provider.',
    ),
})
/** What makes an account where there is none. */
const newAccount = {
  name: personName.optional().describe('Needed for a new account with a password; else the address gives one.'),
  password: password
    .optional()
    .describe('Of a new account. Refused where the identity provider is the way in (`oidc` of `GET /auth/methods`).'),
}
export const invitationAcceptance = z.strictObject({ token, ...newAccount })

// --- roles
export const roleMatrix = z.object({
  roles: z.array(
    z.object({
      name: z.string(),
      scope: z.enum(['tenant', 'platform']),
      summary: z.string(),
      permissions: z.array(z.string()),
    }),
  ),
  permissions: z.array(
    z.object({
      name: z.string(),
      summary: z.string(),
      scope: z.enum(['tenant', 'platform']),
      /** The least role that has it. */
      least: z.union([tenantRole, platformRole]),
    }),
  ),
})

// --- access review
export const accessReviewQuery = z.strictObject({ format: z.enum(['json', 'csv']).optional() })
export const staleAfterDays = 90
export const accessReview = z.object({
  members: z.array(
    memberReply.extend({
      stale: z.boolean().describe(`Not seen for ${staleAfterDays} days, or never since they joined as long ago.`),
    }),
  ),
  counts: z.object({
    members: z.number(),
    /** Active owners and admins. */
    admins: z.number(),
    owners: z.number(),
    stale: z.number(),
    without_second_factor: z.number(),
    suspended: z.number(),
    pending_invitations: z.number(),
    open_support_accesses: z.number(),
  }),
  keys: z.object({
    active: z.number(),
    never_used: z.number(),
    /** Active, used once, and not for 90 days. */
    unused: z.number(),
    last_used_at: time.nullable(),
  }),
  last_completed: z.object({ at: time, by: z.string(), note: z.string().nullable() }).nullable(),
})
export const reviewCompletion = z.strictObject({ note: z.string().trim().min(1).max(1000).optional() })
export const reviewCompleted = z.object({ at: time, by: z.string(), note: z.string().nullable() })

// --- support access
export const maxSupportMinutes = 480
export const newSupportAccess = z.strictObject({
  role: supportRole,
  reason,
  minutes: z.number().int().min(1).max(maxSupportMinutes),
})
export const supportAccessReply = z.object({
  id: z.string(),
  tenant_id: z.string(),
  person_id: z.string(),
  person: z.string().describe('Their name.'),
  role: supportRole,
  reason: z.string(),
  opened_at: time,
  until: time,
  closed_at: time.nullable(),
  open: z.boolean(),
})
export const supportAccessQuery = z.strictObject({ cursor: uuidCursor, limit })
export const supportAccessList = z.object({
  support_accesses: z.array(supportAccessReply),
  next_cursor: z.string().nullable(),
})

// --- registering, below /auth
export const registrationRequest = z.strictObject({ email, organisation: tenantName })
export const accepted = z.object({ status: z.literal('accepted') })
/** There is no preview of a registration: `oidc` of `GET /auth/methods` says whether to ask for a password. */
export const registrationConfirmation = z.strictObject({ token, ...newAccount })
/** What every way of signing in answers; tokens only to programs. */
const signedIn = z.object({
  status: z.literal('signed-in'),
  access_token: z.string().optional(),
  refresh_token: z.string().optional(),
  expires_in: z.number().int(),
})
/** The account is made and no session opened: the identity provider is the way in. */
const toSignInElsewhere = z.object({
  status: z.literal('sign-in-elsewhere'),
  provider: z.string().describe('What the button to the identity provider says; it leads to `GET /auth/oidc/start`.'),
})
const confirmed = {
  registration: z.literal('requested').describe('What became of the request; until it is approved there is no tenant.'),
}
export const registrationConfirmed = z.discriminatedUnion('status', [
  signedIn.extend(confirmed),
  toSignInElsewhere.extend(confirmed),
])
const joined = { tenant: z.object({ id: z.string(), name: z.string() }) }
export const invitationAccepted = z.discriminatedUnion('status', [
  signedIn.extend(joined),
  toSignInElsewhere.extend(joined),
])

// --- switching, POST /auth/tenant
export const tenantChoice = z.strictObject({ tenant_id: z.uuid() })
export const tenantChosen = signedIn.extend({
  tenant: z.object({ id: z.string(), slug: z.string(), name: z.string(), time_zone: z.string() }),
  role: tenantRole,
  support: z.boolean(),
})

// --- the platform: tenants
export const tenantQuery = z.strictObject({
  status: z.enum(tenantStatuses).optional(),
  q: search.describe('Part of the name or slug.'),
  cursor: uuidCursor,
  limit,
})
export const platformTenant = tenantReply.extend({
  status_changed_at: time.nullable(),
  members: z.number(),
  owners: z.number(),
  pending_invitations: z.number(),
  last_seen_at: time.nullable().describe('Of any member.'),
})
export const platformTenantList = z.object({ tenants: z.array(platformTenant), next_cursor: z.string().nullable() })
export const newTenant = z.strictObject({
  slug,
  name: tenantName,
  time_zone: z.string().min(1).max(64).optional(),
  plan: z.enum(plans).optional(),
  modules: modules.optional(),
  owner_email: email.optional().describe('Gets an invitation as owner.'),
})
export const platformTenantChange = z
  .strictObject({
    status: z.enum(['ready', 'suspended']).optional(),
    plan: z.enum(plans).optional(),
    modules: modules.optional(),
  })
  .refine((change) => Object.keys(change).length > 0, 'status, plan or modules is needed')

// --- the platform: registrations
export const registrationStates = ['requested', 'approved', 'rejected'] as const
export const registrationQuery = z.strictObject({
  status: z.enum(registrationStates).optional(),
  cursor: uuidCursor,
  limit,
})
export const registrationReply = z.object({
  id: z.string(),
  email: z.string(),
  name: z.string(),
  organisation: z.string(),
  status: z.enum(registrationStates),
  requested_at: time,
  decided_at: time.nullable(),
  decided_by: z.string().nullable(),
  reason: z.string().nullable(),
  tenant_id: z.string().nullable(),
})
export const registrationList = z.object({
  registrations: z.array(registrationReply),
  next_cursor: z.string().nullable(),
})
export const registrationApproval = z.strictObject({
  plan: z.enum(plans),
  modules: modules.optional().describe('Without it, what the plan presets.'),
  slug: slug.optional().describe('Without it, made from the name of the organisation.'),
})
export const registrationRejection = z.strictObject({
  reason: reason.refine(hasNoLink, 'expected a reason without a web address: it is mailed'),
})
export const registrationApproved = z.object({ registration: registrationReply, tenant: tenantReply })

// --- the platform: people
export const peopleQuery = z.strictObject({
  q: search.describe('Part of the name or e-mail.'),
  status: z.enum(['active', 'disabled']).optional(),
  platform_role: platformRole.optional(),
  cursor: uuidCursor,
  limit,
})
export const personReply = z.object({
  id: z.string(),
  email: z.string(),
  name: z.string(),
  status: z.enum(['active', 'disabled']),
  platform_role: platformRole.nullable(),
  created_at: time,
  last_seen_at: time.nullable(),
  tenants: z.array(
    z.object({
      id: z.string(),
      slug: z.string(),
      name: z.string(),
      role: tenantRole,
      status: z.enum(memberStatuses),
    }),
  ),
})
export const personList = z.object({ people: z.array(personReply), next_cursor: z.string().nullable() })
export const personChange = z
  .strictObject({
    status: z.enum(['active', 'disabled']).optional(),
    platform_role: platformRole.nullable().optional(),
  })
  .refine((change) => Object.keys(change).length > 0, 'status or platform_role is needed')
