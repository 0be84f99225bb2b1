import type { Context, Permission } from '#kernel/context/index.ts'
import type { Database, TenantTx } from '#kernel/database/index.ts'
import type { Authenticate } from '#kernel/http/index.ts'
import type { MailPort } from '#modules/mail/index.ts'
import type { PeoplePort } from '#modules/people/index.ts'
import type { Mails } from './mails.ts'
import type { TenantsPort } from './ports.ts'

/** What the module is given. */
export type Needs = {
  readonly database: Database
  readonly people: PeoplePort
  readonly mail: MailPort
  /** Every permission of every module: the matrix of roles. */
  readonly permissions: readonly Permission[]
  readonly production: boolean
  /** Who calls a public route, where somebody does. Bound late: keys and sessions need tenants. */
  readonly callerOf: Authenticate
  /** Marks everything that was reckoned by the day, in the transaction that changed the tenant's time zone. */
  timeZoneChanged(tx: TenantTx, ctx: Context): Promise<void>
}
export type Deps = Needs & { readonly mails: Mails; readonly port: TenantsPort }
