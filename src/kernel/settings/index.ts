/**
 * Settings that may be changed at run time: declared by modules with schema and default, stored as JSON, read per use. Those
 * of the installation (`scope: 'platform'`) are rows of its own tenant, the default one.
 */
import { z } from 'zod'
import { audit } from '#kernel/audit/index.ts'
import { type Context, defaultTenantId, requirePermission } from '#kernel/context/index.ts'
import type { PlatformTx, TenantTx } from '#kernel/database/index.ts'
import { noRow, sql, statement } from '#kernel/sql/index.ts'

export { readSettingOfTenants } from './of-tenants.ts'

export type Setting<T> = {
  /** `<module>.<what>` */
  readonly name: string
  readonly summary: string
  readonly schema: z.ZodType<T>
  readonly default: T
  /** Whose it is; every tenant's own unless said otherwise. */
  readonly scope?: 'tenant' | 'platform'
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

const permissionFor = ({ scope }: Pick<Setting<unknown>, 'scope'>) =>
  scope === 'platform' ? 'platform:settings' : 'settings:write'

/** The tenant's value, or the default where it set none (or one that a newer schema no longer accepts). */
export async function readSetting<T>(tx: TenantTx, setting: Setting<T>): Promise<T> {
  const row = await tx.row(read, { name: setting.name })
  const parsed = row && setting.schema.safeParse(row.value)
  return parsed?.success ? parsed.data : setting.default
}

const readPlatform = statement({
  name: 'settings.read-platform',
  row: z.object({ value: z.unknown() }),
  sample: { name: '' },
  sql: ({ name }: { name: string }) => sql`
    select s.value as "value" from setting s where s.tenant_id = ${defaultTenantId}::uuid and s.name = ${name}::text`,
})

/** The installation's value of a setting of scope `platform`. */
export async function readPlatformSetting<T>(tx: PlatformTx, setting: Setting<T>): Promise<T> {
  const row = await tx.row(readPlatform, { name: setting.name })
  const parsed = row && setting.schema.safeParse(row.value)
  return parsed?.success ? parsed.data : setting.default
}

export async function writeSetting<T>(tx: TenantTx, ctx: Context, setting: Setting<T>, value: T): Promise<void> {
  requirePermission(ctx, permissionFor(setting))
  const before = await readSetting(tx, setting)
  await tx.run(write, { tenantId: ctx.tenantId, name: setting.name, value: JSON.stringify(value) })
  await audit(tx, ctx, { action: 'settings.changed', subject: `setting:${setting.name}`, before, after: value })
}

const remove = statement({
  name: 'settings.remove',
  row: noRow,
  sample: { name: '' },
  sql: ({ name }: { name: string }) => sql`delete from setting s where s.name = ${name}::text`,
})

/** Back to the default; returns whether there was anything else. */
export async function resetSetting<T>(tx: TenantTx, ctx: Context, setting: Setting<T>): Promise<boolean> {
  requirePermission(ctx, permissionFor(setting))
  const before = await readSetting(tx, setting)
  if ((await tx.run(remove, { name: setting.name })) === 0) return false
  await audit(tx, ctx, {
    action: 'settings.reset',
    subject: `setting:${setting.name}`,
    before,
    after: setting.default,
  })
  return true
}

const storedRow = z.object({ name: z.string(), value: z.unknown(), updatedAt: z.date() })
/** What a tenant, or the installation, has set. */
export type StoredSetting = z.output<typeof storedRow>

const ofTenant = statement({
  name: 'settings.of-tenant',
  row: storedRow,
  sample: undefined,
  sql: () => sql`select s.name as "name", s.value as "value", s.updated_at as "updatedAt" from setting s`,
})
const ofPlatform = statement({
  name: 'settings.of-platform',
  row: storedRow,
  sample: undefined,
  sql: () => sql`
    select s.name as "name", s.value as "value", s.updated_at as "updatedAt" from setting s
    where s.tenant_id = ${defaultTenantId}::uuid`,
})

export const storedSettings = (tx: TenantTx): Promise<StoredSetting[]> => tx.rows(ofTenant, undefined)
export const storedPlatformSettings = (tx: PlatformTx): Promise<StoredSetting[]> => tx.rows(ofPlatform, undefined)
