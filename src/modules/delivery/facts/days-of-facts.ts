/** On which days of which streams facts count: the last step of the way from an event to a figure. */
import { z } from 'zod'
import type { TenantTx } from '#kernel/database/index.ts'
import { int8s, sql, statement, texts } from '#kernel/sql/index.ts'
import type { FactRef } from '#modules/intake/index.ts'

type Facts = {
  readonly deployments: readonly number[]
  readonly repositories: readonly string[]
  readonly shas: readonly string[]
  readonly pullRequests: readonly number[]
  readonly incidents: readonly number[]
}

/**
 * A deployment counts on its day; a commit and a pull request on the days of the deployments that shipped them first; an
 * incident on the day it started and on that of the deployment it is attributed to. Streams own by the same rule as the
 * roll-ups. Work items count on no day.
 */
const daysOf = statement({
  name: 'delivery.days-of-facts',
  row: z.object({ stream: z.string(), day: z.string() }),
  sample: { deployments: [], repositories: [], shas: [], pullRequests: [], incidents: [] },
  sql: (p: Facts) => sql`
    with suffered as (
      select i.started_at as at, i.repository, i.service, lower(i.project_key) as project, i.deployment_id
      from incident_events e join incidents i on i.source = e.source and i.incident_key = e.incident_key
      where e.id = any(${int8s(p.incidents)}::bigint[]) and not i.withdrawn
    ),
    shipped as (
      select f.id from unnest(${int8s(p.deployments)}::bigint[]) as f(id)
      union select c.deployment_id
      from unnest(${texts(p.repositories)}::text[], ${texts(p.shas)}::text[]) as f(repository, sha)
      join changes c on c.repository = f.repository and c.sha = f.sha
      union select c.deployment_id
      from pr_events e join changes c on c.repository = e.repository and c.pr_number = e.pr_number
      where e.id = any(${int8s(p.pullRequests)}::bigint[])
      union select s.deployment_id from suffered s
    ),
    counted as (
      select d.finished_at as at, d.repository, d.service, d.ticket_links
      from shipped s join deployment_records d on d.id = s.id where d.counted
    ),
    moments as (
      select 'all' as stream, c.at from counted c
      union select o.stream_id, c.at from counted c join stream_source o on o.kind = 'repository' and o.value = c.repository
      union select o.stream_id, c.at from counted c join stream_source o on o.kind = 'service' and o.value = c.service
      union select split_part(l.link, ' ', 1), c.at from counted c cross join unnest(c.ticket_links) as l(link)
      union select 'all', s.at from suffered s
      union select o.stream_id, s.at from suffered s join stream_source o on o.kind = 'repository' and o.value = s.repository
      union select o.stream_id, s.at from suffered s join stream_source o on o.kind = 'service' and o.value = s.service
      union select o.stream_id, s.at from suffered s join stream_source o on o.kind = 'jira_project' and o.value = s.project
    )
    select distinct m.stream as "stream", (m.at at time zone t.time_zone)::date as "day"
    from moments m cross join tenant t order by 2, 1 limit 1000`,
})

/** Days (`YYYY-MM-DD` of the tenant's time zone) of streams and of `all`, earliest first. */
export async function daysOfFacts(tx: TenantTx, facts: readonly FactRef[]) {
  const idsIn = (table: string) => facts.filter((fact) => fact.table === table).map(({ id }) => id)
  const commits = idsIn('commits').map((id) => {
    // A commit's id is `owner/name@sha`.
    const at = id.lastIndexOf('@')
    return { repository: id.slice(0, at), sha: id.slice(at + 1) }
  })
  return tx.rows(daysOf, {
    deployments: idsIn('deployment_records').map(Number),
    repositories: commits.map(({ repository }) => repository),
    shas: commits.map(({ sha }) => sha),
    pullRequests: idsIn('pr_events').map(Number),
    incidents: idsIn('incident_events').map(Number),
  })
}
