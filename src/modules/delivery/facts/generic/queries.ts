import { z } from 'zod'
import { sql, statement } from '#kernel/sql/index.ts'

type Owned = { readonly repository: string | null; readonly service: string | null; readonly project: string | null }

/** Streams that own a repository, a service or a Jira project; what is null is nobody's. */
export const owningStreams = statement({
  name: 'delivery.owning-streams',
  row: z.object({ id: z.string(), kind: z.enum(['delivery', 'tech']) }),
  sample: { repository: '', service: '', project: '' },
  sql: (p: Owned) => sql`
    select s.id as "id", s.kind as "kind" from stream s where exists (
      select from stream_source o where o.tenant_id = s.tenant_id and o.stream_id = s.id
        and ((o.kind = 'repository' and o.value = ${p.repository}::text)
          or (o.kind = 'service' and o.value = ${p.service}::text)
          or (o.kind = 'jira_project' and o.value = ${p.project}::text)))`,
})

export const incidentPlace = statement({
  name: 'delivery.incident-place',
  row: z.object({
    repository: z.string().nullable(),
    service: z.string().nullable(),
    project: z.string().nullable(),
  }),
  sample: { source: '', key: '' },
  sql: (p: { source: string; key: string }) => sql`
    select i.repository as "repository", i.service as "service", lower(i.project_key) as "project" from incidents i
    where i.source = ${p.source}::text and i.incident_key = ${p.key}::text`,
})
