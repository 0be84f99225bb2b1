/** Reads and writes of deriving one repository. */
import { z } from 'zod'
import { bools, int4s, int8s, noRow, raw, sql, statement, texts, timestamps } from '#kernel/sql/index.ts'
import { type Change, deploymentFact, type Failure, pullRequestFact } from './facts.ts'
import { changeColumns, commitColumns, packedRow } from './packed.ts'

const zeroUuid = '00000000-0000-0000-0000-000000000000'
type Of = { repository: string }
const sample: Of = { repository: '' }

/** Held to the end of the transaction, taken in one order everywhere; what others committed before is seen by later statements. */
export const lockNames = statement({
  name: 'delivery.lock-names',
  row: noRow,
  sample: { names: [''] },
  sql: ({ names }: { names: readonly string[] }) => sql`
    select pg_advisory_xact_lock(l.key)
    from (select hashtextextended(n.name, 0) as key from unnest(${texts(names)}::text[]) as n(name) order by 1) l`,
})

export const loadDeployments = statement({
  name: 'delivery.derive-load-deployments',
  row: deploymentFact,
  sample,
  sql: ({ repository }: Of) => sql`
    select d.id as "id", d.source || ':' || d.external_id as "key", d.source as "source", d.repository as "repository",
      d.service as "service", d.environment as "environment", d.sha as "sha", d.ref as "ref", d.status as "status",
      round(date_part('epoch', d.finished_at) * 1000) as "finishedAt", round(date_part('epoch', d.counted_at) * 1000) as "countedAt",
      d.counted as "counted", d.rework_reason as "reworkReason", d.ticket_links as "ticketLinks", d.sealed as "sealed"
    from deployment_records d where d.repository = ${repository}::text and (d.status = 'success' or d.counted)`,
})

export const loadCommits = statement({
  name: 'delivery.derive-load-commits',
  row: packedRow,
  sample,
  sql: ({ repository }: Of) => sql`select ${commitColumns} from commits c where c.repository = ${repository}::text`,
})

/** Pull requests as their events leave them: `array_agg` sees the newest event first. Only a merged one ships anything. */
export const loadPullRequests = statement({
  name: 'delivery.derive-load-pull-requests',
  row: pullRequestFact,
  sample,
  sql: ({ repository }: Of) => sql`
    select e.pr_number as "number",
      round(date_part('epoch', min(e.occurred_at) filter (where e.action = 'opened')) * 1000) as "openedAt",
      round(date_part('epoch', min(e.occurred_at) filter (where e.review_state is not null)) * 1000) as "firstReviewAt",
      round(date_part('epoch', coalesce(min(e.occurred_at) filter (where e.action = 'merged'),
        min(e.occurred_at) filter (where e.merged))) * 1000) as "mergedAt",
      (array_agg(e.merge_commit_sha) filter (where e.merge_commit_sha is not null))[1] as "mergeCommitSha",
      (array_agg(e.head_sha) filter (where e.head_sha is not null))[1] as "headSha",
      (array_agg(e.head_ref) filter (where e.head_ref is not null))[1] as "headRef",
      (array_agg(array_to_string(e.labels, E'\\n')))[1] as "labels",
      (array_agg(array_to_string(e.ticket_keys, ' ')))[1] as "tickets"
    from (
      select * from pr_events e where e.repository = ${repository}::text
      order by e.pr_number, e.occurred_at desc, e.action desc
    ) e
    group by e.pr_number having bool_or(e.merged)`,
})

export const loadChanges = statement({
  name: 'delivery.derive-load-changes',
  row: packedRow,
  sample,
  sql: ({ repository }: Of) => sql`select ${changeColumns} from changes c where c.repository = ${repository}::text`,
})

export const loadTicketLinks = statement({
  name: 'delivery.derive-load-ticket-links',
  row: z.object({ prNumber: z.number(), stream: z.string() }),
  sample,
  sql: ({ repository }: Of) => sql`
    select p.pr_number as "prNumber", p.stream_id as "stream" from pr_streams p where p.repository = ${repository}::text`,
})

