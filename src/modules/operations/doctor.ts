/** What the doctor asks of a running instance: does a worker run, do schedules succeed, what died, is there room. */
import { z } from 'zod'
import type { Database } from '#kernel/database/index.ts'
import type { Diagnosis, DoctorCheck } from '#kernel/doctor/index.ts'
import { listSchedules } from '#kernel/schedule/index.ts'
import { readPlatformSetting } from '#kernel/settings/index.ts'
import { sql, statement } from '#kernel/sql/index.ts'
import { diskUse } from './conditions/database-conditions.ts'
import { connectionUse } from './conditions/database-queries.ts'
import { connectionsHigh, diskFreeLow, stuckAfterMinutes } from './conditions/settings.ts'
import { stuckWork } from './conditions/work-conditions.ts'
import { type AllWork, inspectable } from './work/find-work.ts'

type Needs = { database: Database; work: AllWork; dataDir: string }

const statisticsLoaded = statement({
  name: 'operations.statistics-loaded',
  row: z.object({ loaded: z.boolean() }),
  sample: undefined,
  sql: () => sql`
    select to_regclass('pg_stat_statements') is not null
      and exists (select from pg_settings s where s.name = 'pg_stat_statements.max') as "loaded"`,
})

const startWorker =
  'Start a worker: "daytwo up" runs one, "daytwo worker" runs one alone. Its messages: "daytwo logs --level warn".'

const workerCheck = ({ database, work }: Needs): DoctorCheck => ({
  name: 'operations.worker',
  summary: 'A worker takes what is due',
  async check() {
    const { limit, schedules } = await database.platformTx('worker', async (tx) => ({
      limit: await readPlatformSetting(tx, stuckAfterMinutes),
      schedules: await tx.rows(listSchedules, undefined),
    }))
    if (schedules.length === 0)
      return [{ level: 'fault', finding: 'No worker has ever run on this database.', fix: startWorker }]
    const stuck = await stuckWork(database, work, limit)
    const found = stuck.map(
      ({ subject, due, minutes }): Diagnosis => ({
        level: 'fault',
        finding: `${due} due rows of ${subject} wait for ${Math.floor(minutes)} minutes and no worker takes any.`,
        fix: startWorker,
      }),
    )
    for (const { name, lastOutcome } of schedules)
      if (lastOutcome?.startsWith('failed'))
        found.push({
          level: 'warning',
          finding: `The last run of ${name} ${lastOutcome}`,
          fix: `Mend what it says and run it by hand: "daytwo ${name}". Its log: "daytwo logs --level error".`,
        })
    return found.length > 0 ? found : [{ level: 'ok', finding: 'A worker takes what is due.' }]
  },
})

const deadLettersCheck = ({ database, work }: Needs): DoctorCheck => ({
  name: 'operations.dead_letters',
  summary: 'No other work is a dead letter',
  check: () =>
    database.platformTx('dead letters', async (tx) => {
      const found: Diagnosis[] = []
      for (const { work: one, statements } of inspectable(work)) {
        if (one.name === 'event_queue') continue
        for (const { errorClass, count } of await tx.rows(statements.groups, undefined))
          found.push({
            level: 'warning',
            finding: `Dead letters of ${one.name}: ${count} (${errorClass}).`,
            fix: `Mend the cause, then requeue them under Dead letters in the console, or with: daytwo dead-letters:requeue --work ${one.name} --error-class ${errorClass}`,
          })
      }
      return found.length > 0 ? found : [{ level: 'ok', finding: 'No other work is a dead letter.' }]
    }),
})

const roomCheck = ({ database, dataDir }: Needs): DoctorCheck => ({
  name: 'operations.room',
  summary: 'There is room: connections and disk',
  check: () =>
    database.platformTx('room', async (tx) => {
      const found: Diagnosis[] = []
      const { used, allowed } = (await tx.row(connectionUse, undefined))!
      const full = (100 * used) / allowed > (await readPlatformSetting(tx, connectionsHigh))
      const connections = `${used} of ${allowed} connections of the database are in use.`
      const fix =
        'See who holds them with "daytwo db:report"; lower DB_POOL_MAX, run fewer processes, or raise max_connections.'
      found.push(full ? { level: 'warning', finding: connections, fix } : { level: 'ok', finding: connections })
      const disk = await diskUse(dataDir)
      if (!disk) return found
      const least = await readPlatformSetting(tx, diskFreeLow)
      const finding = `${(disk.freeBytes / 1024 ** 3).toFixed(1)} GB (${disk.freePercent.toFixed(0)} %) are free where ${dataDir} is.`
      const more = 'Make room: old folders in backups, rotated logs; "daytwo db:report" shows the largest tables.'
      if (disk.freePercent >= least) found.push({ level: 'ok', finding })
      else found.push({ level: disk.freePercent < least / 2 ? 'fault' : 'warning', finding, fix: more })
      return found
    }),
})

const statisticsCheck = ({ database }: Needs): DoctorCheck => ({
  name: 'operations.statistics',
  summary: 'Slow statements can be told',
  async check() {
    const { loaded } = (await database.platformTx('statistics', (tx) => tx.row(statisticsLoaded, undefined)))!
    if (loaded) return [{ level: 'ok', finding: 'pg_stat_statements counts statements by our names.' }]
    return [
      {
        level: 'warning',
        finding: 'pg_stat_statements is not loaded, so "daytwo db:report" cannot name slow statements.',
        fix: "Add it to the server's shared_preload_libraries, restart the server, and run: create extension pg_stat_statements",
      },
    ]
  },
})

export const operationsChecks = (needs: Needs): DoctorCheck[] => [
  workerCheck(needs),
  deadLettersCheck(needs),
  roomCheck(needs),
  statisticsCheck(needs),
]
