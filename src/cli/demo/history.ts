/** A believable year of a company that does not exist. Pure: the same seed and span give the same bytes. */
import { dayMs, startOfDay } from './calendar.ts'
import { teams } from './company.ts'
import { type DemoEvent, simulate } from './simulation.ts'
import { teamLife } from './team-life.ts'

/**
 * Everything that happened in the last `days` days before `now`, in the order of time. It begins on the first of a month, so
 * that within a month a later `now` only adds to the end and what was sent before is a redelivery.
 */
export function demoHistory(seed: string, days: number, now: Date): readonly DemoEvent[] {
  const until = now.getTime()
  const earliest = new Date(startOfDay(until) - days * dayMs)
  const from = Date.UTC(earliest.getUTCFullYear(), earliest.getUTCMonth(), 1)
  // Trends run over the span and end at the end of its last month, whatever the day is.
  const to = Date.UTC(now.getUTCFullYear(), now.getUTCMonth() + 1, 1)
  return teams
    .flatMap((team) => simulate(`${seed}/${team.id}`, { from, to, until }, (life) => teamLife(life, seed, team)))
    .sort((a, b) => a.at.getTime() - b.at.getTime())
}
