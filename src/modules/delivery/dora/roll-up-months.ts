/** Whole months, added up from the daily roll-ups in the transaction that changed a day of them. */
import { dates, noRow, raw, sql, statement, texts } from '#kernel/sql/index.ts'

const sums = [
  'deployments',
  'deployments_with_changes',
  'failed',
  'rework',
  'ticketed',
  'dropped_changes',
  'unrecovered',
  'incidents',
  'unresolved',
]
const firsts = ['unrecovered_since', 'unresolved_since']
const packed = ['lead_seconds', 'recovery_seconds', 'restore_seconds']
const columns = ['deployment_days', ...sums, ...firsts, ...packed, 'computed_at']

/** Adds up rows `d` that have the columns of a month; shared with the read over months and single days. */
export const addedUp = raw(
  [
    `string_agg(d.deployment_days, ''::bytea) as deployment_days`,
    ...sums.map((name) => `sum(d.${name})::integer as ${name}`),
    ...firsts.map((name) => `min(d.${name}) as ${name}`),
    ...packed.map((name) => `string_agg(d.${name}, ''::bytea) as ${name}`),
    'max(d.computed_at) as computed_at',
  ].join(', '),
)

/** A day `d` of dora_daily with the columns of a month. */
export const dayAsMonth = raw(
  [
    `d.stream_id, case when d.deployments > 0 then int4send(d.day - date '1970-01-01') else ''::bytea end as deployment_days`,
    ...[...sums, ...firsts, ...packed, 'computed_at'].map((name) => `d.${name}`),
  ].join(', '),
)

/** A month `d` as the read adds it up. */
export const monthColumns = raw(['d.stream_id', ...columns.map((name) => `d.${name}`)].join(', '))

const overwrite = raw(columns.map((name) => `${name} = excluded.${name}`).join(', '))
const listed = raw(columns.map((name) => `s.${name}`).join(', '))

/** Makes the months again in which the days lie. */
export const rollUpMonths = statement({
  name: 'dora.roll-up-months',
  row: noRow,
  sample: { tenantId: '00000000-0000-0000-0000-000000000000', streams: ['all'], days: ['2026-01-01'] },
  sql: (p: { tenantId: string; streams: string[]; days: string[] }) => sql`
    with asked as materialized (
      select distinct a.stream_id, date_trunc('month', a.day)::date as month
      from unnest(${texts(p.streams)}::text[], ${dates(p.days)}::date[]) as a(stream_id, day)
    ),
    summed as materialized (
      select d.stream_id, d.month, ${addedUp}
      from (
        select a.month, ${dayAsMonth} from asked a
        join dora_daily d on d.tenant_id = ${p.tenantId}::uuid and d.stream_id = a.stream_id
          and d.day >= a.month and d.day < (a.month + interval '1 month')::date
      ) d
      group by d.stream_id, d.month
    ),
    removed as (
      delete from dora_monthly m using asked a
      where m.tenant_id = ${p.tenantId}::uuid and m.stream_id = a.stream_id and m.month = a.month
        and not exists (select from summed s where s.stream_id = a.stream_id and s.month = a.month)
    )
    insert into dora_monthly (tenant_id, stream_id, month, ${raw(columns.join(', '))})
    select ${p.tenantId}::uuid, s.stream_id, s.month, ${listed} from summed s
    on conflict (tenant_id, stream_id, month) do update set ${overwrite}`,
})
