/** How far a poller got: read at the start of a scope, moved in the transaction that keeps what a page said. */
import type { z } from 'zod'
import type { Database, TenantTx } from '#kernel/database/index.ts'
import { pollingContext } from './deps.ts'
import { Halt } from './halt.ts'
import { cursorsOf, ensureCursor, moveCursor, noteCursor, setNextAllowed, sourceStanding } from './queries.ts'

export type Cursor<P> = {
  readonly poller: string
  readonly scope: string
  readonly version: number
  readonly position: P
}

/** The cursor of a scope, made where there is none; a position of another form begins anew. */
export async function openCursor<S extends z.ZodType>(
  database: Database,
  poller: string,
  scope: string,
  shape: S,
  start: z.output<S>,
): Promise<Cursor<z.output<S>>> {
  const row = await database.tenantTx(pollingContext, async (tx) => {
    await tx.run(ensureCursor, { tenantId: tx.tenantId, poller, scope })
    return (await tx.rows(cursorsOf, { poller, scope }))[0]
  })
  const parsed = shape.safeParse(row?.position)
  return { poller, scope, version: row?.version ?? 0, position: parsed.success ? parsed.data : start }
}

/** Throws `overtaken` where another run moved it meanwhile; then nothing of this transaction happened. */
export async function move<P>(tx: TenantTx, cursor: Cursor<P>, position: P): Promise<Cursor<P>> {
  const { poller, scope, version } = cursor
  const moved = await tx.run(moveCursor, { poller, scope, version, position: JSON.stringify(position) })
  if (moved === 0) throw new Halt('overtaken', 'another run is at it')
  return { ...cursor, version: version + 1, position }
}

/** How a scope ended this time, for people. */
export const note = (
  database: Database,
  { poller, scope }: { poller: string; scope: string },
  ended: { outcome: string | null; error: string | null },
): Promise<number> =>
  database.tenantTx(pollingContext, async (tx) => {
    await tx.run(ensureCursor, { tenantId: tx.tenantId, poller, scope })
    return tx.run(noteCursor, { poller, scope, ...ended })
  })

/** Scopes in the order in which they are to be asked: those that waited longest first, so that a run that ends early starves none. */
async function inTurn(database: Database, poller: string, scopes: readonly string[]): Promise<string[]> {
  const rows = await database.tenantTx(pollingContext, (tx) => tx.rows(cursorsOf, { poller, scope: null }))
  const last = new Map(rows.map(({ scope, lastRunAt }) => [scope, lastRunAt?.getTime() ?? 0]))
  return [...scopes].sort((a, b) => (last.get(a) ?? 0) - (last.get(b) ?? 0) || (a < b ? -1 : 1))
}

/** So many scopes may fail by themselves before the source is what fails. */
const mostFailures = 3

/**
 * Asks one scope after the other. One that fails or takes all that a run may is noted, and comes last the next time; the others have
 * their turn. Throws the first failure at the end.
 */
export async function eachInTurn(
  database: Database,
  poller: string,
  scopes: readonly string[],
  ask: (scope: string) => Promise<unknown>,
): Promise<void> {
  const failures: Halt[] = []
  for (const scope of await inTurn(database, poller, scopes))
    try {
      await ask(scope)
    } catch (error) {
      if (!(error instanceof Halt) || error.reason === 'overtaken') throw error
      await note(database, { poller, scope }, { outcome: null, error: error.message })
      if (error.reason === 'failed') failures.push(error)
      if (error.reason !== 'failed' || failures.length >= mostFailures) throw error
    }
  if (failures[0]) throw failures[0]
}

/** Until when a source takes no requests; null when it does. */
export async function waitsUntil(database: Database, source: string): Promise<Date | null> {
  const row = await database.tenantTx(pollingContext, (tx) => tx.row(sourceStanding, { source }))
  return row?.until ?? null
}

export const keepWait = (database: Database, source: string, until: Date): Promise<void> =>
  database.tenantTx(pollingContext, async (tx) => {
    await tx.run(ensureCursor, { tenantId: tx.tenantId, poller: source, scope: '' })
    await tx.run(setNextAllowed, { source, until })
  })
