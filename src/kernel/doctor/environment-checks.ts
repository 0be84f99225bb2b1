/** What can be told without a database: the runtime, and the folder that holds data and secrets. */
import { accessSync, constants, existsSync, readFileSync, statSync } from 'node:fs'
import { join } from 'node:path'
import type { Diagnosis, DoctorCheck } from './diagnosis.ts'

const pinnedMajor = '24'

export const runtimeChecks = (): DoctorCheck[] => [
  {
    name: 'kernel.runtime',
    summary: 'The pinned Node runs',
    async check() {
      const finding = `Node ${process.versions.node} runs on ${process.platform} ${process.arch}.`
      if (process.versions.node.split('.')[0] === pinnedMajor) return [{ level: 'ok', finding }]
      return [
        {
          level: 'warning',
          finding,
          fix: `daytwo is made for Node ${pinnedMajor}, which "npm ci" installs: start it with bin/daytwo or "npm start".`,
        },
      ]
    },
  },
]

/** The data folder: there, ours, writable, its secrets nobody else's to read. */
export const folderChecks = (dataDir: string): DoctorCheck[] => [
  {
    name: 'kernel.data_folder',
    summary: 'The data folder can be used',
    async check() {
      if (!existsSync(dataDir))
        return [
          {
            level: 'ok',
            finding: `There is no data folder at ${dataDir} yet.`,
            fix: 'The first start makes it. If there should be one, DAYTWO_DATA names another folder than then.',
          },
        ]
      const found: Diagnosis[] = [writable(dataDir)]
      const secrets = join(dataDir, 'secrets.json')
      if (existsSync(secrets)) found.push(...secretsFile(secrets))
      return found
    },
  },
]

function writable(folder: string): Diagnosis {
  try {
    accessSync(folder, constants.R_OK | constants.W_OK | constants.X_OK)
    return { level: 'ok', finding: `The data folder ${folder} can be read and written.` }
  } catch {
    const owner = statSync(folder).uid
    const fix = `Run daytwo as the account that owns it (uid ${owner}), or give it to this one: chown -R "$(id -u)" ${folder}`
    return { level: 'fault', finding: `The data folder ${folder} cannot be read and written by this account.`, fix }
  }
}

function secretsFile(path: string): Diagnosis[] {
  const mode = statSync(path).mode & 0o777
  const found: Diagnosis[] = []
  if ((mode & 0o077) !== 0)
    found.push({
      level: 'warning',
      finding: `${path} can be read by others (mode ${mode.toString(8)}).`,
      fix: `chmod 600 ${path}`,
    })
  try {
    const names = Object.keys(JSON.parse(readFileSync(path, 'utf8')))
    const finding = `Secrets that were generated, not given: ${names.join(', ')} in ${path}. Without the file the database cannot be opened.`
    found.push({
      level: 'ok',
      finding,
      fix: 'Keep a copy of it apart from the database; in production give the secrets yourself.',
    })
  } catch (error) {
    found.push({
      level: 'fault',
      finding: `${path} cannot be read: ${error instanceof Error ? error.message : String(error)}`,
      fix: 'Restore it from a copy: stored secrets and the embedded database depend on it.',
    })
  }
  return found
}
