/**
 * What a work item is, from all that was said about it. Pure: the state is a function of the *set* of the facts, so neither order nor
 * repetition matters. In between stands the history, facts cut down to what the state needs: it is what stays of facts that are
 * purged, and histories of parts of the facts add up to the history of all (`addHistories`).
 */
import { z } from 'zod'

/** A row of `work_item_events`; times are milliseconds since 1970. */
export const itemFact = z.object({
  source: z.string(),
  key: z.string(),
  externalId: z.string(),
  projectKey: z.string(),
  itemType: z.string().nullable(),
  action: z.string(),
  field: z.string().nullable(),
  toValue: z.string().nullable(),
  points: z.number().nullable(),
  occurredAt: z.number(),
})
export type ItemFact = z.output<typeof itemFact>

const categories = ['new', 'indeterminate', 'done'] as const
type Category = (typeof categories)[number]

/** Something said at a time. `turn` orders what was said at one instant: −1 at the creation, else the number of the change. */
const said = <V extends z.ZodType>(value: V) => z.object({ at: z.number(), turn: z.number(), value })
export const itemHistory = z.object({
  created: z.number().nullable(),
  deleted: z.number().nullable(),
  /** The latest fact that is no deletion: an item that is heard of later is there again. */
  heard: z.number().nullable(),
  moves: z.array(said(z.enum(categories))),
  status: said(z.string()).nullable(),
  points: said(z.number().nullable()).nullable(),
  project: said(z.string()),
  type: said(z.string()).nullable(),
})
export type ItemHistory = z.output<typeof itemHistory>
type Said<V> = { readonly at: number; readonly turn: number; readonly value: V }

export type ItemState = {
  readonly projectKey: string
  readonly itemType: string | null
  readonly createdAt: number | null
  readonly startedAt: number | null
  readonly finishedAt: number | null
  readonly reopened: number
  readonly points: number | null
  readonly status: string | null
  readonly statusCategory: Category | null
  readonly activeSeconds: number | null
  readonly deletedAt: number | null
}

/** Histories of sets of facts of one item → the history of all of them. Commutative, associative, idempotent. */
export function addHistories(first: ItemHistory, ...others: readonly ItemHistory[]): ItemHistory {
  const all = [first, ...others]
  const over = <T>(of: (history: ItemHistory) => T, pick: (a: T, b: T) => T): T => all.map(of).reduce(pick)
  const moves = new Map(
    all.flatMap((history) => history.moves).map((move) => [`${move.at} ${move.turn} ${move.value}`, move]),
  )
  return {
    created: over(({ created }) => created, least),
    deleted: over(({ deleted }) => deleted, greatest),
    heard: over(({ heard }) => heard, greatest),
    moves: [...moves.values()].sort(inOrder),
    status: over(({ status }) => status, latest),
    points: over(({ points }) => points, latest),
    project: over(({ project }) => project, latest),
    type: over(({ type }) => type, latest),
  }
}

/** Undefined without facts. */
export function historyOf(facts: readonly ItemFact[]): ItemHistory | undefined {
  const [first, ...others] = facts.map(historyOfFact)
  return first && addHistories(first, ...others)
}

function historyOfFact(fact: ItemFact): ItemHistory {
  const { action, field, occurredAt: at } = fact
  const turn = turnOf(fact)
  const category = categoryOf(fact)
  const status = action === 'created' || field === 'status' ? fact.toValue : null
  const isDeletion = action === 'deleted'
  return {
    created: action === 'created' ? at : null,
    deleted: isDeletion ? at : null,
    heard: isDeletion ? null : at,
    moves: category ? [{ at, turn, value: category }] : [],
    status: status === null ? null : { at, turn, value: status },
    points: field === 'points' ? { at, turn, value: fact.points } : null,
    project: { at, turn, value: fact.projectKey },
    type: fact.itemType === null ? null : { at, turn, value: fact.itemType },
  }
}

/** Jira tells categories; GitHub's issues are open or closed, and in work where somebody said so (`facts/github/issues.ts`). */
function categoryOf({ source, action, field, toValue }: ItemFact): Category | undefined {
  if (field === 'status_category') return categories.find((category) => category === toValue)
  if (source !== 'github') return undefined
  if (action === 'created') return 'new'
  if (action === 'closed') return 'done'
  return action === 'reopened' ? 'indeterminate' : undefined
}

/** Changes are numbered by who sends them: `<change>:<field>:<n>`. */
function turnOf({ externalId, action }: ItemFact): number {
  if (action === 'created' || externalId.startsWith('created')) return -1
  const number = Number(externalId.split(':')[0])
  return Number.isFinite(number) ? number : 0
}

/** What an item is. Its finish is the last; its start the first, whatever came after. */
export function stateOf(source: string, history: ItemHistory): ItemState {
  const { created, deleted, heard, moves } = history
  const { finishedAt, reopened } = finishOf(moves)
  const startedAt = source === 'github' ? githubStart(history) : startOf(history)
  const measured = source !== 'github' && startedAt !== null && finishedAt !== null
  return {
    projectKey: history.project.value,
    itemType: history.type?.value ?? null,
    createdAt: created,
    startedAt,
    finishedAt,
    reopened,
    points: history.points?.value ?? null,
    status: history.status?.value ?? null,
    statusCategory: moves.at(-1)?.value ?? null,
    activeSeconds: measured ? activeSeconds(moves, startedAt, finishedAt) : null,
    deletedAt: deleted !== null && (heard === null || heard <= deleted) ? deleted : null,
  }
}

function finishOf(moves: ItemHistory['moves']) {
  let finishedAt: number | null = null
  let reopened = 0
  for (const { at, value } of moves)
    if (value === 'done') finishedAt ??= at
    else if (finishedAt !== null) {
      finishedAt = null
      reopened++
    }
  return { finishedAt, reopened }
}

/** The first move out of `new`. What was done when it was first heard of starts when it is seen in work, or never. */
function startOf({ created, moves }: ItemHistory): number | null {
  const first = moves.findIndex(({ value }) => value !== 'new')
  if (first === 0 && created === null) return moves.find(({ value }) => value === 'indeterminate')?.at ?? null
  return moves[first]?.at ?? null
}

/** The first sign of work before it was first closed; without one, its creation. */
function githubStart({ created, moves }: ItemHistory): number | null {
  const first = moves.find(({ value }) => value !== 'new')
  if (first?.value === 'indeterminate') return first.at
  return first ? least(created, created === null ? null : first.at) : created
}

function activeSeconds(moves: ItemHistory['moves'], from: number, to: number): number {
  let ms = 0
  for (const [index, { at, value }] of moves.entries())
    if (value === 'indeterminate') ms += Math.max(0, Math.min(moves[index + 1]?.at ?? to, to) - Math.max(at, from))
  return Math.floor(ms / 1000)
}

const least = (a: number | null, b: number | null) => (a === null ? b : b === null ? a : Math.min(a, b))
const greatest = (a: number | null, b: number | null) => (a === null ? b : b === null ? a : Math.max(a, b))

/** At one instant and one turn what comes later in the life of an item is said later. */
const rank = (value: unknown): string =>
  `${categories.indexOf(value as Category)} ${typeof value === 'number' ? String(value).padStart(20, '0') : String(value)}`
function inOrder<V>(a: Said<V>, b: Said<V>): number {
  const [left, right] = [rank(a.value), rank(b.value)]
  return a.at - b.at || a.turn - b.turn || (left < right ? -1 : left > right ? 1 : 0)
}
const latest = <S extends Said<unknown> | null>(a: S, b: S): S =>
  a === null || (b !== null && inOrder(a, b) < 0) ? b : a
