/** Reads and writes of deriving incidents. */
import { z } from 'zod'
import { bools, int8s, noRow, sql, statement, texts, timestamps } from '#kernel/sql/index.ts'
import { type Attribution, candidate } from './attribution.ts'
import { type IncidentState, incidentEvent } from './incident-state.ts'

const zeroUuid = '00000000-0000-0000-0000-000000000000'

export type IncidentKey = { readonly source: string; readonly key: string }
type Keys = { keys: readonly IncidentKey[] }
const sample: Keys = { keys: [] }
const pairs = ({ keys }: Keys) =>
  sql`unnest(${texts(keys.map(({ source }) => source))}::text[], ${texts(keys.map(({ key }) => key))}::text[]) as k(source, key)`

export const loadIncidentEvents = statement({
  name: 'delivery.derive-load-incident-events',
  row: incidentEvent,
  sample,
  sql: (p: Keys) => sql`
    select e.source as "source", e.incident_key as "key", e.action as "action",
      round(date_part('epoch', e.occurred_at) * 1000) as "occurredAt", e.title as "title", e.severity as "severity",
      e.repository as "repository", e.service as "service", e.project_key as "projectKey",
      e.deployment_sha as "deploymentSha", e.url as "url"
    from ${pairs(p)} join incident_events e on e.source = k.source and e.incident_key = k.key`,
})

export const storedIncident = z.object({
  id: z.number(),
  source: z.string(),
  key: z.string(),
  title: z.string(),
  severity: z.string().nullable(),
  repository: z.string().nullable(),
  service: z.string().nullable(),
  projectKey: z.string().nullable(),
  deploymentSha: z.string().nullable(),
  url: z.string().nullable(),
  startedAt: z.number(),
  resolvedAt: z.number().nullable(),
  withdrawn: z.boolean(),
  /** Facts that it was derived from are purged: its attribution stays. */
  sealed: z.boolean(),
  deploymentId: z.number().nullable(),
  method: z.enum(['override', 'sha', 'revert', 'service', 'project']).nullable(),
  confidence: z.number().nullable(),
  evidence: z.record(z.string(), z.unknown()),
  /** A person's word, if there is one. */
  overrideReason: z.string().nullable(),
  overrideActor: z.string().nullable(),
  overrideDeploymentId: z.number().nullable(),
})
export type StoredIncident = z.output<typeof storedIncident>

export const loadIncidents = statement({
  name: 'delivery.derive-load-incidents',
  row: storedIncident,
  sample,
  sql: (p: Keys) => sql`
    select i.id as "id", i.source as "source", i.incident_key as "key", i.title as "title", i.severity as "severity",
      i.repository as "repository", i.service as "service", i.project_key as "projectKey", i.deployment_sha as "deploymentSha",
      i.url as "url", round(date_part('epoch', i.started_at) * 1000) as "startedAt",
      round(date_part('epoch', i.resolved_at) * 1000) as "resolvedAt", i.withdrawn as "withdrawn",
      i.deployment_id as "deploymentId", i.method as "method", i.confidence as "confidence", i.evidence as "evidence",
      i.sealed as "sealed", o.reason as "overrideReason", o.actor_name as "overrideActor", o.deployment_id as "overrideDeploymentId"
    from ${pairs(p)} join incidents i on i.source = k.source and i.incident_key = k.key
    left join attribution_override o on o.tenant_id = i.tenant_id and o.incident_id = i.id`,
})

export type Span = { readonly from: number; readonly to: number }
type Related = {
  deploymentIds: readonly number[]
  prefixes: readonly string[]
  tickets: readonly string[]
  spans: readonly Span[]
  services: readonly string[]
  repositories: readonly string[]
}
const spansOf = (spans: readonly Span[]) =>
  sql`unnest(${timestamps(spans.map(({ from }) => new Date(from)))}::timestamptz[], ${timestamps(spans.map(({ to }) => new Date(to)))}::timestamptz[]) as s(from_at, to_at)`

