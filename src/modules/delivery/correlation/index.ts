/** Door of cross-stream correlation: which streams move together, week by week. Never what causes what. */
import { defineModule } from '#kernel/module.ts'
import { type Deps, materializeCrossStream } from './materialize.ts'
import { correlationRoutes } from './routes.ts'
import { crossStreamWeeks } from './settings.ts'

export const deliveryCorrelation = defineModule({
  name: 'delivery/correlation',
  migrations: new URL('./migrations/', import.meta.url),
  settings: [crossStreamWeeks],
  start: (deps: Deps) => ({
    port: undefined,
    routes: correlationRoutes(deps.database),
    schedules: [
      {
        name: 'scheduler:materialize-cross-stream',
        cron: '25 * * * *',
        summary: 'Looks which streams move together, where their weeks changed',
        run: () => materializeCrossStream(deps),
      },
    ],
  }),
})
