/** What the API keeps for its conventions' sake, and throws away again: idempotency keys and counts of rate limits. */
import type { Database } from '#kernel/database/index.ts'
import { purgeIdempotencyKeys } from '#kernel/idempotency/index.ts'
import { purgeRateWindows } from '#kernel/limits/index.ts'
import { defineModule } from '#kernel/module.ts'

export const api = defineModule({
  name: 'api',
  start: ({ database }: { database: Database }) => ({
    port: {},
    schedules: [
      {
        name: 'scheduler:purge-request-records',
        cron: '17 * * * *',
        summary: 'Deletes idempotency keys and counts of rate limits that are older than a day',
        async run() {
          const keys = await purgeIdempotencyKeys(database)
          const counts = await purgeRateWindows(database)
          return `${keys} idempotency keys and ${counts} counts deleted`
        },
      },
    ],
  }),
})