/** Incidents whose attribution may change because of what changed about deployments. */
export const relatedIncidents = statement({
  name: 'delivery.derive-related-incidents',
  row: z.object({ source: z.string(), key: z.string() }),
  sample: { deploymentIds: [], prefixes: [], tickets: [], spans: [], services: [], repositories: [] },
  sql: (p: Related) => sql`
    select i.source as "source", i.incident_key as "key" from incidents i
    where i.deployment_id = any(${int8s(p.deploymentIds)}::bigint[])
    union
    select i.source, i.incident_key from incidents i
    where (i.deployment_sha is not null and left(i.deployment_sha, 7) = any(${texts(p.prefixes)}::text[]))
      or i.incident_key = any(${texts(p.tickets)}::text[])
    union
    select i.source, i.incident_key
    from ${spansOf(p.spans)} join incidents i on i.started_at between s.from_at and s.to_at
    where i.service = any(${texts(p.services)}::text[]) or i.repository = any(${texts(p.repositories)}::text[])
      or (i.service is null and i.repository is null and i.project_key is not null)`,
})

/** Deployments that count, of these services or repositories, that finished within these spans. */
export const loadCandidates = statement({
  name: 'delivery.derive-load-candidates',
  row: candidate,
  sample: { spans: [], services: [], repositories: [] },
  sql: (p: Pick<Related, 'spans' | 'services' | 'repositories'>) => sql`
    select d.id as "id", d.source || ':' || d.external_id as "key", d.repository as "repository", d.service as "service",
      d.sha as "sha", round(date_part('epoch', d.finished_at) * 1000) as "finishedAt"
    from ${spansOf(p.spans)} join deployment_records d on d.counted and d.finished_at between s.from_at and s.to_at
    where d.service = any(${texts(p.services)}::text[]) or d.repository = any(${texts(p.repositories)}::text[])`,
})

export const loadCounted = statement({
  name: 'delivery.derive-load-counted',
  row: candidate,
  sample: { ids: [1] },
  sql: ({ ids }: { ids: readonly number[] }) => sql`
    select d.id as "id", d.source || ':' || d.external_id as "key", d.repository as "repository", d.service as "service",
      d.sha as "sha", round(date_part('epoch', d.finished_at) * 1000) as "finishedAt"
    from deployment_records d where d.id = any(${int8s(ids)}::bigint[]) and d.counted`,
})

/** Deployments of a commit, or that first contained it; `sha` may be abbreviated. The bounds are a range of shas' bytes. */
export const loadNamed = statement({
  name: 'delivery.derive-load-named',
  row: candidate.extend({ named: z.string() }),
  sample: { shas: [''] },
  sql: ({ shas }: { shas: readonly string[] }) => sql`
    select n.sha as "named", d.id as "id", d.source || ':' || d.external_id as "key", d.repository as "repository",
      d.service as "service", d.sha as "sha", round(date_part('epoch', d.finished_at) * 1000) as "finishedAt"
    from unnest(${texts(shas)}::text[]) as n(sha)
    join deployment_records d on d.counted and length(d.sha) >= 7 and left(d.sha, 7) = left(n.sha, 7)
      and (starts_with(d.sha, n.sha) or starts_with(n.sha, d.sha))
    union
    select n.sha, d.id, d.source || ':' || d.external_id, d.repository, d.service, d.sha,
      round(date_part('epoch', d.finished_at) * 1000)
    from unnest(${texts(shas)}::text[]) as n(sha)
    join changes c on c.sha collate "C" >= n.sha and c.sha collate "C" < n.sha || 'g'
    join deployment_records d on d.tenant_id = c.tenant_id and d.id = c.deployment_id and d.counted`,
})

