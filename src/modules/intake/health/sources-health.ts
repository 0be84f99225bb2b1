/** How each source of a tenant does: from what arrived, what died and what was refused. */
import type { z } from 'zod'
import type { Context } from '#kernel/context/index.ts'
import type { Database } from '#kernel/database/index.ts'
import { readSetting } from '#kernel/settings/index.ts'
import { sourceFigures } from './queries.ts'
import {
  failingDeadLetters,
  failingPercent,
  otherStaleAfterMinutes,
  signatureFailuresHigh,
  staleAfterMinutes,
} from './settings.ts'

export type SourceHealth = {
  readonly source: string
  readonly status: 'healthy' | 'stale' | 'failing' | 'no_data'
  readonly lastEventAt: Date | null
  /** Kept by the hour: the part of the hour before is estimated. */
  readonly eventsLastHour: number
  readonly eventsLastDay: number
  /** Median of this hour of the day over the last days, at most 14; null until there are three. */
  readonly expectedPerHour: number | null
  readonly deadLettersLastDay: number
  readonly signatureFailuresLastDay: number
  /** One sentence for people. */
  readonly detail: string
}

type Figures = z.output<typeof sourceFigures.row>
type Limits = { staleAfter: number; otherStaleAfter: number; deadLetters: number; percent: number; signatures: number }

/** The others may have nothing to say for days. */
const speaksAllDay: ReadonlySet<string> = new Set(['github', 'jira'])

/** The caller has been admitted by the route; the tenant's own sources only. */
export async function sourcesHealth(database: Database, ctx: Pick<Context, 'tenantId'>): Promise<SourceHealth[]> {
  return database.tenantTx(ctx, async (tx) => {
    const limits: Limits = {
      staleAfter: await readSetting(tx, staleAfterMinutes),
      otherStaleAfter: await readSetting(tx, otherStaleAfterMinutes),
      deadLetters: await readSetting(tx, failingDeadLetters),
      percent: await readSetting(tx, failingPercent),
      signatures: await readSetting(tx, signatureFailuresHigh),
    }
    const rows = await tx.rows(sourceFigures, undefined)
    return rows.map((figures) => ({
      source: figures.source,
      lastEventAt: figures.lastEventAt,
      eventsLastHour: figures.lastHour,
      eventsLastDay: figures.lastDay,
      expectedPerHour: figures.expected,
      deadLettersLastDay: figures.deadLetters,
      signatureFailuresLastDay: figures.failures,
      ...judge(figures, limits),
    }))
  })
}

/** How long ago in words: `12 minutes`, `3 hours`, `4 days`. */
export function howLong(minutes: number): string {
  const [amount, unit] =
    minutes < 120 ? [minutes, 'minute'] : minutes < 2880 ? [minutes / 60, 'hour'] : [minutes / 1440, 'day']
  const whole = Math.floor(amount)
  return `${whole} ${unit}${whole === 1 ? '' : 's'}`
}

function judge(figures: Figures, limits: Limits): Pick<SourceHealth, 'status' | 'detail'> {
  const { lastDay, deadLetters, failuresLastHour, minutesSince, failures, withoutSecret, lastHour } = figures
  const share = lastDay > 0 ? (100 * deadLetters) / lastDay : 100
  if (deadLetters >= limits.deadLetters && share >= limits.percent) {
    const detail = `${deadLetters} of the last day's events are dead letters; look at their reasons, mend, and requeue them.`
    return { status: 'failing', detail }
  }
  // With accepted events in the same hour the failures are somebody else's, or the rest of a rotation.
  if (failuresLastHour >= limits.signatures && lastHour === 0) {
    const reason =
      withoutSecret > 0
        ? 'no secret is set for this source, so nothing is accepted'
        : 'the sender signs with another secret than the one known here'
    return { status: 'failing', detail: `${failuresLastHour} requests were refused within an hour: ${reason}.` }
  }
  if (minutesSince === null) {
    const refused = failures > 0 ? ` ${failures} requests were refused within a day.` : ''
    return { status: 'no_data', detail: `Nothing has ever come from this source.${refused}` }
  }
  const last = `The last event came ${howLong(minutesSince)} ago`
  const staleAfter = speaksAllDay.has(figures.source) ? limits.staleAfter : limits.otherStaleAfter
  if (minutesSince >= staleAfter)
    return { status: 'stale', detail: `${last}; it is stale after ${howLong(staleAfter)}.` }
  return { status: 'healthy', detail: `${last}.` }
}
