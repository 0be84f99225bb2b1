import type { Context } from '#kernel/context/index.ts'
import { deriveKey } from '#kernel/crypto/index.ts'
import type { Database } from '#kernel/database/index.ts'
import type { Http } from '#kernel/http/index.ts'
import { defineModule } from '#kernel/module.ts'
import type { Logger } from '#kernel/telemetry/index.ts'
import { drain, makeEngine, type Work } from '#kernel/work/index.ts'
import { type Backfilled, backfill, deliveriesKnown } from './backfill.ts'
import { type GitHubAddresses, gitHubAddresses } from './connections/github-addresses.ts'
import { connectionRoutes } from './connections/routes.ts'
import { eventRoutes } from './event-routes.ts'
import { makeGroupCommit } from './group-commit.ts'
import { intakeConditions } from './health/alert-conditions.ts'
import { intakeChecks } from './health/doctor.ts'
import { refusalCounter } from './health/refusals.ts'
import { healthSettings } from './health/settings.ts'
import { type SourceHealth, sourcesHealth } from './health/sources-health.ts'
import {
  badSignature,
  intakeFull,
  noSecret,
  sourceTaken,
  staleTimestamp,
  unreadablePayload,
  weakSecret,
} from './problems.ts'
import type { DaysOfFacts, Processor } from './processor.ts'
import { storeFlush } from './queries.ts'
import { eventQueueDays, intakePolicies, sourceActivityDays } from './retention.ts'
import { type Source, senderFinder } from './senders.ts'
import { submissionRoutes } from './submission-routes.ts'
import type { Submission } from './submissions.ts'
import { webhookRoutes } from './webhook-routes.ts'
import { eventQueueWork } from './work.ts'

export type { Backfilled } from './backfill.ts'
export type { GitHubAddresses } from './connections/github-addresses.ts'
export type { SourceHealth } from './health/sources-health.ts'
export type { FactRef, IncomingEvent, Processed, Processor } from './processor.ts'
export { defineSubmission, type Submission } from './submissions.ts'

type Needs = {
  database: Database
  log: Logger
  /** The modules that understand events, by source. */
  processors: readonly Processor[]
  /** What callers with a key may say directly, by those who understand it. */
  submissions: readonly Submission[]
  daysOfFacts: DaysOfFacts
  appKey: string
  baseUrl: string
  /** Secrets of the bare webhook URLs; a source without one accepts nothing. */
  secrets: Partial<Record<Source, string | undefined>>
  /** Events could not be taken for a while: they are to be asked for. True once that is due. */
  onGap: () => Promise<boolean>
  /** Where a person finds those secrets. */
  secretHints: Record<Source, string | null>
}

export type IntakePort = {
  /** Processes what is due until nothing is, or for so long; for commands. */
  processQueue(each?: (settled: number) => void, forMs?: number): Promise<{ completed: number; failed: number }>
  /** How each of the tenant's sources does. */
  sourcesHealth(ctx: Context): Promise<SourceHealth[]>
  /** Writes down the webhooks refused since the last time; happens by itself every minute. */
  flushRefusals(): Promise<void>
  readonly gitHubAddresses: GitHubAddresses
  /** Takes in what a source was asked for; see `backfill.ts`. */
  backfill(ctx: Context, events: readonly Backfilled[]): Promise<number>
  /** Which of these deliveries of a source are in the queue. */
  knownDeliveries(ctx: Context, source: string, ids: readonly string[]): Promise<ReadonlySet<string>>
}

/** Under steady load something is always due: the schedule leaves it to the workers then, and to its next minute. */
const drainMs = 30_000

export const intake = defineModule({
  name: 'intake',
  migrations: new URL('./migrations/', import.meta.url),
  permissions: [
    { name: 'queue:read', summary: 'See the event queue, payloads and lineage', least: 'operator' },
    {
      name: 'events:write',
      summary: 'Say what was deployed and what broke (POST /deployments, POST /incidents)',
      least: 'operator',
    },
    { name: 'connections:read', summary: 'See connections and what to paste into GitHub and Jira', least: 'operator' },
    { name: 'connections:write', summary: 'Make, rotate and remove connections', least: 'admin' },
  ],
  problems: [badSignature, intakeFull, noSecret, sourceTaken, staleTimestamp, unreadablePayload, weakSecret],
  settings: [...healthSettings, eventQueueDays, sourceActivityDays],
  start: ({
    database,
    log,
    processors,
    submissions,
    daysOfFacts,
    appKey,
    baseUrl,
    secrets,
    secretHints,
    onGap,
  }: Needs) => {
    const key = deriveKey(appKey, 'connection secrets')
    const groupCommit = makeGroupCommit(async (flush) => void (await database.platformRun(storeFlush, flush)))
    const work = eventQueueWork(processors) as unknown as Work
    const refusals = refusalCounter(database, log, onGap)
    const port: IntakePort = {
      processQueue: (each, forMs) => drain(makeEngine(work, database, log), each, forMs),
      sourcesHealth: (ctx) => sourcesHealth(database, ctx),
      flushRefusals: refusals.flush,
      backfill: (ctx, events) => backfill({ database, groupCommit }, ctx, events),
      knownDeliveries: (ctx, source, ids) => deliveriesKnown(database, ctx, source, ids),
      gitHubAddresses: gitHubAddresses({ database, key, baseUrl, bare: secrets.github !== undefined }),
    }
    return {
      port,
      async routes(http) {
        await http.register(async (scope: Http) => {
          scope.addHook('onError', async (request, _, error) => refusals.note(request, error))
          await webhookRoutes({ findSender: senderFinder(database, key, secrets), groupCommit })(scope)
        })
        refusals.start()
        submissionRoutes({ database, groupCommit, submissions })(http)
        eventRoutes(database, daysOfFacts)(http)
        connectionRoutes({ database, key, baseUrl, secretHints })(http)
      },
      work: [work],
      schedules: [
        {
          name: 'scheduler:process-event-queue',
          cron: '* * * * *',
          summary: 'Processes events that wait; workers do so at once, this is the net below them',
          async run() {
            const { completed, failed } = await port.processQueue(undefined, drainMs)
            return `${completed} processed, ${failed} failed`
          },
        },
      ],
      retention: intakePolicies({ database, groupCommit }),
      alerts: intakeConditions,
      doctor: intakeChecks({ database, secrets }),
      async drain() {
        await groupCommit.drain()
        await refusals.stop()
      },
    }
  },
})
