/** The log of one process, as the configuration wants it. */
import type { Config } from '#kernel/config/index.ts'
import { type Logger, openLog } from '#kernel/telemetry/index.ts'

/** The serving roles a process may have. */
export type Role = 'api' | 'worker'

export const logFor = (config: Config, context: string, destination: 'stdout' | 'stderr' = 'stdout'): Promise<Logger> =>
  openLog({
    level: config.LOG_LEVEL,
    context,
    logDir: config.logDir,
    destination,
    pretty: !config.production && (destination === 'stdout' ? process.stdout.isTTY : process.stderr.isTTY) === true,
  })
