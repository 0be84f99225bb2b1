import type { Context } from '#kernel/context/index.ts'
import type { Database } from '#kernel/database/index.ts'
import type { Authenticate } from '#kernel/http/index.ts'
import { defineModule, type Permission } from '#kernel/module.ts'
import type { TenantsPort } from '#modules/tenants/index.ts'
import { type CreatedKey, createApiKey, type NewKey, revokeApiKey } from './api-keys.ts'
import { authenticateKey, authenticateSession, type PeopleOfAccess } from './authenticate.ts'
import { accessChecks } from './doctor.ts'
import { keyNotAccepted } from './problems.ts'
import { accessRoutes } from './routes.ts'

export type AccessPort = {
  readonly authenticators: readonly Authenticate[]
  createApiKey(ctx: Context, input: NewKey): Promise<CreatedKey>
  revokeApiKey(ctx: Context, id: string): Promise<void>
}

type Needs = {
  database: Database
  tenants: TenantsPort
  people: PeopleOfAccess
  /** Every permission of every module: what a key's scopes may be. */
  permissions: readonly Permission[]
}

export const access = defineModule({
  name: 'access',
  migrations: new URL('./migrations/', import.meta.url),
  permissions: [
    { name: 'keys:write', summary: 'List, create, rotate and revoke API keys', least: 'admin' },
    { name: 'session:read', summary: 'Ask who the caller is', least: 'viewer' },
  ],
  problems: [keyNotAccepted],
  start: (needs: Needs) => {
    const { database, permissions, people, tenants } = needs
    const port: AccessPort = {
      authenticators: [
        authenticateKey(database),
        authenticateSession({ database, people, permissions, touchMember: tenants.touch }),
      ],
      createApiKey: (ctx, input) =>
        createApiKey(
          database,
          ctx,
          permissions.map(({ name }) => name),
          input,
        ),
      revokeApiKey: (ctx, id) => revokeApiKey(database, ctx, id),
    }
    return { port, routes: accessRoutes(needs), doctor: accessChecks(database) }
  },
})
