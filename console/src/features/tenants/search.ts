/** What the platform's pages keep in their addresses. Anything not understood falls back to its default. */
import { z } from 'zod'
import type { registrationStates, tenantStatuses } from '#modules/tenants/schemas.ts'

// Told here too: the module's schemas would otherwise come with the first load of every page.
const statuses = ['ready', 'suspended', 'removed'] as const satisfies typeof tenantStatuses
const states = ['requested', 'approved', 'rejected'] as const satisfies typeof registrationStates

const text = z.string().max(100).optional().catch(undefined)

export const tenantsSearch = z.object({ status: z.enum(statuses).optional().catch(undefined), q: text })
export const registrationsSearch = z.object({
  status: z
    .enum([...states, 'all'])
    .optional()
    .catch(undefined),
})
export const accountStatuses = ['active', 'disabled'] as const
export const platformRoles = ['support', 'platform_admin'] as const
export const peopleSearch = z.object({
  q: text,
  status: z.enum(accountStatuses).optional().catch(undefined),
  platform_role: z.enum(platformRoles).optional().catch(undefined),
})
