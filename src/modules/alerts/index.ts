/** Door of the alerts: what can go wrong is looked at every minute, and every alert has a life that people can follow. */
import type { AlertCondition } from '#kernel/alerts/index.ts'
import type { Context } from '#kernel/context/index.ts'
import type { Database } from '#kernel/database/index.ts'
import type { EventLog } from '#kernel/events/index.ts'
import { defineModule } from '#kernel/module.ts'
import type { Logger } from '#kernel/telemetry/index.ts'
import type { SourceHealth } from '#modules/intake/index.ts'
import type { SourceGaps } from '#modules/polling/index.ts'
import { alertChecks } from './doctor.ts'
import { evaluateAlerts, type Tally } from './evaluate.ts'
import { alertsChanged } from './events.ts'
import { alreadyResolved } from './problems.ts'
import { lastEvaluation } from './queries.ts'
import { alertRoutes } from './routes.ts'
import { runbookRoutes } from './runbook-routes.ts'
import { alertDays, reopenWithinMinutes, resolveAfterMinutes } from './settings.ts'
import { watchEvaluation } from './watch-evaluation.ts'

export { alertsChanged } from './events.ts'

export type AlertsPort = {
  /** Evaluates all conditions now. */
  evaluate(): Promise<Tally>
  /** Since any process evaluated a condition; null when none ever did. */
  minutesSinceEvaluation(): Promise<number | null>
}

type Needs = {
  database: Database
  eventLog: EventLog
  log: Logger
  /** The conditions of all modules; asked for when needed, for this module is started before some of them. */
  conditions: () => readonly AlertCondition[]
  sourcesHealth: (ctx: Context) => Promise<readonly SourceHealth[]>
  gapsOf: (ctx: Context) => Promise<ReadonlyMap<string, SourceGaps>>
  baseUrl: string
}

export const alerts = defineModule({
  name: 'alerts',
  migrations: new URL('./migrations/', import.meta.url),
  permissions: [{ name: 'admin:write', summary: 'Acknowledge alerts', least: 'operator' }],
  problems: [alreadyResolved],
  events: [alertsChanged],
  settings: [alertDays, reopenWithinMinutes, resolveAfterMinutes],
  start: (needs: Needs) => {
    const { database, baseUrl } = needs
    const port: AlertsPort = {
      evaluate: () => evaluateAlerts(needs),
      async minutesSinceEvaluation() {
        const last = await database.platformTx('last evaluation', (tx) => tx.row(lastEvaluation, undefined))
        return last?.minutesAgo ?? null
      },
    }
    const watch = watchEvaluation(needs, port.evaluate)
    const routes = alertRoutes({ ...needs, runbookUrl: (condition) => `${baseUrl}/docs/runbook#${condition}` })
    return {
      port,
      routes(http) {
        routes(http)
        watch.start()
      },
      rootRoutes: runbookRoutes,
      schedules: [
        {
          name: 'scheduler:evaluate-alerts',
          cron: '* * * * *',
          summary: 'Looks at every alert condition; raises and resolves alerts',
          async run() {
            const { open, raised, resolved, failed } = await port.evaluate()
            return `${open} open, ${raised} raised, ${resolved} resolved, ${failed} not evaluated`
          },
        },
      ],
      doctor: alertChecks(database),
      // The history goes with its alert.
      retention: [
        { table: 'alert', recordedAt: 'resolved_at', days: alertDays, only: `w.state = 'resolved'`, archived: false },
      ],
      drain: async () => watch.stop(),
    }
  },
})
