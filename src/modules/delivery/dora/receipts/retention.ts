/** How long the past of the roll-ups is kept. */
import { z } from 'zod'
import type { RetentionPolicy } from '#kernel/retention/index.ts'
import { defineSetting } from '#kernel/settings/index.ts'
import { noRow, sql, statement, texts } from '#kernel/sql/index.ts'

export const historyDays = defineSetting({
  name: 'dora.history_days',
  summary:
    'Days for which DORA figures can be asked as they were known then (`as_of`); older versions are purged, not archived.',
  schema: z.number().int().min(1).max(3650),
  default: 180,
})

/** From the end of the youngest version that goes, all versions are there. */
const forget = statement({
  name: 'dora.forget-history',
  row: noRow,
  sample: { tenantId: '00000000-0000-0000-0000-000000000000', replacedAt: ['2026-01-01T00:00:00Z'] },
  sql: (p: { tenantId: string; replacedAt: readonly string[] }) => sql`
    insert into dora_history as h (tenant_id, kept_from)
    select ${p.tenantId}::uuid, max(r.at::timestamptz) from unnest(${texts(p.replacedAt)}::text[]) as r(at)
    on conflict (tenant_id) do update set kept_from = greatest(h.kept_from, excluded.kept_from)`,
})

export const historyPolicy: RetentionPolicy = {
  table: 'dora_daily_past',
  recordedAt: 'replaced_at',
  days: historyDays,
  archived: false,
  async beforePurge(tx, rows) {
    await tx.run(forget, { tenantId: tx.tenantId, replacedAt: rows.map((row) => String(row.replaced_at)) })
    return []
  },
}
