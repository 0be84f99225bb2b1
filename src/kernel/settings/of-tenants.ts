import { z } from 'zod'
import type { PlatformTx } from '#kernel/database/index.ts'
import { sql, statement } from '#kernel/sql/index.ts'
import type { Setting } from './index.ts'

const readAll = statement({
  name: 'settings.read-of-tenants',
  row: z.object({ tenantId: z.string(), value: z.unknown() }),
  sample: { name: '' },
  sql: ({ name }: { name: string }) => sql`
    select s.tenant_id as "tenantId", s.value as "value" from setting s where s.name = ${name}::text`,
})

/** A setting's values for what looks at all tenants: `of` one tenant, and every value that counts for somebody, once each. */
export type TenantValues<T> = { readonly of: (tenantId: string) => T; readonly inUse: readonly T[] }

/** Reads every tenant's value of a setting at once; the default counts where one set none. */
export async function readSettingOfTenants<T>(tx: PlatformTx, setting: Setting<T>): Promise<TenantValues<T>> {
  const values = new Map<string, T>()
  for (const { tenantId, value } of await tx.rows(readAll, { name: setting.name })) {
    const parsed = setting.schema.safeParse(value)
    if (parsed.success) values.set(tenantId, parsed.data)
  }
  return {
    of: (tenantId) => values.get(tenantId) ?? setting.default,
    inUse: [...new Set([setting.default, ...values.values()])],
  }
}
