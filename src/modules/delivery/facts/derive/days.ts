/** Says which days of which streams must be rolled up again. */
import { z } from 'zod'
import type { TenantTx } from '#kernel/database/index.ts'
import type { EventLog } from '#kernel/events/index.ts'
import { int8s, sql, statement, texts, timestamps } from '#kernel/sql/index.ts'
import { daysChanged } from '../events.ts'
import type { TouchedIncident } from './derive-incidents.ts'
import type { TouchedDeployment } from './derive-repository.ts'

export type Touched = {
  readonly deployments: readonly TouchedDeployment[]
  /** Deployments that count, by id alone; where they belong is read. */
  readonly deploymentIds: readonly number[]
  readonly incidents: readonly TouchedIncident[]
}

/** Something at an instant in what it belongs to: null where it has none of that kind. */
type Place = {
  readonly at: number
  readonly repository: string | null
  readonly service: string | null
  readonly project: string | null
  readonly stream: string | null
}

const daysOfPlaces = statement({
  name: 'delivery.derive-days',
  row: z.object({ stream: z.string(), day: z.string() }),
  sample: { places: [], deploymentIds: [] },
  sql: ({ places, deploymentIds }: { places: readonly Place[]; deploymentIds: readonly number[] }) => sql`
    with placed as (
      select distinct p.at, p.repository, p.service, p.project, p.stream
      from unnest(${timestamps(places.map(({ at }) => new Date(at)))}::timestamptz[],
        ${texts(places.map(({ repository }) => repository))}::text[], ${texts(places.map(({ service }) => service))}::text[],
        ${texts(places.map(({ project }) => project))}::text[], ${texts(places.map(({ stream }) => stream))}::text[])
        as p(at, repository, service, project, stream)
    ),
    named as (
      select d.id, d.finished_at as at, d.repository, d.service, d.ticket_links
      from deployment_records d where d.id = any(${int8s(deploymentIds)}::bigint[]) and d.counted
    ),
    moments as (
      select 'all' as stream, p.at from placed p
      union select p.stream, p.at from placed p where p.stream is not null
      union select s.stream_id, p.at from placed p join stream_source s on s.kind = 'repository' and s.value = p.repository
      union select s.stream_id, p.at from placed p join stream_source s on s.kind = 'service' and s.value = p.service
      union select s.stream_id, p.at from placed p join stream_source s on s.kind = 'jira_project' and s.value = p.project
      union select 'all', n.at from named n
      union select s.stream_id, n.at from named n join stream_source s on s.kind = 'repository' and s.value = n.repository
      union select s.stream_id, n.at from named n join stream_source s on s.kind = 'service' and s.value = n.service
      union select split_part(l.link, ' ', 1), n.at from named n cross join unnest(n.ticket_links) as l(link)
    )
    select distinct m.stream as "stream", (m.at at time zone t.time_zone)::date as "day"
    from moments m cross join tenant t order by 1, 2`,
})

/** Publishes one event with distinct pairs, or none when nothing was touched. Returns how many pairs. */
export async function publishDays(tx: TenantTx, eventLog: EventLog, touched: Touched): Promise<number> {
  const { deployments, deploymentIds, incidents } = touched
  const places: Place[] = [
    ...deployments.flatMap(({ at, repository, service, streams }) => [
      { at, repository, service, project: null, stream: null },
      ...streams.map((stream) => ({ at, repository: null, service: null, project: null, stream })),
    ]),
    ...incidents.map(({ startedAt, repository, service, projectKey }) => ({
      at: startedAt,
      repository,
      service,
      project: projectKey?.toLowerCase() ?? null,
      stream: null,
    })),
  ]
  if (places.length === 0 && deploymentIds.length === 0) return 0
  const days = await tx.rows(daysOfPlaces, { places, deploymentIds })
  if (days.length > 0) await eventLog.publish(tx, daysChanged, { days })
  return days.length
}
