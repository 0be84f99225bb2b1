/** Takes the snapshots of sprints: a new revision of each that differs from what the facts say. */
import type { TenantTx } from '#kernel/database/index.ts'
import type { EventLog } from '#kernel/events/index.ts'
import { readSetting } from '#kernel/settings/index.ts'
import {
  type Head,
  itemsOfSprints,
  type Kind,
  loadFacts,
  loadHeads,
  loadTaken,
  loadTakenItems,
  lockSprints,
  type NewHead,
  type NewSnapshot,
  rememberItems,
  sprintsOfItems,
  type Taken,
  writeHeads,
  writeSnapshotItems,
  writeSnapshots,
  writeSums,
} from './derive-queries.ts'
import { snapshotTaken } from './events.ts'
import { lateStartHours } from './settings.ts'
import {
  type Fact,
  type Items,
  type Life,
  lifeOf,
  pointsOf,
  type SnapshotItem,
  sameItem,
  sameItems,
  snapshotAtClose,
  snapshotAtStart,
} from './sprint-state.ts'

/** Names an item, or a sprint as `sprint:<id>`. */
export type Key = { readonly source: string; readonly key: string }

const sprintsAtOnce = 50
const idOf = (key: string): number | undefined => {
  const id = /^sprint:([0-9]{1,15})$/.exec(key)?.[1]
  return id === undefined ? undefined : Number(id)
}
export const keyOf = (sprint: number): string => `sprint:${sprint}`

/**
 * Takes what these facts touched, in the caller's transaction; returns how many revisions were written. A sprint that a named
 * item was ever in is taken again only where the item is not in it what it was.
 */
export async function takeSnapshots(tx: TenantTx, eventLog: EventLog, keys: readonly Key[]): Promise<number> {
  const jira = [...new Set(keys.filter(({ source }) => source === 'jira').map(({ key }) => key))]
  if (jira.length === 0) return 0
  // Statements after the lock have younger snapshots, so they see the facts that the lock's last holder could not.
  await tx.rows(lockSprints, { tenantId: tx.tenantId })
  const named = new Set(jira.flatMap((key) => idOf(key) ?? []))
  const items = jira.filter((key) => !key.startsWith('sprint:'))
  const differing = items.length === 0 ? [] : await sprintsThatDiffer(tx, items)
  const sprints = [...new Set([...named, ...differing])].sort((a, b) => a - b)
  return takeThese(tx, eventLog, sprints)
}

/** Takes these sprints, whatever named them; the caller holds the lock. */
export async function takeThese(tx: TenantTx, eventLog: EventLog, sprints: readonly number[]): Promise<number> {
  let written = 0
  for (let at = 0; at < sprints.length; at += sprintsAtOnce)
    written += await takeSome(tx, eventLog, sprints.slice(at, at + sprintsAtOnce))
  return written
}

/** Sprints in whose newest snapshots one of the items is not what its facts say. */
async function sprintsThatDiffer(tx: TenantTx, keys: readonly string[]): Promise<number[]> {
  await tx.run(rememberItems, { tenantId: tx.tenantId, keys })
  const ids = (await tx.rows(sprintsOfItems, { keys })).map(({ sprint }) => sprint)
  const heads = (await tx.rows(loadHeads, { sprints: ids })).filter(({ sealed }) => !sealed)
  if (heads.length === 0) return []
  const items: Items = Map.groupBy(await tx.rows(loadFacts, { keys }), ({ key }) => key)
  const taken = new Map(
    (await tx.rows(loadTakenItems, { sprints: heads.map(({ sprint }) => sprint), keys })).map((row) => [
      `${row.sprint} ${row.kind} ${row.key}`,
      { ...row, facts: [] },
    ]),
  )
  const differs = (head: Head) =>
    kindsOf(head).some((kind) => {
      const now = new Map(itemsOf(head.sprint, kind, items, head).map((item) => [item.key, item]))
      return keys.some((key) => !sameItem(now.get(key), taken.get(`${head.sprint} ${kind} ${key}`)))
    })
  return heads.filter(differs).map(({ sprint }) => sprint)
}

type Instants = Pick<Life, 'startedAt' | 'closedAt'>
const kindsOf = ({ startedAt, closedAt }: Instants): Kind[] => [
  ...(startedAt === null ? [] : (['start'] as const)),
  ...(closedAt === null ? [] : (['close'] as const)),
]
const itemsOf = (sprint: number, kind: Kind, items: Items, { startedAt, closedAt }: Instants): SnapshotItem[] =>
  kind === 'start' ? snapshotAtStart(sprint, items, startedAt!) : snapshotAtClose(sprint, items, startedAt, closedAt!)

