/** Whether the installation demands a second factor of somebody who has none; asked with every request. */
import { monotonicMs } from '#kernel/clock/index.ts'
import type { Database } from '#kernel/database/index.ts'
import { readPlatformSetting } from '#kernel/settings/index.ts'
import type { SecondFactorPort } from './index.ts'
import { factorsOf } from './queries.ts'
import { requireSecondFactor } from './settings.ts'

/** As long as a session is believed: a change counts within a second everywhere. */
const believeMs = 500
const maxRemembered = 5000

export type Requirement = { readonly isDue: SecondFactorPort['isDue']; forget(personId: string): void }

export function makeRequirement(database: Database): Requirement {
  const demanded = remembered(() =>
    database.platformTx('who must have a second factor', (tx) => readPlatformSetting(tx, requireSecondFactor)),
  )
  const has = remembered(async (id: string) => {
    const row = await database.platformTx('second factors', (tx) => tx.row(factorsOf, { ids: [id] }))
    return row!.totp || row!.passkeys > 0
  })
  return {
    async isDue({ id, platformRole }) {
      const who = await demanded.ask('')
      if (who === 'nobody' || (who === 'platform' && platformRole === null)) return false
      return !(await has.ask(id))
    },
    forget: has.forget,
  }
}

function remembered<T>(look: (key: string) => Promise<T>) {
  const known = new Map<string, { at: number; answer: Promise<T> }>()
  return {
    ask(key: string): Promise<T> {
      const hit = known.get(key)
      if (hit && monotonicMs() - hit.at < believeMs) return hit.answer
      if (known.size >= maxRemembered) known.clear()
      const answer = look(key)
      known.set(key, { at: monotonicMs(), answer })
      answer.catch(() => known.delete(key))
      return answer
    },
    forget: (key: string) => void known.delete(key),
  }
}
