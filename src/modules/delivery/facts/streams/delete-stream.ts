import { audit } from '#kernel/audit/index.ts'
import { type Context, requirePermission } from '#kernel/context/index.ts'
import type { StreamDeps } from './deps.ts'
import { deleteStreamRow } from './queries.ts'
import { daysOf, lockedStream, publishDays, requireAllStreams } from './stream-rules.ts'

/** Deletes a stream with its sources and links; facts stay and count for the whole tenant. */
export async function deleteStream({ database, eventLog }: StreamDeps, ctx: Context, id: string): Promise<void> {
  requirePermission(ctx, 'delivery:write')
  requireAllStreams(ctx)
  await database.tenantTx(ctx, async (tx) => {
    const before = await lockedStream(tx, id)
    const days = await daysOf(tx, id)
    await tx.run(deleteStreamRow, { id })
    await audit(tx, ctx, { action: 'delivery.stream-deleted', subject: `stream:${id}`, before })
    await publishDays(tx, eventLog, id, days, [])
  })
}
