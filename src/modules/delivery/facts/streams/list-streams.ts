import type { z } from 'zod'
import { type Context, requirePermission } from '#kernel/context/index.ts'
import type { Database } from '#kernel/database/index.ts'
import type { streamList } from '../schemas.ts'
import { type Stream, selectStream, selectStreams, selectUnassigned } from './queries.ts'
import { noStream, requireStream } from './stream-rules.ts'

/** The streams the actor may see; repositories without a stream only for who may see all. */
export async function listStreams(database: Database, ctx: Context): Promise<z.output<typeof streamList>> {
  requirePermission(ctx, 'delivery:read')
  return database.tenantRead(ctx, async (tx) => {
    const all = await tx.rows(selectStreams, undefined)
    if (ctx.streams) return { streams: all.filter(({ id }) => ctx.streams!.has(id)), unassigned_repositories: [] }
    const unassigned = await tx.rows(selectUnassigned, undefined)
    return { streams: all, unassigned_repositories: unassigned.map(({ repository }) => repository) }
  })
}

export async function readStream(database: Database, ctx: Context, id: string): Promise<Stream> {
  requirePermission(ctx, 'delivery:read')
  requireStream(ctx, id)
  const stream = await database.tenantRead(ctx, (tx) => tx.row(selectStream, { id }))
  if (!stream) throw noStream(id)
  return stream
}
