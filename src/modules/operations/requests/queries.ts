import { z } from 'zod'
import { int4s, noRow, sql, statement, uuids } from '#kernel/sql/index.ts'
import { noLatencies } from './latency.ts'

const keptDays = 7
const buckets = noLatencies().length
export type RequestCounts = {
  tenantId: string | null
  requests: number
  errors: number
  limited: number
  /** By bucket of `latency.ts`. */
  latency: number[]
}

/** Adds to the minute's rows, whichever process wrote them, and forgets minutes that are too old to matter. */
export const addRequests = statement({
  name: 'operations.add-requests',
  row: noRow,
  sample: { rows: [] },
  sql: ({ rows }: { rows: readonly RequestCounts[] }) => sql`
    with forgotten as (
      delete from request_minute f where f.minute < app.now() - ${keptDays}::int * interval '1 day'
    )
    insert into request_minute as m (minute, tenant_id, requests, errors, limited, latency)
    select date_trunc('minute', app.now()), n.tenant_id, n.requests, n.errors, n.limited,
      (${int4s(rows.flatMap(({ latency }) => latency))}::int[])[(n.place - 1) * ${buckets}::int + 1 : n.place * ${buckets}::int]
    from unnest(${uuids(rows.map((r) => r.tenantId))}::uuid[], ${int4s(rows.map((r) => r.requests))}::int[],
      ${int4s(rows.map((r) => r.errors))}::int[], ${int4s(rows.map((r) => r.limited))}::int[])
      with ordinality as n(tenant_id, requests, errors, limited, place)
    order by n.tenant_id
    on conflict (minute, tenant_id) do update set requests = m.requests + excluded.requests,
      errors = m.errors + excluded.errors, limited = m.limited + excluded.limited,
      latency = app.add_counts(m.latency, excluded.latency)`,
})

/** All tenants' requests of the last minutes, a row a minute that had any; the newest may still grow. */
export const requestMinutes = statement({
  name: 'operations.request-minutes',
  row: z.object({ minute: z.date(), latency: z.array(z.number()) }),
  sample: { minutes: 5 },
  sql: ({ minutes }: { minutes: number }) => sql`
    select b.minute as "minute", array_agg(b.count order by b.place) as "latency"
    from (
      select m.minute, l.place, sum(l.count)::bigint as count
      from request_minute m, unnest(m.latency) with ordinality as l(count, place)
      where m.minute > app.now() - ${minutes}::int * interval '1 minute' group by 1, 2
    ) b group by b.minute order by 1`,
})

export const requestsByTenant = statement({
  name: 'operations.requests-by-tenant',
  row: z.object({
    slug: z.string().nullable(),
    requests: z.number(),
    errors: z.number(),
    limited: z.number(),
  }),
  sample: { minutes: 10 },
  sql: ({ minutes }: { minutes: number }) => sql`
    select t.slug as "slug", sum(m.requests)::bigint as "requests", sum(m.errors)::bigint as "errors",
      sum(m.limited)::bigint as "limited"
    from request_minute m left join tenant t on t.id = m.tenant_id
    where m.minute > app.now() - ${minutes}::int * interval '1 minute'
    group by m.tenant_id, t.slug`,
})
