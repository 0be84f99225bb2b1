/** Door of forecasts: when items will be finished and how many by then, from what was finished day by day. */
import type { Database } from '#kernel/database/index.ts'
import { defineModule } from '#kernel/module.ts'
import { materializeForecasts } from './materialize.ts'
import type { Throughput } from './past.ts'
import { forecastRoutes } from './routes.ts'
import { forecastDays } from './settings.ts'

export const deliveryForecast = defineModule({
  name: 'delivery/forecast',
  migrations: new URL('./migrations/', import.meta.url),
  settings: [forecastDays],
  start: (deps: { database: Database; flow: Throughput }) => ({
    port: undefined,
    routes: forecastRoutes(deps),
    retention: [{ table: 'forecast', recordedAt: 'made_at', days: forecastDays, archived: false }],
    schedules: [
      {
        name: 'scheduler:materialize-forecasts',
        cron: '20 1 * * *',
        summary:
          'Forecasts what is open and the next weeks of each stream, and scores the forecasts whose outcome is known',
        run: () => materializeForecasts(deps),
      },
    ],
  }),
})
