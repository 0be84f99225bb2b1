import type { Command } from 'commander'
import { readConfig } from '#kernel/config/index.ts'
import { commandContext } from '#kernel/context/index.ts'
import { withInstance } from '../instance.ts'

/** Scheduled commands that can be run by hand; a test compares this list with the modules' schedules. */
export const scheduledCommands = {
  'process-event-queue': 'Process events that wait',
  'evaluate-alerts': 'Look at every alert condition; raise and resolve alerts',
  'send-alert-notifications': 'Tell channels of active alerts that they were not told of, and remind them',
  'ping-heartbeat': 'Tell HEARTBEAT_URL that daytwo runs and looks at its alerts',
  'enrich-pr-delivery-streams': 'Link pull requests to delivery streams by ticket ids',
  'sign-audit-trail': 'Verify the newest audit events of each tenant and sign them',
  'report-audit-anomalies': 'Look for what stood out in yesterday’s audit trail',
  'enforce-data-retention': 'Archive, verify and purge rows that are older than their window',
  'purge-ended-sessions': 'Delete sessions that ended, spent tokens and used links older than 30 days',
  'tidy-tenants': 'Delete requests for a tenant that nobody confirmed within a week',
  'end-support-access': 'Write down which support accesses ran out',
  'purge-github-authorizations': 'Erase what people allowed at GitHub for an hour, and give it back there',
  'sync-repositories': 'Bring the list of repositories up to date with GitHub',
  'detect-github-gaps': 'Ask GitHub which webhooks did not arrive, and bring in what is missing',
  'poll-sprint-snapshots': 'Ask Jira for sprints that began or ended, and the issues of those that run',
  'poll-backlog': 'Ask Jira for issues that changed, and the states of sprints',
  'purge-request-records': 'Delete idempotency keys and rate-limit counts older than a day',
  'materialize-forecasts': 'Forecast open items and the next weeks, and score the forecasts whose outcome is known',
  pulse: 'Begin and end periods of pulse surveys, ask people and remind them',
  'materialize-cross-stream': 'Look which streams move together, where their weeks changed',
  'materialize-daily-metrics': 'Check the daily DORA roll-ups against the facts and repair them',
} as const

export function operationsCommands(program: Command): void {
  for (const [name, summary] of Object.entries(scheduledCommands)) {
    program
      .command(`scheduler:${name}`)
      .description(`${summary}, now.`)
      .action(() =>
        withInstance(async ({ composed }) => {
          const command = `scheduler:${name}`
          await composed.operations.ensureSchedules()
          console.log(await composed.operations.runSchedule(commandContext(command), command))
        }),
      )
  }

  program
    .command('logs')
    .description('Read the rotated log files, oldest line first.')
    .option('--file <name>', 'app, error, access or audit', 'app')
    .option('--level <level>', 'this level and more severe')
    .option('--trace <id>', 'lines of one trace or request id')
    .option('--tenant <id>', 'lines of one tenant')
    .option('--lines <n>', 'at most this many, the newest', '200')
    .option('--json', 'lines as they are stored')
    .action(async (options) => {
      const { readLogs } = await import('../read-logs.ts')
      await readLogs(readConfig(undefined, { generate: false }).logDir, options)
    })
}
