/** `daytwo archive:list`, `archive:verify` and `archive:replay`. Each returns its exit code. */
import type { Context } from '#kernel/context/index.ts'
import { invalidRequest, Problem } from '#kernel/errors/index.ts'
import { drainAll, makeEngine } from '#kernel/work/index.ts'
import type { Instance } from './instance.ts'
import { showProgress } from './progress.ts'
import { printTable } from './table.ts'

type Options = {
  table?: readonly string[]
  from?: string
  to?: string
  tenant?: string
  json?: boolean
  dryRun?: boolean
}

/** Some files were not what their manifests say. */
const broken = 1

async function chosenBy({ composed }: Instance, { table, from, to, tenant }: Options) {
  if (from !== undefined && to !== undefined && to < from)
    throw new Problem(invalidRequest, `--to ${to} is before --from ${from}.`)
  const tenantId = tenant === undefined ? undefined : (await composed.tenants.bySlug(tenant)).id
  return { tables: table, from, to, tenantId }
}

export async function runList(instance: Instance, ctx: Context, options: Options, check: boolean): Promise<number> {
  const progress = await showProgress(options)
  const chosen = await chosenBy(instance, options)
  try {
    const { retention } = instance.composed
    const parts = await (check
      ? retention.verify(ctx, chosen, progress.step)
      : retention.list(ctx, chosen, progress.step))
    progress.stop()
    const faults = parts.filter(({ fault }) => fault !== null)
    if (options.json) console.log(JSON.stringify(parts))
    else {
      printTable(
        parts.map(({ name, rows, bytes, fault }) => ({
          file: name,
          rows,
          bytes,
          ...(check ? { fault: fault ?? 'ok' } : {}),
        })),
        'The archive is empty.',
      )
      if (check && parts.length > 0) console.log(`\n${parts.length} files, ${faults.length} at fault`)
    }
    return faults.length > 0 ? broken : 0
  } finally {
    progress.stop()
  }
}

export async function runReplay(instance: Instance, ctx: Context, options: Options): Promise<number> {
  const { composed, database, log } = instance
  const progress = await showProgress(options)
  const chosen = await chosenBy(instance, options)
  try {
    const summary = await composed.retention.replay(ctx, { ...chosen, dryRun: options.dryRun === true }, progress.step)
    if (!summary.dry_run && summary.files > 0) {
      // What follows from the rows is work that is due now; a running worker may take its share.
      progress.step('deriving metrics', 0, 1)
      const engines = composed.work
        .filter(({ table }) => table !== 'schedule')
        .map((work) => makeEngine(work, database, log))
      await drainAll(engines)
      progress.step('deriving metrics', 1, 1)
    }
    progress.stop()
    if (options.json) console.log(JSON.stringify(summary))
    else {
      printTable(
        Object.entries(summary.tables).map(([table, counts]) => ({ table, ...counts })),
        'The archive has nothing of that.',
      )
      const did = summary.dry_run ? 'would be replayed' : `replayed, ${summary.written} of them new`
      console.log(`\n${summary.rows} rows of ${summary.files} files ${did}`)
    }
    for (const fault of summary.faults) console.error(`not used: ${fault}`)
    return summary.faults.length > 0 ? broken : 0
  } finally {
    progress.stop()
  }
}
