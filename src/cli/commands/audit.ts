import type { Command } from 'commander'
import { commandContext } from '#kernel/context/index.ts'
import { withInstance } from '../instance.ts'

/** Some chain is not what was written. */
const broken = 1

export function auditCommands(program: Command): void {
  program
    .command('audit:verify')
    .description(
      'Verify the audit trail: every hash, every gap, every signed checkpoint; exit code 1 when one is at fault.',
    )
    .option('--tenant <slug>', 'only this tenant (default: all)')
    .option('--json', 'the result for machines')
    .action((options: { tenant?: string; json?: boolean }) =>
      withInstance(async ({ composed }) => {
        const [{ showProgress }, { printTable }] = await Promise.all([import('../progress.ts'), import('../table.ts')])
        const chosen = options.tenant === undefined ? undefined : (await composed.tenants.bySlug(options.tenant)).id
        const tenants = (await composed.audit.tenants()).filter(({ tenantId }) => tenantId === (chosen ?? tenantId))
        const progress = await showProgress(options)
        const results = []
        try {
          for (const { tenantId, slug } of tenants) {
            const name = slug ?? tenantId
            const step = (done: number, total: number) => progress.step(name, done, total)
            const result = await composed.audit.verify(commandContext('audit:verify', tenantId), step)
            results.push({ tenant: name, ...result })
          }
        } finally {
          progress.stop()
        }
        if (options.json) console.log(JSON.stringify(results))
        else {
          printTable(
            results.map(({ tenant, events, upto_seq, checkpoints, faults }) => ({
              tenant,
              events,
              upto: upto_seq,
              checkpoints,
              state: faults.length === 0 ? 'whole' : `${faults.length} at fault`,
            })),
            'Nothing was ever audited.',
          )
          for (const { tenant, faults } of results)
            for (const { kind, detail } of faults) console.log(`${tenant}: ${kind}: ${detail}`)
        }
        if (results.some(({ ok }) => !ok)) process.exitCode = broken
      }),
    )
}
