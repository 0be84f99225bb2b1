import { z } from 'zod'
import { type Context, may, requirePermission } from '#kernel/context/index.ts'
import type { Database } from '#kernel/database/index.ts'
import { type Setting, type StoredSetting, storedPlatformSettings, storedSettings } from '#kernel/settings/index.ts'
import type { settingRow } from './schemas.ts'

/** Every setting there is, with the value in force for the caller's tenant. */
export async function listSettings(
  database: Database,
  ctx: Context,
  settings: readonly Setting<unknown>[],
): Promise<z.output<typeof settingRow>[]> {
  if (!may(ctx, 'platform:settings')) requirePermission(ctx, 'settings:read')
  const own = byName(await database.tenantTx(ctx, storedSettings))
  const platform = settings.some(({ scope }) => scope === 'platform')
    ? byName(await database.platformTx('list settings', storedPlatformSettings))
    : new Map()
  return settings
    .map((setting) => settingReply(setting, (setting.scope === 'platform' ? platform : own).get(setting.name)))
    .sort((a, b) => a.name.localeCompare(b.name))
}

export function settingReply(
  setting: Setting<unknown>,
  stored: StoredSetting | undefined,
): z.output<typeof settingRow> {
  // A value that a newer schema no longer accepts is not in force.
  const parsed = stored && setting.schema.safeParse(stored.value)
  return {
    name: setting.name,
    summary: setting.summary,
    scope: setting.scope ?? 'tenant',
    value: parsed?.success ? parsed.data : setting.default,
    default: setting.default,
    changed_at: parsed?.success ? stored!.updatedAt.toISOString() : null,
    schema: z.toJSONSchema(setting.schema, { io: 'input', unrepresentable: 'any' }) as Record<string, unknown>,
  }
}

const byName = (stored: readonly StoredSetting[]) => new Map(stored.map((row) => [row.name, row]))
