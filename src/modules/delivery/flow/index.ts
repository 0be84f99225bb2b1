/** Door of flow: work items from their first start to their last finish, and what that says of a stream. */
import type { Database, TenantTx } from '#kernel/database/index.ts'
import { type EventLog, subscribe } from '#kernel/events/index.ts'
import { defineModule } from '#kernel/module.ts'
import { resolveWindow, type WorkItemFactRow, workItemsRecorded } from '#modules/delivery/facts/index.ts'
import { agingSettings, workItemAging } from './alert-conditions.ts'
import { deriveItems } from './derive-items.ts'
import { itemsChanged } from './events.ts'
import { countOpen, readThroughput, readWeekly } from './port-queries.ts'
import { flowRoutes } from './routes.ts'
import { selfCheck } from './self-check.ts'

/** A week of a stream; `week` is its Monday (`YYYY-MM-DD`). The first and the last week may be cut by the window. */
type FlowWeek = {
  readonly stream: string
  readonly week: string
  readonly finished: number
  /** Calendar days, nearest rank; null where nothing with a known start finished. */
  readonly medianCycleDays: number | null
}

/** Deleted items count nowhere. Days and weeks are of the tenant's time zone; `stream` null (or `all`) is the whole tenant; a span is three years long at most. */
export type DeliveryFlowPort = {
  /** Each day from `from` to `to` (`YYYY-MM-DD`, both included), those without anything too: items finished and created. */
  throughput(
    tx: TenantTx,
    query: { stream: string | null; from: string; to: string; itemTypes?: readonly string[] | undefined },
  ): Promise<readonly { day: string; finished: number; arrived: number }[]>
  /** Items not finished, and how many of them are started. */
  openItems(tx: TenantTx, query: { stream: string | null }): Promise<{ open: number; inProgress: number }>
  /** Every ISO week of every stream asked for, those without anything too, by stream and week. */
  weekly(tx: TenantTx, query: { streams: readonly string[]; from: string; to: string }): Promise<readonly FlowWeek[]>
  /** Has items keep what these facts say, in the transaction that purges them. */
  seal(tx: TenantTx, facts: readonly WorkItemFactRow[]): Promise<void>
  /** Derives all items of all tenants again and says how many differed; runs with the nightly check of the metrics. */
  selfCheck(): Promise<string>
}

export const deliveryFlow = defineModule({
  name: 'delivery/flow',
  migrations: new URL('./migrations/', import.meta.url),
  events: [itemsChanged],
  settings: agingSettings,
  start: ({ database, eventLog }: { database: Database; eventLog: EventLog }) => {
    const port: DeliveryFlowPort = {
      throughput: async (tx, { stream, itemTypes, ...days }) =>
        tx.rows(readThroughput, { ...(await resolveWindow(tx, days)), stream, itemTypes: itemTypes ?? null }),
      openItems: async (tx, query) => (await tx.row(countOpen, query))!,
      weekly: async (tx, { streams, ...days }) => tx.rows(readWeekly, { ...(await resolveWindow(tx, days)), streams }),
      async seal(tx, facts) {
        await deriveItems(tx, eventLog, facts, facts)
      },
      selfCheck: () => selfCheck({ database, eventLog }),
    }
    return {
      port,
      routes: flowRoutes(database),
      alerts: [workItemAging()],
      subscribers: [
        subscribe('delivery-flow.derive', workItemsRecorded, async (tx, payloads) => {
          const items = payloads.flatMap((recorded) => recorded.items)
          return `${await deriveItems(tx, eventLog, items)} of ${items.length} work items differed`
        }),
      ],
    }
  },
})
