/**
 * Writes of the five fact tables, one statement each. Rows with one natural key are merged twice by the same rules, once among
 * themselves and once with the row that is there: every rule is commutative, associative and idempotent (earliest, greatest,
 * union), so neither order nor redelivery nor a second worker changes the result. Rows are written in the order of their
 * keys, so that two workers wait for each other instead of locking each other out.
 */
import { z } from 'zod'
import { bools, int4s, noRow, sql, statement, texts, timestamps } from '#kernel/sql/index.ts'
import type { CommitFact, DeploymentFact, IncidentFact, PullRequestFact, WorkItemFact } from './fact-rows.ts'

const zeroUuid = '00000000-0000-0000-0000-000000000000'
type Write<F> = { readonly tenantId: string; readonly facts: readonly F[] }
const nothing = { tenantId: zeroUuid, facts: [] }

/** Arrays of arrays cannot be unnested, so a list of names travels as lines; cleaned text holds no line ends. */
const lines = (values: readonly string[]): string => values.join('\n')

/** How a fact merges with the row of its natural key; replays of archives merge by the same rules. */
export const mergeDeployments = sql`
  on conflict (tenant_id, source, external_id) do update set
    repository = greatest(d.repository, excluded.repository), service = greatest(d.service, excluded.service),
    environment = greatest(d.environment, excluded.environment), sha = greatest(d.sha, excluded.sha),
    ref = greatest(d.ref, excluded.ref), url = greatest(d.url, excluded.url),
    status = case when 'success' in (d.status, excluded.status) then 'success'
      when 'failure' in (d.status, excluded.status) then 'failure' else 'pending' end,
    created_at = least(d.created_at, excluded.created_at), finished_at = least(d.finished_at, excluded.finished_at),
    failed_at = least(d.failed_at, excluded.failed_at)`
export const mergeCommits = sql`
  on conflict (tenant_id, repository, sha) do update set
    parents = array(select distinct p.sha collate "C" from unnest(c.parents || excluded.parents) as p(sha) order by 1),
    committed_at = least(c.committed_at, excluded.committed_at), reverts = greatest(c.reverts, excluded.reverts),
    pr_number = greatest(c.pr_number, excluded.pr_number),
    ticket_keys = array(select distinct k.key collate "C" from unnest(c.ticket_keys || excluded.ticket_keys) as k(key) order by 1)`
export const mergePullRequests = sql`
  on conflict (tenant_id, repository, pr_number, action, occurred_at) do update set
    title = greatest(e.title, excluded.title), head_ref = greatest(e.head_ref, excluded.head_ref),
    head_sha = greatest(e.head_sha, excluded.head_sha), base_ref = greatest(e.base_ref, excluded.base_ref),
    merge_commit_sha = greatest(e.merge_commit_sha, excluded.merge_commit_sha), merged = e.merged or excluded.merged,
    author_hash = greatest(e.author_hash, excluded.author_hash), review_state = greatest(e.review_state, excluded.review_state),
    labels = array(select distinct l.name collate "C" from unnest(e.labels || excluded.labels) as l(name) order by 1),
    ticket_keys = array(select distinct k.key collate "C" from unnest(e.ticket_keys || excluded.ticket_keys) as k(key) order by 1)`
export const mergeWorkItems = sql`
  on conflict (tenant_id, source, item_key, external_id) do update set
    project_key = greatest(w.project_key, excluded.project_key), item_type = greatest(w.item_type, excluded.item_type),
    action = greatest(w.action, excluded.action), field = greatest(w.field, excluded.field),
    from_value = greatest(w.from_value, excluded.from_value), to_value = greatest(w.to_value, excluded.to_value),
    points = greatest(w.points, excluded.points), occurred_at = least(w.occurred_at, excluded.occurred_at)`
export const mergeIncidents = sql`
  on conflict (tenant_id, source, incident_key, action, occurred_at) do update set
    title = greatest(i.title, excluded.title), severity = greatest(i.severity, excluded.severity),
    repository = greatest(i.repository, excluded.repository), service = greatest(i.service, excluded.service),
    project_key = greatest(i.project_key, excluded.project_key),
    deployment_sha = greatest(i.deployment_sha, excluded.deployment_sha), url = greatest(i.url, excluded.url)`

