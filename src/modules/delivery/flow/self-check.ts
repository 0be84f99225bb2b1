/** The nightly proof that work items equal their facts; the first one makes the items of facts that are older than this module. */
import type { Database } from '#kernel/database/index.ts'
import type { EventLog } from '#kernel/events/index.ts'
import { deriveItems } from './derive-items.ts'
import { listItemKeys, listTenants } from './item-queries.ts'

type Deps = { readonly database: Database; readonly eventLog: EventLog }
type SelfCheck = { readonly checked: number; readonly differed: number }

/** A transaction each, so that live deriving of the same tenant waits only briefly. */
const itemsAtOnce = 1000

/** Derives all items of a tenant again; safe to repeat. */
async function recompute({ database, eventLog }: Deps, tenantId: string): Promise<SelfCheck> {
  let [checked, differed] = [0, 0]
  let last = { source: '', key: '' }
  for (;;) {
    const page = await database.tenantTx(
      { tenantId },
      async (tx) => {
        const keys = await tx.rows(listItemKeys, { ...last, limit: itemsAtOnce })
        return { keys, differed: await deriveItems(tx, eventLog, keys) }
      },
      { statementTimeoutMs: 120_000 },
    )
    checked += page.keys.length
    differed += page.differed
    last = page.keys.at(-1) ?? last
    if (page.keys.length < itemsAtOnce) return { checked, differed }
  }
}

/** All tenants; the text is part of the schedule's outcome. */
export async function selfCheck(deps: Deps): Promise<string> {
  const tenants = await deps.database.platformTx('list tenants to check work items', (tx) =>
    tx.rows(listTenants, undefined),
  )
  let [checked, differed] = [0, 0]
  for (const { id } of tenants) {
    const result = await recompute(deps, id)
    checked += result.checked
    differed += result.differed
  }
  return `${checked} work items checked, ${differed} differed from the facts and were repaired`
}
