/** `daytwo doctor`: every check that can be made, whether the instance is up or down, and what to do about what it finds. */
import { existsSync } from 'node:fs'
import { join } from 'node:path'
import { type Config, ConfigError, readConfig } from '#kernel/config/index.ts'
import { openDatabase } from '#kernel/database/index.ts'
import { type Diagnosis, type DoctorCheck, databaseChecks, folderChecks, runtimeChecks } from '#kernel/doctor/index.ts'
import { compose } from './compose.ts'
import { allMigrations, runningDatabase } from './database-server.ts'
import { logFor } from './log.ts'

export type DoctorFinding = Diagnosis & { readonly check: string }
type Tell = (finding: DoctorFinding) => void

/** Tells each finding as it is made. Changes nothing: it starts no server, applies no migration, makes no secret. */
export async function runDoctor(tell: Tell): Promise<void> {
  await make(runtimeChecks(), tell)
  const config = checkedConfig(tell)
  if (!config) return
  await make(folderChecks(config.dataDir), tell)
  const everStarted = config.databaseUrl !== undefined || existsSync(join(config.dataDir, 'secrets.json'))
  if (!everStarted) return notRunning(config, tell)
  const server = await runningDatabase(config)
  if (!server) return notRunning(config, tell)
  if (!(await make(databaseChecks(server.url, allMigrations), tell, { untilFault: true }))) {
    const fix = 'Mend what is said above first, then ask again.'
    return tell({ check: 'kernel.modules', level: 'warning', finding: 'Nothing further could be looked at.', fix })
  }
  await makeModules(config, server.url, tell)
}

function checkedConfig(tell: Tell): Config | undefined {
  const check = 'kernel.configuration'
  try {
    const checked = readConfig(undefined, { generate: false })
    // What the first start generated is read again; where there was none, nothing may be generated now.
    const config = existsSync(join(checked.dataDir, 'secrets.json')) ? readConfig() : checked
    const database = config.databaseUrl ? 'an external database' : 'the embedded database'
    tell({
      check,
      level: 'ok',
      finding: `The configuration is sound: ${config.NODE_ENV}, ${database}, ${config.baseUrl}.`,
    })
    return config
  } catch (error) {
    if (!(error instanceof ConfigError)) throw error
    for (const { name, problem, expected } of error.faults)
      tell({ check, level: 'fault', finding: `${name}: ${problem}`, fix: expected })
    const finding = 'daytwo cannot start with this configuration, and nothing further could be looked at.'
    tell({
      check,
      level: 'fault',
      finding,
      fix: 'Mend the variables named above; "daytwo config:check" checks them again.',
    })
    return undefined
  }
}

const notRunning = ({ dataDir }: Config, tell: Tell) =>
  tell({
    check: 'kernel.database',
    level: 'fault',
    finding: `daytwo is not running here: nothing serves the database of ${dataDir}.`,
    fix: 'Start it with "daytwo up" (or "npm start"). If it ends at once, its last lines say why; then ask the doctor again. If it runs elsewhere, set DAYTWO_DATA to its folder.',
  })

/** Makes checks one after the other; false when one found a fault and `untilFault` ended them there. */
async function make(checks: readonly DoctorCheck[], tell: Tell, { untilFault = false } = {}): Promise<boolean> {
  for (const { name, check } of checks) {
    let faulty = false
    try {
      for (const diagnosis of await check()) {
        tell({ check: name, ...diagnosis })
        faulty ||= diagnosis.level === 'fault'
      }
    } catch (error) {
      faulty = true
      const finding = `This could not be looked at: ${error instanceof Error ? error.message : String(error)}`
      tell({ check: name, level: 'fault', finding, fix: 'If nothing above explains it: "daytwo logs --level error".' })
    }
    if (faulty && untilFault) return false
  }
  return true
}

async function makeModules(config: Config, url: string, tell: Tell) {
  if (config.APP_KEY === undefined) {
    const fix = 'Set APP_KEY to the one the instance runs with, or start it: outside production it generates one.'
    return tell({ check: 'kernel.modules', level: 'warning', finding: 'APP_KEY is not known here.', fix })
  }
  const log = await logFor({ ...config, LOG_LEVEL: 'fatal', logDir: undefined }, 'doctor', 'stderr')
  const database = openDatabase({ url, poolMax: 2, name: 'doctor', log })
  try {
    const { started } = compose(config, database, log)
    await make(
      started.flatMap((module) => [...(module.doctor ?? [])]),
      tell,
    )
  } finally {
    await database.close()
  }
}
