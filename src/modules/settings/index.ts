/** Settings of every module, in one place: listed, changed and reset the same way. */
import type { Context } from '#kernel/context/index.ts'
import type { Database } from '#kernel/database/index.ts'
import { contextOf, type Http } from '#kernel/http/index.ts'
import { defineModule } from '#kernel/module.ts'
import { changeSetting, type OwnedSetting, resetToDefault } from './change-setting.ts'
import { listSettings } from './list-settings.ts'
import { newValue, settingList, settingName, settingRow } from './schemas.ts'

export type { OwnedSetting } from './change-setting.ts'

export type SettingsPort = {
  list(ctx: Context): ReturnType<typeof listSettings>
  change(ctx: Context, name: string, value: unknown): ReturnType<typeof changeSetting>
  reset(ctx: Context, name: string): ReturnType<typeof resetToDefault>
}

type Needs = {
  database: Database
  /** Every setting of every module, with what its owner does when it changes. */
  owned: readonly OwnedSetting[]
}

export const settings = defineModule({
  name: 'settings',
  permissions: [
    { name: 'settings:read', summary: 'See the settings', least: 'viewer' },
    { name: 'platform:settings', summary: 'Change the settings of the installation', least: 'platform_admin' },
  ],
  start: (deps: Needs) => {
    const port: SettingsPort = {
      list: (ctx) =>
        listSettings(
          deps.database,
          ctx,
          deps.owned.map(({ setting }) => setting),
        ),
      change: (ctx, name, value) => changeSetting(deps, ctx, name, value),
      reset: (ctx, name) => resetToDefault(deps, ctx, name),
    }
    return { port, routes: settingsRoutes(port) }
  },
})

const settingsRoutes = (port: SettingsPort) => (http: Http) => {
  // Whether a permission of the tenant or `platform:settings` is needed, the setting tells: the use cases ask for it.
  const write = { permission: 'session:read' }
  const tags = ['settings']
  http.get(
    '/settings',
    {
      config: { permission: 'session:read' },
      schema: { tags, summary: 'Every setting with value, default and schema', response: { 200: settingList } },
    },
    async (request) => ({ settings: await port.list(contextOf(request)) }),
  )
  http.put(
    '/settings/:name',
    {
      config: write,
      schema: { tags, summary: 'Change a setting', params: settingName, body: newValue, response: { 200: settingRow } },
    },
    (request) => port.change(contextOf(request), request.params.name, request.body.value),
  )
  http.delete(
    '/settings/:name',
    {
      config: write,
      schema: {
        tags,
        summary: 'Set a setting back to its default',
        params: settingName,
        response: { 200: settingRow },
      },
    },
    (request) => port.reset(contextOf(request), request.params.name),
  )
}
