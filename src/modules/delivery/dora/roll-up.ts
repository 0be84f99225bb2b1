/** Keeps `dora_daily` equal to the facts, a few days at a time. */
import type { TenantTx } from '#kernel/database/index.ts'
import { rollUpMonths } from './roll-up-months.ts'
import { lockStreams, rollUpDays } from './roll-up-statement.ts'

/** A day (`YYYY-MM-DD` of the tenant's time zone) of a stream, or of `all`. */
export type StreamDay = { readonly stream: string; readonly day: string }

/** Pairs a statement: a statement reads each day once, so pairs of a day stay together as far as they can. */
export const pairsAtOnce = 600

/** Makes the roll-ups of these days again from the facts as they are now; returns how many differed from what was stored. */
export async function rollUp(tx: TenantTx, pairs: readonly StreamDay[]): Promise<number> {
  if (pairs.length === 0) return 0
  const sorted = [...pairs].sort((a, b) => compare(a.day, b.day) || compare(a.stream, b.stream))
  await tx.rows(lockStreams, argumentsOf(tx, sorted))
  let changed = 0
  // Statements after the lock have younger snapshots, so they see the facts that the lock's last holder could not.
  for (let at = 0; at < sorted.length; at += pairsAtOnce)
    changed += (await tx.row(rollUpDays, argumentsOf(tx, sorted.slice(at, at + pairsAtOnce))))!.changed
  if (changed > 0) await tx.run(rollUpMonths, argumentsOf(tx, sorted))
  return changed
}

const compare = (a: string, b: string) => (a < b ? -1 : a > b ? 1 : 0)

const argumentsOf = ({ tenantId }: TenantTx, pairs: readonly StreamDay[]) => ({
  tenantId,
  streams: pairs.map(({ stream }) => stream),
  days: pairs.map(({ day }) => day),
})
