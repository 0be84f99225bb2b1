/** Statements of the import. This folder is a part of the delivery facts and writes their tables. */
import { z } from 'zod'
import { bools, int4s, int8s, noRow, sql, statement, texts, timestamps } from '#kernel/sql/index.ts'

const tenantId = '00000000-0000-0000-0000-000000000000'
type Scope = { readonly tenantId: string; readonly repository: string }
const scope: Scope = { tenantId, repository: '' }

export const streamOfRepository = statement({
  name: 'git-import.stream-of-repository',
  row: z.object({ id: z.string() }),
  sample: { repository: '' },
  sql: ({ repository }: { repository: string }) => sql`
    select o.stream_id as "id" from stream_source o join stream s on s.tenant_id = o.tenant_id and s.id = o.stream_id
    where o.kind = 'repository' and o.value = ${repository}::text
    order by s.kind = 'delivery' desc, o.stream_id limit 1`,
})

export const insertStreamSource = statement({
  name: 'git-import.insert-stream-source',
  row: noRow,
  sample: { ...scope, stream: '' },
  sql: (p: Scope & { stream: string }) => sql`
    insert into stream_source (tenant_id, stream_id, kind, value)
    values (${p.tenantId}::uuid, ${p.stream}::text, 'repository', ${p.repository}::text)
    on conflict (tenant_id, stream_id, kind, value) do nothing`,
})

type CommitRow = {
  readonly sha: string
  /** Sorted, separated by blanks. */
  readonly parents: string
  readonly committedAt: Date
  readonly reverts: string | null
  readonly prNumber: number | null
  readonly ticketKeys: string
}
/** What a push told of a commit gives way to what the repository says. Rows written are those that were new or differed. */
export const upsertCommits = statement({
  name: 'git-import.upsert-commits',
  row: noRow,
  sample: { ...scope, commits: [] },
  sql: (p: Scope & { commits: readonly CommitRow[] }) => sql`
    insert into commits as c (tenant_id, repository, sha, parents, committed_at, reverts, pr_number, ticket_keys)
    select ${p.tenantId}::uuid, ${p.repository}::text, n.sha, string_to_array(n.parents, ' '), n.committed_at, n.reverts,
      n.pr_number, string_to_array(n.ticket_keys, ' ')
    from unnest(
      ${texts(p.commits.map((commit) => commit.sha))}::text[], ${texts(p.commits.map((commit) => commit.parents))}::text[],
      ${timestamps(p.commits.map((commit) => commit.committedAt))}::timestamptz[],
      ${texts(p.commits.map((commit) => commit.reverts))}::text[],
      ${int4s(p.commits.map((commit) => commit.prNumber))}::integer[],
      ${texts(p.commits.map((commit) => commit.ticketKeys))}::text[]
    ) as n(sha, parents, committed_at, reverts, pr_number, ticket_keys)
    on conflict (tenant_id, repository, sha) do update set parents = excluded.parents, committed_at = excluded.committed_at,
      reverts = coalesce(excluded.reverts, c.reverts), pr_number = coalesce(excluded.pr_number, c.pr_number),
      ticket_keys = excluded.ticket_keys
    where (c.parents, c.committed_at, c.reverts, c.pr_number, c.ticket_keys) is distinct from (excluded.parents,
      excluded.committed_at, coalesce(excluded.reverts, c.reverts), coalesce(excluded.pr_number, c.pr_number), excluded.ticket_keys)`,
})

type DeploymentRow = {
  readonly externalId: string
  readonly sha: string
  readonly ref: string | null
  readonly deployedAt: Date
}
export const upsertDeployments = statement({
  name: 'git-import.upsert-deployments',
  row: noRow,
  sample: { ...scope, deployments: [] },
  sql: (p: Scope & { deployments: readonly DeploymentRow[] }) => sql`
    insert into deployment_records as d
      (tenant_id, source, external_id, repository, service, environment, sha, ref, status, created_at, finished_at)
    select ${p.tenantId}::uuid, 'git', n.external_id, ${p.repository}::text, ${p.repository}::text, 'production', n.sha, n.ref,
      'success', n.deployed_at, n.deployed_at
    from unnest(
      ${texts(p.deployments.map((deployment) => deployment.externalId))}::text[],
      ${texts(p.deployments.map((deployment) => deployment.sha))}::text[],
      ${texts(p.deployments.map((deployment) => deployment.ref))}::text[],
      ${timestamps(p.deployments.map((deployment) => deployment.deployedAt))}::timestamptz[]
    ) as n(external_id, sha, ref, deployed_at)
    on conflict (tenant_id, source, external_id) do update
      set sha = excluded.sha, ref = excluded.ref, created_at = excluded.created_at, finished_at = excluded.finished_at
    where (d.sha, d.ref, d.finished_at) is distinct from (excluded.sha, excluded.ref, excluded.finished_at)`,
})

