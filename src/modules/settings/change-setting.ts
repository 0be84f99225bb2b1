import { isDeepStrictEqual } from 'node:util'
import { type Context, defaultTenantId, requirePermission, requirePlatformPermission } from '#kernel/context/index.ts'
import type { Database, TenantTx } from '#kernel/database/index.ts'
import { invalidRequest, notFound, Problem } from '#kernel/errors/index.ts'
import { readSetting, resetSetting, type Setting, storedSettings, writeSetting } from '#kernel/settings/index.ts'
import { settingReply } from './list-settings.ts'

/** What the module that owns a setting does when it changes, in the same transaction. */
export type SettingChanged = (tx: TenantTx, ctx: Context, name: string) => Promise<void>
export type OwnedSetting = { readonly setting: Setting<unknown>; readonly changed?: SettingChanged | undefined }

type Deps = { readonly database: Database; readonly owned: readonly OwnedSetting[] }

/** Sets a value for the caller's tenant, or for the installation. The same value again changes nothing. */
export async function changeSetting(deps: Deps, ctx: Context, name: string, value: unknown) {
  const { setting, changed, owner } = changeable(deps, ctx, name)
  const parsed = setting.schema.safeParse(value)
  if (!parsed.success) {
    const errors = parsed.error.issues.map(({ path, message, code }) => ({
      pointer: ['#/value', ...path.map(String)].join('/'),
      detail: message,
      code,
    }))
    throw new Problem(invalidRequest, `This is not a value of ${name}.`, { errors })
  }
  return deps.database.tenantTx(owner, async (tx) => {
    const before = await readSetting(tx, setting)
    const known = (await storedSettings(tx)).some((row) => row.name === name)
    if (!known || !isDeepStrictEqual(before, parsed.data)) await writeSetting(tx, owner, setting, parsed.data)
    if (!isDeepStrictEqual(before, parsed.data)) await changed?.(tx, owner, name)
    return replyOf(tx, setting)
  })
}

/** Back to the default. */
export async function resetToDefault(deps: Deps, ctx: Context, name: string) {
  const { setting, changed, owner } = changeable(deps, ctx, name)
  return deps.database.tenantTx(owner, async (tx) => {
    const before = await readSetting(tx, setting)
    await resetSetting(tx, owner, setting)
    if (!isDeepStrictEqual(before, setting.default)) await changed?.(tx, owner, name)
    return replyOf(tx, setting)
  })
}

/**
 * The setting, and the context in which it is written: the installation's are rows of the first tenant, whoever may change them
 * from wherever.
 */
function changeable({ owned }: Deps, ctx: Context, name: string): OwnedSetting & { readonly owner: Context } {
  const found = owned.find(({ setting }) => setting.name === name)
  if (found?.setting.scope === 'platform') {
    requirePlatformPermission(ctx, 'platform:settings')
    return { ...found, owner: { ...ctx, tenantId: defaultTenantId } }
  }
  requirePermission(ctx, 'settings:write')
  if (found) return { ...found, owner: ctx }
  const known = owned.map(({ setting }) => setting.name).sort()
  throw new Problem(notFound, `No setting is called "${name}"; there are ${known.join(', ')}.`)
}

const replyOf = async (tx: TenantTx, setting: Setting<unknown>) =>
  settingReply(
    setting,
    (await storedSettings(tx)).find((row) => row.name === setting.name),
  )