export const writeDeployments = statement({
  name: 'delivery.write-deployments',
  row: z.object({ id: z.number(), source: z.string(), externalId: z.string() }),
  sample: nothing,
  sql: ({ tenantId, facts }: Write<DeploymentFact>) => sql`
    insert into deployment_records as d (tenant_id, source, external_id, repository, service, environment, sha, ref, url,
      status, created_at, finished_at, failed_at)
    select ${tenantId}::uuid, f.source, f.external_id, max(f.repository), max(f.service), max(f.environment), max(f.sha),
      max(f.ref), max(f.url),
      case when bool_or(f.status = 'success') then 'success' when bool_or(f.status = 'failure') then 'failure' else 'pending' end,
      min(f.created_at), min(f.finished_at), min(f.failed_at)
    from unnest(${texts(facts.map((f) => f.source))}::text[], ${texts(facts.map((f) => f.externalId))}::text[],
      ${texts(facts.map((f) => f.repository))}::text[], ${texts(facts.map((f) => f.service))}::text[],
      ${texts(facts.map((f) => f.environment))}::text[], ${texts(facts.map((f) => f.sha))}::text[],
      ${texts(facts.map((f) => f.ref))}::text[], ${texts(facts.map((f) => f.url))}::text[],
      ${texts(facts.map((f) => f.status))}::text[], ${timestamps(facts.map((f) => f.createdAt))}::timestamptz[],
      ${timestamps(facts.map((f) => f.finishedAt))}::timestamptz[], ${timestamps(facts.map((f) => f.failedAt))}::timestamptz[])
      as f(source, external_id, repository, service, environment, sha, ref, url, status, created_at, finished_at, failed_at)
    group by f.source, f.external_id order by f.source, f.external_id
    ${mergeDeployments}
    returning d.id as "id", d.source as "source", d.external_id as "externalId"`,
})

export const writeCommits = statement({
  name: 'delivery.write-commits',
  row: noRow,
  sample: nothing,
  sql: ({ tenantId, facts }: Write<CommitFact>) => sql`
    insert into commits as c (tenant_id, repository, sha, parents, committed_at, reverts, pr_number, ticket_keys)
    select ${tenantId}::uuid, f.repository, f.sha, coalesce(array_agg(distinct f.parent collate "C" order by f.parent collate "C")
      filter (where f.parent is not null), '{}'), min(f.committed_at), max(f.reverts), max(f.pr_number),
      array(select distinct k.key collate "C" from unnest(string_to_array(string_agg(f.ticket_keys, E'\n'), E'\n')) as k(key)
        where k.key <> '' order by 1)
    from unnest(${texts(facts.map((f) => f.repository))}::text[], ${texts(facts.map((f) => f.sha))}::text[],
      ${texts(facts.map((f) => f.parents[0] ?? null))}::text[], ${timestamps(facts.map((f) => f.committedAt))}::timestamptz[],
      ${texts(facts.map((f) => f.reverts))}::text[], ${int4s(facts.map((f) => f.prNumber))}::int[],
      ${texts(facts.map((f) => lines(f.ticketKeys)))}::text[])
      as f(repository, sha, parent, committed_at, reverts, pr_number, ticket_keys)
    group by f.repository, f.sha order by f.repository, f.sha
    ${mergeCommits}`,
})

export const writePullRequests = statement({
  name: 'delivery.write-pull-requests',
  row: z.object({
    id: z.number(),
    repository: z.string(),
    prNumber: z.number(),
    action: z.string(),
    occurredAt: z.date(),
  }),
  sample: nothing,
  sql: ({ tenantId, facts }: Write<PullRequestFact>) => sql`
    insert into pr_events as e (tenant_id, repository, pr_number, action, occurred_at, title, head_ref, head_sha, base_ref,
      merge_commit_sha, merged, author_hash, review_state, labels, ticket_keys)
    select ${tenantId}::uuid, f.repository, f.pr_number, f.action, f.occurred_at, max(f.title), max(f.head_ref), max(f.head_sha),
      max(f.base_ref), max(f.merge_commit_sha), bool_or(f.merged), max(f.author_hash), max(f.review_state),
      array(select distinct l.name collate "C" from unnest(string_to_array(string_agg(f.labels, E'\n'), E'\n')) as l(name)
        where l.name <> '' order by 1),
      array(select distinct k.key collate "C" from unnest(string_to_array(string_agg(f.ticket_keys, E'\n'), E'\n')) as k(key)
        where k.key <> '' order by 1)
    from unnest(${texts(facts.map((f) => f.repository))}::text[], ${int4s(facts.map((f) => f.prNumber))}::int[],
      ${texts(facts.map((f) => f.action))}::text[], ${timestamps(facts.map((f) => f.occurredAt))}::timestamptz[],
      ${texts(facts.map((f) => f.title))}::text[], ${texts(facts.map((f) => f.headRef))}::text[],
      ${texts(facts.map((f) => f.headSha))}::text[], ${texts(facts.map((f) => f.baseRef))}::text[],
      ${texts(facts.map((f) => f.mergeCommitSha))}::text[], ${bools(facts.map((f) => f.merged))}::bool[],
      ${texts(facts.map((f) => f.authorHash))}::text[], ${texts(facts.map((f) => f.reviewState))}::text[],
      ${texts(facts.map((f) => lines(f.labels)))}::text[], ${texts(facts.map((f) => lines(f.ticketKeys)))}::text[])
      as f(repository, pr_number, action, occurred_at, title, head_ref, head_sha, base_ref, merge_commit_sha, merged,
        author_hash, review_state, labels, ticket_keys)
    group by f.repository, f.pr_number, f.action, f.occurred_at order by f.repository, f.pr_number, f.action, f.occurred_at
    ${mergePullRequests}
    returning e.id as "id", e.repository as "repository", e.pr_number as "prNumber", e.action as "action", e.occurred_at as "occurredAt"`,
})

