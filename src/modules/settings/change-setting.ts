import { isDeepStrictEqual } from 'node:util'
import { type Context, defaultTenantId, requirePermission } from '#kernel/context/index.ts'
import type { Database, TenantTx } from '#kernel/database/index.ts'
import { forbidden, invalidRequest, notFound, Problem } from '#kernel/errors/index.ts'
import { readSetting, resetSetting, type Setting, storedSettings, writeSetting } from '#kernel/settings/index.ts'
import { settingReply } from './list-settings.ts'

/** What the module that owns a setting does when it changes, in the same transaction. */
export type SettingChanged = (tx: TenantTx, ctx: Context, name: string) => Promise<void>
export type OwnedSetting = { readonly setting: Setting<unknown>; readonly changed?: SettingChanged | undefined }

type Deps = { readonly database: Database; readonly owned: readonly OwnedSetting[] }

/** Sets a value for the caller's tenant, or for the installation. The same value again changes nothing. */
export async function changeSetting(deps: Deps, ctx: Context, name: string, value: unknown) {
  const { setting, changed } = changeable(deps, ctx, name)
  const parsed = setting.schema.safeParse(value)
  if (!parsed.success) {
    const errors = parsed.error.issues.map(({ path, message, code }) => ({
      pointer: ['#/value', ...path.map(String)].join('/'),
      detail: message,
      code,
    }))
    throw new Problem(invalidRequest, `This is not a value of ${name}.`, { errors })
  }
  return deps.database.tenantTx(ctx, async (tx) => {
    const before = await readSetting(tx, setting)
    const known = (await storedSettings(tx)).some((row) => row.name === name)
    if (!known || !isDeepStrictEqual(before, parsed.data)) await writeSetting(tx, ctx, setting, parsed.data)
    if (!isDeepStrictEqual(before, parsed.data)) await changed?.(tx, ctx, name)
    return replyOf(tx, setting)
  })
}

/** Back to the default. */
export async function resetToDefault(deps: Deps, ctx: Context, name: string) {
  const { setting, changed } = changeable(deps, ctx, name)
  return deps.database.tenantTx(ctx, async (tx) => {
    const before = await readSetting(tx, setting)
    await resetSetting(tx, ctx, setting)
    if (!isDeepStrictEqual(before, setting.default)) await changed?.(tx, ctx, name)
    return replyOf(tx, setting)
  })
}

function changeable({ owned }: Deps, ctx: Context, name: string): OwnedSetting {
  requirePermission(ctx, 'settings:write')
  const found = owned.find(({ setting }) => setting.name === name)
  if (!found) {
    const known = owned.map(({ setting }) => setting.name).sort()
    throw new Problem(notFound, `No setting is called "${name}"; there are ${known.join(', ')}.`)
  }
  if (found.setting.scope === 'platform' && ctx.tenantId !== defaultTenantId)
    throw new Problem(forbidden, `${name} is the installation's; only its first tenant's people may change it.`)
  return found
}

const replyOf = async (tx: TenantTx, setting: Setting<unknown>) =>
  settingReply(
    setting,
    (await storedSettings(tx)).find((row) => row.name === setting.name),
  )
