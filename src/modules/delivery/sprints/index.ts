/** Door of sprints: what a sprint was when it started and when it closed, frozen, and what that says of a team's velocity. */
import type { Database, TenantTx } from '#kernel/database/index.ts'
import { type EventLog, subscribe } from '#kernel/events/index.ts'
import { defineModule } from '#kernel/module.ts'
import { type WorkItemFactRow, workItemsRecorded } from '#modules/delivery/facts/index.ts'
import { beforeFactsGo } from './before-facts-go.ts'
import { snapshotTaken } from './events.ts'
import { sprintRoutes } from './routes.ts'
import { selfCheck } from './self-check.ts'
import { lateStartHours } from './settings.ts'
import { takeSnapshots } from './take-snapshots.ts'

export type DeliverySprintsPort = {
  /** Has sprints keep what these facts say, in the transaction that purges them. */
  beforeFactsGo(tx: TenantTx, facts: readonly WorkItemFactRow[]): Promise<void>
  /** Takes all sprints of all tenants again and says how much differed; runs with the nightly check of the metrics. */
  selfCheck(): Promise<string>
}

export const deliverySprints = defineModule({
  name: 'delivery/sprints',
  migrations: new URL('./migrations/', import.meta.url),
  events: [snapshotTaken],
  settings: [lateStartHours],
  start: ({ database, eventLog }: { database: Database; eventLog: EventLog }) => {
    const port: DeliverySprintsPort = {
      beforeFactsGo: (tx, facts) => beforeFactsGo(tx, eventLog, facts),
      selfCheck: () => selfCheck({ database, eventLog }),
    }
    return {
      port,
      routes: sprintRoutes({ database }),
      subscribers: [
        subscribe('delivery-sprints.take', workItemsRecorded, async (tx, payloads) => {
          const keys = payloads.flatMap(({ items }) => items)
          return `${await takeSnapshots(tx, eventLog, keys)} snapshots taken`
        }),
      ],
    }
  },
})
