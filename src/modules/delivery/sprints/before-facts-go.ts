/** Keeps what purged facts said, so that sprints of later times are still what they were. */
import { z } from 'zod'
import type { TenantTx } from '#kernel/database/index.ts'
import type { EventLog } from '#kernel/events/index.ts'
import { noRow, sql, statement, texts, timestamps } from '#kernel/sql/index.ts'
import type { WorkItemFactRow } from '#modules/delivery/facts/index.ts'
import { type Key, takeSnapshots } from './take-snapshots.ts'

const zeroUuid = '00000000-0000-0000-0000-000000000000'
type Keep = { tenantId: string; keys: readonly string[]; externalIds: readonly string[] }

/**
 * Of items the latest of each field or action, of sprints everything. Facts of one instant go by the number of their change,
 * which `sprint-state.ts` knows; here the greater id, compared as text, is near enough for what is a year old.
 */
const keepFacts = statement({
  name: 'sprints.keep-facts',
  row: noRow,
  sample: { tenantId: zeroUuid, keys: [], externalIds: [] },
  sql: (p: Keep) => sql`
    insert into sprint_kept_fact as k (tenant_id, item_key, what, external_id, project_key, action, field, to_value, points,
      occurred_at, recorded_at)
    select distinct on (e.item_key, e.what) ${p.tenantId}::uuid, e.item_key, e.what, e.external_id, e.project_key, e.action, e.field,
      e.to_value, e.points, e.occurred_at, e.recorded_at
    from (
      select e.*, case when starts_with(e.item_key, 'sprint:') then e.external_id else coalesce(e.field, e.action) end as what
      from unnest(${texts(p.keys)}::text[], ${texts(p.externalIds)}::text[]) as g(key, external_id)
      join delivery_v_work_item_event e on e.source = 'jira' and e.item_key = g.key and e.external_id = g.external_id
    ) e
    order by e.item_key, e.what, e.occurred_at desc, e.external_id desc
    on conflict (tenant_id, item_key, what) do update set external_id = excluded.external_id, project_key = excluded.project_key,
      action = excluded.action, field = excluded.field, to_value = excluded.to_value, points = excluded.points,
      occurred_at = excluded.occurred_at, recorded_at = excluded.recorded_at
    where (k.occurred_at, k.external_id) < (excluded.occurred_at, excluded.external_id)`,
})

/** Sprints that need more than the latest of what goes: those that had begun, or closed, when it happened. */
const sealSprints = statement({
  name: 'sprints.seal',
  row: z.object({ sprint: z.number() }),
  sample: { keys: [], times: [] },
  sql: ({ keys, times }: { keys: readonly string[]; times: readonly Date[] }) => sql`
    update sprint s set sealed = true
    from (
      select i.sprint_id, max(g.at) as at from unnest(${texts(keys)}::text[], ${timestamps(times)}::timestamptz[]) as g(key, at)
      join sprint_item i on i.item_key = g.key group by i.sprint_id
    ) g
    where s.sprint_id = g.sprint_id and not s.sealed and coalesce(s.started_at, s.closed_at) < g.at
    returning s.sprint_id as "sprint"`,
})

/** In the purge's transaction, while the facts are still there. */
export async function beforeFactsGo(tx: TenantTx, eventLog: EventLog, rows: readonly WorkItemFactRow[]): Promise<void> {
  const going = rows.filter(({ source }) => source === 'jira')
  if (going.length === 0) return
  await takeSnapshots(tx, eventLog, going satisfies readonly Key[])
  const keys = going.map(({ key }) => key)
  await tx.run(keepFacts, { tenantId: tx.tenantId, keys, externalIds: going.map(({ externalId }) => externalId) })
  await tx.rows(sealSprints, { keys, times: going.map(({ occurredAt }) => new Date(occurredAt)) })
}