const failureRow = z.object({
  deploymentId: z.number(),
  cause: z.enum(['incident', 'rollback', 'revert', 'hotfix']),
  causeKey: z.string(),
  recoveredAt: z.number().nullable(),
  method: z.string(),
  confidence: z.number(),
  evidence: z.record(z.string(), z.unknown()),
})

export const loadFailures = statement({
  name: 'delivery.derive-load-failures',
  row: failureRow,
  sample,
  sql: ({ repository }: Of) => sql`
    select f.deployment_id as "deploymentId", f.cause as "cause", f.cause_key as "causeKey",
      round(date_part('epoch', f.recovered_at) * 1000) as "recoveredAt", f.method as "method", f.confidence as "confidence",
      f.evidence as "evidence"
    from deployment_failures f join deployment_records d on d.tenant_id = f.tenant_id and d.id = f.deployment_id
    where d.repository = ${repository}::text and f.cause <> 'incident'`,
})

/** Failures that incidents gave; `keys` are cause keys. */
export const loadIncidentFailures = statement({
  name: 'delivery.derive-load-incident-failures',
  row: failureRow,
  sample: { keys: [''] },
  sql: ({ keys }: { keys: readonly string[] }) => sql`
    select f.deployment_id as "deploymentId", f.cause as "cause", f.cause_key as "causeKey",
      round(date_part('epoch', f.recovered_at) * 1000) as "recoveredAt", f.method as "method", f.confidence as "confidence",
      f.evidence as "evidence"
    from deployment_failures f where f.cause = 'incident' and f.cause_key = any(${texts(keys)}::text[])`,
})

export type DeploymentMarks = {
  readonly id: number
  readonly countedAt: number | null
  readonly reworkReason: string | null
  readonly ticketLinks: readonly string[]
}
export const writeMarks = statement({
  name: 'delivery.derive-write-marks',
  row: noRow,
  sample: { marks: [] },
  sql: ({ marks }: { marks: readonly DeploymentMarks[] }) => sql`
    update deployment_records d
    set counted = m.counted_at is not null, counted_at = m.counted_at, rework_reason = m.rework_reason,
      ticket_links = string_to_array(m.ticket_links, ','), derived_at = app.now()
    from unnest(${int8s(marks.map(({ id }) => id))}::bigint[], ${timestamps(marks.map((mark) => instant(mark.countedAt)))}::timestamptz[],
      ${texts(marks.map(({ reworkReason }) => reworkReason))}::text[], ${texts(marks.map((mark) => mark.ticketLinks.join(',')))}::text[])
      as m(id, counted_at, rework_reason, ticket_links)
    where d.id = m.id`,
})

const instant = (ms: number | null): Date | null => (ms === null ? null : new Date(ms))

type ChangesOf = { tenantId: string; repository: string; changes: readonly Change[] }
export const writeChanges = statement({
  name: 'delivery.derive-write-changes',
  row: noRow,
  sample: { tenantId: zeroUuid, repository: '', changes: [] },
  sql: ({ tenantId, repository, changes: all }: ChangesOf) => sql`
    insert into changes (tenant_id, repository, sha, deployment_id, committed_at, clock, pr_number, lead_seconds, coding_seconds,
      pickup_seconds, review_seconds, deploy_seconds, ticketed, origin)
    select ${tenantId}::uuid, ${repository}::text, c.*, 'derived'
    from unnest(${texts(all.map((c) => c.sha))}::text[], ${int8s(all.map((c) => c.deploymentId))}::bigint[],
      ${timestamps(all.map((c) => new Date(c.committedAt)))}::timestamptz[], ${texts(all.map((c) => c.clock))}::text[],
      ${int4s(all.map((c) => c.prNumber))}::int[], ${int4s(all.map((c) => c.leadSeconds))}::int[],
      ${int4s(all.map((c) => c.codingSeconds))}::int[], ${int4s(all.map((c) => c.pickupSeconds))}::int[],
      ${int4s(all.map((c) => c.reviewSeconds))}::int[], ${int4s(all.map((c) => c.deploySeconds))}::int[],
      ${bools(all.map((c) => c.ticketed))}::bool[]) as c
    on conflict (tenant_id, repository, sha) do update set deployment_id = excluded.deployment_id,
      committed_at = excluded.committed_at, clock = excluded.clock, pr_number = excluded.pr_number,
      lead_seconds = excluded.lead_seconds, coding_seconds = excluded.coding_seconds, pickup_seconds = excluded.pickup_seconds,
      review_seconds = excluded.review_seconds, deploy_seconds = excluded.deploy_seconds, ticketed = excluded.ticketed,
      derived_at = excluded.derived_at
    where changes.origin = 'derived'`,
})

