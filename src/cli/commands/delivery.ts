import type { Command } from 'commander'
import { commandContext } from '#kernel/context/index.ts'
import { withInstance } from '../instance.ts'
import { showProgress } from '../progress.ts'

type ImportOptions = {
  stream?: string
  repository?: string
  deploys: 'tags' | 'merges'
  tenant: string
  json?: boolean
}

export function deliveryCommands(program: Command): void {
  program
    .command('import:git <path>')
    .description(
      'Turn a local git repository into deployments and changes: release tags deploy, commits are changes. Re-runnable.',
    )
    .option('--stream <id>', 'the delivery stream it belongs to (default: named after the folder)')
    .option('--repository <owner/name>', 'its name (default: from the remote "origin")')
    .option('--deploys <what>', 'tags (v?X.Y.Z) or merges (each merge on the default branch)', 'tags')
    .option('--tenant <slug>', 'whose', 'default')
    .option('--json', 'the summary for machines')
    .addHelpText(
      'after',
      '\nExamples:\n  daytwo import:git ../my-service\n  daytwo import:git . --stream payments --deploys merges',
    )
    .action((path: string, { stream, repository, deploys, tenant, json }: ImportOptions) =>
      withInstance(async (instance) => {
        const { runImport } = await import('../import-git.ts')
        const { id } = await instance.composed.tenants.bySlug(tenant)
        await runImport(instance, commandContext('import:git', id), { path, stream, repository, deploys }, { json })
      }),
    )

  program
    .command('demo')
    .description(
      'Fill a running or fresh instance with a believable year, by sending signed webhooks through the real intake.',
    )
    .option('--days <n>', 'how far back', '365')
    .option('--seed <n>', 'the same seed gives the same history; sending it twice changes nothing', '1')
    .option('--yes', 'do not ask, even where other data exists')
    .option('--exit', 'end the instance that was started for the demo once it is full')
    .option('--json', 'the summary for machines')
    .action(async (options) => {
      const { runDemo } = await import('../demo.ts')
      const progress = await showProgress(options)
      try {
        await runDemo(options, progress)
      } finally {
        progress.stop()
      }
    })
}
