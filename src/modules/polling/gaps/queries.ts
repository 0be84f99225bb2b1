/** Statements of what was expected, what was missing, and what became of it. */
import { z } from 'zod'
import { noRow, sql, statement, texts, timestamps } from '#kernel/sql/index.ts'

const zeroUuid = '00000000-0000-0000-0000-000000000000'

export type Missing = {
  readonly deliveryId: string
  readonly type: string
  /** What it is about, for people: a repository, a pull request, an issue. */
  readonly subject: string
  /** Where the source can be asked for it once more; null where what was told is all there is. */
  readonly place: string | null
  readonly occurredAt: Date
}

/** Events that a source says there were, added to their days in the tenant's time zone. */
export const countExpected = statement({
  name: 'polling.count-expected',
  row: noRow,
  sample: { tenantId: zeroUuid, source: '', kind: '', times: [] },
  sql: (p: { tenantId: string; source: string; kind: string; times: readonly Date[] }) => sql`
    insert into poll_day (tenant_id, source, kind, day, expected)
    select ${p.tenantId}::uuid, ${p.source}::text, ${p.kind}::text, (e.at at time zone t.time_zone)::date, count(*)
    from unnest(${timestamps(p.times)}::timestamptz[]) as e(at) join tenant t on t.id = ${p.tenantId}::uuid
    group by 4 order by 4
    on conflict (tenant_id, source, kind, day) do update
      set expected = poll_day.expected + excluded.expected, checked_at = app.now()`,
})

/** Found again, it is the same gap. */
export const insertMissing = statement({
  name: 'polling.insert-missing',
  row: noRow,
  sample: { tenantId: zeroUuid, source: '', kind: '', missing: [] },
  sql: (p: { tenantId: string; source: string; kind: string; missing: readonly Missing[] }) => sql`
    insert into source_gap (tenant_id, source, delivery_id, kind, event_type, subject, place, occurred_at)
    select ${p.tenantId}::uuid, ${p.source}::text, m.delivery_id, ${p.kind}::text, m.event_type, m.subject, m.place, m.occurred_at
    from unnest(${texts(p.missing.map((m) => m.deliveryId))}::text[], ${texts(p.missing.map((m) => m.type))}::text[],
      ${texts(p.missing.map((m) => m.subject))}::text[], ${texts(p.missing.map((m) => m.place))}::text[],
      ${timestamps(p.missing.map((m) => m.occurredAt))}::timestamptz[])
      as m(delivery_id, event_type, subject, place, occurred_at)
    on conflict (tenant_id, source, delivery_id) do nothing`,
})

/** Those of these that are open gaps: they came in after all. */
export const closeGaps = statement({
  name: 'polling.close-gaps',
  row: noRow,
  sample: { source: '', ids: [''] },
  sql: ({ source, ids }: { source: string; ids: readonly string[] }) => sql`
    update source_gap set backfilled_at = app.now(), last_error = null
    where source = ${source}::text and delivery_id = any(${texts(ids)}::text[]) and backfilled_at is null`,
})

export const failGaps = statement({
  name: 'polling.fail-gaps',
  row: noRow,
  sample: { source: '', ids: [''], errors: [''] },
  sql: (p: { source: string; ids: readonly string[]; errors: readonly string[] }) => sql`
    update source_gap g set attempts = g.attempts + 1, last_error = f.error
    from unnest(${texts(p.ids)}::text[], ${texts(p.errors)}::text[]) as f(id, error)
    where g.source = ${p.source}::text and g.delivery_id = f.id and g.backfilled_at is null`,
})

/** Gaps that may still be filled by asking once more. */
export const openGaps = statement({
  name: 'polling.open-gaps',
  row: z.object({ deliveryId: z.string(), type: z.string(), place: z.string() }),
  sample: { source: '', attempts: 1, days: 1 },
  sql: (p: { source: string; attempts: number; days: number }) => sql`
    select g.delivery_id as "deliveryId", g.event_type as "type", g.place as "place" from source_gap g
    where g.source = ${p.source}::text and g.backfilled_at is null and g.place is not null
      and g.attempts < ${p.attempts}::int and g.occurred_at > app.now() - ${p.days}::int * interval '1 day'
    order by g.occurred_at limit 500`,
})

/** By source and kind what the last days brought. */
export const gapFigures = statement({
  name: 'polling.gap-figures',
  row: z.object({
    source: z.string(),
    kind: z.string(),
    expected: z.number(),
    missing: z.number(),
    backfilled: z.number(),
    checkedAt: z.date(),
  }),
  sample: { days: 7 },
  sql: ({ days }: { days: number }) => sql`
    with expected as (
      select d.source, d.kind, sum(d.expected) filter (where d.day > (app.now() at time zone t.time_zone)::date - ${days}::int) as n,
        max(d.checked_at) as checked_at
      from poll_day d join tenant t on t.id = d.tenant_id group by 1, 2
    ),
    missing as (
      select g.source, g.kind, count(*) as n, count(g.backfilled_at) as backfilled, max(g.found_at) as found_at
      from source_gap g join tenant t on t.id = g.tenant_id
      where (g.occurred_at at time zone t.time_zone)::date > (app.now() at time zone t.time_zone)::date - ${days}::int group by 1, 2
    )
    select coalesce(e.source, m.source) as "source", coalesce(e.kind, m.kind) as "kind", coalesce(e.n, 0)::bigint as "expected",
      coalesce(m.n, 0)::bigint as "missing", coalesce(m.backfilled, 0)::bigint as "backfilled",
      greatest(e.checked_at, m.found_at) as "checkedAt"
    from expected e full join missing m on m.source = e.source and m.kind = e.kind order by 1, 2`,
})

/** When the source was last asked for what is missing; null parts were never. */
export const lastLooks = statement({
  name: 'polling.last-looks',
  row: z.object({ source: z.string(), checkedAt: z.date().nullable(), error: z.string().nullable() }),
  sample: undefined,
  sql: () => sql`
    select c.poller as "source", c.last_run_at as "checkedAt", c.last_error as "error" from poll_cursor c
    where c.scope = '' and c.last_run_at is not null`,
})

/** Of all tenants, what is missing and could not be had. */
export const unfilled = statement({
  name: 'polling.unfilled',
  row: z.object({ tenantId: z.string(), count: z.number(), example: z.string(), error: z.string().nullable() }),
  sample: { source: '', days: 7 },
  sql: ({ source, days }: { source: string; days: number }) => sql`
    select g.tenant_id as "tenantId", count(*) as "count", min(g.event_type || ' ' || g.subject) as "example",
      min(g.last_error) as "error"
    from source_gap g
    where g.source = ${source}::text and g.backfilled_at is null and g.found_at > app.now() - ${days}::int * interval '1 day'
    group by 1`,
})
