/** What is connected, and what could be. */
import type { z } from 'zod'
import { type Context, may, requirePermission } from '#kernel/context/index.ts'
import { withAccount } from './authorizations.ts'
import type { Deps } from './deps.ts'
import { liveAuthorization, selectRepositories } from './queries.ts'
import { unreachableBecause } from './reach.ts'
import type { gitHubReply, repositoryList } from './schemas.ts'

export const maxPages = 50

export async function lookAtGitHub(deps: Deps, ctx: Context): Promise<z.output<typeof gitHubReply>> {
  requirePermission(ctx, 'connections:read')
  const { baseUrl, gitHubUrl, grants } = deps
  const own = new Set(await deps.addresses.list(ctx))
  const mayHaveOne = ctx.actor.type === 'person' && may(ctx, 'connections:write')
  const { authorization, rows } = await deps.database.tenantTx(ctx, async (tx) => ({
    authorization: mayHaveOne ? await tx.row(liveAuthorization, { id: null, personId: ctx.actor.id }) : undefined,
    rows: await tx.rows(selectRepositories, { name: null }),
  }))
  return {
    configured: grants !== undefined,
    callback_url: `${baseUrl}/auth/github/callback`,
    base_url: baseUrl,
    unreachable: unreachableBecause(baseUrl, gitHubUrl),
    authorization: authorization
      ? {
          id: authorization.id,
          login: authorization.login,
          private: authorization.seesPrivate,
          expires_at: authorization.expiresAt.toISOString(),
        }
      : null,
    repositories: rows.map(({ name, address, connectedAt, connectedBy }) => ({
      repository: name,
      connected_at: connectedAt.toISOString(),
      connected_by: connectedBy,
      address_valid: own.has(address),
    })),
  }
}

/** One page of the repositories that the account sees. */
export async function listRepositories(
  deps: Deps,
  ctx: Context,
  id: string,
  page: number,
): Promise<z.output<typeof repositoryList>> {
  const { listed, more, incomplete } = await withAccount(deps, ctx, id, (account) => account.repositories(page))
  const own = new Set(await deps.addresses.list(ctx))
  const rows = await deps.database.tenantTx(ctx, (tx) => tx.rows(selectRepositories, { name: null }))
  const connected = new Set(rows.filter(({ address }) => own.has(address)).map(({ name }) => name.toLowerCase()))
  return {
    repositories: listed.map(({ full_name: name, private: isPrivate, archived, permissions }) => ({
      repository: name,
      private: isPrivate,
      archived,
      administered: permissions.admin,
      connected: connected.has(name.toLowerCase()),
    })),
    next_page: more && page < maxPages ? page + 1 : null,
    incomplete,
  }
}
