/** A read replica, used only while it answers and its lag is within bounds; otherwise reads go to the primary. */
import { monotonicMs } from '#kernel/clock/index.ts'
import type { Logger } from '#kernel/telemetry/index.ts'
import { makePool } from './pool.ts'

const maxLagSeconds = 30
const checkEveryMs = 5000

export function openReplica(url: string, options: { poolMax: number; name: string }, log: Logger) {
  const pool = makePool(url, options.poolMax, `${options.name}-read`, log)
  let checkedAt = Number.NEGATIVE_INFINITY
  let fit = false

  /** A primary that stands in for a replica is never behind; a replica that replayed everything has no lag either. */
  async function check(): Promise<boolean> {
    try {
      const { rows } = await pool.query(`
        select case
          when not pg_is_in_recovery() or pg_last_wal_receive_lsn() = pg_last_wal_replay_lsn() then 0
          else extract(epoch from now() - pg_last_xact_replay_timestamp())
        end as lag_seconds`)
      const lag = Number(rows[0].lag_seconds ?? Number.POSITIVE_INFINITY)
      if (lag > maxLagSeconds) log.warn({ lagSeconds: lag }, 'the read replica is behind; reading from the primary')
      return lag <= maxLagSeconds
    } catch (error) {
      log.warn({ err: error }, 'the read replica does not answer; reading from the primary')
      return false
    }
  }

  return {
    /** The replica's pool, or undefined when reads should go to the primary. */
    async usable() {
      if (monotonicMs() - checkedAt > checkEveryMs) {
        checkedAt = monotonicMs()
        fit = await check()
      }
      return fit ? pool : undefined
    },
    close: () => pool.end(),
  }
}
