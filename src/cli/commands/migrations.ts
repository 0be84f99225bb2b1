import { writeFileSync } from 'node:fs'
import { fileURLToPath } from 'node:url'
import type { Command } from 'commander'
import { now } from '#kernel/clock/index.ts'
import { ConfigError, readConfig } from '#kernel/config/index.ts'
import type * as databaseDoor from '#kernel/database/index.ts'
import { confirmed } from '../confirm.ts'
import { printTable } from '../table.ts'

/** The database as a role that may migrate, for as long as the command runs. */
async function withAdmin<T>(work: (adminUrl: string, door: typeof databaseDoor) => Promise<T>): Promise<T> {
  const [{ openServer }, door] = await Promise.all([
    import('#app/database-server.ts'),
    import('#kernel/database/index.ts'),
  ])
  const server = await openServer(readConfig(), (line) => console.error(line))
  try {
    if (!server.adminUrl) {
      const expected = 'the database as a role that is a member of daytwo_owner'
      throw new ConfigError([{ name: 'DATABASE_MIGRATION_URL', problem: 'missing', expected }])
    }
    return await work(server.adminUrl, door)
  } finally {
    await server.stop()
  }
}

const all = async () => (await import('#app/database-server.ts')).allMigrations()

export function migrationCommands(program: Command): void {
  program
    .command('migration:status')
    .description('List migrations and whether each is applied, pending or edited.')
    .option('--json', 'for machines')
    .action(({ json }: { json?: boolean }) =>
      withAdmin(async (url, { migrationStatus }) => {
        const states = await migrationStatus(url, await all())
        if (json) console.log(JSON.stringify(states))
        else printTable(states.map(({ name, state, batch, appliedAt }) => ({ name, state, batch, applied: appliedAt })))
        if (states.some(({ state }) => state === 'edited')) process.exitCode = 1
      }),
    )

  program
    .command('migration:run')
    .description('Apply all pending migrations as one batch.')
    .action(() =>
      withAdmin(async (url, { migrate }) => {
        const names = await migrate(url, await all(), (name) => console.error(`applying ${name} …`))
        console.log(names.length === 0 ? 'Nothing was pending.' : `${names.length} applied.`)
      }),
    )

  program
    .command('migration:rollback')
    .description('Undo the last batch. Data in tables it made is lost.')
    .option('--yes', 'do not ask')
    .action(({ yes }: { yes?: boolean }) =>
      withAdmin(async (url, { rollback }) => {
        if (!(await confirmed('Undo the last batch of migrations, with the data in its tables?', yes))) return
        const names = await rollback(url, await all(), (name) => console.error(`undoing ${name} …`))
        console.log(names.length === 0 ? 'Nothing was applied.' : `${names.length} undone.`)
      }),
    )

  program
    .command('migration:fresh')
    .description('Development only: drop everything and migrate anew.')
    .option('--yes', 'do not ask')
    .action(({ yes }: { yes?: boolean }) =>
      withAdmin(async (url, { migrate, withClient }) => {
        if (readConfig().NODE_ENV !== 'development')
          throw new Error('migration:fresh works only where NODE_ENV is development')
        if (!(await confirmed('Drop ALL data of this database?', yes))) return
        await withClient(url, (client) =>
          client.query(
            'drop schema public cascade; create schema public; drop schema if exists app cascade; grant create on schema public to daytwo_owner',
          ),
        )
        const names = await migrate(url, await all(), (name) => console.error(`applying ${name} …`))
        console.log(`Fresh: ${names.length} migrations applied.`)
      }),
    )

  program
    .command('migration:new <module> <what>')
    .description('Make an empty migration: migration:new intake add_priority')
    .action((module: string, what: string) => {
      const stamp = now().toISOString().replaceAll(/[-T:]/g, '').slice(0, 12)
      const name = `${stamp}_${what.toLowerCase().replaceAll(/[^a-z0-9]+/g, '_')}.sql`
      const folder = module === 'kernel' ? '../../kernel/database/migrations/' : `../../modules/${module}/migrations/`
      const file = new URL(`${folder}${name}`, import.meta.url)
      writeFileSync(file, '-- What changes, and why.\n\n-- down\n', { flag: 'wx' })
      console.log(fileURLToPath(file))
    })
}
