import { audit } from '#kernel/audit/index.ts'
import { type Context, requirePermission } from '#kernel/context/index.ts'
import type { Database } from '#kernel/database/index.ts'
import { notFound, Problem } from '#kernel/errors/index.ts'
import { contextOf } from '#kernel/http/index.ts'
import { defineModule } from '#kernel/module.ts'
import { ensureSchedules, listSchedules, runSchedule, type Schedule, scheduleWork } from '#kernel/schedule/index.ts'
import type { Logger } from '#kernel/telemetry/index.ts'
import type { Work } from '#kernel/work/index.ts'
import { type DatabaseReport, databaseReport } from './database-report.ts'
import { runReply, scheduleList, scheduleName } from './schemas.ts'

export type OperationsPort = {
  /** Writes the schedule rows; a worker calls it before it starts. */
  ensureSchedules(): Promise<void>
  /** Runs a scheduled command now; `not-found` names those that exist. */
  runSchedule(ctx: Context, name: string): Promise<string>
  databaseReport(): Promise<DatabaseReport>
}

type Needs = { database: Database; log: Logger; schedules: readonly Schedule[] }

export const operations = defineModule({
  name: 'operations',
  permissions: [
    { name: 'operations:read', summary: 'See schedules and the database report' },
    { name: 'operations:run', summary: 'Run a scheduled command by hand' },
    { name: 'admin:read', summary: 'Read what an administrator sees' },
  ],
  start: ({ database, log, schedules }: Needs) => {
    const port: OperationsPort = {
      ensureSchedules: () => ensureSchedules(database, schedules),
      databaseReport: () => databaseReport(database),
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
      work: [scheduleWork(database, schedules, log) as unknown as Work],
      routes(http) {
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
            config: { permission: 'operations:run' },
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
