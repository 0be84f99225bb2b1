/** A repository's pull requests that changed, compared with the facts: openings and ends that are missing are told as their webhooks. */
import { z } from 'zod'
import { openCursor } from '../cursors.ts'
import { type Deps, pollingContext } from '../deps.ts'
import { bringIn, type PageOf, turn, writeDown } from '../gaps/page.ts'
import { Halt } from '../halt.ts'
import type { Reader } from '../reader.ts'
import { type GitHubPull, paths, pullsReply } from './api.ts'
import type { Looked } from './hook-deliveries.ts'
import { eventsOfPull } from './shape-pull.ts'

const pullPage: PageOf = { source: 'github', kind: 'pull_request', origin: 'poll' }
export const pullsPoller = 'github-pulls'

/** How far the first look goes back, in changes. */
const firstLookMs = 30 * 24 * 3_600_000
/** Openings and ends further back are left alone: what the facts knew of them may be archived. */
const reachMs = 90 * 24 * 3_600_000
/** Younger ones may still be on their way. */
const graceMs = 15 * 60_000
const mostPages = 200

const position = z.object({
  since: z.string().nullable(),
  etag: z.string().nullable(),
  pass: z.object({ newest: z.string(), next: z.string(), etag: z.string().nullable() }).nullable(),
})
type Position = z.output<typeof position>

/**
 * Newest changes first, down to those of the last look. A change meanwhile moves its pull request to the top and all below it down, so
 * pages repeat and never skip; what moved is above `newest`, and the next look's.
 */
export async function lookAtPulls(deps: Deps, reader: Reader, repository: string, now: Date): Promise<Looked> {
  const begin: Position = { since: null, etag: null, pass: null }
  let cursor = await openCursor(deps.database, pullsPoller, repository.toLowerCase(), position, begin)
  const { since, etag } = cursor.position
  const floor = since === null ? now.getTime() - firstLookMs : Date.parse(since)
  const first = paths.pulls(repository)
  const looked: Looked = { expected: 0, missing: 0, filled: 0 }
  const visited = new Set<string>()
  let path = cursor.position.pass?.next ?? first
  while (visited.size < mostPages) {
    if (visited.has(path)) throw new Halt('failed', `GitHub's pages go in a circle (${path})`)
    visited.add(path)
    const answer = await reader.get(path, pullsReply, path === first ? (etag ?? undefined) : undefined)
    if (answer.kind === 'unchanged') return looked
    if (answer.kind === 'refused') return { ...looked, refused: answer.status }
    const pulls = answer.value
    const times = pulls.map(({ updated_at: at }) => Date.parse(at))
    const { pass } = cursor.position
    const newest = pass?.newest ?? newestOf(times, floor, now)
    const firstEtag = pass ? pass.etag : settled(times, now) ? answer.etag : null
    const over = answer.next === null || pulls.length === 0 || times.some((at) => at < floor)
    const after: Position = over
      ? { since: newest, etag: firstEtag, pass: null }
      : { since, etag, pass: { newest, next: answer.next!, etag: firstEtag } }
    const wanted = pulls.filter((_, index) => times[index]! >= floor)
    const { lacking, expected, known } = await compare(deps, wanted, since, now)
    await writeDown(deps.database, pullPage, lacking)
    looked.filled += await bringIn(deps, pullPage, lacking)
    cursor = await turn(deps.database, cursor, pullPage, { position: after, expected, known, failed: [] })
    looked.expected += expected.length
    looked.missing += lacking.length
    if (over) return looked
    path = answer.next!
  }
  throw new Halt('budget', `${mostPages} pages of ${repository} are enough for one run`)
}

/** Old enough that the next look may trust an unchanged first page. */
const settled = (times: readonly number[], now: Date) => times.every((at) => at < now.getTime() - graceMs)

/** Where the next look ends: never above what may still be on its way, never below this look's own end. */
const newestOf = (times: readonly number[], floor: number, now: Date): string =>
  new Date(Math.max(Math.min(Math.max(...times, floor), now.getTime() - graceMs), floor)).toISOString()

async function compare(deps: Deps, pulls: readonly GitHubPull[], since: string | null, now: Date) {
  const events = pulls.flatMap(eventsOfPull).filter(({ occurredAt }) => {
    const age = now.getTime() - occurredAt.getTime()
    return age >= graceMs && age <= reachMs
  })
  const told = await deps.facts.knownPullRequestEvents(pollingContext, events)
  const unheard = events.filter((_, index) => !told[index])
  // Told before, and waiting or a dead letter since: that is another matter than missing.
  const ids = unheard.map(({ deliveryId }) => deliveryId)
  const queued = await deps.intake.knownDeliveries(pollingContext, 'github', ids)
  return {
    /** By now all of them came in, one way or another: none is a gap any more, whichever run found it. */
    known: events.map(({ deliveryId }) => deliveryId),
    expected: events
      .filter(({ occurredAt }) => since === null || occurredAt > new Date(since))
      .map(({ occurredAt }) => occurredAt),
    lacking: unheard
      .filter(({ deliveryId }) => !queued.has(deliveryId))
      .map((event) => ({
        deliveryId: event.deliveryId,
        type: 'pull_request',
        subject: `${event.repository}#${event.prNumber} ${event.action}`,
        place: null,
        occurredAt: event.occurredAt,
        payload: event.payload(),
      })),
  }
}
