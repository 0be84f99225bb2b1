/** Starts the modules, giving each the ports it asks for; a missing one is a type error here. */
import type { Config } from '#kernel/config/index.ts'
import { defaultTenantId } from '#kernel/context/index.ts'
import { deriveKey, hmacSha256 } from '#kernel/crypto/index.ts'
import type { Database } from '#kernel/database/index.ts'
import { makeDial } from '#kernel/dial/index.ts'
import { makeEventLog, type Subscriber } from '#kernel/events/index.ts'
import { fenceKeyedRequests } from '#kernel/idempotency/index.ts'
import type { StartedModule } from '#kernel/module.ts'
import type { Schedule } from '#kernel/schedule/index.ts'
import { openArchiveStore } from '#kernel/store/index.ts'
import type { Logger } from '#kernel/telemetry/index.ts'
import type { Work } from '#kernel/work/index.ts'
import { access } from '#modules/access/index.ts'
import { alerts } from '#modules/alerts/index.ts'
import { api } from '#modules/api/index.ts'
import { auditTrail } from '#modules/audit/index.ts'
import { deliveryCorrelation } from '#modules/delivery/correlation/index.ts'
import { deliveryDora } from '#modules/delivery/dora/index.ts'
import { deliveryFacts } from '#modules/delivery/facts/index.ts'
import { deliveryFlow } from '#modules/delivery/flow/index.ts'
import { deliveryForecast } from '#modules/delivery/forecast/index.ts'
import { deliveryPulse } from '#modules/delivery/pulse/index.ts'
import { deliverySprints } from '#modules/delivery/sprints/index.ts'
import { dialAllowances } from '#modules/dial/index.ts'
import { intake } from '#modules/intake/index.ts'
import { live } from '#modules/live/index.ts'
import { mail } from '#modules/mail/index.ts'
import { notifications } from '#modules/notifications/index.ts'
import { operations } from '#modules/operations/index.ts'
import { people } from '#modules/people/index.ts'
import { polling } from '#modules/polling/index.ts'
import { repositories } from '#modules/repositories/index.ts'
import { retention } from '#modules/retention/index.ts'
import { type OwnedSetting, settings } from '#modules/settings/index.ts'
import { sso } from '#modules/sso/index.ts'
import { tenants } from '#modules/tenants/index.ts'
import { allMigrations } from './database-server.ts'
import { declaredSettings, permissions } from './modules.ts'

export type Composed = ReturnType<typeof compose>