export const deleteChanges = statement({
  name: 'delivery.derive-delete-changes',
  row: noRow,
  sample: { repository: '', shas: [''] },
  sql: ({ repository, shas }: { repository: string; shas: readonly string[] }) => sql`
    delete from changes c
    where c.repository = ${repository}::text and c.sha = any(${texts(shas)}::text[]) and c.origin = 'derived'`,
})

/** What a failure said until now, kept by the statement that takes it away or writes another in its place. */
const failureColumns = raw(
  'tenant_id, deployment_id, cause, cause_key, recovered_at, method, confidence, evidence, derived_at',
)

export const writeFailures = statement({
  name: 'delivery.derive-write-failures',
  row: noRow,
  sample: { tenantId: zeroUuid, failures: [] },
  sql: ({ tenantId, failures: all }: { tenantId: string; failures: readonly Failure[] }) => sql`
    with given as materialized (
      select f.deployment_id, f.cause, f.cause_key, f.recovered_at, f.method, f.confidence::real, f.evidence::jsonb
      from unnest(${int8s(all.map((f) => f.deploymentId))}::bigint[], ${texts(all.map((f) => f.cause))}::text[],
        ${texts(all.map((f) => f.causeKey))}::text[], ${timestamps(all.map((f) => instant(f.recoveredAt)))}::timestamptz[],
        ${texts(all.map((f) => f.method))}::text[], ${texts(all.map((f) => String(f.confidence)))}::text[],
        ${texts(all.map((f) => JSON.stringify(f.evidence)))}::text[])
        as f(deployment_id, cause, cause_key, recovered_at, method, confidence, evidence)
    ),
    kept as (
      insert into deployment_failure_past (${failureColumns})
      select f.tenant_id, f.deployment_id, f.cause, f.cause_key, f.recovered_at, f.method, f.confidence, f.evidence, f.derived_at
      from given g join deployment_failures f
        on f.deployment_id = g.deployment_id and f.cause = g.cause and f.cause_key = g.cause_key
    )
    insert into deployment_failures (tenant_id, deployment_id, cause, cause_key, recovered_at, method, confidence, evidence)
    select ${tenantId}::uuid, g.* from given g
    on conflict (tenant_id, deployment_id, cause, cause_key) do update set recovered_at = excluded.recovered_at,
      method = excluded.method, confidence = excluded.confidence, evidence = excluded.evidence,
      derived_at = excluded.derived_at`,
})

export const deleteFailures = statement({
  name: 'delivery.derive-delete-failures',
  row: noRow,
  sample: { failures: [] },
  sql: ({ failures: all }: { failures: readonly Failure[] }) => sql`
    with taken as (
      delete from deployment_failures f
      using unnest(${int8s(all.map((f) => f.deploymentId))}::bigint[], ${texts(all.map((f) => f.cause))}::text[],
        ${texts(all.map((f) => f.causeKey))}::text[]) as gone(deployment_id, cause, cause_key)
      where f.deployment_id = gone.deployment_id and f.cause = gone.cause and f.cause_key = gone.cause_key
      returning f.*
    )
    insert into deployment_failure_past (${failureColumns}) select ${failureColumns} from taken`,
})
