import type { z } from 'zod'
import { type Context, requirePermission } from '#kernel/context/index.ts'
import type { Database } from '#kernel/database/index.ts'
import { invalidRequest, Problem } from '#kernel/errors/index.ts'
import { defaultLimit } from '#kernel/paging/index.ts'
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
  const after = placeOf(cursor)
  const rows = await database.tenantRead(ctx, (tx) =>
    tx.rows(listRepositories, { after, limit: limit + 1, unassigned, gone, streams }),
  )
  const shown = rows.slice(0, limit)
  const last = shown.at(-1)
  return {
    repositories: shown.map(({ defaultBranch, pushedAt, seenAt, goneAt, ...row }) => ({
      ...row,
      default_branch: defaultBranch,
      pushed_at: pushedAt?.toISOString() ?? null,
      seen_at: seenAt.toISOString(),
      gone_at: goneAt?.toISOString() ?? null,
    })),
    next_cursor: rows.length > limit && last ? cursorOf(last) : null,
  }
}

const cursorOf = ({ name, id }: { name: string; id: string }) =>
  Buffer.from(`${name.toLowerCase()} ${id}`).toString('base64url')

function placeOf(cursor: string | undefined): { name: string; id: string } | null {
  if (cursor === undefined) return null
  const text = Buffer.from(cursor, 'base64url').toString('latin1')
  const [, name, id] = /^([\x21-\x7e]{1,201}) ([A-Za-z0-9_-]{1,60})$/.exec(text) ?? []
  // Decoding skips what is not base64url, so the text must also encode to the same cursor.
  if (!name || !id || Buffer.from(text).toString('base64url') !== cursor)
    throw new Problem(invalidRequest, 'The cursor is not one that this list gave out.', {
      errors: [{ pointer: 'query/cursor', detail: 'send next_cursor of the page before, unchanged' }],
    })
  return { name, id }
}
