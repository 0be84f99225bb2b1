/**
 * How long facts are kept. Before facts go, everything derived from them that stays is sealed, so that deriving the rest of a
 * repository again neither takes it back nor gives old commits to younger deployments. Commits come first: a commit that
 * outlived its deployment would look unshipped.
 */
import type { Database, TenantTx } from '#kernel/database/index.ts'
import type { EventLog } from '#kernel/events/index.ts'
import type { RetainedRow, RetentionPolicy } from '#kernel/retention/index.ts'
import { lockAttribution } from '../derive/derive.ts'
import { lockNames } from '../derive/repository-queries.ts'
import {
  deleteEndedIncidents,
  importedChanges,
  sealByCommits,
  sealByDeployments,
  sealByPullRequests,
  sealIncidents,
  sealIncidentsOf,
  sealLinks,
  sealNamedLinks,
  sealShippedCommits,
} from './queries.ts'
import { replayOf } from './replay.ts'
import { deploymentRecordsDays, incidentEventsDays, prEventsDays, workItemEventsDays } from './settings.ts'

type Rows = readonly RetainedRow[]
const texts = (rows: Rows, column: string) => rows.map((row) => String(row[column]))
const numbers = (rows: Rows, column: string) => rows.map((row) => Number(row[column]))

/** The locks of deriving, in its order: first the repositories', then the tenant's. */
async function lockDerivation(tx: TenantTx, rows: Rows) {
  const repositories = [...new Set(rows.flatMap(({ repository }) => (repository ? [String(repository)] : [])))].sort()
  if (repositories.length > 0)
    await tx.run(lockNames, { names: repositories.map((name) => `delivery ${tx.tenantId} ${name}`) })
  await lockAttribution(tx)
}

const none: readonly Date[] = []

async function beforeCommits(tx: TenantTx, rows: Rows) {
  const times = rows.map(({ committed_at, recorded_at }) => {
    const [committed, recorded] = [committed_at, recorded_at].map((at) => Date.parse(String(at))) as [number, number]
    return new Date(Math.min(committed, recorded))
  })
  await tx.run(sealByCommits, { repositories: texts(rows, 'repository'), shas: texts(rows, 'sha'), times })
  const linked = rows.filter((row) => row.pr_number !== null)
  if (linked.length > 0)
    await tx.run(sealLinks, { repositories: texts(linked, 'repository'), numbers: numbers(linked, 'pr_number') })
  const named = rows.flatMap(({ repository, ticket_keys }) =>
    (ticket_keys as readonly string[]).map((key) => ({ repository: String(repository), key })),
  )
  if (named.length > 0)
    await tx.run(sealNamedLinks, {
      repositories: named.map((one) => one.repository),
      keys: named.map(({ key }) => key),
    })
  return none
}

async function beforePullRequests(tx: TenantTx, rows: Rows) {
  const pairs = { repositories: texts(rows, 'repository'), numbers: numbers(rows, 'pr_number') }
  await tx.run(sealByPullRequests, pairs)
  await tx.run(sealLinks, pairs)
  return none
}

async function beforeDeployments(tx: TenantTx, rows: Rows) {
  const ids = numbers(rows, 'id')
  const keys = rows.map(({ source, external_id }) => `${source}:${external_id}`)
  const shas = rows.flatMap(({ sha }) => (sha === null ? [] : [String(sha)]))
  await tx.run(sealByDeployments, { ids, keys, shas, repositories: [...new Set(texts(rows, 'repository'))] })
  await tx.run(sealShippedCommits, { ids })
  await tx.run(sealIncidentsOf, { ids })
  return rows.flatMap(({ counted, counted_at, finished_at }) =>
    counted ? [counted_at, finished_at].filter((at) => at !== null).map((at) => new Date(String(at))) : [],
  )
}

const incidentsOf = (rows: Rows) => ({ sources: texts(rows, 'source'), keys: texts(rows, 'incident_key') })

async function beforeIncidents(tx: TenantTx, rows: Rows) {
  return (await tx.rows(sealIncidents, incidentsOf(rows))).map(({ startedAt }) => startedAt)
}

async function withImportedChanges(tx: TenantTx, rows: Rows): Promise<Rows> {
  const imported = rows.filter(({ source }) => source === 'git')
  if (imported.length === 0) return rows.map(() => ({}))
  const found = await tx.rows(importedChanges, { ids: numbers(imported, 'id') })
  const changes = new Map(found.map((row) => [row.deploymentId, row.changes]))
  return rows.map(({ id }) => (changes.has(Number(id)) ? { git_changes: changes.get(Number(id)) } : {}))
}

/** A row of `work_item_events`, with the time in milliseconds since 1970. */
export type WorkItemFactRow = {
  readonly source: string
  readonly key: string
  readonly externalId: string
  readonly projectKey: string
  readonly itemType: string | null
  readonly action: string
  readonly field: string | null
  readonly toValue: string | null
  readonly points: number | null
  readonly occurredAt: number
}
/** Told of facts of work items before they go, in the purge's transaction. */
export type BeforeWorkItemsGo = (tx: TenantTx, rows: readonly WorkItemFactRow[]) => Promise<void>

const textOrNull = (value: unknown) => (value === null || value === undefined ? null : String(value))
const workItemFact = (row: RetainedRow): WorkItemFactRow => ({
  source: String(row.source),
  key: String(row.item_key),
  externalId: String(row.external_id),
  projectKey: String(row.project_key),
  itemType: textOrNull(row.item_type),
  action: String(row.action),
  field: textOrNull(row.field),
  toValue: textOrNull(row.to_value),
  points: row.points === null || row.points === undefined ? null : Number(row.points),
  occurredAt: Date.parse(String(row.occurred_at)),
})

type Deps = { database: Database; eventLog: EventLog; beforeWorkItemsGo?: BeforeWorkItemsGo | undefined }

export function factPolicies(deps: Deps): readonly RetentionPolicy[] {
  const recordedAt = 'recorded_at'
  const common = { recordedAt, archived: true, lock: lockDerivation }
  return [
    {
      ...common,
      table: 'commits',
      leaveOut: ['sealed'],
      days: deploymentRecordsDays,
      beforePurge: beforeCommits,
      replay: replayOf(deps, 'commits'),
    },
    {
      ...common,
      table: 'pr_events',
      days: prEventsDays,
      beforePurge: beforePullRequests,
      replay: replayOf(deps, 'pr_events'),
    },
    {
      ...common,
      table: 'deployment_records',
      days: deploymentRecordsDays,
      rowsAtOnce: 500,
      leaveOut: ['sealed', 'derived_at'],
      more: withImportedChanges,
      beforePurge: beforeDeployments,
      replay: replayOf(deps, 'deployment_records'),
    },
    {
      ...common,
      table: 'incident_events',
      days: incidentEventsDays,
      beforePurge: beforeIncidents,
      afterPurge: (tx, rows) => tx.run(deleteEndedIncidents, incidentsOf(rows)),
      replay: replayOf(deps, 'incident_events'),
    },
    {
      table: 'work_item_events',
      recordedAt,
      archived: true,
      days: workItemEventsDays,
      async beforePurge(tx, rows) {
        await deps.beforeWorkItemsGo?.(tx, rows.map(workItemFact))
        return none
      },
      replay: replayOf(deps, 'work_item_events'),
    },
  ]
}
