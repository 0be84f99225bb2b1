/** Starts the modules, giving each the ports it asks for; a missing one is a type error here. */
import type { Config } from '#kernel/config/index.ts'
import { deriveKey, hmacSha256 } from '#kernel/crypto/index.ts'
import type { Database } from '#kernel/database/index.ts'
import { makeEventLog, type Subscriber } from '#kernel/events/index.ts'
import type { StartedModule } from '#kernel/module.ts'
import type { Schedule } from '#kernel/schedule/index.ts'
import type { Logger } from '#kernel/telemetry/index.ts'
import type { Work } from '#kernel/work/index.ts'
import { access } from '#modules/access/index.ts'
import { deliveryDora } from '#modules/delivery/dora/index.ts'
import { deliveryFacts } from '#modules/delivery/facts/index.ts'
import { intake } from '#modules/intake/index.ts'
import { operations } from '#modules/operations/index.ts'
import { tenants } from '#modules/tenants/index.ts'
import { permissions } from './modules.ts'

export type Composed = ReturnType<typeof compose>

export function compose(config: Config, database: Database, log: Logger) {
  const eventLog = makeEventLog()
  const hashPerson = personHasher(config)
  const startedTenants = tenants.start({ database })
  const startedAccess = access.start({
    database,
    tenants: startedTenants.port,
    permissions: permissions(),
    secureCookies: config.baseUrl.startsWith('https:'),
  })
  const startedFacts = deliveryFacts.start({ database, eventLog, hashPerson })
  const startedDora = deliveryDora.start({ database, eventLog })
  const startedIntake = intake.start({
    database,
    log,
    processors: startedFacts.port.processors,
    appKey: config.APP_KEY!,
    baseUrl: config.baseUrl,
    secrets: { github: config.GITHUB_WEBHOOK_SECRET, jira: config.JIRA_WEBHOOK_SECRET },
    secretHints: { github: hint(config, 'GITHUB_WEBHOOK_SECRET'), jira: hint(config, 'JIRA_WEBHOOK_SECRET') },
  })
  const beforeOperations: readonly StartedModule[] = [
    startedTenants,
    startedAccess,
    startedFacts,
    startedDora,
    startedIntake,
  ]
  const schedules: readonly Schedule[] = beforeOperations.flatMap((module) => [...(module.schedules ?? [])])
  const startedOperations = operations.start({ database, schedules, log })
  const started: readonly StartedModule[] = [...beforeOperations, startedOperations]
  const subscribers: readonly Subscriber[] = started.flatMap((module) => [...(module.subscribers ?? [])])
  eventLog.connect(subscribers)
  const work: readonly Work[] = [
    ...started.flatMap((module) => [...(module.work ?? [])]),
    ...subscribers.map((subscriber) => subscriber.work as unknown as Work),
  ]
  refuseTwice(
    'work',
    work.map(({ name }) => name),
  )
  refuseTwice(
    'schedule',
    schedules.map(({ name }) => name),
  )
  return {
    eventLog,
    started,
    work,
    schedules,
    tenants: startedTenants.port,
    access: startedAccess.port,
    facts: startedFacts.port,
    dora: startedDora.port,
    intake: startedIntake.port,
    operations: startedOperations.port,
  }
}

/** People's identifiers become HMACs: equal for equal people, and nothing without the key. */
function personHasher(config: Config): (login: string) => string {
  const key = config.HMAC_KEY ?? deriveKey(config.APP_KEY!, 'people')
  return (login) => hmacSha256(key, login.toLowerCase()).toString('base64url').slice(0, 22)
}

function hint(config: Config, name: 'GITHUB_WEBHOOK_SECRET' | 'JIRA_WEBHOOK_SECRET'): string | null {
  if (!config[name]) return null
  return config.generated.includes(name) ? `${name} in ${config.dataDir}/secrets.json` : `${name} in the environment`
}

function refuseTwice(what: string, names: readonly string[]) {
  const twice = names.find((name, index) => names.indexOf(name) !== index)
  if (twice) throw new Error(`two of the ${what} are called ${twice}`)
}
