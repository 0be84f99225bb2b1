/** `GET /metrics/dora/receipt`: one number as it was known at a time, with all that it was made of. */
import type { z } from 'zod'
import { type Context, requirePermission } from '#kernel/context/index.ts'
import type { Database, TenantTx } from '#kernel/database/index.ts'
import { defaultLimit, pageOf } from '#kernel/paging/index.ts'
import { readSetting } from '#kernel/settings/index.ts'
import { kindAsked, knownStream, requireStream, resolveWindow } from '#modules/delivery/facts/index.ts'
import { bandsOf, bandsVersionSetting } from '../bands.ts'
import { dayNumber } from '../calendar.ts'
import { measure } from '../measure.ts'
import { type DayRow, readDaysAsOf } from '../queries.ts'
import { newest } from '../read-metrics.ts'
import type { MetricName } from '../schemas.ts'
import { type Window, windowOf } from '../window.ts'
import { type Instant, momentOf, resolveAsOf } from './as-of.ts'
import { factCursors } from './cursor.ts'
import { countFacts, type FactRow, failuresBehind, listFacts, sealedDays } from './fact-queries.ts'
import { failureReply } from './failure-reply.ts'
import { digestOf, inputsOf } from './inputs.ts'
import type { ReceiptFact, ReceiptReply, receiptQuery } from './schemas.ts'

type Asked = z.output<typeof receiptQuery>

/**
 * Without `as_of` it is of now, and bears a time with which the same number is told for as long as the history is kept. Reads the primary:
 * only there can be waited for what is being computed.
 */
export function readReceipt(database: Database, ctx: Context, asked: Asked): Promise<ReceiptReply> {
  requirePermission(ctx, 'metrics:read')
  requirePermission(ctx, 'delivery:read')
  const stream = requireStream(ctx, asked)
  const after = factCursors.take(asked.cursor)
  const limit = asked.limit ?? defaultLimit
  return database.tenantTx(ctx, async (tx) => {
    await knownStream(tx, stream, kindAsked(asked))
    const history = await resolveAsOf(tx, asked.as_of)
    const at = history.at ?? (await momentOf(tx, stream))
    const { from, to, lastBegun, timeZone } = await resolveWindow(tx, asked, at.date)
    const rows = await tx.rows(readDaysAsOf, { streams: [stream], from, to, asOf: at.text })
    const span = { from: dayNumber(from), to: dayNumber(lastBegun) }
    const window = windowOf(rows, span, at.date)
    const inputs = inputsOf(asked.metric, window)
    const bands = bandsOf(await readSetting(tx, bandsVersionSetting))
    const metric = measure(window, bands).find(({ name }) => name === asked.metric)!
    const part = asked.part ?? 'numerator'
    const scope = { metric: asked.metric, part, stream, from, to, asOf: at.text }
    const { listed } = (await tx.row(countFacts, scope))!
    const sealed = new Set((await tx.rows(sealedDays, { stream, from, to })).map(({ day }) => day))
    const purged = windowOf(onDays(rows, sealed), span, at.date)
    const facts = await tx.rows(listFacts, { ...scope, after, limit: limit + 1 })
    const { page, next } = pageOf(facts, limit, factCursors.give)
    return {
      stream,
      from,
      to,
      time_zone: timeZone,
      as_of: at.text,
      as_of_from: history.from.toISOString(),
      computed_at: newest(rows, at.date),
      metric,
      bands_version: bands.version,
      roll_up_definitions: [...new Set(rows.map(({ definition }) => definition))].sort(),
      inputs,
      digest: digestOf(asked.metric, { definition: metric.definition, stream, from, to, timeZone }, rows),
      facts: {
        part,
        counted: countedIn(asked.metric, part, window),
        listed,
        on_sealed_days: countedIn(asked.metric, part, purged),
        rows: await factsOf(tx, asked.metric, at, page),
      },
      next_cursor: next,
    }
  })
}

const onDays = (rows: readonly DayRow[], days: ReadonlySet<string>) => rows.filter(({ day }) => days.has(day))

/** Observations, those that were left out of the value too. */
function countedIn(metric: MetricName, part: Asked['part'], window: Window): number {
  if (metric === 'change_lead_time') return window.lead.length + window.droppedChanges
  if (metric === 'failed_deployment_recovery_time') return window.failed
  if (metric === 'deployment_frequency' || part === 'denominator') return window.deployments
  return metric === 'change_failure_rate' ? window.failed : window.rework
}

async function factsOf(
  tx: TenantTx,
  metric: MetricName,
  at: Instant,
  rows: readonly FactRow[],
): Promise<ReceiptFact[]> {
  const needs = metric === 'change_failure_rate' || metric === 'failed_deployment_recovery_time'
  const ids = [...new Set(rows.map(({ id }) => id))]
  const failures = needs && ids.length > 0 ? await tx.rows(failuresBehind, { ids, asOf: at.text }) : []
  const failuresOf = Map.groupBy(failures, ({ deploymentId }) => deploymentId)
  return rows.map((row) => ({
    deployment: {
      id: row.id,
      repository: row.repository,
      service: row.service,
      sha: row.deployedSha,
      finished_at: row.finishedAt.toISOString(),
    },
    change:
      row.sha === '' || row.committedAt === null
        ? null
        : {
            repository: row.repository,
            sha: row.sha,
            committed_at: row.committedAt.toISOString(),
            pr_number: row.prNumber,
          },
    value: row.value,
    failures: (failuresOf.get(row.id) ?? []).map(failureReply),
    rework_reason: row.reworkReason,
    learned_at: row.learnedAt.toISOString(),
  }))
}
