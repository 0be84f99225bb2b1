/** `daytwo import:git`: the import with its progress, then the numbers derived at once, worker or not. */
import type { Context } from '#kernel/context/index.ts'
import { drainAll, makeEngine } from '#kernel/work/index.ts'
import { importGit } from '#modules/delivery/git-import/index.ts'
import type { Instance } from './instance.ts'
import { showProgress } from './progress.ts'

type Input = { path: string; stream?: string | undefined; repository?: string | undefined; deploys: 'tags' | 'merges' }

export async function runImport(
  instance: Instance,
  ctx: Context,
  input: Input,
  { json }: { json?: boolean | undefined },
): Promise<void> {
  const { database, composed, log, config } = instance
  const progress = await showProgress({ json })
  try {
    const summary = await importGit({ database, eventLog: composed.eventLog, log }, ctx, {
      ...input,
      progress: ({ phase, done, total }) => progress.step(phase, done, total),
    })
    progress.step('deriving metrics', 0, 1)
    await settle(instance)
    progress.step('deriving metrics', 1, 1)
    progress.stop()
    if (json) {
      console.log(JSON.stringify(summary))
      return
    }
    const dropped = summary.negativeDropped > 0 ? `, ${summary.negativeDropped} with a negative lead time left out` : ''
    console.log(`\n${summary.repository} → stream "${summary.stream}", ${summary.from} to ${summary.to}`)
    console.log(
      `  ${summary.releases} releases (the first, ${summary.baseline}, is the baseline), ${summary.changes} changes${dropped}`,
    )
    console.log(
      `  ${summary.hotfixes} hotfixes, ${summary.reverts} reverts, ${summary.mergesSkipped} merges skipped, ${summary.commitsNotReleased} commits not released yet`,
    )
    console.log(`  ${(summary.durationMs / 1000).toFixed(1)} s. Look at ${config.baseUrl}/?stream=${summary.stream}`)
  } finally {
    progress.stop()
  }
}

/** Runs what the import made due; a running worker may take its share. Derivation causes roll-ups. */
async function settle({ composed, database, log }: Instance) {
  const subscribers = composed.work.filter(({ table }) => table === 'subscription_work')
  await drainAll(subscribers.map((work) => makeEngine(work, database, log)))
}
