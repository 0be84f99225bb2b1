/** Door of the delivery facts: what shipped, what went wrong, and what that means. */
import { z } from 'zod'
import type { Context } from '#kernel/context/index.ts'
import type { Database } from '#kernel/database/index.ts'
import { type EventLog, subscribe } from '#kernel/events/index.ts'
import { defineModule } from '#kernel/module.ts'
import { sql, statement } from '#kernel/sql/index.ts'
import type { Processor, Submission } from '#modules/intake/index.ts'
import { daysOfFacts } from './days-of-facts.ts'
import { deploymentRoutes } from './deployments/routes.ts'
import { derive } from './derive/derive.ts'
import { markAll, recomputeAll } from './derive/recompute-all.ts'
import { factsChecks } from './doctor.ts'
import { daysChanged, factsRecorded, workItemsRecorded } from './events.ts'
import { deploymentSubmission, incidentSubmission } from './generic/submissions.ts'
import { incidentRoutes } from './incidents/routes.ts'
import { knownPullRequestEvents, knownWorkItemEvents, type PullRequestEventKey } from './known-facts.ts'
import { linkPullRequests } from './link-pull-requests.ts'
import { streamExists } from './problems.ts'
import { genericProcessor, githubProcessor, jiraProcessor } from './processors.ts'
import { type BeforeWorkItemsGo, factPolicies } from './retention/policies.ts'
import { deploymentRecordsDays, incidentEventsDays, prEventsDays, workItemEventsDays } from './retention/settings.ts'
import type { newStream } from './schemas.ts'
import {
  attributionWindowHours,
  deploymentsFrom,
  deployWorkflows,
  incidentIssueTypes,
  incidentLabel,
  productionEnvironments,
  reworkLabels,
} from './settings.ts'
import { streamRoutes } from './stream-routes.ts'
import { createStream } from './streams/create-stream.ts'
import { listStreams } from './streams/list-streams.ts'

type NewStream = z.output<typeof newStream>

export { daysChanged, factsRecorded, workItemsRecorded } from './events.ts'
export type { WorkItemFactRow } from './retention/policies.ts'
export { kindAsked, knownStream, requireStream } from './stream-scope.ts'
export { resolveWindow } from './window.ts'

export type DeliveryFactsPort = {
  /** What intake hands GitHub's, Jira's and all other sources' events to. */
  readonly processors: readonly Processor[]
  /** What callers with a key may say directly. */
  readonly submissions: readonly Submission[]
  /** Marks everything the tenant has to be derived again, after a setting changed; returns how much was marked. */
  recomputeAll(ctx: Context): Promise<{ repositories: number; incidents: number }>
  /** Where facts count, for the lineage of events. */
  readonly daysOfFacts: typeof daysOfFacts
  createStream(ctx: Context, input: NewStream): Promise<unknown>
  /** Whether each of these is one of pr_events, in their order. */
  knownPullRequestEvents(ctx: Context, keys: readonly PullRequestEventKey[]): Promise<boolean[]>
  /** The `external_id`s known of each of Jira's issues and sprints. */
  knownWorkItemEvents(ctx: Context, keys: readonly string[]): Promise<ReadonlyMap<string, ReadonlySet<string>>>
  listStreams(ctx: Context): ReturnType<typeof listStreams>
}

type Needs = {
  database: Database
  eventLog: EventLog
  /** Makes a login unreadable, the same for the same person. */
  hashPerson: (login: string) => string
  beforeWorkItemsGo?: BeforeWorkItemsGo | undefined
}

const tenantIds = statement({
  name: 'delivery.tenant-ids',
  row: z.object({ id: z.string() }),
  sample: undefined,
  sql: () => sql`select t.id as "id" from tenant t where t.status = 'ready' order by t.id`,
})

/** What derivation and mapping read: a change has everything derived again. */
const derivationSettings = [
  attributionWindowHours,
  deployWorkflows,
  deploymentsFrom,
  incidentIssueTypes,
  incidentLabel,
  productionEnvironments,
  reworkLabels,
]

export const deliveryFacts = defineModule({
  name: 'delivery-facts',
  migrations: new URL('./migrations/', import.meta.url),
  permissions: [
    { name: 'delivery:read', summary: 'See streams, deployments, incidents and delivery metrics', least: 'viewer' },
    { name: 'delivery:write', summary: 'Change streams and say what caused an incident', least: 'member' },
  ],
  problems: [streamExists],
  events: [factsRecorded, workItemsRecorded, daysChanged],
  settings: [...derivationSettings, deploymentRecordsDays, incidentEventsDays, prEventsDays, workItemEventsDays],
  start: ({ database, eventLog, hashPerson, beforeWorkItemsGo }: Needs) => {
    const port: DeliveryFactsPort = {
      processors: [
        githubProcessor({ eventLog, hashPerson }),
        jiraProcessor({ eventLog }),
        genericProcessor({ eventLog }),
      ],
      submissions: [deploymentSubmission, incidentSubmission],
      recomputeAll: (ctx) => recomputeAll({ database, eventLog }, ctx),
      daysOfFacts,
      createStream: (ctx, input) => createStream({ database, eventLog }, ctx, input),
      listStreams: (ctx) => listStreams(database, ctx),
      knownPullRequestEvents: (ctx, keys) => knownPullRequestEvents(database, ctx, keys),
      knownWorkItemEvents: (ctx, keys) => knownWorkItemEvents(database, ctx, keys),
    }
    return {
      port,
      async settingChanged(tx, _, name) {
        if (derivationSettings.some((setting) => setting.name === name)) await markAll(tx, eventLog)
      },
      routes(http) {
        streamRoutes(database, eventLog)(http)
        deploymentRoutes(database)(http)
        incidentRoutes({ database, eventLog })(http)
      },
      retention: factPolicies({ database, eventLog, beforeWorkItemsGo }),
      doctor: factsChecks(database),
      subscribers: [subscribe('delivery.derive', factsRecorded, (tx, recorded) => derive(tx, eventLog, recorded))],
      schedules: [
        {
          name: 'scheduler:enrich-pr-delivery-streams',
          cron: '*/5 * * * *',
          summary: 'Links pull requests to streams by the tickets they name',
          async run() {
            const tenants = await database.platformTx('link pull requests', (tx) => tx.rows(tenantIds, undefined))
            let repositories = 0
            for (const { id } of tenants) repositories += await linkPullRequests(database, eventLog, id)
            return `${repositories} repositories with new links, ${tenants.length} tenants`
          },
        },
      ],
    }
  },
})
