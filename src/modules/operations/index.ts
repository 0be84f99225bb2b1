import { audit } from '#kernel/audit/index.ts'
import { type Context, requirePermission } from '#kernel/context/index.ts'
import type { Database } from '#kernel/database/index.ts'
import { notFound, Problem } from '#kernel/errors/index.ts'
import { contextOf } from '#kernel/http/index.ts'
import { defineModule } from '#kernel/module.ts'
import { ensureSchedules, listSchedules, runSchedule, type Schedule, scheduleWork } from '#kernel/schedule/index.ts'
import type { Logger } from '#kernel/telemetry/index.ts'
import type { Work } from '#kernel/work/index.ts'
import { type DatabaseConditionNeeds, databaseConditions } from './conditions/database-conditions.ts'
import { conditionSettings } from './conditions/settings.ts'
import { workConditions } from './conditions/work-conditions.ts'
import { type DatabaseReport, databaseReport } from './database-report.ts'
import { operationsChecks } from './doctor.ts'
import { reportRoutes } from './report-routes.ts'
import { requestConditions } from './requests/alert-conditions.ts'
import { type RequestCounter, requestCounter } from './requests/request-counter.ts'
import { runReply, scheduleList, scheduleName } from './schemas.ts'
import { listDeadLetters, type Page, readWorkRow } from './work/dead-letters.ts'
import type { AllWork } from './work/find-work.ts'
import { listWork } from './work/list-work.ts'
import { type RequeueRequest, requeueDeadLetters } from './work/requeue.ts'
import { workRoutes } from './work/routes.ts'

export type OperationsPort = {
  /** Counts the API's requests by minute; the API process has it observe its routes. */
  readonly requests: RequestCounter
  /** Writes the schedule rows; a worker calls it before it starts. */
  ensureSchedules(): Promise<void>
  /** Runs a scheduled command now; `not-found` names those that exist. */
  runSchedule(ctx: Context, name: string): Promise<string>
  databaseReport(): Promise<DatabaseReport>
  listWork(ctx: Context): ReturnType<typeof listWork>
  listDeadLetters(ctx: Context, work: string, page: Page): ReturnType<typeof listDeadLetters>
  readWorkRow(ctx: Context, work: string, id: number): ReturnType<typeof readWorkRow>
  requeueDeadLetters(
    ctx: Context,
    work: string,
    request: RequeueRequest,
    onProgress?: (requeued: number, matched: number) => void,
  ): ReturnType<typeof requeueDeadLetters>
}

type Needs = { database: Database; log: Logger; schedules: readonly Schedule[]; work: AllWork } & DatabaseConditionNeeds

export const operations = defineModule({
  name: 'operations',
  migrations: new URL('./migrations/', import.meta.url),
  settings: [...conditionSettings],
  permissions: [
    { name: 'operations:read', summary: 'See schedules and the database report', least: 'support' },
    { name: 'queue:write', summary: 'Requeue dead letters', least: 'operator' },
    { name: 'operations:run', summary: 'Run a scheduled command by hand', least: 'platform_admin' },
    { name: 'admin:read', summary: 'Read what an administrator sees', least: 'operator' },
  ],
  start: ({ database, log, schedules, work, dataDir, migrations }: Needs) => {
    const requests = requestCounter(database, log)
    const port: OperationsPort = {
      requests,
      ensureSchedules: () => ensureSchedules(database, schedules),
      databaseReport: () => databaseReport(database),
      listWork: (ctx) => listWork(database, work, ctx),
      listDeadLetters: (ctx, name, page) => listDeadLetters(database, work, ctx, name, page),
      readWorkRow: (ctx, name, id) => readWorkRow(database, work, ctx, name, id),
      requeueDeadLetters: (ctx, name, request, onProgress) =>
        requeueDeadLetters(database, work, ctx, name, request, onProgress),
      async runSchedule(ctx, name) {
        requirePermission(ctx, 'operations:run')
        const schedule = schedules.find(
          (candidate) => candidate.name === name || candidate.name === `scheduler:${name}`,
        )
        if (!schedule) {
          const known = schedules.map((candidate) => candidate.name).join(', ')
          throw new Problem(notFound, `No scheduled command is called "${name}"; there are ${known}.`)
        }
        await database.tenantTx(ctx, (tx) =>
          audit(tx, ctx, { action: 'operations.schedule-run', subject: `schedule:${schedule.name}` }),
        )
        return runSchedule(database, schedule)
      },
    }
    return {
      port,
      alerts: [...workConditions(work), ...requestConditions, ...databaseConditions({ dataDir, migrations })],
      doctor: operationsChecks({ database, work, dataDir }),
      drain: requests.stop,
      work: scheduleWork(database, schedules, log) as unknown as Work[],
      routes(http) {
        workRoutes(database, work, http)
        reportRoutes(database, http)
        http.get(
          '/schedules',
          {
            config: { permission: 'operations:read' },
            schema: {
              tags: ['operations'],
              summary: 'Scheduled commands with last and next run',
              response: { 200: scheduleList },
            },
          },
          async () => {
            const rows = await database.platformTx('list schedules', (tx) => tx.rows(listSchedules, undefined))
            const summaries = new Map(schedules.map(({ name, summary }) => [name, summary]))
            return {
              schedules: rows
                .filter(({ name }) => summaries.has(name))
                .map((row) => ({
                  name: row.name,
                  cron: row.cron,
                  summary: summaries.get(row.name)!,
                  running: row.running,
                  next_run_at: row.nextRunAt.toISOString(),
                  last_started_at: row.lastStartedAt?.toISOString() ?? null,
                  last_duration_ms: row.lastDurationMs,
                  last_outcome: row.lastOutcome,
                })),
            }
          },
        )
        http.post(
          '/schedules/:name/run',
          {
            config: { permission: 'operations:run', idempotency: 'replay' },
            // The reply is the run's outcome, and a run may take its time.
            handlerTimeout: 15 * 60_000,
            schema: {
              tags: ['operations'],
              summary: 'Run a scheduled command now',
              params: scheduleName,
              response: { 200: runReply },
            },
          },
          async (request) => ({ outcome: await port.runSchedule(contextOf(request), request.params.name) }),
        )
      },
    }
  },
})
