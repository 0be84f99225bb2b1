/** Where GitHub sends the tenant's events: for whoever makes the webhooks. */
import { type Context, defaultTenantId, requirePermission } from '#kernel/context/index.ts'
import type { Database } from '#kernel/database/index.ts'
import { ensureGitHubConnection } from './connections.ts'
import { listConnections } from './queries.ts'

export type GitHubAddresses = {
  /** Every address that takes the tenant's events of GitHub now. */
  list(ctx: Context): Promise<readonly string[]>
  /** The address and secret to give to new webhooks. The secret is for GitHub alone. */
  ensure(ctx: Context): Promise<{ readonly address: string; readonly secret: string }>
}

type Needs = {
  readonly database: Database
  readonly key: Buffer
  readonly baseUrl: string
  /** The bare address takes events, those of the default tenant. */
  readonly bare: boolean
}

export function gitHubAddresses({ database, key, baseUrl, bare }: Needs): GitHubAddresses {
  const address = (id?: string) => [`${baseUrl}/api/v1/webhooks/github`, id].filter(Boolean).join('/')
  return {
    async list(ctx) {
      requirePermission(ctx, 'connections:read')
      const rows = await database.tenantTx(ctx, (tx) => tx.rows(listConnections, { id: null }))
      const own = rows.filter(({ source, disabledAt }) => source === 'github' && disabledAt === null)
      return [...own.map(({ id }) => address(id)), ...(bare && ctx.tenantId === defaultTenantId ? [address()] : [])]
    },
    async ensure(ctx) {
      const { id, secret } = await ensureGitHubConnection(database, key, ctx)
      return { address: address(id), secret }
    },
  }
}
