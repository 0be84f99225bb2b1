import type { Command } from 'commander'

export function developmentCommands(program: Command): void {
  program
    .command('console:build')
    .description('Build the console if its sources are newer than what was built.')
    .action(async () => (await import('#app/console-build.ts')).ensureConsole())

  program
    .command('dev')
    .description('Serve with reload on edit: the server restarts, the console updates in place.')
    .action(async () => (await import('../development-server.ts')).develop())
}
