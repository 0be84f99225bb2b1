/** Whether the installation demands a second factor of somebody who has none; asked with every request. */
import type { Database } from '#kernel/database/index.ts'
import { remembered } from '#kernel/remembered/index.ts'
import { readPlatformSetting } from '#kernel/settings/index.ts'
import type { SecondFactorPort } from './index.ts'
import { factorsOf, provedElsewhere } from './queries.ts'
import { requireSecondFactor, trustProviderFactor } from './settings.ts'

export type Requirement = { readonly isDue: SecondFactorPort['isDue']; forget(personId: string): void }

export function makeRequirement(database: Database): Requirement {
  const demanded = remembered(() =>
    database.platformTx('who must have a second factor', async (tx) => ({
      who: await readPlatformSetting(tx, requireSecondFactor),
      trustsProvider: await readPlatformSetting(tx, trustProviderFactor),
    })),
  )
  const has = remembered(async (id: string) => {
    const row = await database.platformTx('second factors', (tx) => tx.row(factorsOf, { ids: [id] }))
    return row!.totp || row!.passkeys > 0
  })
  const proved = remembered(async (sessionId: string) => {
    const row = await database.platformTx('proved elsewhere', (tx) => tx.row(provedElsewhere, { sessionId }))
    return row?.proved === true
  })
  return {
    async isDue({ id, platformRole }, sessionId) {
      const { who, trustsProvider } = await demanded.ask('')
      if (who === 'nobody' || (who === 'platform' && platformRole === null)) return false
      if (await has.ask(id)) return false
      return !(trustsProvider && sessionId !== undefined && (await proved.ask(sessionId)))
    },
    forget: has.forget,
  }
}
