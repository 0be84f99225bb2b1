/** The `daytwo` command. Each command loads what it needs when it runs, so that `--help` and short commands start fast. */
import { Command, CommanderError } from 'commander'
import { accessCommands } from './commands/access.ts'
import { auditCommands } from './commands/audit.ts'
import { databaseCommands } from './commands/database.ts'
import { deliveryCommands } from './commands/delivery.ts'
import { developmentCommands } from './commands/development.ts'
import { doctorCommands } from './commands/doctor.ts'
import { mailCommands } from './commands/mail.ts'
import { migrationCommands } from './commands/migrations.ts'
import { operationsCommands } from './commands/operations.ts'
import { peopleCommands } from './commands/people.ts'
import { retentionCommands } from './commands/retention.ts'
import { serveCommands } from './commands/serve.ts'
import { settingsCommands } from './commands/settings.ts'
import { tenantCommands } from './commands/tenants.ts'
import { workCommands } from './commands/work.ts'
import { reportFailure } from './failure.ts'

const program = new Command('daytwo')
  .description('One self-hosted place for running software after launch.')
  .showHelpAfterError('(run with --help for the usage)')
  .configureHelp({ sortSubcommands: true })
  .exitOverride()
const groups = [
  serveCommands,
  migrationCommands,
  databaseCommands,
  deliveryCommands,
  accessCommands,
  auditCommands,
  mailCommands,
  operationsCommands,
  peopleCommands,
  doctorCommands,
  retentionCommands,
  settingsCommands,
  tenantCommands,
  workCommands,
  developmentCommands,
]
for (const add of groups) add(program)

try {
  await program.parseAsync()
} catch (error) {
  // Commander has already printed its own errors and the help.
  process.exitCode = error instanceof CommanderError ? error.exitCode : reportFailure(error)
}
