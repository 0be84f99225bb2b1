import type { Command } from 'commander'
import { ConfigError, readConfig } from '#kernel/config/index.ts'

export function serveCommands(program: Command): void {
  program
    .command('up', { isDefault: true })
    .description('Serve everything: database (embedded unless DATABASE_URL is set), API, console and worker.')
    .addHelpText('after', '\nExamples:\n  daytwo up\n  PORT=8080 DAYTWO_DATA=/srv/daytwo daytwo up')
    .action(async () => {
      const config = readConfig()
      await (await import('#app/console-build.ts')).ensureConsole()
      await (await import('#app/up.ts')).up(config)
    })

  for (const role of ['api', 'worker'] as const) {
    program
      .command(role)
      .description(
        role === 'api'
          ? 'Serve the API and the console only (DATABASE_URL).'
          : 'Run a worker only, probes on WORKER_PORT (DATABASE_URL).',
      )
      .action(async () => {
        if (process.send) {
          const { serve, waitForGo } = await import('#app/serve.ts')
          const { databaseUrl } = await waitForGo()
          await serve(readConfig(undefined, { given: { DATABASE_URL: databaseUrl } }), role)
          return
        }
        const config = readConfig()
        if (!config.databaseUrl) {
          const expected = `"daytwo ${role}" shares a database with other processes; "daytwo up" brings an embedded one`
          throw new ConfigError([{ name: 'DATABASE_URL', problem: 'missing', expected }])
        }
        await (await import('#app/serve.ts')).serve(config, role)
      })
  }

  program
    .command('config:check')
    .description('Check the environment and .env as a start would, without starting.')
    .option('--json', 'for machines')
    .action(({ json }: { json?: boolean }) => {
      try {
        const config = readConfig(undefined, { generate: false })
        const database = config.databaseUrl ? 'external' : 'embedded'
        if (json) console.log(JSON.stringify({ ok: true, database, production: config.production }))
        else console.log(`The configuration is sound: ${database} database, ${config.NODE_ENV}, ${config.baseUrl}`)
      } catch (error) {
        if (!json || !(error instanceof ConfigError)) throw error
        console.log(JSON.stringify({ ok: false, faults: error.faults }))
        process.exitCode = 2
      }
    })
}
