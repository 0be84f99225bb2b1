import type { Database, TenantTx } from '#kernel/database/index.ts'
import type { EventLog } from '#kernel/events/index.ts'
import { defineModule } from '#kernel/module.ts'
import { traceability, traceabilitySettings } from './alert-conditions.ts'
import { bandsVersionSetting } from './bands.ts'
import { daysBeginAnew } from './days-begin-anew.ts'
import { historyDays, historyPolicy } from './receipts/retention.ts'
import { rollUp, type StreamDay } from './roll-up.ts'
import { doraRoutes } from './routes.ts'
import { seal } from './seal.ts'
import { selfCheck } from './self-check.ts'
import { rollUpChangedDays } from './subscribers.ts'
import { weekly } from './weekly.ts'

export { dayNumber, dayText, type Interval, slices } from './calendar.ts'
export { nearestRanks } from './nearest-rank.ts'
export type { DoraWeek } from './weekly.ts'

export type DeliveryDoraPort = {
  /** Makes these days' roll-ups again in the caller's transaction; returns how many differed. */
  rollUp(tx: TenantTx, days: readonly StreamDay[]): Promise<number>
  /** Makes the days of these instants final before their facts go, in the caller's transaction. */
  seal: typeof seal
  /** Has all of the tenant's days rolled up again, after its time zone changed in the caller's transaction; returns how many. */
  daysBeginAnew(tx: TenantTx): Promise<number>
  weekly: typeof weekly
}

type Needs = {
  database: Database
  eventLog: EventLog
  /** Checks of other derived figures against the facts, made in the same night; each says how much differed. */
  alsoChecked?: readonly (() => Promise<string>)[]
}

export const deliveryDora = defineModule({
  name: 'delivery/dora',
  migrations: new URL('./migrations/', import.meta.url),
  permissions: [{ name: 'metrics:read', summary: 'Read metrics', least: 'viewer' }],
  settings: [bandsVersionSetting, historyDays, ...traceabilitySettings],
  start: ({ database, eventLog, alsoChecked = [] }: Needs) => {
    const port: DeliveryDoraPort = { rollUp, seal, daysBeginAnew: (tx) => daysBeginAnew(tx, eventLog), weekly }
    return {
      port,
      routes: doraRoutes({ database }),
      subscribers: [rollUpChangedDays()],
      alerts: [traceability],
      retention: [historyPolicy],
      schedules: [
        {
          name: 'scheduler:materialize-daily-metrics',
          cron: '10 0 * * *',
          summary: 'Checks the daily DORA roll-ups against the facts and repairs what differs',
          async run() {
            const outcomes = [await selfCheck(database)]
            for (const check of alsoChecked) outcomes.push(await check())
            return outcomes.join('; ')
          },
        },
      ],
    }
  },
})
