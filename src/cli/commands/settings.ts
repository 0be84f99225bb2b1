import type { Command } from 'commander'
import { commandContext } from '#kernel/context/index.ts'
import { withInstance } from '../instance.ts'
import { printTable } from '../table.ts'

type Options = { tenant: string; json?: boolean }
const whose = ['--tenant <slug>', 'whose settings', 'default'] as const

export function settingsCommands(program: Command): void {
  program
    .command('settings:list')
    .description('Show every setting with its value.')
    .option(...whose)
    .option('--json', 'print JSON')
    .action(({ tenant, json }: Options) =>
      withInstance(async ({ composed }) => {
        const { id } = await composed.tenants.bySlug(tenant)
        const settings = await composed.settings.list(commandContext('settings:list', id))
        if (json) return console.log(JSON.stringify(settings))
        printTable(
          settings.map(({ name, scope, value, changed_at, summary }) => ({
            name,
            scope,
            value: JSON.stringify(value),
            changed: changed_at === null ? null : new Date(changed_at),
            summary,
          })),
        )
      }),
    )

  program
    .command('settings:set <name> <json>')
    .description('Change a setting. The value is JSON; text that is not JSON is taken as a text.')
    .option(...whose)
    .addHelpText(
      'after',
      '\nExamples:\n  daytwo settings:set delivery.incident_label outage\n  daytwo settings:set delivery.production_environments \'["production","live"]\'',
    )
    .action((name: string, text: string, { tenant }: Options) =>
      withInstance(async ({ composed }) => {
        const { id } = await composed.tenants.bySlug(tenant)
        const { value } = await composed.settings.change(commandContext('settings:set', id), name, parsed(text))
        console.log(`${name} is ${JSON.stringify(value)}.`)
      }),
    )

  program
    .command('settings:reset <name>')
    .description('Set a setting back to its default.')
    .option(...whose)
    .action((name: string, { tenant }: Options) =>
      withInstance(async ({ composed }) => {
        const { id } = await composed.tenants.bySlug(tenant)
        const { value } = await composed.settings.reset(commandContext('settings:reset', id), name)
        console.log(`${name} is ${JSON.stringify(value)} again.`)
      }),
    )
}

function parsed(text: string): unknown {
  try {
    return JSON.parse(text)
  } catch {
    return text
  }
}
