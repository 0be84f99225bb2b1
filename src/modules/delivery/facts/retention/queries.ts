/** Statements of purging facts: what was derived from them is sealed before they go, or goes with them. */
import { z } from 'zod'
import { int4s, int8s, noRow, sql, statement, texts, timestamps } from '#kernel/sql/index.ts'

/** Seals the deployments `losing`, and those that failed by one of them, but for those that go themselves. */
const sealWithFailed = (going: readonly number[]) => sql`,
    fixers as materialized (
      select d.repository, d.source || ':' || d.external_id as key from losing l
      join deployment_records d on d.tenant_id = l.tenant_id and d.id = l.id where not d.sealed
    ),
    all_losing as materialized (
      select l.tenant_id, l.id from losing l
      union
      select f.tenant_id, f.deployment_id from fixers x
      join deployment_records d on d.repository = x.repository
      join deployment_failures f on f.tenant_id = d.tenant_id and f.deployment_id = d.id
      where f.cause <> 'incident' and f.evidence ->> 'fixed_by' = x.key
    )
    update deployment_records d set sealed = true from all_losing l
    where d.tenant_id = l.tenant_id and d.id = l.id and not d.sealed and d.id <> all(${int8s(going)}::bigint[])`

type Commits = { repositories: readonly string[]; shas: readonly string[]; times: readonly Date[] }

/**
 * Deployments lose commits that they shipped, or that told how: a branch's first commit, a merge, a revert. Whatever of a
 * repository was committed by then is taken to depend on them. `times` are when each was committed, and no later than recorded.
 */
export const sealByCommits = statement({
  name: 'delivery.seal-by-commits',
  row: noRow,
  sample: { repositories: [''], shas: [''], times: [new Date(0)] },
  sql: (p: Commits) => sql`
    with gone as materialized (
      select g.repository, g.sha, g.at
      from unnest(${texts(p.repositories)}::text[], ${texts(p.shas)}::text[], ${timestamps(p.times)}::timestamptz[])
        as g(repository, sha, at)
    ),
    by_then as materialized (select g.repository, max(g.at) as at from gone g group by g.repository),
    reverts as materialized (
      select f.tenant_id, f.deployment_id, f.evidence ->> 'fixed_by' as fixed_by
      from by_then b join deployment_records d on d.repository = b.repository
      join deployment_failures f on f.tenant_id = d.tenant_id and f.deployment_id = d.id and f.cause = 'revert'
      join gone g on g.repository = b.repository and (f.cause_key = g.sha or starts_with(g.sha, f.evidence ->> 'reverts'))
    ),
    losing as materialized (
      select c.tenant_id, c.deployment_id as id from by_then b
      join changes c on c.repository = b.repository and c.committed_at <= b.at
      union
      select c.tenant_id, c.deployment_id from gone g join changes c on c.repository = g.repository and c.sha = g.sha
      union
      select c.tenant_id, c.deployment_id from gone g
      join commits m on m.repository = g.repository and m.reverts is not null and starts_with(g.sha, m.reverts)
      join changes c on c.tenant_id = m.tenant_id and c.repository = m.repository and c.sha = m.sha
      union
      select r.tenant_id, r.deployment_id from reverts r
      union
      select d.tenant_id, d.id from reverts r
      join deployment_records d on d.repository in (select b.repository from by_then b)
        and d.source || ':' || d.external_id = r.fixed_by
    )
    ${sealWithFailed([])}`,
})

export const sealByPullRequests = statement({
  name: 'delivery.seal-by-pull-requests',
  row: noRow,
  sample: { repositories: [''], numbers: [1] },
  sql: (p: { repositories: readonly string[]; numbers: readonly number[] }) => sql`
    with gone as materialized (
      select g.repository, g.pr_number
      from unnest(${texts(p.repositories)}::text[], ${int4s(p.numbers)}::int[]) as g(repository, pr_number)
    ),
    losing as materialized (
      select distinct c.tenant_id, c.deployment_id as id
      from gone g join changes c on c.repository = g.repository and c.pr_number = g.pr_number
    )
    ${sealWithFailed([])}`,
})

/** Ticket links of pull requests that lose facts hold by what they named. */
export const sealLinks = statement({
  name: 'delivery.seal-links',
  row: noRow,
  sample: { repositories: [''], numbers: [1] },
  sql: (p: { repositories: readonly string[]; numbers: readonly number[] }) => sql`
    update pr_streams p set sealed = true
    from unnest(${texts(p.repositories)}::text[], ${int4s(p.numbers)}::int[]) as g(repository, pr_number)
    where p.repository = g.repository and p.pr_number = g.pr_number and not p.sealed`,
})

/** Links by a ticket that a commit named which goes: it may have named it for a pull request of whose branch it was. */
export const sealNamedLinks = statement({
  name: 'delivery.seal-named-links',
  row: noRow,
  sample: { repositories: [''], keys: [''] },
  sql: (p: { repositories: readonly string[]; keys: readonly string[] }) => sql`
    update pr_streams p set sealed = true
    from unnest(${texts(p.repositories)}::text[], ${texts(p.keys)}::text[]) as g(repository, ticket_key)
    where p.repository = g.repository and p.ticket_key = g.ticket_key and not p.sealed`,
})

