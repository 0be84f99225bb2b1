/** Door of the pulse: how people find their work, beside what the metrics say of it. */
import { defineModule } from '#kernel/module.ts'
import { responseLow } from './alert-conditions.ts'
import type { PulseDeps } from './deps.ts'
import { linkOver, otherLink, surveyClosed, surveyOpen } from './problems.ts'
import { pulseRoutes } from './routes.ts'
import { runPulse } from './run-periods.ts'
import { pulseCommentDays, responseRateLow } from './settings.ts'

export const deliveryPulse = defineModule({
  name: 'delivery/pulse',
  migrations: new URL('./migrations/', import.meta.url),
  permissions: [
    { name: 'pulse:read', summary: 'See pulse surveys and their response rates', least: 'viewer' },
    { name: 'pulse:write', summary: 'Make, change and close pulse surveys, and see whom they ask', least: 'operator' },
  ],
  problems: [surveyOpen, surveyClosed, linkOver, otherLink],
  settings: [responseRateLow, pulseCommentDays],
  start: (deps: PulseDeps) => ({
    port: {},
    routes: pulseRoutes(deps),
    alerts: [responseLow],
    retention: [{ table: 'pulse_comment', recordedAt: 'ended_at', days: pulseCommentDays, archived: false }],
    schedules: [
      {
        name: 'scheduler:pulse',
        cron: '20 * * * *',
        summary: 'Begins and ends periods of pulse surveys, asks people once and reminds them once',
        run: () => runPulse(deps),
      },
    ],
  }),
})
