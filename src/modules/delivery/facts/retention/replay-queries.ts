/**
 * Writes of archived facts: the rows as the archive has them, merged with what is there by the rules of recording. They go
 * from JSON text to columns inside PostgreSQL, so nothing is rounded on the way.
 */
import { z } from 'zod'
import { noRow, raw, type Sql, sql, statement } from '#kernel/sql/index.ts'
import { mergeCommits, mergeDeployments, mergeIncidents, mergePullRequests, mergeWorkItems } from '../record-queries.ts'

export type Archived = { readonly tenantId: string; readonly json: string }
const sample: Archived = { tenantId: '00000000-0000-0000-0000-000000000000', json: '[]' }

export const factTables = {
  deployment_records: {
    order: 1,
    alias: 'd',
    key: ['source', 'external_id'],
    columns: [
      'repository',
      'service',
      'environment',
      'sha',
      'ref',
      'url',
      'status',
      'created_at',
      'finished_at',
      'failed_at',
    ],
    merge: mergeDeployments,
  },
  incident_events: {
    order: 2,
    alias: 'i',
    key: ['source', 'incident_key', 'action', 'occurred_at'],
    columns: ['title', 'severity', 'repository', 'service', 'project_key', 'deployment_sha', 'url'],
    merge: mergeIncidents,
  },
  pr_events: {
    order: 3,
    alias: 'e',
    key: ['repository', 'pr_number', 'action', 'occurred_at'],
    columns: [
      'title',
      'head_ref',
      'head_sha',
      'base_ref',
      'merge_commit_sha',
      'merged',
      'author_hash',
      'review_state',
      'labels',
      'ticket_keys',
    ],
    merge: mergePullRequests,
  },
  work_item_events: {
    order: 4,
    alias: 'w',
    key: ['source', 'item_key', 'external_id'],
    columns: ['project_key', 'item_type', 'action', 'field', 'from_value', 'to_value', 'points', 'occurred_at'],
    merge: mergeWorkItems,
  },
  // Last: a commit that is there before its deployment would go to a younger one for a while.
  commits: {
    order: 5,
    alias: 'c',
    key: ['repository', 'sha'],
    columns: ['parents', 'committed_at', 'reverts', 'pr_number', 'ticket_keys'],
    merge: mergeCommits,
  },
} as const satisfies Record<
  string,
  { order: number; alias: string; key: readonly string[]; columns: readonly string[]; merge: Sql }
>
export type FactTable = keyof typeof factTables

const list = (names: readonly string[], prefix = '') => raw(names.map((name) => `${prefix}${name}`).join(', '))

const writeOf = (table: FactTable) => {
  const { alias, key, columns, merge } = factTables[table]
  const names = [...key, ...columns]
  return statement({
    name: `delivery.replay-${table}`,
    row: noRow,
    sample,
    sql: ({ tenantId, json }: Archived) => sql`
      insert into ${raw(`${table} as ${alias}`)} (tenant_id, ${list(names)})
      select ${tenantId}::uuid, ${list(names, 'r.')} from json_populate_recordset(null::${raw(table)}, ${json}::json) r
      order by ${list(key, 'r.')} ${merge}`,
  })
}

export const replayWrites = {
  deployment_records: writeOf('deployment_records'),
  incident_events: writeOf('incident_events'),
  pr_events: writeOf('pr_events'),
  work_item_events: writeOf('work_item_events'),
  commits: writeOf('commits'),
}

/** How many of these natural keys are there already. */
const countOf = (table: FactTable) => {
  const { key } = factTables[table]
  const same = raw(key.map((name) => `t.${name} = r.${name}`).join(' and '))
  return statement({
    name: `delivery.replay-count-${table}`,
    row: z.object({ known: z.number() }),
    sample,
    sql: ({ tenantId, json }: Archived) => sql`
      select count(*) as "known" from json_populate_recordset(null::${raw(table)}, ${json}::json) r
      join ${raw(table)} t on t.tenant_id = ${tenantId}::uuid and ${same}`,
  })
}
export const replayCounts = {
  deployment_records: countOf('deployment_records'),
  incident_events: countOf('incident_events'),
  pr_events: countOf('pr_events'),
  work_item_events: countOf('work_item_events'),
  commits: countOf('commits'),
}

/** Changes that an import assigned, back at their deployment; one that was derived meanwhile knows more and stays. */
export const replayImportedChanges = statement({
  name: 'delivery.replay-imported-changes',
  row: noRow,
  sample: { ...sample, externalId: '' },
  sql: ({ tenantId, json, externalId }: Archived & { externalId: string }) => sql`
    insert into changes (tenant_id, repository, sha, deployment_id, committed_at, clock, pr_number, lead_seconds, coding_seconds,
      pickup_seconds, review_seconds, deploy_seconds, ticketed, origin)
    select ${tenantId}::uuid, r.repository, r.sha, d.id, r.committed_at, r.clock, r.pr_number, r.lead_seconds, r.coding_seconds,
      r.pickup_seconds, r.review_seconds, r.deploy_seconds, r.ticketed, 'git'
    from json_populate_recordset(null::changes, ${json}::json) r
    join deployment_records d on d.source = 'git' and d.external_id = ${externalId}::text
    on conflict (tenant_id, repository, sha) do nothing`,
})
