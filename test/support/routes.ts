/** One module's routes without the rest of the product: for callers of the test's choice. */
import { after } from 'node:test'
import type { Context } from '#kernel/context/index.ts'
import { type Http, makeHttp } from '#kernel/http/index.ts'
import { silentLog } from './database.ts'

type Ask = (
  method: 'GET' | 'POST' | 'DELETE',
  url: string,
  caller: Context,
  payload?: object,
) => ReturnType<Http['inject']>

/** The caller comes as the header `x-caller`, in place of a credential. */
export async function routesOf(started: { routes?: (http: Http) => void | Promise<void> }): Promise<Ask> {
  const http = await makeHttp({
    log: silentLog,
    requestTimeoutMs: 10_000,
    production: false,
    authenticators: [
      async ({ headers }) => {
        const given = headers['x-caller']
        if (typeof given !== 'string') return undefined
        const { permissions, ...rest } = JSON.parse(given)
        return { ...rest, permissions: new Set(permissions) } as Context
      },
    ],
  })
  await started.routes?.(http)
  await http.ready()
  after(() => http.close())
  return (method, url, caller, payload) =>
    http.inject({
      method,
      url,
      headers: { 'x-caller': JSON.stringify({ ...caller, permissions: [...caller.permissions] }) },
      ...(payload ? { payload } : {}),
    }) as ReturnType<Http['inject']>
}

export const personOf = (tenantId: string, permissions: readonly string[]): Context => ({
  tenantId,
  actor: { type: 'person', id: '0199c000-0000-7000-8000-000000000001', name: 'Somebody' },
  permissions: new Set(permissions),
})