export const writeWorkItems = statement({
  name: 'delivery.write-work-items',
  row: z.object({ id: z.number(), source: z.string(), itemKey: z.string(), externalId: z.string() }),
  sample: nothing,
  sql: ({ tenantId, facts }: Write<WorkItemFact>) => sql`
    insert into work_item_events as w (tenant_id, source, item_key, external_id, project_key, item_type, action, field,
      from_value, to_value, points, occurred_at)
    select ${tenantId}::uuid, f.source, f.item_key, f.external_id, max(f.project_key), max(f.item_type), max(f.action),
      max(f.field), max(f.from_value), max(f.to_value), max(f.points::float8), min(f.occurred_at)
    from unnest(${texts(facts.map((f) => f.source))}::text[], ${texts(facts.map((f) => f.itemKey))}::text[],
      ${texts(facts.map((f) => f.externalId))}::text[], ${texts(facts.map((f) => f.projectKey))}::text[],
      ${texts(facts.map((f) => f.itemType))}::text[], ${texts(facts.map((f) => f.action))}::text[],
      ${texts(facts.map((f) => f.field))}::text[], ${texts(facts.map((f) => f.fromValue))}::text[],
      ${texts(facts.map((f) => f.toValue))}::text[], ${texts(facts.map((f) => f.points?.toString() ?? null))}::text[],
      ${timestamps(facts.map((f) => f.occurredAt))}::timestamptz[])
      as f(source, item_key, external_id, project_key, item_type, action, field, from_value, to_value, points, occurred_at)
    group by f.source, f.item_key, f.external_id order by f.source, f.item_key, f.external_id
    ${mergeWorkItems}
    returning w.id as "id", w.source as "source", w.item_key as "itemKey", w.external_id as "externalId"`,
})

export const writeIncidents = statement({
  name: 'delivery.write-incidents',
  row: z.object({
    id: z.number(),
    source: z.string(),
    incidentKey: z.string(),
    action: z.string(),
    occurredAt: z.date(),
  }),
  sample: nothing,
  sql: ({ tenantId, facts }: Write<IncidentFact>) => sql`
    insert into incident_events as i (tenant_id, source, incident_key, action, occurred_at, title, severity, repository, service,
      project_key, deployment_sha, url)
    select ${tenantId}::uuid, f.source, f.incident_key, f.action, f.occurred_at, max(f.title), max(f.severity),
      max(f.repository), max(f.service), max(f.project_key), max(f.deployment_sha), max(f.url)
    from unnest(${texts(facts.map((f) => f.source))}::text[], ${texts(facts.map((f) => f.incidentKey))}::text[],
      ${texts(facts.map((f) => f.action))}::text[], ${timestamps(facts.map((f) => f.occurredAt))}::timestamptz[],
      ${texts(facts.map((f) => f.title))}::text[], ${texts(facts.map((f) => f.severity))}::text[],
      ${texts(facts.map((f) => f.repository))}::text[], ${texts(facts.map((f) => f.service))}::text[],
      ${texts(facts.map((f) => f.projectKey))}::text[], ${texts(facts.map((f) => f.deploymentSha))}::text[],
      ${texts(facts.map((f) => f.url))}::text[])
      as f(source, incident_key, action, occurred_at, title, severity, repository, service, project_key, deployment_sha, url)
    group by f.source, f.incident_key, f.action, f.occurred_at order by f.source, f.incident_key, f.action, f.occurred_at
    ${mergeIncidents}
    returning i.id as "id", i.source as "source", i.incident_key as "incidentKey", i.action as "action", i.occurred_at as "occurredAt"`,
})
