import type { Command } from 'commander'
import { commandContext } from '#kernel/context/index.ts'
import { withInstance } from '../instance.ts'

type NewKeyOptions = {
  name: string
  stream: string[]
  scope: string[]
  expires?: number
  tenant: string
  json?: boolean
}
const collect = (value: string, before: string[]) => [...before, value]

function days(text: string): number {
  const match = /^(\d{1,4})d$/.exec(text)
  if (!match) throw new Error(`--expires takes days, for example 90d (found "${text}")`)
  return Number(match[1])
}

export function accessCommands(program: Command): void {
  program
    .command('api-key:create')
    .description('Make an API key. It is shown once.')
    .requiredOption('--name <name>', 'what the key is for')
    .option('--stream <id>', 'a stream the key may see; repeat for more (default: all)', collect, [])
    .option(
      '--scope <scope>',
      'a permission; repeat for more (default: metrics:read, and admin:read without --stream)',
      collect,
      [],
    )
    .option('--expires <days>', 'for example 90d (default: never)', days)
    .option('--tenant <slug>', 'whose key', 'default')
    .option('--json', 'print {"key": …}')
    .addHelpText(
      'after',
      '\nExamples:\n  daytwo api-key:create --name grafana\n  daytwo api-key:create --name team-a --stream payments --expires 90d --json',
    )
    .action(({ name, stream, scope, expires, tenant, json }: NewKeyOptions) =>
      withInstance(async ({ composed }) => {
        const { id } = await composed.tenants.bySlug(tenant)
        const scopes =
          scope.length > 0
            ? scope
            : [
                'metrics:read',
                'delivery:read',
                ...(stream.length === 0 ? ['admin:read', 'operations:read', 'queue:read'] : []),
              ]
        const streams = stream.length > 0 ? stream : undefined
        const made = await composed.access.createApiKey(commandContext('api-key:create', id), {
          name,
          scopes,
          streams,
          expiresInDays: expires,
        })
        if (json) console.log(JSON.stringify({ id: made.id, key: made.key }))
        else console.log(`${made.key}\n\nScopes: ${scopes.join(', ')}. The key is not shown again.`)
      }),
    )

  program
    .command('api-key:revoke <id>')
    .description('End an API key now, in every process.')
    .option('--tenant <slug>', 'whose key', 'default')
    .action((keyId: string, { tenant }: { tenant: string }) =>
      withInstance(async ({ composed }) => {
        const { id } = await composed.tenants.bySlug(tenant)
        await composed.access.revokeApiKey(commandContext('api-key:revoke', id), keyId)
        console.log('Revoked.')
      }),
    )
}
