/** Sessions that ended, and what else signing in leaves behind, go after a month. */
import type { Database } from '#kernel/database/index.ts'
import type { Schedule } from '#kernel/schedule/index.ts'
import { purgeSigningIn } from './queries.ts'
import { purgeSessions } from './session-queries.ts'

const keptDays = 30

export const purgeEnded = (database: Database): Schedule => ({
  name: 'scheduler:purge-ended-sessions',
  cron: '20 3 * * *',
  summary: 'Delete sessions that ended, spent tokens and used links older than 30 days',
  async run() {
    const { sessions, tokens } = (await database.platformTx('purge sessions', (tx) =>
      tx.row(purgeSessions, { days: keptDays }),
    ))!
    const { removed } = (await database.platformTx('purge links and attempts', (tx) =>
      tx.row(purgeSigningIn, { days: keptDays }),
    ))!
    return `removed ${sessions} sessions, ${tokens} spent tokens and ${removed} links and attempts`
  },
})
