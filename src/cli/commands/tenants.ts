import type { Command } from 'commander'
import { commandContext } from '#kernel/context/index.ts'
import { confirmed } from '../confirm.ts'
import { withInstance } from '../instance.ts'
import { printTable } from '../table.ts'

type Json = { json?: boolean }
type Created = Json & { slug: string; name: string; ownerEmail?: string; timeZone?: string; plan?: string }

export function tenantCommands(program: Command): void {
  program
    .command('tenant:create')
    .description('Make a tenant, ready to be used, and invite its owner.')
    .requiredOption('--slug <slug>', 'short name: small letters, digits and hyphens')
    .requiredOption('--name <name>', 'name of the organisation')
    .option('--owner-email <address>', 'who is invited as owner')
    .option('--time-zone <zone>', 'IANA name, for example Europe/Berlin (default: UTC)')
    .option('--plan <plan>', 'core, pro or enterprise (default: enterprise)')
    .option('--json', 'print the tenant as JSON')
    .addHelpText(
      'after',
      '\nExample:\n  daytwo tenant:create --slug northwind --name "Northwind Traders" --owner-email owner@example.com',
    )
    .action(({ slug, name, ownerEmail, timeZone, plan, json }: Created) =>
      withInstance(async ({ composed }) => {
        const tenant = await composed.tenants.create(commandContext('tenant:create'), {
          slug,
          name,
          ...(timeZone === undefined ? {} : { time_zone: timeZone }),
          ...(plan === undefined ? {} : { plan }),
          ...(ownerEmail === undefined ? {} : { owner_email: ownerEmail }),
        })
        if (json) return console.log(JSON.stringify(tenant))
        console.log(`The tenant ${tenant.slug} is ready.`)
        if (ownerEmail !== undefined) console.log(`${ownerEmail} is invited as its owner; the mail holds the link.`)
      }),
    )

  program
    .command('tenant:list')
    .description('Show every tenant with its state and how many belong to it.')
    .option('--json', 'print JSON')
    .action(({ json }: Json) =>
      withInstance(async ({ composed }) => {
        const tenants = await composed.tenants.listAll(commandContext('tenant:list'))
        if (json) return console.log(JSON.stringify(tenants))
        printTable(
          tenants.map(({ slug, name, status, plan, members, owners, last_seen_at: seen }) => ({
            slug,
            name,
            status,
            plan,
            members,
            owners,
            'last seen': seen === null ? null : new Date(seen),
          })),
        )
      }),
    )

  for (const [verb, status, done] of [
    ['suspend', 'suspended', 'is suspended: its keys, sessions and webhooks are refused from now on.'],
    ['resume', 'ready', 'is ready again.'],
  ] as const)
    program
      .command(`tenant:${verb} <slug>`)
      .description(
        verb === 'suspend'
          ? 'Refuse a tenant’s keys, sessions and webhooks until it is resumed.'
          : 'Let a suspended or removed tenant in again.',
      )
      .action((slug: string) =>
        withInstance(async ({ composed }) => {
          const { id } = await composed.tenants.bySlug(slug)
          await composed.tenants.change(commandContext(`tenant:${verb}`), id, { status })
          console.log(`The tenant ${slug} ${done}`)
        }),
      )

  program
    .command('tenant:remove <slug>')
    .description('Take a tenant out of use. Its data is kept; "tenant:resume" brings it back.')
    .option('--yes', 'do not ask')
    .action((slug: string, { yes }: { yes?: boolean }) =>
      withInstance(async ({ composed }) => {
        const { id, name } = await composed.tenants.bySlug(slug)
        if (!(await confirmed(`Remove the tenant "${name}" (${slug}) for everybody in it?`, yes))) return
        await composed.tenants.remove(commandContext('tenant:remove'), id)
        console.log(`The tenant ${slug} is removed. Its data is kept until it is erased.`)
      }),
    )

  program
    .command('seed')
    .description('Make the baseline of a development instance: a second tenant with an invited owner and a stream.')
    .option('--json', 'print what there is now as JSON')
    .action(({ json }: Json) =>
      withInstance(async (instance) => {
        const { seed } = await import('../seed.ts')
        const made = await seed(instance)
        if (json) return console.log(JSON.stringify(made))
        console.log(
          made.created
            ? `The tenant ${made.tenant} is ready; ${made.owner} is invited as its owner. The mail is on the Outbox page.`
            : `Nothing to do: the tenant ${made.tenant} is there.`,
        )
      }),
    )
}
