/** Makes work items equal to their facts again. */
import type { TenantTx } from '#kernel/database/index.ts'
import type { EventLog } from '#kernel/events/index.ts'
import { itemsChanged } from './events.ts'
import {
  type DerivedItem,
  deleteItems,
  type ItemKey,
  loadItemFacts,
  loadSealed,
  lockItems,
  writeItems,
} from './item-queries.ts'
import { addHistories, historyOf, type ItemFact, type ItemHistory, stateOf } from './item-state.ts'

/** Items a statement. */
const itemsAtOnce = 2000

/**
 * Derives these items in the caller's transaction; returns how many differed from what was stored. `going` are facts that this
 * transaction purges: what they say is kept in the items (sealed).
 */
export async function deriveItems(
  tx: TenantTx,
  eventLog: EventLog,
  keys: readonly ItemKey[],
  going: readonly ItemFact[] = [],
): Promise<number> {
  const distinct = distinctItems(keys)
  if (distinct.length === 0) return 0
  // Statements after the lock have younger snapshots, so they see the facts that the lock's last holder could not.
  await tx.rows(lockItems, { tenantId: tx.tenantId })
  let differed = 0
  for (let at = 0; at < distinct.length; at += itemsAtOnce)
    differed += await deriveSome(tx, eventLog, distinct.slice(at, at + itemsAtOnce), going)
  return differed
}

async function deriveSome(
  tx: TenantTx,
  eventLog: EventLog,
  keys: readonly ItemKey[],
  going: readonly ItemFact[],
): Promise<number> {
  const facts = Map.groupBy(await tx.rows(loadItemFacts, { keys }), idOf)
  const sealed = new Map((await tx.rows(loadSealed, { keys })).map((row) => [idOf(row), row.history]))
  const leaving = Map.groupBy(going, idOf)
  const items: DerivedItem[] = []
  const gone: ItemKey[] = []
  for (const key of keys) {
    const id = idOf(key)
    const kept = [sealed.get(id), historyOf(leaving.get(id) ?? [])]
    const history = sum([...kept, historyOf(facts.get(id) ?? [])])
    if (history) items.push({ ...key, state: stateOf(key.source, history), sealed: sum(kept) })
    else gone.push(key)
  }
  const written = items.length === 0 ? [] : await tx.rows(writeItems, { tenantId: tx.tenantId, items })
  const deleted = gone.length === 0 ? 0 : await tx.run(deleteItems, { keys: gone })
  if (written.length + deleted > 0) await eventLog.publish(tx, itemsChanged, { items: written })
  return written.length + deleted
}

function sum(histories: readonly (ItemHistory | undefined)[]): ItemHistory | undefined {
  const [first, ...others] = histories.filter((history) => history !== undefined)
  return first && addHistories(first, ...others)
}

const idOf = ({ source, key }: ItemKey): string => `${source}:${key}`

/** Sprints have facts of the same kind and are no items. */
const distinctItems = (keys: readonly ItemKey[]): ItemKey[] =>
  [...new Map(keys.filter(({ key }) => !key.startsWith('sprint:')).map((one) => [idOf(one), one])).values()].sort(
    (a, b) => (idOf(a) < idOf(b) ? -1 : 1),
  )
