/** The context in which a person acts who is just signing in, and where it is written down. */
import { type Context, defaultTenantId, noTenantId } from '#kernel/context/index.ts'
import type { Person } from './ports.ts'

/** Who acts is the person; what they may do was decided by what they proved, not by permissions. */
export const contextOfPerson = (
  person: Pick<Person, 'id' | 'name'>,
  more: { tenantId?: string | null | undefined; requestId?: string | undefined; sessionId?: string | undefined } = {},
): Context => ({
  tenantId: more.tenantId ?? defaultTenantId,
  actor: { type: 'person', id: person.id, name: person.name },
  permissions: new Set(),
  requestId: more.requestId,
  sessionId: more.sessionId,
})

/** What is nobody's tenant's is written down in the default one. */
export const auditable = (ctx: Context): Context =>
  ctx.tenantId === noTenantId ? { ...ctx, tenantId: defaultTenantId } : ctx
