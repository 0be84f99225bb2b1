import type { TenantTx } from '#kernel/database/index.ts'
import { readSetting } from '#kernel/settings/index.ts'
import { attributionWindowHours, deploymentsFrom, productionEnvironments, reworkLabels } from '../settings.ts'

export type DeriveSettings = {
  readonly deploymentsFrom: string
  /** In lower case. */
  readonly productionEnvironments: ReadonlySet<string>
  readonly attributionWindowHours: number
  readonly reworkLabels: readonly string[]
}

export const readDeriveSettings = async (tx: TenantTx): Promise<DeriveSettings> => ({
  deploymentsFrom: await readSetting(tx, deploymentsFrom),
  productionEnvironments: new Set((await readSetting(tx, productionEnvironments)).map((name) => name.toLowerCase())),
  attributionWindowHours: await readSetting(tx, attributionWindowHours),
  reworkLabels: await readSetting(tx, reworkLabels),
})
