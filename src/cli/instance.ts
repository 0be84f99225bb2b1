/** What a command works on: the configuration, the database of a running instance (or one started for it), the modules. */

import type { Composed } from '#app/compose.ts'
import type { DatabaseServer } from '#app/database-server.ts'
import { type Config, readConfig } from '#kernel/config/index.ts'
import type { Database } from '#kernel/database/index.ts'
import type { Logger } from '#kernel/telemetry/index.ts'

export type Instance = { config: Config; server: DatabaseServer; database: Database; composed: Composed; log: Logger }

/** Opens the instance for `work`, and closes it whatever happens. Notes go to stderr, so that stdout is the result's alone. */
export async function withInstance<T>(work: (instance: Instance) => Promise<T>): Promise<T> {
  const [{ openServer, checkDatabase }, { openDatabase }, { compose }, { logFor }] = await Promise.all([
    import('#app/database-server.ts'),
    import('#kernel/database/index.ts'),
    import('#app/compose.ts'),
    import('#app/log.ts'),
  ])
  const config = readConfig()
  const log = await logFor(
    { ...config, LOG_LEVEL: config.LOG_LEVEL === 'info' ? 'warn' : config.LOG_LEVEL, logDir: undefined },
    'cli',
    'stderr',
  )
  const server = await openServer(config, (line) => console.error(line))
  try {
    await checkDatabase(server.url)
    const database = openDatabase({ url: server.url, poolMax: 4, name: 'cli', log })
    try {
      return await work({ config, server, database, composed: compose(config, database, log), log })
    } finally {
      await database.close()
    }
  } finally {
    await server.stop()
  }
}
