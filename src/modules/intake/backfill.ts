/** Taking in what a source was asked for, because its webhook never arrived or it has none: the way of all events. */
import { AsyncLocalStorage } from 'node:async_hooks'
import { randomId } from '#kernel/clock/index.ts'
import { type Context, requirePermission } from '#kernel/context/index.ts'
import type { Database } from '#kernel/database/index.ts'
import type { GroupCommit } from './group-commit.ts'
import { knownDeliveries, type Origin } from './queries.ts'

/** An event as its webhook would have been. */
export type Backfilled = {
  readonly source: 'github' | 'jira'
  readonly type: string
  /** The sender's own where it is known, so that a late webhook is the same event. */
  readonly deliveryId: string
  readonly origin: Origin
  /** JSON. */
  readonly payload: Buffer
}

/** Given to the group commit at once, beside what arrives by itself. */
const atOnceEvents = 100
const atOnceBytes = 16 * 1024 * 1024

/** A flush is everybody's: it must not run in the context of a request that asked for this. */
const outsideRequests = AsyncLocalStorage.snapshot()

/**
 * Stores events durably; the number of those that were not known before. Repeating it adds nothing. Rejects with `intake/full`
 * or the database's problem; what was stored until then stays.
 */
export async function backfill(
  { database, groupCommit }: { database: Database; groupCommit: GroupCommit },
  ctx: Context,
  events: readonly Backfilled[],
): Promise<number> {
  requirePermission(ctx, 'events:write')
  let added = 0
  for (const some of portions(events)) {
    const known = new Set<string>()
    for (const [source, group] of Map.groupBy(some, (event) => event.source))
      for (const id of await deliveriesKnown(
        database,
        ctx,
        source,
        group.map(({ deliveryId }) => deliveryId),
      ))
        known.add(`${source} ${id}`)
    const fresh = some.filter(({ source, deliveryId }) => !known.has(`${source} ${deliveryId}`))
    const requestId = randomId()
    await Promise.all(
      fresh.map(({ payload, ...event }) =>
        outsideRequests(() =>
          groupCommit.accept({
            ...event,
            tenantId: ctx.tenantId,
            connectionId: null,
            contentType: 'application/json',
            requestId,
            body: payload,
          }),
        ),
      ),
    )
    added += fresh.length
  }
  return added
}

export async function deliveriesKnown(
  database: Database,
  ctx: Pick<Context, 'tenantId'>,
  source: string,
  ids: readonly string[],
): Promise<ReadonlySet<string>> {
  if (ids.length === 0) return new Set()
  const rows = await database.tenantTx(ctx, (tx) => tx.rows(knownDeliveries, { sources: ids.map(() => source), ids }))
  return new Set(rows.map(({ deliveryId }) => deliveryId))
}

function portions(events: readonly Backfilled[]): Backfilled[][] {
  const made: Backfilled[][] = []
  let bytes = 0
  for (const event of events) {
    const last = made.at(-1)
    if (!last || last.length >= atOnceEvents || bytes + event.payload.length > atOnceBytes) {
      made.push([event])
      bytes = event.payload.length
    } else {
      last.push(event)
      bytes += event.payload.length
    }
  }
  return made
}
