import { deriveKey } from '#kernel/crypto/index.ts'
import type { Database } from '#kernel/database/index.ts'
import { defineModule } from '#kernel/module.ts'
import type { Logger } from '#kernel/telemetry/index.ts'
import { drain, makeEngine, type Work } from '#kernel/work/index.ts'
import { connectionRoutes } from './connections/routes.ts'
import { eventRoutes } from './event-routes.ts'
import { makeGroupCommit } from './group-commit.ts'
import { badSignature, intakeFull, noSecret, unreadablePayload, weakSecret } from './problems.ts'
import type { Processor } from './processor.ts'
import { storeFlush } from './queries.ts'
import { type Source, senderFinder } from './senders.ts'
import { webhookRoutes } from './webhook-routes.ts'
import { eventQueueWork } from './work.ts'

export type { FactRef, IncomingEvent, Processed, Processor } from './processor.ts'

type Needs = {
  database: Database
  log: Logger
  /** The modules that understand events, by source. */
  processors: readonly Processor[]
  appKey: string
  baseUrl: string
  /** Secrets of the bare webhook URLs; a source without one accepts nothing. */
  secrets: Partial<Record<Source, string | undefined>>
  /** Where a person finds those secrets. */
  secretHints: Record<Source, string | null>
}

export type IntakePort = {
  /** Processes what is due until nothing is; for commands. */
  processQueue(each?: (settled: number) => void): Promise<{ completed: number; failed: number }>
}

export const intake = defineModule({
  name: 'intake',
  migrations: new URL('./migrations/', import.meta.url),
  permissions: [
    { name: 'queue:read', summary: 'See the event queue, payloads and lineage' },
    { name: 'connections:read', summary: 'See connections and what to paste into GitHub and Jira' },
    { name: 'connections:write', summary: 'Make, rotate and remove connections' },
  ],
  problems: [badSignature, intakeFull, noSecret, unreadablePayload, weakSecret],
  start: ({ database, log, processors, appKey, baseUrl, secrets, secretHints }: Needs) => {
    const key = deriveKey(appKey, 'connection secrets')
    const groupCommit = makeGroupCommit((flush) =>
      database.platformTx('intake', async (tx) => {
        await tx.run(storeFlush, flush)
      }),
    )
    const work = eventQueueWork(processors) as unknown as Work
    const port: IntakePort = { processQueue: (each) => drain(makeEngine(work, database, log), each) }
    return {
      port,
      async routes(http) {
        await webhookRoutes({ findSender: senderFinder(database, key, secrets), groupCommit })(http)
        eventRoutes(database)(http)
        connectionRoutes({ database, key, baseUrl, secretHints })(http)
      },
      work: [work],
      schedules: [
        {
          name: 'scheduler:process-event-queue',
          cron: '* * * * *',
          summary: 'Processes events that wait; workers do so at once, this is the net below them',
          async run() {
            const { completed, failed } = await port.processQueue()
            return `${completed} processed, ${failed} failed`
          },
        },
      ],
      drain: () => groupCommit.drain(),
    }
  },
})
