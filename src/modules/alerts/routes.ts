/** `/admin/system-alerts` and `/admin/integration-health`. */
import type { AlertCondition } from '#kernel/alerts/index.ts'
import { type Context, defaultTenantId } from '#kernel/context/index.ts'
import type { Database } from '#kernel/database/index.ts'
import { notFound, Problem } from '#kernel/errors/index.ts'
import type { EventLog } from '#kernel/events/index.ts'
import { contextOf, type Http } from '#kernel/http/index.ts'
import { defaultLimit, pageOf } from '#kernel/paging/index.ts'
import type { SourceHealth } from '#modules/intake/index.ts'
import type { SourceGaps } from '#modules/polling/index.ts'
import { acknowledgeAlert } from './acknowledge-alert.ts'
import { type AlertRecord, alertById, conditionStates, historyOf, listAlerts, openByCondition } from './read-queries.ts'
import { acknowledgement, alertId, alertList, alertQuery, alertReply, alertRow, integrationHealth } from './schemas.ts'

type Deps = {
  database: Database
  eventLog: EventLog
  conditions: () => readonly AlertCondition[]
  sourcesHealth: (ctx: Context) => Promise<readonly SourceHealth[]>
  gapsOf: (ctx: Context) => Promise<ReadonlyMap<string, SourceGaps>>
  /** Address of the section on a condition. */
  runbookUrl: (condition: string) => string
}

const read = { permission: 'admin:read' }

export const alertRoutes =
  ({ database, eventLog, conditions, sourcesHealth, gapsOf, runbookUrl }: Deps) =>
  (http: Http): void => {
    const toReply = (alert: AlertRecord) => ({
      id: alert.id,
      condition: alert.condition,
      severity: alert.severity,
      state: alert.state,
      subject: alert.subject,
      detail: alert.detail,
      value: alert.value,
      threshold: alert.threshold,
      visible_to: alert.visibleTo,
      runbook_url: runbookUrl(alert.condition),
      raised_at: alert.raisedAt.toISOString(),
      last_found_at: alert.lastFoundAt.toISOString(),
      acknowledged_at: alert.acknowledgedAt?.toISOString() ?? null,
      acknowledged_by: alert.acknowledgedBy,
      resolved_at: alert.resolvedAt?.toISOString() ?? null,
    })

    /** The installation's own conditions, and why one failed, are the business of those who run it: the default tenant. */
    async function conditionsFor(ctx: Context) {
      const runsInstallation = ctx.tenantId === defaultTenantId
      const states = new Map(
        (await database.platformTx('condition states', (tx) => tx.rows(conditionStates, undefined))).map((row) => [
          row.name,
          row,
        ]),
      )
      const open = new Map(
        (await database.tenantTx(ctx, (tx) => tx.rows(openByCondition, undefined))).map((row) => [
          row.condition,
          row.open,
        ]),
      )
      return conditions()
        .filter(({ visibleTo }) => runsInstallation || visibleTo === 'tenant')
        .map(({ name, severity, summary, visibleTo }) => {
          const state = states.get(name)
          const failed = runsInstallation ? state?.error : state?.error && 'The last evaluation failed.'
          return {
            name,
            severity,
            summary,
            visible_to: visibleTo,
            runbook_url: runbookUrl(name),
            open: open.get(name) ?? 0,
            last_evaluated_at: state?.lastEvaluatedAt?.toISOString() ?? null,
            error: failed ?? null,
          }
        })
    }

    http.get(
      '/admin/system-alerts',
      {
        config: read,
        schema: {
          tags: ['alerts'],
          summary: 'What is wrong now (or was), and what is looked for',
          querystring: alertQuery,
          response: { 200: alertList },
        },
      },
      async (request) => {
        const ctx = contextOf(request)
        const { state, cursor = null, limit = defaultLimit } = request.query
        const rows = await database.tenantTx(ctx, (tx) =>
          tx.rows(listAlerts, { state, before: cursor, limit: limit + 1 }),
        )
        const { page, next } = pageOf(rows, limit, ({ id }) => id)
        return {
          alerts: page.map(toReply),
          conditions: await conditionsFor(ctx),
          next_cursor: next,
        }
      },
    )

    http.get(
      '/admin/system-alerts/:id',
      {
        config: read,
        schema: {
          tags: ['alerts'],
          summary: 'One alert with its history, newest step first',
          params: alertId,
          response: { 200: alertReply },
        },
      },
      async (request) =>
        database.tenantTx(contextOf(request), async (tx) => {
          const { id } = request.params
          const alert = await tx.row(alertById, { id })
          if (!alert) throw new Problem(notFound, 'No alert has this id.')
          const history = await tx.rows(historyOf, { alertId: id })
          return { ...toReply(alert), history: history.map(({ at, ...step }) => ({ at: at.toISOString(), ...step })) }
        }),
    )

    http.post(
      '/admin/system-alerts/:id/acknowledge',
      {
        config: { permission: 'admin:write', idempotency: 'replay' },
        schema: {
          tags: ['alerts'],
          summary: 'Say that somebody looks after an alert',
          params: alertId,
          body: acknowledgement,
          response: { 200: alertRow },
        },
      },
      async (request) => {
        const input = { id: request.params.id, note: request.body.note ?? null }
        return toReply(await acknowledgeAlert({ database, eventLog }, contextOf(request), input))
      },
    )

    http.get(
      '/admin/integration-health',
      {
        config: read,
        schema: {
          tags: ['alerts'],
          summary: 'How each source of events does',
          response: { 200: integrationHealth },
        },
      },
      async (request) => {
        const sources = await sourcesHealth(contextOf(request))
        const gaps = await gapsOf(contextOf(request))
        const well = sources.every(({ status }) => status === 'healthy' || status === 'no_data')
        return {
          status: well ? ('ok' as const) : ('degraded' as const),
          sources: sources.map((source) => ({
            source: source.source,
            status: source.status,
            last_event_at: source.lastEventAt?.toISOString() ?? null,
            events_last_hour: source.eventsLastHour,
            events_last_day: source.eventsLastDay,
            expected_per_hour: source.expectedPerHour,
            dead_letters_last_day: source.deadLettersLastDay,
            signature_failures_last_day: source.signatureFailuresLastDay,
            gaps: gapsReply(gaps.get(source.source)),
            detail: source.detail,
          })),
        }
      },
    )
  }

const gapsReply = (gaps: SourceGaps | undefined) =>
  gaps
    ? {
        checked_at: gaps.checkedAt?.toISOString() ?? null,
        days: gaps.days,
        missing: gaps.missing,
        backfilled: gaps.backfilled,
        error: gaps.error,
        kinds: [...gaps.kinds],
      }
    : null
