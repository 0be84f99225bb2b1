import type { z } from 'zod'
import { type Context, requirePermission } from '#kernel/context/index.ts'
import { cursorsOf } from '#kernel/cursor/index.ts'
import type { Database } from '#kernel/database/index.ts'
import { defaultLimit, pageOf } from '#kernel/paging/index.ts'
import { listRepositories } from './github/repository-queries.ts'
import type { repositoryQuery, sourceRepositoryList } from './schemas.ts'

/** Repositories as GitHub listed them, by name. Who may see some streams only sees those of these streams. */
export async function readRepositories(
  database: Database,
  ctx: Context,
  { unassigned = false, gone = false, cursor, limit = defaultLimit }: z.output<typeof repositoryQuery>,
): Promise<z.output<typeof sourceRepositoryList>> {
  requirePermission(ctx, 'delivery:read')
  const streams = ctx.streams ? [...ctx.streams] : null
  const after = cursors.take(cursor)
  const rows = await database.tenantRead(ctx, (tx) =>
    tx.rows(listRepositories, { after, limit: limit + 1, unassigned, gone, streams }),
  )
  const { page, next } = pageOf(rows, limit, ({ name, id }) => cursors.give({ name: name.toLowerCase(), id }))
  return {
    repositories: page.map(({ defaultBranch, pushedAt, seenAt, goneAt, ...row }) => ({
      ...row,
      default_branch: defaultBranch,
      pushed_at: pushedAt?.toISOString() ?? null,
      seen_at: seenAt.toISOString(),
      gone_at: goneAt?.toISOString() ?? null,
    })),
    next_cursor: next,
  }
}

/** By name as the list is sorted: in small letters. */
const cursors = cursorsOf({ name: /[\x21-\x7e]{1,201}/, id: /[A-Za-z0-9_-]{1,60}/ })