export const gitDeployments = statement({
  name: 'git-import.deployments',
  row: z.object({ id: z.number(), externalId: z.string() }),
  sample: { repository: '' },
  sql: ({ repository }: { repository: string }) => sql`
    select d.id as "id", d.external_id as "externalId" from deployment_records d
    where d.source = 'git' and d.repository = ${repository}::text`,
})

export const deleteDeployments = statement({
  name: 'git-import.delete-deployments',
  row: noRow,
  sample: { ids: [1] },
  sql: ({ ids }: { ids: readonly number[] }) => sql`
    delete from deployment_records d where d.id = any(${int8s(ids)}::bigint[]) and d.source = 'git'`,
})

type ChangeRow = {
  readonly sha: string
  readonly deploymentId: number
  readonly committedAt: Date
  readonly prNumber: number | null
  readonly leadSeconds: number
  readonly ticketed: boolean
}
/** A change derived from events of a provider stays as it is: it knows stages that git does not. */
export const upsertChanges = statement({
  name: 'git-import.upsert-changes',
  row: noRow,
  sample: { ...scope, changes: [] },
  sql: (p: Scope & { changes: readonly ChangeRow[] }) => sql`
    insert into changes as c
      (tenant_id, repository, sha, deployment_id, committed_at, clock, pr_number, lead_seconds, ticketed, origin)
    select ${p.tenantId}::uuid, ${p.repository}::text, n.sha, n.deployment_id, n.committed_at, 'committed', n.pr_number,
      n.lead_seconds, n.ticketed, 'git'
    from unnest(
      ${texts(p.changes.map((change) => change.sha))}::text[],
      ${int8s(p.changes.map((change) => change.deploymentId))}::bigint[],
      ${timestamps(p.changes.map((change) => change.committedAt))}::timestamptz[],
      ${int4s(p.changes.map((change) => change.prNumber))}::integer[],
      ${int4s(p.changes.map((change) => change.leadSeconds))}::integer[],
      ${bools(p.changes.map((change) => change.ticketed))}::boolean[]
    ) as n(sha, deployment_id, committed_at, pr_number, lead_seconds, ticketed)
    on conflict (tenant_id, repository, sha) do update
      set deployment_id = excluded.deployment_id, committed_at = excluded.committed_at, pr_number = excluded.pr_number,
        lead_seconds = excluded.lead_seconds, ticketed = excluded.ticketed, derived_at = excluded.derived_at
    where c.origin = 'git' and (c.deployment_id, c.committed_at, c.pr_number, c.lead_seconds, c.ticketed) is distinct from
      (excluded.deployment_id, excluded.committed_at, excluded.pr_number, excluded.lead_seconds, excluded.ticketed)`,
})

/** Commits that are changes by an import, a page after `after`. */
export const gitChanges = statement({
  name: 'git-import.changes',
  row: z.object({ sha: z.string() }),
  sample: { repository: '', after: '', limit: 1 },
  sql: (p: { repository: string; after: string; limit: number }) => sql`
    select c.sha as "sha" from changes c
    where c.repository = ${p.repository}::text and c.sha > ${p.after}::text and c.origin = 'git'
    order by c.sha limit ${p.limit}::integer`,
})

export const deleteChanges = statement({
  name: 'git-import.delete-changes',
  row: noRow,
  sample: { repository: '', shas: [''] },
  sql: (p: { repository: string; shas: readonly string[] }) => sql`
    delete from changes c
    where c.repository = ${p.repository}::text and c.sha = any(${texts(p.shas)}::text[]) and c.origin = 'git'`,
})
