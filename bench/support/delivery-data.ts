/** A million delivery facts of one tenant, made in bulk inside the database, the same every time. */
import { withClient } from '#kernel/database/index.ts'

export const benchTenant = '00000000-0000-7000-8000-0000000000d0'
export const firstDay = '2025-09-01'
export const lastDay = '2026-08-31'

export type Size = {
  streams: number
  days: number
  deployments: number
  changes: number
  incidents: number
  failures: number
}
/** 1,000,000 facts in all. */
export const million: Size = {
  streams: 200,
  days: 365,
  deployments: 150_000,
  changes: 800_000,
  incidents: 30_000,
  failures: 20_000,
}

/** Fills the tenant: one repository a stream, working weeks, 5 % failures, log-normal-ish lead times. */
export const fillDelivery = (adminUrl: string, size: Size): Promise<void> =>
  withClient(adminUrl, async (admin) => {
    await admin.query('select setseed(0.42)')
    const run = (text: string) =>
      admin.query(text.replaceAll(':tenant', `'${benchTenant}'::uuid`).replaceAll(':first', `'${firstDay}'::date`))
    await run(`insert into tenant (id, slug, name, time_zone) values (:tenant, 'bench', 'Bench', 'Europe/Berlin')`)
    await run(`insert into stream (tenant_id, id, kind, name)
      select :tenant, 's-' || n, 'delivery', 'Stream ' || n from generate_series(1, ${size.streams}) n`)
    await run(`insert into stream_source (tenant_id, stream_id, kind, value)
      select :tenant, 's-' || n, 'repository', 'org/r' || n from generate_series(1, ${size.streams}) n`)
    await run(`insert into deployment_records (tenant_id, source, external_id, repository, service, environment, sha, status,
        created_at, finished_at, counted, rework_reason)
      select :tenant, 'api', n::text, r.repository, r.repository, 'production', md5(n::text), 'success', r.at - interval '5 min',
        r.at, true, case when n % 14 = 0 then 'hotfix' end
      from (select n, 'org/r' || (1 + floor(random() * ${size.streams}))::int as repository,
          :first + floor(random() * ${size.days})::int + time '06:00' + random() * interval '14 hours' as at
        from generate_series(1, ${size.deployments}) n) r`)
    await run(`insert into changes (tenant_id, repository, sha, deployment_id, committed_at, clock, pr_number, lead_seconds,
        coding_seconds, pickup_seconds, review_seconds, deploy_seconds, ticketed, origin)
      select :tenant, d.repository, md5('c' || n), d.id, d.finished_at - r.lead * interval '1 second', 'committed', n % 50000,
        r.lead, r.lead * 4 / 10, r.lead / 10, r.lead * 3 / 10, r.lead / 5, n % 3 > 0, 'derived'
      from (select n, 1 + (random() * (${size.deployments} - 1))::int as id, floor(exp(7 + random() * 7))::int as lead
        from generate_series(1, ${size.changes}) n) r
      join deployment_records d on d.tenant_id = :tenant and d.external_id = r.id::text`)
    await run(`insert into deployment_failures (tenant_id, deployment_id, cause, cause_key, recovered_at, method, confidence)
      select :tenant, d.id, 'rollback', n::text, case when n % 20 > 0 then d.finished_at + random() * interval '2 days' end, 'service', 0.8
      from (select n, 1 + (random() * (${size.deployments} - 1))::int as id from generate_series(1, ${size.failures}) n) r
      join deployment_records d on d.tenant_id = :tenant and d.external_id = r.id::text`)
    await run(`insert into incidents (tenant_id, source, incident_key, title, repository, service, started_at, resolved_at)
      select :tenant, 'jira', 'OPS-' || n, 'Incident', r.repository, r.repository, r.at,
        case when n % 30 > 0 then r.at + random() * interval '20 hours' end
      from (select n, 'org/r' || (1 + floor(random() * ${size.streams}))::int as repository,
          :first + random() * ${size.days} * interval '1 day' as at from generate_series(1, ${size.incidents}) n) r`)
    await admin.query('vacuum analyze')
  })
