/** With another time zone every day begins elsewhere, so what was reckoned by the day is reckoned again. */
import type { TenantTx } from '#kernel/database/index.ts'
import type { EventLog } from '#kernel/events/index.ts'
import { daysChanged } from '#modules/delivery/facts/index.ts'
import { listDays, listRolledUp } from './queries.ts'
import { pairsAtOnce } from './roll-up.ts'

/**
 * Says that every day of every stream changed: those on which facts count in the zone that is now the tenant's, and those that have a
 * roll-up from the zone before. Sealed days keep their figures, for their facts are gone. Returns how many pairs were said.
 */
export async function daysBeginAnew(tx: TenantTx, eventLog: EventLog): Promise<number> {
  const days = await tx.rows(listDays, undefined)
  const streams = await tx.rows(listRolledUp, undefined)
  const pairs = days.flatMap(({ day }) => streams.map(({ stream }) => ({ stream, day })))
  for (let at = 0; at < pairs.length; at += pairsAtOnce)
    await eventLog.publish(tx, daysChanged, { days: pairs.slice(at, at + pairsAtOnce) })
  return pairs.length
}
