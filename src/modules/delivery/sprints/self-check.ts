/** The nightly proof that snapshots equal the facts; the first one takes those of facts that are older than this module. */
import type { Database } from '#kernel/database/index.ts'
import type { EventLog } from '#kernel/events/index.ts'
import { listSprints, listTenants, lockSprints, rememberItems } from './derive-queries.ts'
import { takeThese } from './take-snapshots.ts'

type Deps = { readonly database: Database; readonly eventLog: EventLog }

/** A transaction each, so that live events of the same tenant wait only briefly. */
const sprintsAtOnce = 50
const options = { statementTimeoutMs: 120_000 }

/** All tenants; the text is part of the schedule's outcome. Safe to repeat. */
export async function selfCheck({ database, eventLog }: Deps): Promise<string> {
  const tenants = await database.platformTx('list tenants to check sprints', (tx) => tx.rows(listTenants, undefined))
  let [checked, revised] = [0, 0]
  for (const { id: tenantId } of tenants) {
    await database.tenantTx({ tenantId }, (tx) => tx.run(rememberItems, { tenantId, keys: null }), options)
    for (let after = 0; ; ) {
      const from = after
      const page = await database.tenantTx(
        { tenantId },
        async (tx) => {
          await tx.rows(lockSprints, { tenantId })
          const sprints = (await tx.rows(listSprints, { after: from, limit: sprintsAtOnce })).map(
            ({ sprint }) => sprint,
          )
          return { sprints, revised: await takeThese(tx, eventLog, sprints) }
        },
        options,
      )
      checked += page.sprints.length
      revised += page.revised
      if (page.sprints.length < sprintsAtOnce) break
      after = page.sprints.at(-1)!
    }
  }
  return `${checked} sprints checked, ${revised} snapshots differed from the facts and were taken anew`
}
