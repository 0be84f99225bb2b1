import type { Command } from 'commander'
import { commandContext } from '#kernel/context/index.ts'
import { withInstance } from '../instance.ts'
import { printTable } from '../table.ts'

export function peopleCommands(program: Command): void {
  program
    .command('setup:url')
    .description('Print a one-time link that makes one more platform administrator, good for a day.')
    .action(() => withInstance(async ({ composed }) => console.log(await composed.people.createSetupUrl('further'))))

  program
    .command('person:list')
    .description('List everybody who can sign in, or could.')
    .option('--json', 'print JSON')
    .action(({ json }: { json?: boolean }) =>
      withInstance(async ({ composed }) => {
        const people = await composed.people.list()
        if (json) return console.log(JSON.stringify(people, null, 2))
        printTable(
          people.map(({ email, name, status, platformRole, lastSeenAt }) => ({
            'e-mail': email,
            name,
            status,
            'platform role': platformRole,
            'last seen': lastSeenAt,
          })),
        )
      }),
    )

  for (const [command, status, what] of [
    ['person:disable', 'disabled', 'Shut somebody out: all their sessions end, and they cannot sign in.'],
    ['person:enable', 'active', 'Let somebody in again who was disabled.'],
  ] as const)
    program
      .command(command)
      .description(what)
      .requiredOption('--email <address>', 'whom')
      .action(({ email }: { email: string }) =>
        withInstance(async ({ composed }) => {
          const person = await composed.people.setStatus(commandContext(command), email, status)
          console.log(`${person.email} is ${person.status}.`)
        }),
      )

  program
    .command('person:reset-link')
    .description('Print a link with which somebody chooses a new password, good once and for an hour.')
    .requiredOption('--email <address>', 'for whom')
    .action(({ email }: { email: string }) =>
      withInstance(async ({ composed }) =>
        console.log(await composed.people.createResetLink(commandContext('person:reset-link'), email)),
      ),
    )

  program
    .command('person:remove-second-factors')
    .description(
      'Take away the authenticator app, passkeys and recovery codes of who lost them; all their sessions end.',
    )
    .requiredOption('--email <address>', 'of whom')
    .action(({ email }: { email: string }) =>
      withInstance(async ({ composed }) => {
        const ctx = commandContext('person:remove-second-factors')
        const removed = await composed.people.removeSecondFactors(ctx, email)
        console.log(
          removed
            ? `Removed: authenticator app ${removed.totp ? 'yes' : 'no'}, passkeys ${removed.passkeys}. Sessions ended: ${removed.endedSessions}.`
            : 'This person has no second factor.',
        )
      }),
    )

  program
    .command('keys:list')
    .description('List the keys that sign sessions, newest first.')
    .action(() =>
      withInstance(async ({ composed }) => {
        const keys = await composed.people.signingKeys()
        printTable(
          keys.map(({ id, signs, accepted, createdAt, acceptedUntil }) => ({
            id,
            state: signs ? 'signs' : accepted ? 'accepted' : 'over',
            made: createdAt,
            'accepted until': acceptedUntil,
          })),
        )
      }),
    )

  program
    .command('keys:rotate')
    .description('Sign sessions with a new key; those of the old one go on, so nobody notices.')
    .action(() =>
      withInstance(async ({ composed }) =>
        console.log(`${await composed.people.rotateSigningKey(commandContext('keys:rotate'))} signs now.`),
      ),
    )

  program
    .command('keys:revoke')
    .description('End every session of everybody, and accept nothing that was signed before.')
    .action(() =>
      withInstance(async ({ composed }) =>
        console.log(`${await composed.people.revokeSigningKeys(commandContext('keys:revoke'))} sessions ended.`),
      ),
    )
}
