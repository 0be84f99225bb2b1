/** Read models of incidents, and the writes of what a person says about their cause. */
import { z } from 'zod'
import { empty, noRow, raw, type Sql, sql, statement, texts } from '#kernel/sql/index.ts'
import type { TimePlace } from '../cursor.ts'

const zeroUuid = '00000000-0000-0000-0000-000000000000'

const row = z.object({
  id: z.number(),
  micros: z.number(),
  source: z.string(),
  key: z.string(),
  title: z.string(),
  severity: z.string().nullable(),
  repository: z.string().nullable(),
  service: z.string().nullable(),
  url: z.string().nullable(),
  startedAt: z.date(),
  resolvedAt: z.date().nullable(),
  deploymentId: z.number().nullable(),
  method: z.string().nullable(),
  confidence: z.number().nullable(),
  evidence: z.record(z.string(), z.unknown()),
  overriddenBy: z.string().nullable(),
})
export type IncidentRow = z.output<typeof row>

const columns =
  raw(`i.id as "id", (extract(epoch from i.started_at) * 1000000)::bigint as "micros", i.source as "source",
  i.incident_key as "key", i.title as "title", i.severity as "severity", i.repository as "repository", i.service as "service",
  i.url as "url", i.started_at as "startedAt", i.resolved_at as "resolvedAt", i.deployment_id as "deploymentId",
  i.method as "method", i.confidence as "confidence", i.evidence as "evidence", o.actor_name as "overriddenBy"`)
const from = raw(`from incidents i
  left join attribution_override o on o.tenant_id = i.tenant_id and o.incident_id = i.id`)

/** Incidents of these streams: those that own its repository, its service or its Jira project. */
const ofStreams = (streams: readonly string[]): Sql => sql`
  exists (select from stream_source s where s.tenant_id = i.tenant_id and s.stream_id = any(${texts(streams)}::text[])
    and ((s.kind = 'repository' and s.value = i.repository) or (s.kind = 'service' and s.value = i.service)
      or (s.kind = 'jira_project' and s.value = lower(i.project_key))))`

export type IncidentList = {
  startsAt: Date
  endsAt: Date
  stream: string
  attributed: 'yes' | 'no' | undefined
  after: TimePlace | null
  limit: number
}
const narrowed: Record<'yes' | 'no', Sql> = {
  yes: sql`and i.deployment_id is not null`,
  no: sql`and i.deployment_id is null`,
}

export const listIncidents = statement({
  name: 'delivery.list-incidents',
  row,
  sample: {
    startsAt: new Date(0),
    endsAt: new Date(0),
    stream: 'all',
    attributed: undefined,
    after: null,
    limit: 1,
  } as IncidentList,
  sql: (p: IncidentList) => sql`
    select ${columns} ${from}
    where not i.withdrawn and i.started_at >= ${p.startsAt}::timestamptz and i.started_at < ${p.endsAt}::timestamptz
      ${p.attributed ? narrowed[p.attributed] : empty}
      ${p.stream === 'all' ? empty : sql`and ${ofStreams([p.stream])}`}
      ${
        p.after
          ? sql`and (i.started_at, i.id) <
              (timestamptz 'epoch' + ${p.after.micros}::bigint * interval '1 microsecond', ${p.after.id}::bigint)`
          : empty
      }
    order by i.started_at desc, i.id desc limit ${p.limit}::int`,
})

type One = { id: number; streams: readonly string[] | null }
export const readIncident = statement({
  name: 'delivery.read-incident',
  row,
  sample: { id: 1, streams: null } as One,
  sql: ({ id, streams }: One) => sql`
    select ${columns} ${from}
    where i.id = ${id}::bigint and not i.withdrawn ${streams === null ? empty : sql`and ${ofStreams(streams)}`}`,
})

/** A deployment that counts and that the caller may see. */
export const countedDeployment = statement({
  name: 'delivery.counted-deployment',
  row: z.object({ id: z.number() }),
  sample: { id: 1, streams: null } as One,
  sql: ({ id, streams }: One) => sql`
    select d.id as "id" from deployment_records d
    where d.id = ${id}::bigint and d.counted
      ${
        streams === null
          ? empty
          : sql`and exists (select from delivery_v_deployment_stream v where v.tenant_id = d.tenant_id
              and v.deployment_id = d.id and v.stream_id = any(${texts(streams)}::text[]))`
      }
    for key share of d`,
})

const override = z.object({
  deploymentId: z.number().nullable(),
  reason: z.string(),
  actorName: z.string(),
})
export const readOverride = statement({
  name: 'delivery.read-override',
  row: override,
  sample: { incidentId: 1 },
  sql: ({ incidentId }: { incidentId: number }) => sql`
    select o.deployment_id as "deploymentId", o.reason as "reason", o.actor_name as "actorName"
    from attribution_override o where o.incident_id = ${incidentId}::bigint`,
})

type Override = {
  tenantId: string
  incidentId: number
  deploymentId: number | null
  reason: string
  actorName: string
}
export const writeOverride = statement({
  name: 'delivery.write-override',
  row: noRow,
  sample: { tenantId: zeroUuid, incidentId: 1, deploymentId: null, reason: '', actorName: '' } as Override,
  sql: (p: Override) => sql`
    insert into attribution_override (tenant_id, incident_id, deployment_id, reason, actor_name)
    values (${p.tenantId}::uuid, ${p.incidentId}::bigint, ${p.deploymentId}::bigint, ${p.reason}::text, ${p.actorName}::text)
    on conflict (tenant_id, incident_id) do update set deployment_id = excluded.deployment_id, reason = excluded.reason,
      actor_name = excluded.actor_name, created_at = excluded.created_at`,
})

export const deleteOverride = statement({
  name: 'delivery.delete-override',
  row: noRow,
  sample: { incidentId: 1 },
  sql: ({ incidentId }: { incidentId: number }) => sql`
    delete from attribution_override o where o.incident_id = ${incidentId}::bigint`,
})
