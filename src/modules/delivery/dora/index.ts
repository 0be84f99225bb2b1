import type { Database, TenantTx } from '#kernel/database/index.ts'
import type { EventLog } from '#kernel/events/index.ts'
import { defineModule } from '#kernel/module.ts'
import { traceability, traceabilitySettings } from './alert-conditions.ts'
import { bandsVersionSetting } from './bands.ts'
import { rollUp, type StreamDay } from './roll-up.ts'
import { doraRoutes } from './routes.ts'
import { seal } from './seal.ts'
import { selfCheck } from './self-check.ts'
import { rollUpChangedDays } from './subscribers.ts'

export type DeliveryDoraPort = {
  /** Makes these days' roll-ups again in the caller's transaction; returns how many differed. */
  rollUp(tx: TenantTx, days: readonly StreamDay[]): Promise<number>
  /** Makes the days of these instants final before their facts go, in the caller's transaction. */
  seal: typeof seal
}

export const deliveryDora = defineModule({
  name: 'delivery/dora',
  migrations: new URL('./migrations/', import.meta.url),
  permissions: [{ name: 'metrics:read', summary: 'Read metrics', least: 'viewer' }],
  settings: [bandsVersionSetting, ...traceabilitySettings],
  start: ({ database }: { database: Database; eventLog: EventLog }) => {
    const port: DeliveryDoraPort = { rollUp, seal }
    return {
      port,
      routes: doraRoutes({ database }),
      subscribers: [rollUpChangedDays()],
      alerts: [traceability],
      schedules: [
        {
          name: 'scheduler:materialize-daily-metrics',
          cron: '10 0 * * *',
          summary: 'Checks the daily DORA roll-ups against the facts and repairs what differs',
          run: () => selfCheck(database),
        },
      ],
    }
  },
})
