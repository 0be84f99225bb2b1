/** Who does something, for which tenant, and what they may do. Every use case takes one as its first parameter. */
import { forbidden, Problem } from '#kernel/errors/index.ts'

export * from './roles.ts'

export type Actor = {
  readonly type: 'key' | 'person' | 'session' | 'command' | 'job'
  /** Id of the key or person, name of the job or command. */
  readonly id: string
  /** For people to read in audit and logs. */
  readonly name: string
}

export type Context = {
  readonly tenantId: string
  readonly actor: Actor
  /** Permissions as `<module>:<verb>`; `*` grants all. */
  readonly permissions: ReadonlySet<string>
  /** Streams the actor may see; undefined is all. An empty set is none, never all. */
  readonly streams?: ReadonlySet<string> | undefined
  readonly requestId?: string | undefined
  /** Of a person: the session that this request belongs to. */
  readonly sessionId?: string | undefined
  /** The credential is one that a browser sends by itself, along with other sites' requests too. */
  readonly cookie?: boolean | undefined
}

/** Stands for no tenant: what a person without one acts for. Row-level security shows nothing of it, for nothing is stored under it. */
export const noTenantId = '00000000-0000-0000-0000-000000000000'

/** The tenant that a fresh instance has; bare webhook URLs and the command line act for it. */
export const defaultTenantId = '00000000-0000-7000-8000-000000000001'

export const may = (ctx: Context, permission: string): boolean =>
  ctx.permissions.has('*') || ctx.permissions.has(permission)

/** Throws `forbidden` unless the actor holds `permission`. The first line of every use case. */
export function requirePermission(ctx: Context, permission: string): void {
  if (!may(ctx, permission)) throw new Problem(forbidden, `${ctx.actor.name} lacks the permission ${permission}.`)
}

/**
 * For what is the installation's. A key of another tenant never holds such a permission, `*` included: keys are read, copied and
 * rotated by their tenant's people.
 */
export function requirePlatformPermission(ctx: Context, permission: string): void {
  requirePermission(ctx, permission)
  if (ctx.actor.type === 'key' && ctx.tenantId !== defaultTenantId)
    throw new Problem(
      forbidden,
      `${permission} is for the installation's own keys, which are those of its first tenant.`,
    )
}

/** The context of a person at the command line, who holds the machine and so all permissions. */
export const commandContext = (name: string, tenantId: string = defaultTenantId): Context => ({
  tenantId,
  actor: { type: 'command', id: name, name: `daytwo ${name}` },
  permissions: new Set(['*']),
})
