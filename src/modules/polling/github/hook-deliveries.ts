/** One webhook's log at GitHub, compared with what came in: what never did is fetched, under its own delivery id. */
import { z } from 'zod'
import { type Cursor, openCursor } from '../cursors.ts'
import { type Deps, pollingContext } from '../deps.ts'
import { bringIn, type Found, type PageOf, turn, writeDown } from '../gaps/page.ts'
import type { Missing } from '../gaps/queries.ts'
import { Halt } from '../halt.ts'
import type { Reader } from '../reader.ts'
import { deliveriesReply, deliveryReply, type GitHubDelivery, paths } from './api.ts'

export const deliveryPage: PageOf = { source: 'github', kind: 'delivery', origin: 'delivery' }
const deliveriesPoller = 'github-deliveries'

/** GitHub keeps them for three days. */
const keptMs = 3 * 24 * 3_600_000
/** Deliveries that ended late stand below newer ones: so far below what was seen is looked again, and not counted again. */
const overlapMs = 10 * 60_000
const mostPages = 500

const position = z.object({
  /** Looked at until here. */
  since: z.string().nullable(),
  /** A look that is not at its end: what it began with, and its next page. */
  pass: z.object({ newest: z.string(), next: z.string() }).nullable(),
})
type Position = z.output<typeof position>
export type Looked = { expected: number; missing: number; filled: number; refused?: number }

/** `scope` as `/repos/acme/shop`; `now` is the database's. */
export async function lookAtHook(
  deps: Deps,
  reader: Reader,
  hook: { readonly scope: string; readonly id: string },
  now: Date,
): Promise<Looked> {
  const begin: Position = { since: null, pass: null }
  let cursor = await openCursor(deps.database, deliveriesPoller, `${hook.scope}#${hook.id}`, position, begin)
  const { since } = cursor.position
  const floor = since === null ? now.getTime() - keptMs : Date.parse(since) - overlapMs
  const first = paths.deliveries(hook.scope, hook.id)
  const looked: Looked = { expected: 0, missing: 0, filled: 0 }
  const visited = new Set<string>()
  let path = cursor.position.pass?.next ?? first
  while (visited.size < mostPages) {
    if (visited.has(path)) throw new Halt('failed', `GitHub's pages go in a circle (${path})`)
    visited.add(path)
    const answer = await reader.get(path, deliveriesReply)
    if (answer.kind !== 'ok') {
      // A page of long ago is no page any more: from the top.
      if (path !== first && cursor.position.pass && visited.size === 1) {
        cursor = { ...cursor, position: { since, pass: null } }
        path = first
        continue
      }
      return { ...looked, refused: answer.kind === 'refused' ? answer.status : 304 }
    }
    const items = answer.value
    const times = items.map(({ delivered_at: at }) => Date.parse(at))
    const newest = cursor.position.pass?.newest ?? newestOf(times, floor, since, now)
    const over = answer.next === null || items.length === 0 || times.some((at) => at < floor)
    const wanted = distinct(items.filter((_, index) => times[index]! >= floor))
    const after = over ? { since: newest, pass: null } : { since, pass: { newest, next: answer.next! } }
    const page = await endPage(deps, reader, hook, cursor, wanted, after)
    cursor = page.cursor
    looked.expected += page.expected
    looked.missing += page.missing
    looked.filled += page.filled
    if (over) return looked
    path = answer.next!
  }
  throw new Halt('budget', `${mostPages} pages of one webhook are enough for one run`)
}

/** Never in the future, whatever was said: the next look would see nothing until then. */
const newestOf = (times: readonly number[], floor: number, since: string | null, now: Date): string =>
  new Date(Math.min(Math.max(...times, since === null ? floor : Date.parse(since)), now.getTime())).toISOString()

/** A redelivery has the id of its first delivery. */
function distinct(items: readonly GitHubDelivery[]): GitHubDelivery[] {
  const byGuid = new Map<string, GitHubDelivery>()
  for (const item of items) if (!byGuid.has(item.guid) || !item.redelivery) byGuid.set(item.guid, item)
  return [...byGuid.values()]
}

async function endPage(
  deps: Deps,
  reader: Reader,
  { scope, id }: { scope: string; id: string },
  cursor: Cursor<Position>,
  wanted: readonly GitHubDelivery[],
  after: Position,
) {
  const ids = wanted.map(({ guid }) => guid)
  const known = await deps.intake.knownDeliveries(pollingContext, 'github', ids)
  const lacking = wanted.filter(({ guid }) => !known.has(guid))
  const missing = lacking.map(
    (one): Missing => ({
      deliveryId: one.guid,
      type: one.event,
      subject: scope.replace(/^\/(repos|orgs)\//, ''),
      place: paths.delivery(scope, id, one.id),
      occurredAt: new Date(one.delivered_at),
    }),
  )
  await writeDown(deps.database, deliveryPage, missing)
  const found: Found[] = []
  for (const one of missing) found.push(await fetchDelivery(reader, one))
  const filled = await bringIn(deps, deliveryPage, found)
  const had = found.filter(({ payload }) => payload !== undefined).map(({ deliveryId }) => deliveryId)
  const { since } = cursor.position
  const expected = wanted
    .filter(({ delivered_at: at, redelivery }) => !redelivery && (since === null || Date.parse(at) > Date.parse(since)))
    .map(({ delivered_at: at }) => new Date(at))
  const turned = await turn(deps.database, cursor, deliveryPage, {
    position: after,
    expected,
    known: [...known, ...had],
    failed: found.filter(({ payload }) => payload === undefined),
  })
  return { cursor: turned, expected: expected.length, missing: missing.length, filled }
}

/** What GitHub sent, as far as it still knows. */
export async function fetchDelivery<M extends Pick<Missing, 'deliveryId' | 'type' | 'place'>>(
  reader: Reader,
  missing: M,
): Promise<M & { payload: Buffer | undefined; error?: string }> {
  const answer = await reader.get(missing.place!, z.unknown())
  if (answer.kind === 'refused') {
    const error = `GitHub answered ${answer.status}${answer.said === '' ? '' : `: ${answer.said}`}`
    return { ...missing, payload: undefined, error }
  }
  // One that is not as it should be is its own fault, and stops no others.
  const parsed = deliveryReply.safeParse(answer.kind === 'ok' ? answer.value : undefined)
  if (!parsed.success || parsed.data.guid !== missing.deliveryId)
    return { ...missing, payload: undefined, error: 'GitHub answered with something else' }
  const { payload } = parsed.data.request
  if (typeof payload !== 'object' || payload === null)
    return { ...missing, payload: undefined, error: 'GitHub has its payload no longer' }
  return { ...missing, payload: Buffer.from(JSON.stringify(payload)) }
}
