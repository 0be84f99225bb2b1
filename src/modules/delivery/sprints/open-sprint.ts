/** Sprints that run, and the days of those that ran: from the facts, for nothing of that is frozen. */
import type { TenantTx } from '#kernel/database/index.ts'
import { itemsOfSprints, loadFacts } from './derive-queries.ts'
import { readDaysBetween } from './queries.ts'
import type { SprintReply } from './schemas.ts'
import { type Fact, type Items, itemAt, pointsOf, type SnapshotItem, snapshotAtClose } from './sprint-state.ts'

/** Projects in lower case, or null for all of them. */
export type Projects = ReadonlySet<string> | null
const isOf =
  (projects: Projects) =>
  ({ project }: { project: string }) =>
    projects === null || projects.has(project.toLowerCase())

/** The facts of the items of each sprint. */
export async function itemsBySprint(tx: TenantTx, sprints: readonly number[]): Promise<ReadonlyMap<number, Items>> {
  if (sprints.length === 0) return new Map()
  const within = await tx.rows(itemsOfSprints, { sprints })
  const facts = Map.groupBy(
    await tx.rows(loadFacts, { keys: [...new Set(within.map(({ key }) => key))] }),
    ({ key }) => key,
  )
  const bySprint = Map.groupBy(within, ({ sprint }) => sprint)
  return new Map(
    sprints.map((sprint) => [
      sprint,
      new Map((bySprint.get(sprint) ?? []).map(({ key }): [string, Fact[]] => [key, facts.get(key) ?? []])),
    ]),
  )
}

/** What became of an open sprint by `now`. */
export const liveItems = (
  sprint: number,
  items: Items,
  startedAt: Date,
  now: Date,
  projects: Projects,
): SnapshotItem[] => snapshotAtClose(sprint, items, startedAt.getTime(), now.getTime()).filter(isOf(projects))

const maxDays = 120

/** Scope and what of it is done, at the end of each day; null for what ran too long. */
export async function burnUp(
  tx: TenantTx,
  { sprint, items, projects }: { sprint: number; items: Items; projects: Projects },
  { from, to, timeZone }: { from: Date; to: Date; timeZone: string },
): Promise<SprintReply['burn_up']> {
  const days = await tx.rows(readDaysBetween, { from, to, timeZone, limit: maxDays + 1 })
  if (days.length > maxDays) return null
  return days.map(({ day, endsAt }) => {
    const within = [...items.values()].flatMap((facts) => {
      const then = itemAt(facts, endsAt.getTime())
      return then?.sprints.includes(sprint) && isOf(projects)(then) ? then : []
    })
    const done = within.filter((item) => item.done)
    const points = pointsOf(within)
    return {
      day,
      scope: { items: within.length, points },
      completed: { items: done.length, points: points === null ? null : (pointsOf(done) ?? 0) },
    }
  })
}
