import type { z } from 'zod'
import { audit } from '#kernel/audit/index.ts'
import { type Context, requirePermission } from '#kernel/context/index.ts'
import { Problem } from '#kernel/errors/index.ts'
import { streamExists } from '../problems.ts'
import type { newStream } from '../schemas.ts'
import type { StreamDeps } from './deps.ts'
import { insertSources, insertStream, type Stream, selectStream } from './queries.ts'
import { daysOf, publishDays, relinkAfter, requireAllStreams } from './stream-rules.ts'

/** Makes a stream; what its sources did in the past becomes its own. */
export async function createStream(
  { database, eventLog }: StreamDeps,
  ctx: Context,
  input: z.output<typeof newStream>,
): Promise<Stream> {
  requirePermission(ctx, 'delivery:write')
  requireAllStreams(ctx)
  const { id, kind, name, sources } = input
  return database.tenantTx(ctx, async (tx) => {
    const { tenantId } = tx
    const made = await tx.run(insertStream, { tenantId, id, kind, name })
    if (made === 0) throw new Problem(streamExists, `There is a stream ${id} already.`)
    await tx.run(insertSources, { tenantId, id, sources })
    const after = (await tx.row(selectStream, { id }))!
    await audit(tx, ctx, { action: 'delivery.stream-created', subject: `stream:${id}`, after })
    await relinkAfter(tx, eventLog, [], after.sources)
    await publishDays(tx, eventLog, id, [], await daysOf(tx, id))
    return after
  })
}
