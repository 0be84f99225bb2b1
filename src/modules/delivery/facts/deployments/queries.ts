/** Read models of deployments. */
import { z } from 'zod'
import { empty, raw, type Sql, sql, statement, texts } from '#kernel/sql/index.ts'
import type { TimePlace } from '../cursor.ts'

const row = z.object({
  id: z.number(),
  micros: z.number(),
  repository: z.string(),
  service: z.string(),
  environment: z.string(),
  sha: z.string().nullable(),
  ref: z.string().nullable(),
  url: z.string().nullable(),
  source: z.string(),
  finishedAt: z.date(),
  changes: z.number(),
  leadSecondsP50: z.number().nullable(),
  failed: z.boolean(),
  reworkReason: z.string().nullable(),
  traced: z.boolean(),
})
export type DeploymentRow = z.output<typeof row>

/** Percentiles are the nearest rank everywhere; negative lead times count as changes and not as times. */
const columns =
  raw(`d.id as "id", (extract(epoch from d.finished_at) * 1000000)::bigint as "micros", d.repository as "repository",
  d.service as "service", d.environment as "environment", d.sha as "sha", d.ref as "ref", d.url as "url", d.source as "source",
  d.finished_at as "finishedAt", c.count as "changes", c.p50 as "leadSecondsP50",
  exists (select from deployment_failures f where f.tenant_id = d.tenant_id and f.deployment_id = d.id) as "failed",
  d.rework_reason as "reworkReason", c.traced as "traced"`)
const changesOf = raw(`cross join lateral (
  select count(*) as count, coalesce(bool_or(c.ticketed), false) as traced,
    percentile_disc(0.5) within group (order by c.lead_seconds) filter (where c.lead_seconds >= 0) as p50
  from changes c where c.tenant_id = d.tenant_id and c.deployment_id = d.id) c`)

export type DeploymentList = {
  startsAt: Date
  endsAt: Date
  /** A stream's id, or `all`. */
  stream: string
  only: 'failed' | 'rework' | 'untraced' | undefined
  after: TimePlace | null
  limit: number
}

const narrowed: Record<'failed' | 'rework' | 'untraced', Sql> = {
  failed: sql`and exists (select from deployment_failures f where f.tenant_id = d.tenant_id and f.deployment_id = d.id)`,
  rework: sql`and d.rework_reason is not null`,
  untraced: sql`and not exists (select from changes c where c.tenant_id = d.tenant_id and c.deployment_id = d.id and c.ticketed)`,
}

export const listDeployments = statement({
  name: 'delivery.list-deployments',
  row,
  sample: {
    startsAt: new Date(0),
    endsAt: new Date(0),
    stream: 'all',
    only: undefined,
    after: null,
    limit: 1,
  } as DeploymentList,
  sql: (p: DeploymentList) => sql`
    select ${columns}
    from (
      select d.* from deployment_records d
      where d.counted and d.finished_at >= ${p.startsAt}::timestamptz and d.finished_at < ${p.endsAt}::timestamptz
        ${p.only ? narrowed[p.only] : empty}
        ${
          p.stream === 'all'
            ? empty
            : sql`and exists (select from delivery_v_deployment_stream v
                where v.tenant_id = d.tenant_id and v.deployment_id = d.id and v.stream_id = ${p.stream}::text)`
        }
        ${
          p.after
            ? sql`and (d.finished_at, d.id) <
                (timestamptz 'epoch' + ${p.after.micros}::bigint * interval '1 microsecond', ${p.after.id}::bigint)`
            : empty
        }
      order by d.finished_at desc, d.id desc limit ${p.limit}::int
    ) d ${changesOf}
    order by d.finished_at desc, d.id desc`,
})

/** A deployment that reached its environment; one that does not count is shown too, for whoever follows an event to it. */
export const readDeployment = statement({
  name: 'delivery.read-deployment',
  row,
  sample: { id: 1, streams: null } as { id: number; streams: readonly string[] | null },
  sql: ({ id, streams }: { id: number; streams: readonly string[] | null }) => sql`
    select ${columns} from deployment_records d ${changesOf}
    where d.id = ${id}::bigint and d.finished_at is not null
      ${
        streams === null
          ? empty
          : sql`and exists (select from delivery_v_deployment_stream v where v.tenant_id = d.tenant_id
              and v.deployment_id = d.id and v.stream_id = any(${texts(streams)}::text[]))`
      }`,
})

