/** `GET /metrics/dora/changes`: why a number is another one than it was. */
import type { z } from 'zod'
import { type Context, requirePermission } from '#kernel/context/index.ts'
import type { Database, TenantTx } from '#kernel/database/index.ts'
import { readSetting } from '#kernel/settings/index.ts'
import { kindAsked, knownStream, requireStream, resolveWindow } from '#modules/delivery/facts/index.ts'
import { bandsOf, bandsVersionSetting } from '../bands.ts'
import { dayNumber } from '../calendar.ts'
import { measure } from '../measure.ts'
import { type DayRow, readDaysAsOf } from '../queries.ts'
import type { Metric, MetricName } from '../schemas.ts'
import { windowOf } from '../window.ts'
import { type Instant, momentOf, resolveAsOf } from './as-of.ts'
import { learnedSince } from './change-queries.ts'
import { failureReply } from './failure-reply.ts'
import { briefFigures, canonicalDay } from './inputs.ts'
import type { ChangedFact, ChangesReply, changesQuery } from './schemas.ts'

const maxFacts = 200

/** The value then and now, the days whose figures differ, and the facts that were learned since and count on these days. */
export function readChanges(
  database: Database,
  ctx: Context,
  asked: z.output<typeof changesQuery>,
): Promise<ChangesReply> {
  requirePermission(ctx, 'metrics:read')
  requirePermission(ctx, 'delivery:read')
  const stream = requireStream(ctx, asked)
  const { metric: name } = asked
  return database.tenantTx(ctx, async (tx) => {
    await knownStream(tx, stream, kindAsked(asked))
    const since = (await resolveAsOf(tx, asked.since, 'since')).at!
    const now = await momentOf(tx, stream)
    // The same days on both sides: a window of "the last 90 days" would move by itself.
    const { from, to, lastBegun, timeZone } = await resolveWindow(tx, asked, since.date)
    const bands = bandsOf(await readSetting(tx, bandsVersionSetting))
    const at = async (instant: Instant) => {
      const rows = await tx.rows(readDaysAsOf, { streams: [stream], from, to: lastBegun, asOf: instant.text })
      const window = windowOf(rows, { from: dayNumber(from), to: dayNumber(lastBegun) }, instant.date)
      return {
        days: new Map(rows.map((row) => [row.day, row])),
        metric: measure(window, bands).find((one) => one.name === name)!,
      }
    }
    const before = await at(since)
    const after = await at(now)
    const days = [...new Set([...before.days.keys(), ...after.days.keys()])]
      .filter((day) => canonicalDay(name, before.days.get(day)) !== canonicalDay(name, after.days.get(day)))
      .sort()
    const facts = await factsOn(tx, { metric: name, stream, since: since.text, days }, before.days)
    return {
      stream,
      from,
      to,
      time_zone: timeZone,
      metric: name,
      unit: after.metric.unit,
      definition: after.metric.definition,
      since: since.text,
      as_of: now.text,
      before: brief(before.metric),
      now: brief(after.metric),
      days: days.map((day) => ({
        day,
        before: briefFigures(before.days.get(day)),
        now: briefFigures(after.days.get(day)),
      })),
      facts: facts.slice(0, maxFacts),
      more_facts: facts.length > maxFacts,
    }
  })
}

const brief = ({ value, n, coverage, state, level }: Metric) => ({ value, n, coverage, state, level })

type On = { metric: MetricName; stream: string; since: string; days: readonly string[] }

async function factsOn(tx: TenantTx, on: On, before: ReadonlyMap<string, DayRow>): Promise<ChangedFact[]> {
  if (on.days.length === 0) return []
  const computedAt = on.days.map((day) => before.get(day)?.computedAt ?? new Date(0))
  const rows = await tx.rows(learnedSince, { ...on, computedAt, limit: maxFacts + 1 })
  return rows.map((row) => ({
    kind: row.kind,
    day: row.day,
    learned_at: row.learnedAt.toISOString(),
    deployment: {
      id: row.deploymentId,
      repository: row.repository,
      service: row.service,
      sha: row.sha,
      finished_at: row.finishedAt.toISOString(),
    },
    failure:
      row.cause === null
        ? null
        : failureReply({
            ...row,
            cause: row.cause,
            causeKey: row.causeKey!,
            method: row.method!,
            confidence: row.confidence!,
          }),
    recovered_at_before: row.recoveredBefore?.toISOString() ?? null,
    override: row.overrideBy === null ? null : { by: row.overrideBy, reason: row.overrideReason! },
    rework_reason: row.reworkReason,
    changes: row.changes,
  }))
}