async function takeSome(tx: TenantTx, eventLog: EventLog, ids: readonly number[]): Promise<number> {
  const heads = new Map((await tx.rows(loadHeads, { sprints: ids })).map((head) => [head.sprint, head]))
  const open = ids.filter((id) => !heads.get(id)?.sealed)
  if (open.length === 0) return 0
  const within = Map.groupBy(await tx.rows(itemsOfSprints, { sprints: open }), ({ sprint }) => sprint)
  const keys = new Set([...within.values()].flatMap((rows) => rows.map(({ key }) => key)))
  const facts = Map.groupBy(await tx.rows(loadFacts, { keys: [...keys, ...open.map(keyOf)] }), ({ key }) => key)
  const taken = await tx.rows(loadTaken, { sprints: open })
  const takenItems = Map.groupBy(
    await tx.rows(loadTakenItems, { sprints: open, keys: null }),
    ({ sprint, kind }) => `${sprint} ${kind}`,
  )
  const lateMs = (await readSetting(tx, lateStartHours)) * 3_600_000
  const newHeads: NewHead[] = []
  const snapshots: NewSnapshot[] = []
  for (const sprint of open) {
    const life = lifeOf(facts.get(keyOf(sprint)) ?? [], lateMs)
    if (!life) continue
    const items: Items = new Map(
      (within.get(sprint) ?? []).map(({ key }): [string, Fact[]] => [key, facts.get(key) ?? []]),
    )
    const head = heads.get(sprint)
    const revisions = { start: head?.startRevision ?? null, close: head?.closeRevision ?? null }
    for (const kind of kindsOf(life)) {
      const now = itemsOf(sprint, kind, items, life)
      const before = taken.find((one) => one.sprint === sprint && one.kind === kind)
      const known = (takenItems.get(`${sprint} ${kind}`) ?? []).map((row) => ({ ...row, facts: [] }))
      if (before && sameSnapshot(before, life, kind) && sameItems(now, inKeyOrder(known))) continue
      const revision = (revisions[kind] ?? 0) + 1
      revisions[kind] = revision
      snapshots.push(snapshotOf({ sprint, kind, revision, ...said(life, kind) }, now))
    }
    const next = { ...life, sprint, startRevision: revisions.start, closeRevision: revisions.close }
    if (!head || !sameHead(head, next)) newHeads.push(next)
  }
  if (newHeads.length > 0) await tx.run(writeHeads, { tenantId: tx.tenantId, heads: newHeads })
  if (snapshots.length === 0) return 0
  await tx.run(writeSnapshots, { tenantId: tx.tenantId, taken: snapshots })
  await tx.run(writeSnapshotItems, { tenantId: tx.tenantId, taken: snapshots })
  await tx.run(writeSums, { tenantId: tx.tenantId, taken: snapshots })
  await eventLog.publish(tx, snapshotTaken, {
    sprints: snapshots.map(({ sprint, kind, revision }) => ({ sprint, kind, revision })),
  })
  return snapshots.length
}

const inKeyOrder = (items: readonly SnapshotItem[]) => items.toSorted((a, b) => (a.key < b.key ? -1 : 1))
const said = (life: Life, kind: Kind) => ({
  board: life.board,
  name: life.name,
  takenFor: (kind === 'start' ? life.startedAt : life.closedAt)!,
  reconstructed: life.reconstructed,
})
const sameSnapshot = (taken: Taken, life: Life, kind: Kind) => {
  const { board, name, takenFor, reconstructed } = said(life, kind)
  return (
    taken.board === board && taken.name === name && taken.takenFor === takenFor && taken.reconstructed === reconstructed
  )
}
const sameHead = (head: Head, next: NewHead) =>
  (['board', 'name', 'startedAt', 'closedAt', 'reconstructed', 'startRevision', 'closeRevision'] as const).every(
    (field) => head[field] === next[field],
  )

function snapshotOf(taken: Taken, items: readonly SnapshotItem[]): NewSnapshot {
  const within = items.filter(({ outcome }) => outcome !== 'removed')
  const completed = items.filter(({ outcome }) => outcome === 'completed')
  const points = pointsOf(within)
  const isClose = taken.kind === 'close'
  return {
    ...taken,
    items,
    points,
    completedItems: isClose ? completed.length : null,
    completedPoints: isClose && points !== null ? (pointsOf(completed) ?? 0) : null,
  }
}
