/** Statements of streams. */
import { z } from 'zod'
import { noRow, sql, statement, texts } from '#kernel/sql/index.ts'

const zeroUuid = '00000000-0000-0000-0000-000000000000'
const source = z.object({ kind: z.enum(['repository', 'jira_project', 'service']), value: z.string() })
export type StreamSource = z.output<typeof source>

const streamRow = z.object({
  id: z.string(),
  kind: z.enum(['delivery', 'tech']),
  name: z.string(),
  sources: z.array(source),
})
export type Stream = z.output<typeof streamRow>

const withSources = sql`
  select s.id as "id", s.kind as "kind", s.name as "name",
    coalesce((select jsonb_agg(jsonb_build_object('kind', o.kind, 'value', o.value) order by o.kind, o.value)
      from stream_source o where o.stream_id = s.id), '[]') as "sources"
  from stream s`

export const selectStreams = statement({
  name: 'delivery.select-streams',
  row: streamRow,
  sample: undefined,
  sql: () => sql`${withSources} order by s.kind, s.name, s.id`,
})

export const selectStream = statement({
  name: 'delivery.select-stream',
  row: streamRow,
  sample: { id: '' },
  sql: ({ id }: { id: string }) => sql`${withSources} where s.id = ${id}::text`,
})

/** Makes two changes of one stream follow each other. */
export const lockStream = statement({
  name: 'delivery.lock-stream',
  row: z.object({ id: z.string() }),
  sample: { id: '' },
  sql: ({ id }: { id: string }) => sql`select s.id as "id" from stream s where s.id = ${id}::text for update`,
})

export const insertStream = statement({
  name: 'delivery.insert-stream',
  row: noRow,
  sample: { tenantId: zeroUuid, id: 'a', kind: 'delivery', name: 'A' },
  sql: (p: { tenantId: string; id: string; kind: string; name: string }) => sql`
    insert into stream (tenant_id, id, kind, name)
    values (${p.tenantId}::uuid, ${p.id}::text, ${p.kind}::text, ${p.name}::text)
    on conflict (tenant_id, id) do nothing`,
})

export const renameStream = statement({
  name: 'delivery.rename-stream',
  row: noRow,
  sample: { id: '', name: 'A' },
  sql: ({ id, name }: { id: string; name: string }) => sql`
    update stream set name = ${name}::text where id = ${id}::text`,
})

export const deleteStreamRow = statement({
  name: 'delivery.delete-stream',
  row: noRow,
  sample: { id: '' },
  sql: ({ id }: { id: string }) => sql`delete from stream where id = ${id}::text`,
})

export const deleteSources = statement({
  name: 'delivery.delete-stream-sources',
  row: noRow,
  sample: { id: '' },
  sql: ({ id }: { id: string }) => sql`delete from stream_source where stream_id = ${id}::text`,
})

export const insertSources = statement({
  name: 'delivery.insert-stream-sources',
  row: noRow,
  sample: { tenantId: zeroUuid, id: '', sources: [] },
  sql: (p: { tenantId: string; id: string; sources: readonly StreamSource[] }) => sql`
    insert into stream_source (tenant_id, stream_id, kind, value)
    select distinct ${p.tenantId}::uuid, ${p.id}::text, u.kind, u.value
    from unnest(${texts(p.sources.map(({ kind }) => kind))}::text[], ${texts(p.sources.map(({ value }) => value))}::text[])
      as u(kind, value)`,
})

/**
 * Days, in the tenant's time zone, on which something of the stream counts: its deployments, and incidents that began or ended,
 * be they its own or of one of its deployments.
 */
export const selectDays = statement({
  name: 'delivery.select-stream-days',
  row: z.object({ day: z.string() }),
  sample: { id: '' },
  sql: ({ id }: { id: string }) => sql`
    with zone as (select t.time_zone as name from tenant t),
    own as (select v.deployment_id as id from delivery_v_deployment_stream v where v.stream_id = ${id}::text),
    moments as (
      select unnest(array[d.finished_at, d.counted_at]) as at from own o join deployment_records d on d.id = o.id
      union all
      select unnest(array[i.started_at, i.resolved_at]) from incidents i
      where i.deployment_id in (select o.id from own o) or exists (
        select from stream_source s where s.stream_id = ${id}::text and (
          (s.kind = 'repository' and s.value = lower(i.repository)) or (s.kind = 'service' and s.value = lower(i.service))
          or (s.kind = 'jira_project' and s.value = lower(i.project_key))))
    )
    select distinct (m.at at time zone z.name)::date as "day" from moments m cross join zone z where m.at is not null order by 1`,
})

/**
 * Repositories with facts that are no stream's source. Each `union` step jumps to the next repository along an index instead of
 * reading every fact.
 */
const repositoriesOf = (table: 'deployment_records' | 'commits' | 'pr_events') => {
  const text = {
    deployment_records: sql`deployment_records`,
    commits: sql`commits`,
    pr_events: sql`pr_events`,
  }[table]
  return sql`
    (with recursive r as (
      (select f.repository from ${text} f order by f.repository limit 1)
      union all
      select (select f.repository from ${text} f where f.repository > r.repository order by f.repository limit 1)
      from r where r.repository is not null
    ) select r.repository from r where r.repository is not null)`
}

export const selectUnassigned = statement({
  name: 'delivery.select-unassigned-repositories',
  row: z.object({ repository: z.string() }),
  sample: undefined,
  sql: () => sql`
    select f.repository as "repository"
    from (${repositoriesOf('deployment_records')} union ${repositoriesOf('commits')} union ${repositoriesOf('pr_events')}) f
    where not exists (select from stream_source s where s.kind in ('repository', 'service') and s.value = f.repository)
    order by f.repository limit 1000`,
})

/** Incidents that are attributed through the streams of their Jira project; `projects` in lower case. */
export const selectProjectIncidents = statement({
  name: 'delivery.select-project-incidents',
  row: z.object({ source: z.string(), key: z.string() }),
  sample: { projects: [''] },
  sql: ({ projects }: { projects: readonly string[] }) => sql`
    select i.source as "source", i.incident_key as "key" from incidents i
    where lower(i.project_key) = any(${texts(projects)}::text[]) order by i.source, i.incident_key`,
})