type Deployments = {
  ids: readonly number[]
  /** `source:external_id`, as evidence names deployments. */
  keys: readonly string[]
  repositories: readonly string[]
  shas: readonly string[]
}

/**
 * Before deployments go: whoever repaired or went back to one of them, or runs the same commit, is sealed, and those that failed
 * by any of them.
 */
export const sealByDeployments = statement({
  name: 'delivery.seal-by-deployments',
  row: noRow,
  sample: { ids: [1], keys: [''], repositories: [''], shas: [''] },
  sql: (p: Deployments) => sql`
    with near as materialized (
      select f.tenant_id, f.deployment_id, f.evidence ->> 'fixed_by' as fixed_by, f.evidence ->> 'back_to' as back_to
      from deployment_records d join deployment_failures f on f.tenant_id = d.tenant_id and f.deployment_id = d.id
      where d.repository = any(${texts(p.repositories)}::text[]) and f.cause <> 'incident'
    ),
    repaired as materialized (
      select n.fixed_by as key from near n
      where n.deployment_id = any(${int8s(p.ids)}::bigint[]) or n.back_to = any(${texts(p.keys)}::text[])
    ),
    losing as materialized (
      select d.tenant_id, d.id from deployment_records d
      where d.repository = any(${texts(p.repositories)}::text[])
        and (d.source || ':' || d.external_id in (select key from repaired) or d.sha = any(${texts(p.shas)}::text[]))
        and d.id <> all(${int8s(p.ids)}::bigint[])
      union
      select n.tenant_id, n.deployment_id from near n
      where (n.fixed_by = any(${texts(p.keys)}::text[]) or n.back_to = any(${texts(p.keys)}::text[]))
        and n.deployment_id <> all(${int8s(p.ids)}::bigint[])
    )
    ${sealWithFailed(p.ids)}`,
})

/** All that these deployments contain is no change of any later one. */
export const sealShippedCommits = statement({
  name: 'delivery.seal-shipped-commits',
  row: noRow,
  sample: { ids: [1] },
  sql: ({ ids }: { ids: readonly number[] }) => sql`
    with recursive contained as (
      select c.tenant_id, c.repository, c.sha, c.parents
      from deployment_records d
      join commits c on c.tenant_id = d.tenant_id and c.repository = d.repository and c.sha = d.sha and not c.sealed
      where d.id = any(${int8s(ids)}::bigint[]) and d.counted
      union
      select p.tenant_id, p.repository, p.sha, p.parents
      from contained c cross join unnest(c.parents) as parent(sha)
      join commits p on p.tenant_id = c.tenant_id and p.repository = c.repository and p.sha = parent.sha and not p.sealed
    ),
    shipped as (
      select c.tenant_id, c.repository, c.sha from contained c
      union
      select c.tenant_id, c.repository, c.sha from changes c where c.deployment_id = any(${int8s(ids)}::bigint[])
    )
    update commits m set sealed = true from shipped s
    where m.tenant_id = s.tenant_id and m.repository = s.repository and m.sha = s.sha and not m.sealed`,
})

export const sealIncidentsOf = statement({
  name: 'delivery.seal-incidents-of',
  row: noRow,
  sample: { ids: [1] },
  sql: ({ ids }: { ids: readonly number[] }) => sql`
    update incidents i set sealed = true where i.deployment_id = any(${int8s(ids)}::bigint[]) and not i.sealed`,
})

type Incidents = { sources: readonly string[]; keys: readonly string[] }
const named = (p: Incidents) =>
  sql`unnest(${texts(p.sources)}::text[], ${texts(p.keys)}::text[]) as g(source, incident_key)`

/** Incidents that lose events; returns when they began. */
export const sealIncidents = statement({
  name: 'delivery.seal-incidents',
  row: z.object({ startedAt: z.date() }),
  sample: { sources: [''], keys: [''] },
  sql: (p: Incidents) => sql`
    update incidents i set sealed = true from (select distinct g.source, g.incident_key from ${named(p)}) g
    where i.source = g.source and i.incident_key = g.incident_key
    returning i.started_at as "startedAt"`,
})

/** Incidents that are over, have no event left and no person's word on them. */
export const deleteEndedIncidents = statement({
  name: 'delivery.delete-ended-incidents',
  row: noRow,
  sample: { sources: [''], keys: [''] },
  sql: (p: Incidents) => sql`
    delete from incidents i using (select distinct g.source, g.incident_key from ${named(p)}) g
    where i.source = g.source and i.incident_key = g.incident_key and (i.resolved_at is not null or i.withdrawn)
      and not exists (select from incident_events e
        where e.tenant_id = i.tenant_id and e.source = i.source and e.incident_key = i.incident_key)
      and not exists (select from attribution_override o where o.tenant_id = i.tenant_id and o.incident_id = i.id)`,
})

/** Changes that an import assigned cannot be derived again, so they are archived with their deployment. */
export const importedChanges = statement({
  name: 'delivery.imported-changes',
  row: z.object({ deploymentId: z.number(), changes: z.array(z.unknown()) }),
  sample: { ids: [1] },
  sql: ({ ids }: { ids: readonly number[] }) => sql`
    select c.deployment_id as "deploymentId", json_agg(row_to_json(c) order by c.sha) as "changes" from changes c
    where c.deployment_id = any(${int8s(ids)}::bigint[]) and c.origin = 'git' group by c.deployment_id`,
})
