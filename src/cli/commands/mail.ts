import type { Command } from 'commander'
import { commandContext } from '#kernel/context/index.ts'
import { withInstance } from '../instance.ts'

export function mailCommands(program: Command): void {
  program
    .command('mail:test')
    .description('Send a mail at once, and show what the mail server answers.')
    .requiredOption('--to <address>', 'whom to')
    .addHelpText('after', '\nExample:\n  daytwo mail:test --to ada@example.com')
    .action(({ to }: { to: string }) =>
      withInstance(async ({ composed }) => {
        const answer = await composed.mail.test(commandContext('mail:test'), to)
        console.log(`The mail server took it: ${answer}`)
      }),
    )
}
