/** Secrets that were not given are generated once into the data folder (outside production) and kept. */
import { chmodSync, existsSync, mkdirSync, readFileSync, renameSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { randomToken } from '#kernel/clock/index.ts'

/** Names that may be generated. `DATABASE_SECRET` is internal: passwords of the embedded database derive from it. */
export const generatedSecrets = ['APP_KEY', 'DATABASE_SECRET', 'GITHUB_WEBHOOK_SECRET', 'JIRA_WEBHOOK_SECRET'] as const
export type GeneratedSecret = (typeof generatedSecrets)[number]

/**
 * Reads `<dataDir>/secrets.json`, adding what is missing of `wanted`. Written to a temporary name and renamed, so that a
 * death in between leaves the old file; readable by the owner alone.
 */
export function loadOrCreateSecrets(dataDir: string, wanted: readonly GeneratedSecret[]): Record<string, string> {
  const path = join(dataDir, 'secrets.json')
  const known: Record<string, string> = existsSync(path) ? JSON.parse(readFileSync(path, 'utf8')) : {}
  const missing = wanted.filter((name) => !known[name])
  if (missing.length === 0) return known
  mkdirSync(dataDir, { recursive: true })
  for (const name of missing) known[name] = randomToken(32)
  const temporary = `${path}.${process.pid}`
  writeFileSync(temporary, `${JSON.stringify(known, null, 2)}\n`, { mode: 0o600 })
  chmodSync(temporary, 0o600)
  renameSync(temporary, path)
  return known
}
