/**
 * What every poller does with a page: what is missing is written down first, then brought in, and only then the cursor moves, in the
 * transaction that counts the page. So a run may die anywhere: the page is looked at again, nothing is lost and nothing counted twice.
 */
import type { Database } from '#kernel/database/index.ts'
import type { Backfilled } from '#modules/intake/index.ts'
import { type Cursor, move } from '../cursors.ts'
import { type Deps, pollingContext } from '../deps.ts'
import { closeGaps, countExpected, failGaps, insertMissing, type Missing } from './queries.ts'

export type Found = Missing & {
  /** Undefined where it could not be had; `error` says why. */
  readonly payload: Buffer | undefined
  readonly error?: string | undefined
}

export type PageOf = {
  readonly source: 'github' | 'jira'
  readonly kind: string
  readonly origin: Backfilled['origin']
}

export const writeDown = (
  database: Database,
  { source, kind }: PageOf,
  missing: readonly Missing[],
): Promise<unknown> =>
  missing.length === 0
    ? Promise.resolve()
    : database.tenantTx(pollingContext, (tx) => tx.run(insertMissing, { tenantId: tx.tenantId, source, kind, missing }))

/** Hands what was found to intake; returns how many of it were new there. */
export async function bringIn({ intake }: Pick<Deps, 'intake'>, of: PageOf, found: readonly Found[]): Promise<number> {
  const events = found.flatMap(({ type, deliveryId, payload }) =>
    payload ? [{ source: of.source, type, deliveryId, origin: of.origin, payload }] : [],
  )
  return events.length === 0 ? 0 : intake.backfill(pollingContext, events)
}

/** Ends a page. `known` are the ids of it that intake has, those just brought included. */
export async function turn<P>(
  database: Database,
  cursor: Cursor<P>,
  { source, kind }: PageOf,
  page: {
    readonly position: P
    readonly expected: readonly Date[]
    readonly known: readonly string[]
    readonly failed: readonly Found[]
  },
): Promise<Cursor<P>> {
  const { position, expected, known, failed } = page
  return database.tenantTx(pollingContext, async (tx) => {
    const moved = await move(tx, cursor, position)
    if (expected.length > 0) await tx.run(countExpected, { tenantId: tx.tenantId, source, kind, times: expected })
    if (known.length > 0) await tx.run(closeGaps, { source, ids: known })
    if (failed.length > 0)
      await tx.run(failGaps, {
        source,
        ids: failed.map(({ deliveryId }) => deliveryId),
        errors: failed.map(({ error }) => error ?? 'not told'),
      })
    return moved
  })
}
