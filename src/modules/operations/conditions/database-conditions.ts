/** What can go wrong with the database and the disk below it. */
import { existsSync } from 'node:fs'
import { statfs } from 'node:fs/promises'
import { hostname } from 'node:os'
import type { AlertCondition, Finding } from '#kernel/alerts/index.ts'
import { type Migration, migrationStates } from '#kernel/database/index.ts'
import { readPlatformSetting } from '#kernel/settings/index.ts'
import { appliedMigrations, connectionUse, growth, slots, takeSample } from './database-queries.ts'
import { connectionsHigh, diskFreeLow, growthHigh, walHigh } from './settings.ts'

/** A new version that is being rolled out is unknown to the old one for a while. */
const unknownForMinutes = 60

const gigabytes = (bytes: number) => `${(bytes / 1024 ** 3).toFixed(1)} GB`

const connections: AlertCondition = {
  name: 'database_connections_high',
  severity: 'HIGH',
  summary: "More than 80 % of the database's connections are in use",
  visibleTo: 'platform',
  evaluate: (database) =>
    database.platformTx('connections', async (tx) => {
      const threshold = await readPlatformSetting(tx, connectionsHigh)
      const { used, allowed } = (await tx.row(connectionUse, undefined))!
      const value = Math.round((100 * used) / allowed)
      if ((100 * used) / allowed <= threshold) return []
      const detail = `${used} of ${allowed} connections of the database are in use.`
      return [{ tenantId: null, subject: '', detail, value, threshold, forMinutes: 1 }]
    }),
}

export type DiskUse = { readonly freeBytes: number; readonly freePercent: number }

/** Free space where `folder` is, as an unprivileged process may use it; undefined where there is no such folder. */
export async function diskUse(folder: string): Promise<DiskUse | undefined> {
  if (!existsSync(folder)) return undefined
  const { bavail, blocks, bsize } = await statfs(folder)
  return { freeBytes: bavail * bsize, freePercent: (100 * bavail) / blocks }
}

const disk = (folder: string): AlertCondition => ({
  name: 'disk_space_low',
  severity: 'HIGH',
  summary: 'Less than 10 % of the disk of the data folder is free',
  visibleTo: 'platform',
  async evaluate(database) {
    const threshold = await database.platformTx('limit', (tx) => readPlatformSetting(tx, diskFreeLow))
    const use = await diskUse(folder)
    if (!use || use.freePercent >= threshold) return []
    const value = Math.round(use.freePercent * 10) / 10
    const detail = `${gigabytes(use.freeBytes)} (${value} %) are free where ${folder} is.`
    const severity = use.freePercent < threshold / 2 ? 'CRITICAL' : 'HIGH'
    return [{ tenantId: null, subject: `${hostname()}:${folder}`, detail, value, threshold, severity }]
  },
})

const wal: AlertCondition = {
  name: 'wal_growth_high',
  severity: 'HIGH',
  summary: 'More than 8 GB of write-ahead log in an hour, or kept for one replication slot',
  visibleTo: 'platform',
  evaluate: (database) =>
    database.platformTx('write-ahead log', async (tx) => {
      const threshold = await readPlatformSetting(tx, walHigh)
      await tx.run(takeSample, undefined)
      const { walBytes, walMinutes } = (await tx.row(growth, undefined))!
      const found: Finding[] = []
      if (walBytes !== null && walBytes > threshold) {
        const detail = `${gigabytes(walBytes)} of write-ahead log were written within ${Math.ceil(walMinutes!)} minutes.`
        found.push({ tenantId: null, subject: 'written', detail, value: walBytes, threshold })
      }
      for (const { slot, keptBytes, active } of await tx.rows(slots, undefined)) {
        if (keptBytes <= threshold) continue
        const state = active ? 'which follows slowly' : 'which nobody reads'
        const detail = `${gigabytes(keptBytes)} of write-ahead log are kept for the replication slot ${slot}, ${state}.`
        found.push({ tenantId: null, subject: `slot ${slot}`, detail, value: keptBytes, threshold })
      }
      return found
    }),
}

const databaseGrowth: AlertCondition = {
  name: 'database_growth_high',
  severity: 'MEDIUM',
  summary: 'The database grew by more than 5 GB within a day',
  visibleTo: 'platform',
  evaluate: (database) =>
    database.platformTx('growth', async (tx) => {
      const threshold = await readPlatformSetting(tx, growthHigh)
      await tx.run(takeSample, undefined)
      const { databaseBytes: value, databaseHours, size } = (await tx.row(growth, undefined))!
      if (value === null || value <= threshold) return []
      const detail = `The database grew by ${gigabytes(value)} to ${gigabytes(size)} within ${Math.ceil(databaseHours!)} hours.`
      return [{ tenantId: null, subject: '', detail, value, threshold }]
    }),
}

const schemaDrift = (migrations: () => readonly Migration[]): AlertCondition => ({
  name: 'schema_drift',
  severity: 'HIGH',
  summary: 'The migrations of the database are not those of this version',
  visibleTo: 'platform',
  evaluate: (database) =>
    database.platformTx('schema drift', async (tx) => {
      const states = migrationStates(await tx.rows(appliedMigrations, undefined), migrations())
      return states.flatMap(({ name, state }): Finding[] => {
        if (state === 'applied') return []
        const finding = { tenantId: null, subject: name, value: 1, threshold: 0 }
        if (state === 'unknown') {
          const detail = `The migration ${name} was applied by another version, which this one does not know.`
          return [{ ...finding, detail, severity: 'LOW', forMinutes: unknownForMinutes }]
        }
        const what = state === 'edited' ? 'differs from what was applied' : 'is not applied'
        return [{ ...finding, detail: `The migration ${name} ${what}.` }]
      })
    }),
})

export type DatabaseConditionNeeds = {
  /** Folder whose disk must not run full. */
  readonly dataDir: string
  readonly migrations: () => readonly Migration[]
}

export const databaseConditions = ({ dataDir, migrations }: DatabaseConditionNeeds): AlertCondition[] => [
  connections,
  disk(dataDir),
  wal,
  databaseGrowth,
  schemaDrift(migrations),
]
