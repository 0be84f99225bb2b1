/** Settings a tenant may change at run time: declared by modules with schema and default, stored as JSON, read per use. */
import { z } from 'zod'
import { audit } from '#kernel/audit/index.ts'
import { type Context, requirePermission } from '#kernel/context/index.ts'
import type { TenantTx } from '#kernel/database/index.ts'
import { noRow, sql, statement } from '#kernel/sql/index.ts'

export type Setting<T> = {
  /** `<module>.<what>` */
  readonly name: string
  readonly summary: string
  readonly schema: z.ZodType<T>
  readonly default: T
}
export const defineSetting = <T>(setting: Setting<T>): Setting<T> => Object.freeze(setting)

const read = statement({
  name: 'settings.read',
  row: z.object({ value: z.unknown() }),
  sample: { name: '' },
  sql: ({ name }: { name: string }) => sql`select s.value as "value" from setting s where s.name = ${name}::text`,
})

const write = statement({
  name: 'settings.write',
  row: noRow,
  sample: { tenantId: '00000000-0000-0000-0000-000000000000', name: '', value: '1' },
  sql: (p: { tenantId: string; name: string; value: string }) => sql`
    insert into setting (tenant_id, name, value) values (${p.tenantId}::uuid, ${p.name}::text, ${p.value}::jsonb)
    on conflict (tenant_id, name) do update set value = excluded.value, updated_at = app.now()`,
})

/** The tenant's value, or the default where it set none (or one that a newer schema no longer accepts). */
export async function readSetting<T>(tx: TenantTx, setting: Setting<T>): Promise<T> {
  const row = await tx.row(read, { name: setting.name })
  const parsed = row && setting.schema.safeParse(row.value)
  return parsed?.success ? parsed.data : setting.default
}

export async function writeSetting<T>(tx: TenantTx, ctx: Context, setting: Setting<T>, value: T): Promise<void> {
  requirePermission(ctx, 'settings:write')
  const before = await readSetting(tx, setting)
  await tx.run(write, { tenantId: ctx.tenantId, name: setting.name, value: JSON.stringify(value) })
  await audit(tx, ctx, { action: 'settings.changed', subject: `setting:${setting.name}`, before, after: value })
}
