import { type Command, InvalidArgumentError } from 'commander'
import { commandContext } from '#kernel/context/index.ts'
import { withInstance } from '../instance.ts'

type ChosenOptions = { table?: string[]; from?: string; to?: string; tenant?: string; json?: boolean }

/** A day that exists, as `YYYY-MM-DD`. */
function day(text: string): string {
  const at = new Date(`${text}T00:00:00Z`)
  if (!/^\d{4}-\d\d-\d\d$/.test(text) || Number.isNaN(at.getTime()) || at.toISOString().slice(0, 10) !== text)
    throw new InvalidArgumentError('expected a day as YYYY-MM-DD')
  return text
}

const choosable = (command: Command): Command =>
  command
    .option('--table <name...>', 'only these tables')
    .option('--from <day>', 'first UTC day of recording, YYYY-MM-DD', day)
    .option('--to <day>', 'last UTC day of recording, included', day)
    .option('--tenant <slug>', 'only this tenant (default: all)')
    .option('--json', 'the result for machines')

export function retentionCommands(program: Command): void {
  for (const [name, check] of [
    ['list', false],
    ['verify', true],
  ] as const)
    choosable(
      program
        .command(`archive:${name}`)
        .description(
          check
            ? 'Read every archived file and compare it with its manifest; exit code 1 when one differs.'
            : 'List the archived files with rows and bytes as their manifests say.',
        ),
    ).action((options: ChosenOptions) =>
      withInstance(async (instance) => {
        const { runList } = await import('../archive.ts')
        process.exitCode = await runList(instance, commandContext(`archive:${name}`), options, check)
      }),
    )

  choosable(
    program
      .command('archive:replay')
      .description('Rebuild facts from the archive. Safe to repeat: rows that are there are merged, sealed days stay.')
      .option('--dry-run', 'only say what would be replayed'),
  )
    .addHelpText(
      'after',
      '\nWithout --table all fact tables are replayed. "--table event_queue" queues again the events that the queue no longer has.\n\nExamples:\n  daytwo archive:replay --dry-run\n  daytwo archive:replay --from 2026-01-01 --to 2026-03-31\n  daytwo archive:replay --table event_queue --tenant default',
    )
    .action((options: ChosenOptions & { dryRun?: boolean }) =>
      withInstance(async (instance) => {
        const { runReplay } = await import('../archive.ts')
        process.exitCode = await runReplay(instance, commandContext('archive:replay'), options)
      }),
    )
}
