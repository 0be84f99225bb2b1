import type { Context } from '#kernel/context/index.ts'
import type { Database } from '#kernel/database/index.ts'
import type { Authenticate } from '#kernel/http/index.ts'
import { defineModule, type Permission } from '#kernel/module.ts'
import type { TenantsPort } from '#modules/tenants/index.ts'
import { type CreatedKey, createApiKey, type NewKey, revokeApiKey } from './api-keys.ts'
import { authenticateKey, authenticateSession } from './authenticate.ts'
import { accessChecks } from './doctor.ts'
import { keyNotAccepted, setupLinkSpent } from './problems.ts'
import { accessRoutes, authRoutes } from './routes.ts'
import { createSetupUrl, wasSetUp } from './sessions.ts'

export type AccessPort = {
  readonly authenticators: readonly Authenticate[]
  createApiKey(ctx: Context, input: NewKey): Promise<CreatedKey>
  revokeApiKey(ctx: Context, id: string): Promise<void>
  /** A one-time URL that opens the console. */
  createSetupUrl(baseUrl: string): Promise<string>
  wasSetUp(): Promise<boolean>
}

type Needs = {
  database: Database
  tenants: TenantsPort
  /** Every permission of every module: what a key's scopes may be. */
  permissions: readonly Permission[]
  /** Cookies only over HTTPS. */
  secureCookies: boolean
}

export const access = defineModule({
  name: 'access',
  migrations: new URL('./migrations/', import.meta.url),
  permissions: [
    { name: 'keys:write', summary: 'List, create, rotate and revoke API keys', least: 'admin' },
    { name: 'session:read', summary: 'Ask who the caller is', least: 'viewer' },
  ],
  problems: [keyNotAccepted, setupLinkSpent],
  start: (needs: Needs) => {
    const { database, permissions } = needs
    const port: AccessPort = {
      authenticators: [authenticateKey(database), authenticateSession(database)],
      createApiKey: (ctx, input) =>
        createApiKey(
          database,
          ctx,
          permissions.map(({ name }) => name),
          input,
        ),
      revokeApiKey: (ctx, id) => revokeApiKey(database, ctx, id),
      createSetupUrl: (baseUrl) => createSetupUrl(database, baseUrl),
      wasSetUp: () => wasSetUp(database),
    }
    return { port, routes: accessRoutes(needs), rootRoutes: authRoutes(needs), doctor: accessChecks(database) }
  },
})
