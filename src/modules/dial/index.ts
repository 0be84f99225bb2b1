/** Door of the allowances: what operators open to a tenant beside public addresses. The dial itself is `kernel/dial`. */
import type { Database } from '#kernel/database/index.ts'
import { answerTooLarge, answerUnusable, dialTimeout, targetRefused, unreachable } from '#kernel/dial/index.ts'
import { defineModule } from '#kernel/module.ts'
import type { Allowance } from '#kernel/networks/index.ts'
import { allowancesReader } from './allowances.ts'
import { allowanceInvalid } from './problems.ts'
import { allowanceRoutes } from './routes.ts'

export type AllowancesPort = {
  /** What a tenant was allowed; at most half a second old. */
  of(tenantId: string): Promise<readonly Allowance[]>
}

type Needs = { database: Database; ofInstallation: readonly Allowance[] }

export const dialAllowances = defineModule({
  name: 'dial',
  migrations: new URL('./migrations/', import.meta.url),
  permissions: [
    { name: 'dial:read', summary: 'Read which private networks may be reached', least: 'platform_admin' },
    { name: 'dial:write', summary: 'Open private networks to tenants', least: 'platform_admin' },
  ],
  problems: [targetRefused, unreachable, dialTimeout, answerTooLarge, answerUnusable, allowanceInvalid],
  start: ({ database, ofInstallation }: Needs) => {
    const port: AllowancesPort = { of: allowancesReader(database) }
    return { port, routes: allowanceRoutes({ database, ofInstallation: ofInstallation.map(({ text }) => text) }) }
  },
})
