/** The nightly proof that roll-ups equal the facts: everything not sealed is made again and differences are repaired. */
import type { Database } from '#kernel/database/index.ts'
import { listDays, listRolledUp, listTenants } from './queries.ts'
import { pairsAtOnce, rollUp } from './roll-up.ts'

type SelfCheck = { readonly checked: number; readonly differed: number }

/** Checks one tenant, a few days a transaction so that live roll-ups of the same streams wait only briefly. */
export async function selfCheckTenant(database: Database, tenantId: string): Promise<SelfCheck> {
  const { days, streams } = await database.tenantTx({ tenantId }, async (tx) => ({
    days: (await tx.rows(listDays, undefined)).map(({ day }) => day),
    streams: (await tx.rows(listRolledUp, undefined)).map(({ stream }) => stream),
  }))
  let differed = 0
  const daysAtOnce = Math.max(1, Math.floor(pairsAtOnce / streams.length))
  for (let at = 0; at < days.length; at += daysAtOnce) {
    const pairs = days.slice(at, at + daysAtOnce).flatMap((day) => streams.map((stream) => ({ stream, day })))
    differed += await database.tenantTx({ tenantId }, (tx) => rollUp(tx, pairs), { statementTimeoutMs: 120_000 })
  }
  return { checked: days.length, differed }
}

/** All tenants; the text is the schedule's outcome. */
export async function selfCheck(database: Database): Promise<string> {
  const tenants = await database.platformTx('list tenants to check roll-ups', (tx) => tx.rows(listTenants, undefined))
  let [checked, differed] = [0, 0]
  for (const { id } of tenants) {
    const result = await selfCheckTenant(database, id)
    checked += result.checked
    differed += result.differed
  }
  return `${checked} days checked, ${differed} roll-ups differed from the facts and were repaired`
}
