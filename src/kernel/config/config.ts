/** The typed configuration: environment, `.env` and secret files in, one frozen value out, or every fault at once. */
import { existsSync, readFileSync } from 'node:fs'
import { getCompileCacheDir } from 'node:module'
import { dirname, isAbsolute, join } from 'node:path'
import { parseEnv } from 'node:util'
import type { z } from 'zod'
import { faultsOfWhole } from './rules.ts'
import { type GeneratedSecret, loadOrCreateSecrets } from './secrets-file.ts'
import { type Variable, variables } from './variables.ts'

type Variables = (typeof variables)[number]
type Value<V> = V extends { schema: z.ZodType<infer T> } ? T : never
type Optional<V> = V extends { default: string } ? never : undefined

/** One property per variable, by its own name, plus what follows from several of them. */
export type Config = Readonly<
  { [V in Variables as V['name']]: Value<V> | Optional<V> } & {
    production: boolean
    dataDir: string
    /** Undefined means the embedded database. */
    databaseUrl: string | undefined
    /** Passwords of the embedded database and of the operator role derive from it. */
    databaseSecret: string
    logDir: string | undefined
    baseUrl: string
    /** Names of the secrets that were generated into `<dataDir>/secrets.json`, not given. */
    generated: readonly string[]
  }
>

export type ConfigFault = { readonly name: string; readonly problem: string; readonly expected: string }

export class ConfigError extends Error {
  readonly faults: readonly ConfigFault[]
  constructor(faults: readonly ConfigFault[]) {
    const lines = faults.map((fault) => `  ${fault.name}: ${fault.problem}\n      ${fault.expected}`)
    super(`The configuration has ${faults.length} fault${faults.length === 1 ? '' : 's'}:\n${lines.join('\n')}`)
    this.name = 'ConfigError'
    this.faults = faults
  }
}

type ReadOptions = {
  /** Where `.env` is looked for and relative folders begin. */
  folder?: string
  /** False only checks: nothing is written. */
  generate?: boolean
  /** Values that win over the environment. */
  given?: Readonly<Record<string, string>>
}

/** Defaults that are sentences for the reader, computed below. */
const computedDefaults = new Set(['LOG_DIR'])

/**
 * Reads the configuration. `.env` in `folder` fills what the environment leaves open. Throws `ConfigError` with every
 * fault.
 */
export function readConfig(
  environment: Record<string, string | undefined> = process.env,
  { folder = process.cwd(), generate = true, given: over = {} }: ReadOptions = {},
): Config {
  const dotenv = join(folder, '.env')
  const file = existsSync(dotenv) ? parseEnv(readFileSync(dotenv, 'utf8')) : {}
  const given: Record<string, string | undefined> = { ...file, ...dropEmpty(environment), ...over }
  const faults: ConfigFault[] = []
  const values: Record<string, unknown> = {}
  const production = given.NODE_ENV === 'production'
  for (const variable of variables as readonly Variable[]) {
    const { name } = variable
    const text = readText(variable, given, faults) ?? (computedDefaults.has(name) ? undefined : variable.default)
    if (text === undefined) {
      if (production && variable.requiredInProduction)
        faults.push({ name, problem: 'missing', expected: `required in production. ${variable.summary}` })
      continue
    }
    const parsed = variable.schema.safeParse(text)
    if (parsed.success) values[name] = parsed.data
    else {
      const shown = variable.secret ? '' : ` (found "${text}")`
      const problem = `${parsed.error.issues.map((issue) => issue.message).join('; ')}${shown}`
      faults.push({ name, problem, expected: variable.summary })
    }
  }
  const told = new Set(faults.map(({ name }) => name))
  faults.push(...faultsOfWhole(values).filter(({ name }) => !told.has(name)))
  if (faults.length > 0) throw new ConfigError(faults)
  return complete(values, { production, folder, generate })
}

/** Compose files often pass `NAME=` for what is not set; that is not a value. */
const dropEmpty = (environment: Record<string, string | undefined>) =>
  Object.fromEntries(Object.entries(environment).filter(([, value]) => value !== undefined && value !== ''))

function readText(variable: Variable, given: Record<string, string | undefined>, faults: ConfigFault[]) {
  const file = variable.secret ? given[`${variable.name}_FILE`] : undefined
  if (given[variable.name] !== undefined || file === undefined) return given[variable.name]
  try {
    return readFileSync(file, 'utf8').trimEnd()
  } catch (error) {
    const problem = `cannot read ${file}: ${(error as NodeJS.ErrnoException).code}`
    faults.push({ name: `${variable.name}_FILE`, problem, expected: `a readable file. ${variable.summary}` })
    return undefined
  }
}

function complete(
  values: Record<string, unknown>,
  { production, folder, generate }: { production: boolean; folder: string; generate: boolean },
): Config {
  const data = String(values.DAYTWO_DATA)
  const dataDir = isAbsolute(data) ? data : join(folder, data)
  const databaseUrl = (values.DATABASE_URL as string | undefined) ?? urlOfParts(values)
  const generated: string[] = []
  if (generate) {
    const secrets = loadOrCreateSecretsFor(values, dataDir, { production, embedded: databaseUrl === undefined })
    for (const [name, value] of Object.entries(secrets)) {
      values[name] = value
      generated.push(name)
    }
  }
  const defaultLogDir = production ? undefined : join(dataDir, 'logs')
  return Object.freeze({
    ...values,
    production,
    dataDir,
    generated,
    databaseUrl,
    databaseSecret: String(databaseUrl === undefined ? values.DATABASE_SECRET : values.APP_KEY),
    logDir: values.LOG_DIR === '-' ? undefined : ((values.LOG_DIR as string | undefined) ?? defaultLogDir),
    baseUrl: (values.API_BASE_URL as string | undefined) ?? `http://${shownHost(String(values.HOST))}:${values.PORT}`,
  }) as unknown as Config
}

/** In production only the embedded database's own secret may be generated: nobody can be asked for that one. */
function loadOrCreateSecretsFor(
  values: Record<string, unknown>,
  dataDir: string,
  { production, embedded }: { production: boolean; embedded: boolean },
): Record<string, string> {
  const wanted: GeneratedSecret[] = embedded ? ['DATABASE_SECRET'] : []
  if (!production) wanted.push('APP_KEY', 'GITHUB_WEBHOOK_SECRET', 'JIRA_WEBHOOK_SECRET')
  const missing = wanted.filter((name) => values[name] === undefined)
  if (missing.length === 0) return {}
  const known = loadOrCreateSecrets(dataDir, missing)
  return Object.fromEntries(missing.map((name) => [name, known[name]!]))
}

const shownHost = (host: string) => (host === '0.0.0.0' || host === '::' ? '127.0.0.1' : host)

function urlOfParts(values: Record<string, unknown>): string | undefined {
  if (values.DB_HOST === undefined) return undefined
  const password = values.DB_PASSWORD === undefined ? '' : `:${encodeURIComponent(String(values.DB_PASSWORD))}`
  const user = encodeURIComponent(String(values.DB_USER))
  const ssl = values.DB_SSL ? '?sslmode=verify-full' : ''
  return `postgresql://${user}${password}@${values.DB_HOST}:${values.DB_PORT}/${values.DB_DATABASE}${ssl}`
}

/** The environment of a child process of ours: this one's, with `extra`, and the compile cache this process uses. */
export const childEnvironment = (extra: Readonly<Record<string, string>>): NodeJS.ProcessEnv => {
  const cache = getCompileCacheDir()
  return { ...process.env, ...(cache ? { NODE_COMPILE_CACHE: dirname(cache) } : {}), ...extra }
}
