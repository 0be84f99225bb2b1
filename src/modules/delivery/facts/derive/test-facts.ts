/** Facts for the tests of derivation, as short as they can be said. Times are minutes after the beginning of 2026. */
import { createHash } from 'node:crypto'
import type { TestDatabase } from '#test/support/database.ts'
import type { CommitFact, CountedDeployment, PullRequestFact } from './facts.ts'

const beginning = Date.UTC(2026, 0, 5)
export const at = (minutes: number): number => beginning + minutes * 60_000

export const shaOf = (name: string | number): string => createHash('sha1').update(String(name)).digest('hex')

export const commit = (
  name: string | number,
  parents: readonly (string | number)[] = [],
  minutes = 0,
  more: Partial<CommitFact> = {},
): CommitFact => ({
  sha: shaOf(name),
  parents: parents.map(shaOf).join(' '),
  committedAt: at(minutes),
  reverts: null,
  prNumber: null,
  tickets: '',
  ...more,
})

export const deployment = (
  id: number,
  sha: string | number | null,
  minutes: number,
  more: Partial<CountedDeployment> = {},
): CountedDeployment => ({
  id,
  key: `github.deployment:${String(id).padStart(6, '0')}`,
  source: 'github.deployment',
  repository: 'acme/shop',
  service: 'acme/shop',
  environment: 'production',
  sha: sha === null ? null : shaOf(sha),
  ref: 'main',
  status: 'success',
  finishedAt: at(minutes),
  countedAt: null,
  counted: true,
  reworkReason: null,
  ticketLinks: [],
  ...more,
})

export const pullRequest = (number: number, more: Partial<PullRequestFact> = {}): PullRequestFact => ({
  number,
  openedAt: null,
  firstReviewAt: null,
  mergedAt: null,
  mergeCommitSha: null,
  headSha: null,
  headRef: null,
  labels: [],
  tickets: [],
  ...more,
})

/** A row of a fact table by column; `insertFacts` adds the tenant. */
export type FactRow = { readonly table: string; readonly row: Record<string, unknown> }

export async function insertFacts(
  sql: TestDatabase['sql'],
  tenantId: string,
  facts: readonly FactRow[],
): Promise<void> {
  for (const [table, rows] of Map.groupBy(facts, (fact) => fact.table)) {
    const columns = [...new Set(rows.flatMap(({ row }) => Object.keys(row)))]
    const json = JSON.stringify(rows.map(({ row }) => ({ ...row, tenant_id: tenantId })))
    const names = ['tenant_id', ...columns].join(', ')
    await sql(
      `insert into ${table} (${names}) select ${names} from jsonb_populate_recordset(null::${table}, $1::jsonb)`,
      [json],
    )
  }
}

const iso = (minutes: number) => new Date(at(minutes)).toISOString()

export const deploymentRow = (
  key: string | number,
  sha: string | number | null,
  minutes: number,
  more: Record<string, unknown> = {},
): FactRow => ({
  table: 'deployment_records',
  row: {
    source: 'github.deployment',
    external_id: String(key),
    repository: 'acme/shop',
    service: 'acme/shop',
    environment: 'Production',
    sha: sha === null ? null : shaOf(sha),
    ref: 'main',
    status: 'success',
    counted: false,
    ticket_links: [],
    recorded_at: iso(0),
    finished_at: iso(minutes),
    ...more,
  },
})

export const commitRow = (
  name: string | number,
  parents: readonly (string | number)[],
  minutes: number,
  more: Record<string, unknown> = {},
): FactRow => ({
  table: 'commits',
  row: {
    repository: 'acme/shop',
    sha: shaOf(name),
    parents: parents.map(shaOf),
    committed_at: iso(minutes),
    reverts: null,
    pr_number: null,
    ticket_keys: [],
    recorded_at: iso(0),
    ...more,
  },
})

/** `pr_events` and `incident_events` have ids of their own, so the columns are named in full. */
export const pullRequestRow = (
  number: number,
  action: string,
  minutes: number,
  more: Record<string, unknown> = {},
): FactRow => ({
  table: 'pr_events',
  row: {
    repository: 'acme/shop',
    pr_number: number,
    action,
    occurred_at: iso(minutes),
    merged: action === 'merged',
    labels: [],
    ticket_keys: [],
    recorded_at: iso(0),
    head_ref: null,
    head_sha: null,
    merge_commit_sha: null,
    review_state: null,
    ...more,
  },
})

export const incidentRow = (
  key: string,
  action: string,
  minutes: number,
  more: Record<string, unknown> = {},
): FactRow => ({
  table: 'incident_events',
  row: {
    source: 'github',
    incident_key: key,
    action,
    occurred_at: iso(minutes),
    title: `Incident ${key}`,
    severity: null,
    repository: 'acme/shop',
    service: null,
    project_key: null,
    deployment_sha: null,
    url: null,
    recorded_at: iso(0),
    ...more,
  },
})