/** More changes than this are counted, not listed. */
export const maxListedChanges = 1000

export const changesOfDeployment = statement({
  name: 'delivery.changes-of-deployment',
  row: z.object({
    sha: z.string(),
    committedAt: z.date(),
    clock: z.string(),
    prNumber: z.number().nullable(),
    leadSeconds: z.number(),
    codingSeconds: z.number().nullable(),
    pickupSeconds: z.number().nullable(),
    reviewSeconds: z.number().nullable(),
    deploySeconds: z.number().nullable(),
  }),
  sample: { id: 1 },
  sql: ({ id }: { id: number }) => sql`
    select c.sha as "sha", c.committed_at as "committedAt", c.clock as "clock", c.pr_number as "prNumber",
      c.lead_seconds as "leadSeconds", c.coding_seconds as "codingSeconds", c.pickup_seconds as "pickupSeconds",
      c.review_seconds as "reviewSeconds", c.deploy_seconds as "deploySeconds"
    from changes c where c.deployment_id = ${id}::bigint order by c.committed_at, c.sha limit ${maxListedChanges}::int`,
})

/**
 * What names the tickets of a deployment: its changes' commits, the pull requests that brought them (as their latest events have it),
 * and commits of branches that were squashed, which link their pull request to a stream.
 */
export const ticketsOfDeployment = statement({
  name: 'delivery.tickets-of-deployment',
  row: z.object({
    key: z.string(),
    namedBy: z.enum(['commit', 'pull_request', 'branch_commit']),
    sha: z.string().nullable(),
    prNumber: z.number().nullable(),
  }),
  sample: { id: 1 },
  sql: ({ id }: { id: number }) => sql`
    with shipped as materialized (
      select c.tenant_id, c.repository, c.sha, c.pr_number from changes c where c.deployment_id = ${id}::bigint
    ),
    pulls as materialized (select distinct s.tenant_id, s.repository, s.pr_number from shipped s where s.pr_number is not null),
    named as (
      select k.key, 'commit' as named_by, m.sha, s.pr_number
      from shipped s join commits m on m.tenant_id = s.tenant_id and m.repository = s.repository and m.sha = s.sha
      cross join unnest(m.ticket_keys) as k(key)
      union all
      select k.key, 'pull_request', null, p.pr_number
      from pulls p cross join lateral (
        select e.ticket_keys from pr_events e
        where e.tenant_id = p.tenant_id and e.repository = p.repository and e.pr_number = p.pr_number
        order by e.occurred_at desc, e.action desc limit 1
      ) e cross join unnest(e.ticket_keys) as k(key)
      union all
      select l.ticket_key, 'branch_commit', null, p.pr_number
      from pulls p join pr_streams l on l.tenant_id = p.tenant_id and l.repository = p.repository and l.pr_number = p.pr_number
    )
    select distinct on (n.key) n.key as "key", n.named_by as "namedBy", n.sha as "sha", n.pr_number as "prNumber"
    from named n
    order by n.key, array_position(array['pull_request', 'commit', 'branch_commit'], n.named_by), n.pr_number, n.sha limit 100`,
})

export const failuresOfDeployment = statement({
  name: 'delivery.failures-of-deployment',
  row: z.object({
    cause: z.string(),
    causeKey: z.string(),
    recoveredAt: z.date().nullable(),
    method: z.string(),
    confidence: z.number(),
    evidence: z.record(z.string(), z.unknown()),
  }),
  sample: { id: 1 },
  sql: ({ id }: { id: number }) => sql`
    select f.cause as "cause", f.cause_key as "causeKey", f.recovered_at as "recoveredAt", f.method as "method",
      f.confidence as "confidence", f.evidence as "evidence"
    from deployment_failures f where f.deployment_id = ${id}::bigint order by f.confidence desc, f.cause, f.cause_key`,
})

export const eventsOfDeployment = statement({
  name: 'delivery.events-of-deployment',
  row: z.object({ eventId: z.number() }),
  sample: { id: 1 },
  sql: ({ id }: { id: number }) => sql`
    select l.event_id as "eventId" from intake_v_lineage l
    where l.fact_table = 'deployment_records' and l.fact_id = ${String(id)}::text order by l.event_id limit 1000`,
})