/** Deployments undone by a revert or hotfix whose commit or pull request names one of these tickets. */
export const loadUndone = statement({
  name: 'delivery.derive-load-undone',
  row: candidate.extend({ ticket: z.string(), cause: z.string(), fixedBy: z.string() }),
  sample: { tickets: [''] },
  sql: ({ tickets }: { tickets: readonly string[] }) => sql`
    select t.key as "ticket", f.cause as "cause", coalesce(f.evidence ->> 'fixed_by', f.cause_key) as "fixedBy", d.id as "id",
      d.source || ':' || d.external_id as "key", d.repository as "repository", d.service as "service", d.sha as "sha",
      round(date_part('epoch', d.finished_at) * 1000) as "finishedAt"
    from unnest(${texts(tickets)}::text[]) as t(key)
    join deployment_failures f on f.cause in ('revert', 'hotfix') and f.evidence -> 'tickets' ? t.key
    join deployment_records d on d.tenant_id = f.tenant_id and d.id = f.deployment_id and d.counted`,
})

/** What the streams that own a Jira project own besides. */
export const loadOwned = statement({
  name: 'delivery.derive-load-owned',
  row: z.object({ project: z.string(), kind: z.string(), value: z.string() }),
  sample: { projects: [''] },
  sql: ({ projects }: { projects: readonly string[] }) => sql`
    select distinct j.value as "project", o.kind as "kind", o.value as "value"
    from stream_source j join stream_source o on o.tenant_id = j.tenant_id and o.stream_id = j.stream_id
    where j.kind = 'jira_project' and j.value = any(${texts(projects)}::text[]) and o.kind in ('repository', 'service')`,
})

export type DerivedIncident = IncidentState & Attribution
type Write = { tenantId: string; incidents: readonly DerivedIncident[] }
const time = (ms: number | null) => (ms === null ? null : new Date(ms))

export const writeDerivedIncidents = statement({
  name: 'delivery.derive-write-incidents',
  row: noRow,
  sample: { tenantId: zeroUuid, incidents: [] },
  sql: ({ tenantId, incidents: all }: Write) => sql`
    insert into incidents (tenant_id, source, incident_key, title, severity, repository, service, project_key, deployment_sha, url,
      started_at, resolved_at, withdrawn, deployment_id, method, confidence, evidence)
    select ${tenantId}::uuid, i.source, i.key, i.title, i.severity, i.repository, i.service, i.project_key, i.deployment_sha, i.url,
      i.started_at, i.resolved_at, i.withdrawn, i.deployment_id, i.method, i.confidence::real, i.evidence::jsonb
    from unnest(${texts(all.map((i) => i.source))}::text[], ${texts(all.map((i) => i.key))}::text[],
      ${texts(all.map((i) => i.title))}::text[], ${texts(all.map((i) => i.severity))}::text[],
      ${texts(all.map((i) => i.repository))}::text[], ${texts(all.map((i) => i.service))}::text[],
      ${texts(all.map((i) => i.projectKey))}::text[], ${texts(all.map((i) => i.deploymentSha))}::text[],
      ${texts(all.map((i) => i.url))}::text[], ${timestamps(all.map((i) => time(i.startedAt)))}::timestamptz[],
      ${timestamps(all.map((i) => time(i.resolvedAt)))}::timestamptz[], ${bools(all.map((i) => i.withdrawn))}::bool[],
      ${int8s(all.map((i) => i.deploymentId))}::bigint[], ${texts(all.map((i) => i.method))}::text[],
      ${texts(all.map((i) => i.confidence?.toString() ?? null))}::text[],
      ${texts(all.map((i) => JSON.stringify(i.evidence)))}::text[])
      as i(source, key, title, severity, repository, service, project_key, deployment_sha, url, started_at, resolved_at,
        withdrawn, deployment_id, method, confidence, evidence)
    order by i.source, i.key
    on conflict (tenant_id, source, incident_key) do update set title = excluded.title, severity = excluded.severity,
      repository = excluded.repository, service = excluded.service, project_key = excluded.project_key,
      deployment_sha = excluded.deployment_sha, url = excluded.url, started_at = excluded.started_at,
      resolved_at = excluded.resolved_at, withdrawn = excluded.withdrawn, deployment_id = excluded.deployment_id,
      method = excluded.method, confidence = excluded.confidence, evidence = excluded.evidence,
      derived_at = excluded.derived_at`,
})
