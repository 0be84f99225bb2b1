import type { z } from 'zod'
import { audit } from '#kernel/audit/index.ts'
import { type Context, requirePermission } from '#kernel/context/index.ts'
import type { TenantTx } from '#kernel/database/index.ts'
import type { EventLog } from '#kernel/events/index.ts'
import type { streamChange } from '../schemas.ts'
import type { StreamDeps } from './deps.ts'
import { deleteSources, insertSources, renameStream, type Stream, selectStream } from './queries.ts'
import { daysOf, lockedStream, publishDays, relinkAfter, requireAllStreams } from './stream-rules.ts'

/** Renames a stream or replaces its sources; the past moves with the sources. */
export async function changeStream(
  { database, eventLog }: StreamDeps,
  ctx: Context,
  id: string,
  change: z.output<typeof streamChange>,
): Promise<Stream> {
  requirePermission(ctx, 'delivery:write')
  requireAllStreams(ctx)
  return database.tenantTx(ctx, async (tx) => {
    const before = await lockedStream(tx, id)
    if (change.name !== undefined) await tx.run(renameStream, { id, name: change.name })
    if (change.sources) await replaceSources(tx, eventLog, before, change.sources)
    const after = (await tx.row(selectStream, { id }))!
    await audit(tx, ctx, { action: 'delivery.stream-changed', subject: `stream:${id}`, before, after })
    return after
  })
}

async function replaceSources(
  tx: TenantTx,
  eventLog: EventLog,
  { id, sources: before }: Stream,
  after: Stream['sources'],
) {
  const daysBefore = await daysOf(tx, id)
  await tx.run(deleteSources, { id })
  await tx.run(insertSources, { tenantId: tx.tenantId, id, sources: after })
  await relinkAfter(tx, eventLog, before, after)
  await publishDays(tx, eventLog, id, daysBefore, await daysOf(tx, id))
}
