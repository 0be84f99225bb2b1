import type { Command } from 'commander'
import { ConfigError, readConfig } from '#kernel/config/index.ts'
import { withInstance } from '../instance.ts'
import { printTable } from '../table.ts'

export function databaseCommands(program: Command): void {
  program
    .command('db:setup')
    .description(
      'Make the roles (owner, app, platform, operator), the login and the database on an external PostgreSQL. Safe to repeat.',
    )
    .addHelpText(
      'after',
      '\nNeeds DATABASE_MIGRATION_URL: a role that may create roles and databases; it need not be superuser.',
    )
    .action(async () => {
      const config = readConfig()
      const missing = [
        ['DATABASE_MIGRATION_URL', config.DATABASE_MIGRATION_URL, 'a role that may create roles and databases'],
        [
          'DATABASE_URL',
          config.databaseUrl,
          'the login role to make, with the password it shall have (or DB_HOST, DB_USER, …)',
        ],
        ['APP_KEY', config.APP_KEY, "the operator role's password derives from it"],
      ] as const
      const faults = missing
        .filter(([, value]) => !value)
        .map(([name, , expected]) => ({ name, problem: 'missing', expected }))
      if (faults.length > 0) throw new ConfigError(faults)
      const login = new URL(config.databaseUrl!)
      const [user, password] = [decodeURIComponent(login.username), decodeURIComponent(login.password)]
      const database = decodeURIComponent(login.pathname.slice(1))
      const { setUpDatabase } = await import('#kernel/database/index.ts')
      await setUpDatabase({
        adminUrl: config.DATABASE_MIGRATION_URL!,
        database,
        login: { user, password },
        databaseSecret: config.databaseSecret,
      })
      console.log(`Roles and database "${database}" are ready. Next: daytwo migration:run`)
    })

  program
    .command('db:url')
    .description(
      'Print a connection string of the operator role, for psql. It sees all tenants; its changes are audited.',
    )
    .addHelpText(
      'after',
      '\nExample:\n  psql "$(daytwo db:url)" -c "SELECT status, COUNT(*) FROM event_queue GROUP BY status"',
    )
    .action(async () => {
      const config = readConfig()
      const { openServer } = await import('#app/database-server.ts')
      const server = await openServer(config, (line) => console.error(line))
      console.log(server.operatorUrl)
      if (server.embedded?.owned)
        console.error(
          'daytwo is not running: the database is up only while it is ("daytwo up"). "daytwo sql" works now.',
        )
      await server.stop()
    })

  program
    .command('sql <statement>')
    .description('Run SQL as the operator role, without psql. Changes are audited.')
    .option('--json', 'rows as JSON')
    .addHelpText(
      'after',
      '\nExample:\n  daytwo sql "SELECT id, last_error FROM event_queue WHERE status = \'dead_lettered\' LIMIT 20"',
    )
    .action(async (text: string, { json }: { json?: boolean }) => {
      const config = readConfig()
      const { openServer } = await import('#app/database-server.ts')
      const server = await openServer(config, (line) => console.error(line))
      try {
        const { withClient } = await import('#kernel/database/index.ts')
        const result = await withClient(server.operatorUrl, (client) => client.query(text))
        if (json) console.log(JSON.stringify(result.rows))
        else if (result.fields?.length > 0) printTable(result.rows.map(shown))
        else console.log(`${result.command} ${result.rowCount ?? ''}`.trim())
      } finally {
        await server.stop()
      }
    })

  program
    .command('db:report')
    .description('Connections, slow statements by name, table sizes, vacuum age, unused and missing indexes.')
    .option('--json', 'for machines')
    .action(({ json }: { json?: boolean }) =>
      withInstance(async ({ composed }) => {
        const report = await composed.operations.databaseReport()
        if (json) {
          console.log(JSON.stringify(report))
          return
        }
        section('Connections', report.connections)
        if (report.slowStatements) {
          const rows = report.slowStatements.map((row) => ({
            ...row,
            totalMs: row.totalMs.toFixed(1),
            meanMs: row.meanMs.toFixed(2),
          }))
          section('Statements by total time', rows)
        } else console.log('\nStatements: the extension pg_stat_statements is not there.')
        section(
          'Tables by size',
          report.tables.map(({ bytes, ...row }) => ({ ...row, megabytes: (bytes / 1048576).toFixed(1) })),
        )
        section('Indexes never used (over 1 MB)', report.unusedIndexes)
        section('Tables read in full often', report.missingIndexes)
      }),
    )
}

function section(title: string, rows: Parameters<typeof printTable>[0]) {
  console.log(`\n${title}`)
  printTable(rows)
}

const shown = (row: Record<string, unknown>) =>
  Object.fromEntries(
    Object.entries(row).map(([name, value]) => [
      name,
      value instanceof Buffer
        ? `\\x${value.toString('hex', 0, 16)}…`
        : value instanceof Date || value === null || typeof value !== 'object'
          ? (value as string)
          : JSON.stringify(value),
    ]),
  )
