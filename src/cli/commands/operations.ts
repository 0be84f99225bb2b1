import type { Command } from 'commander'
import { readConfig } from '#kernel/config/index.ts'
import { commandContext } from '#kernel/context/index.ts'
import { withInstance } from '../instance.ts'

/** Scheduled commands that can be run by hand; a test compares this list with the modules' schedules. */
export const scheduledCommands = {
  'process-event-queue': 'Process events that wait',
  'evaluate-alerts': 'Look at every alert condition; raise and resolve alerts',
  'enrich-pr-delivery-streams': 'Link pull requests to delivery streams by ticket ids',
  'sign-audit-trail': 'Verify the newest audit events of each tenant and sign them',
  'report-audit-anomalies': 'Look for what stood out in yesterday’s audit trail',
  'enforce-data-retention': 'Archive, verify and purge rows that are older than their window',
  'purge-ended-sessions': 'Delete sessions that ended, spent tokens and used links older than 30 days',
  'purge-request-records': 'Delete idempotency keys and rate-limit counts older than a day',
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
