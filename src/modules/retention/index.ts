/** Door of retention: what is archived, purged and put back, whatever module's it is. */
import { type Context, requirePermission } from '#kernel/context/index.ts'
import type { Database } from '#kernel/database/index.ts'
import { contextOf } from '#kernel/http/index.ts'
import { defineModule } from '#kernel/module.ts'
import type { RetentionPolicy } from '#kernel/retention/index.ts'
import { type Store, storeMissing } from '#kernel/store/index.ts'
import { archiveBroken } from './archive-part.ts'
import { enforceRetention, type RunReport } from './enforce.ts'
import type { RetentionDeps } from './enforce-day.ts'
import { archiveChecks, archiveFailed } from './health.ts'
import { domainEventDays, kernelTables } from './kernel-tables.ts'
import { readRetention } from './read-retention.ts'
import { type Chosen, type ListedPart, listArchive, type ReplaySummary, replayArchive, type Step } from './replay.ts'
import { retentionReply } from './schemas.ts'

export type { ListedPart, ReplaySummary } from './replay.ts'

export type RetentionPort = {
  /** Archives, verifies and purges what is older than its window; throws when a table failed. */
  enforce(report?: RunReport): Promise<string>
  /** What the archive holds, as its manifests say. */
  list(ctx: Context, chosen: Chosen, step: Step): Promise<ListedPart[]>
  /** Compares every archived file with its manifest. */
  verify(ctx: Context, chosen: Chosen, step: Step): Promise<ListedPart[]>
  /** Puts archived rows back; idempotent. What follows from them is work that becomes due. */
  replay(ctx: Context, chosen: Chosen & { dryRun: boolean }, step: Step): Promise<ReplaySummary>
}

type Needs = Omit<RetentionDeps, 'store'> & {
  database: Database
  store: Store
  /** Those of the other modules. */
  policies: readonly RetentionPolicy[]
}

export const retention = defineModule({
  name: 'retention',
  migrations: new URL('./migrations/', import.meta.url),
  permissions: [
    { name: 'retention:replay', summary: 'Read the archive and put archived rows back', least: 'platform_admin' },
  ],
  problems: [archiveBroken, storeMissing],
  settings: [domainEventDays],
  start: (needs: Needs) => {
    const { database, store } = needs
    const policies = [...needs.policies, ...kernelTables]
    const port: RetentionPort = {
      enforce: (report) => enforceRetention(needs, policies, report),
      async list(ctx, chosen, step) {
        requirePermission(ctx, 'retention:replay')
        return listArchive({ store }, chosen, false, step)
      },
      async verify(ctx, chosen, step) {
        requirePermission(ctx, 'retention:replay')
        return listArchive({ store }, chosen, true, step)
      },
      replay: (ctx, chosen, step) => replayArchive({ database, store, policies }, ctx, chosen, step),
    }
    return {
      port,
      schedules: [
        {
          name: 'scheduler:enforce-data-retention',
          cron: '30 2 * * *',
          summary: 'Archives, verifies and purges rows that are older than their window',
          run: () => port.enforce(),
        },
      ],
      alerts: [archiveFailed],
      doctor: archiveChecks({ database, store }),
      routes(http) {
        http.get(
          '/retention',
          {
            config: { permission: 'operations:read' },
            schema: {
              tags: ['operations'],
              summary: 'What is kept how long, and what was archived',
              response: { 200: retentionReply },
            },
          },
          (request) => readRetention({ database, store, policies }, contextOf(request)),
        )
      },
    }
  },
})