export function compose(config: Config, opened: Database, log: Logger) {
  const database = fenceKeyedRequests(opened)
  const eventLog = makeEventLog()
  const hashPerson = personHasher(config)
  const ofInstallation = config.DIAL_ALLOW ?? []
  const startedAllowances = dialAllowances.start({ database, ofInstallation })
  const dial = makeDial({
    allow: ofInstallation,
    allowancesOf: startedAllowances.port.of,
    hop: installationMark(config),
    log,
  })
  const startedMail = mail.start({ database, dial, config })
  const consoleUrl = config.WEB_BASE_URL ?? config.baseUrl
  const startedPeople = people.start({
    database,
    log,
    appKey: config.APP_KEY!,
    jwtSecret: config.JWT_SECRET ?? deriveKey(config.APP_KEY!, 'access-tokens').toString('base64url'),
    baseUrl: consoleUrl,
    addresses: [...new Set([config.baseUrl, consoleUrl])],
    production: config.production,
    passwordsFor: config.AUTH_METHOD === 'oidc' ? 'platform-admins' : 'everybody',
    later: {
      homeTenant: (personId) => startedTenants.port.homeTenant(personId),
      async addOwner(tx, personId) {
        const owner = { tenantId: defaultTenantId, personId, role: 'owner', source: 'first' } as const
        await startedTenants.port.addMember(tx, owner)
      },
      mail: () => startedMail.port,
      async methods() {
        const { oidc, github, testLogin } = startedSso.port.methods
        return { oidc, github, test_login: testLogin, registration: await startedTenants.port.registrationOpen() }
      },
    },
  })
  const startedTenants = tenants.start({
    database,
    people: startedPeople.port,
    mail: startedMail.port,
    permissions: permissions(),
    production: config.production,
    async callerOf(request) {
      for (const authenticate of startedAccess.port.authenticators) {
        const caller = await authenticate(request)
        if (caller) return caller
      }
      return undefined
    },
    timeZoneChanged: async (tx) => void (await startedDora.port.daysBeginAnew(tx)),
  })
  const startedAccess = access.start({
    database,
    tenants: startedTenants.port,
    people: startedPeople.port,
    permissions: permissions(),
  })
  const startedSso = sso.start({
    database,
    people: startedPeople.port,
    tenants: startedTenants.port,
    log,
    config,
    dial,
  })
  const startedFlow = deliveryFlow.start({ database, eventLog })
  const startedSprints = deliverySprints.start({ database, eventLog })
  const startedFacts = deliveryFacts.start({
    database,
    eventLog,
    hashPerson,
    async beforeWorkItemsGo(tx, rows) {
      await startedFlow.port.seal(tx, rows)
      await startedSprints.port.beforeFactsGo(tx, rows)
    },
  })
  const startedForecast = deliveryForecast.start({ database, flow: startedFlow.port })
  const startedDora = deliveryDora.start({
    database,
    eventLog,
    alsoChecked: [startedFlow.port.selfCheck, startedSprints.port.selfCheck],
  })
  const startedPulse = deliveryPulse.start({
    database,
    mail: startedMail.port,
    answerKey: deriveKey(config.HMAC_KEY ?? config.APP_KEY!, 'pulse-answers'),
  })
  const startedCorrelation = deliveryCorrelation.start({
    database,
    dora: startedDora.port,
    flow: startedFlow.port,
  })
  const startedIntake = intake.start({
    database,
    log,
    processors: startedFacts.port.processors,
    submissions: startedFacts.port.submissions,
    daysOfFacts: startedFacts.port.daysOfFacts,
    appKey: config.APP_KEY!,
    baseUrl: config.baseUrl,
    secrets: { github: config.GITHUB_WEBHOOK_SECRET, jira: config.JIRA_WEBHOOK_SECRET },
    onGap: () => startedPolling.port.lookSoon(),
    secretHints: { github: hint(config, 'GITHUB_WEBHOOK_SECRET'), jira: hint(config, 'JIRA_WEBHOOK_SECRET') },
  })
  const startedRepositories = repositories.start({
    database,
    dial,
    log,
    config,
    consoleUrl,
    grants: startedSso.port.githubGrants,
    addresses: startedIntake.port.gitHubAddresses,
  })
  const startedPolling = polling.start({
    database,
    dial,
    log,
    config,
    intake: startedIntake.port,
    facts: startedFacts.port,
  })
  const startedAlerts = alerts.start({
    database,
    eventLog,
    log,
    conditions: () => started.flatMap((module) => [...(module.alerts ?? [])]),
    sourcesHealth: startedIntake.port.sourcesHealth,
    gapsOf: startedPolling.port.gapsOf,
    baseUrl: config.baseUrl,
  })
  const startedNotifications = notifications.start({
    database,
    eventLog,
    dial,
    mail: startedMail.port,
    config,
    consoleUrl,
    schedules: () => schedules,
    minutesSinceEvaluation: startedAlerts.port.minutesSinceEvaluation,
  })
  const store = openArchiveStore(config, dial)
  const startedAudit = auditTrail.start({ database, store, appKey: config.APP_KEY!, log })
  const startedRetention = retention.start({
    database,
    store,
    policies: [
      startedMail,
      startedFacts,
      startedDora,
      startedForecast,
      startedPulse,
      startedIntake,
      startedAlerts,
      startedNotifications,
      startedPolling,
      startedAudit,
    ].flatMap((module) => [...((module as StartedModule).retention ?? [])]),
    seal: startedDora.port.seal,
    schema: () => allMigrations().at(-1)!.name,
  })
  const startedApi = api.start({ database })
  const startedLive = live.start({ database })
  const beforeOperations: readonly StartedModule[] = [
    startedApi,
    startedAllowances,
    startedMail,
    startedLive,
    startedPeople,
    startedTenants,
    startedAccess,
    startedSso,
    startedFacts,
    startedDora,
    startedFlow,
    startedForecast,
    startedPulse,
    startedCorrelation,
    startedSprints,
    startedIntake,
    startedRepositories,
    startedPolling,
    startedAlerts,
    startedNotifications,
    startedAudit,
    startedRetention,
  ]
  const schedules: readonly Schedule[] = beforeOperations.flatMap((module) => [...(module.schedules ?? [])])
  const startedOperations = operations.start({
    database,
    schedules,
    log,
    work: () => work,
    dataDir: config.dataDir,
    migrations: allMigrations,
  })
  const startedSettings = settings.start({ database, owned: ownedSettings(() => started) })
  const started: readonly StartedModule[] = [...beforeOperations, startedOperations, startedSettings]
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
    database,
    eventLog,
    dial,
    started,
    work,
    schedules,
    people: startedPeople.port,
    tenants: startedTenants.port,
    mail: startedMail.port,
    access: startedAccess.port,
    facts: startedFacts.port,
    dora: startedDora.port,
    flow: startedFlow.port,
    intake: startedIntake.port,
    polling: startedPolling.port,
    alerts: startedAlerts.port,
    audit: startedAudit.port,
    retention: startedRetention.port,
    operations: startedOperations.port,
    settings: startedSettings.port,
    live: startedLive.port,
  }
}

/** What requests outward carry, the same in all processes, so that one that comes back here is known. It tells nothing. */
const installationMark = (config: Config) => deriveKey(config.APP_KEY!, 'hop').toString('base64url').slice(0, 22)

/** Settings of all modules; whoever wants to know of a change is told in the transaction that makes it. */
const ownedSettings = (started: () => readonly StartedModule[]): OwnedSetting[] =>
  declaredSettings().map((setting) => ({
    setting,
    async changed(tx, ctx, name) {
      for (const module of started()) await module.settingChanged?.(tx, ctx, name)
    },
  }))

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
