import type { Database } from '#kernel/database/index.ts'
import type { Logger } from '#kernel/telemetry/index.ts'
import type { PeoplePort, Person } from '#modules/people/index.ts'
import type { TenantsPort } from '#modules/tenants/index.ts'

export type Deps = {
  readonly database: Database
  readonly people: PeoplePort
  readonly tenants: TenantsPort
  readonly log: Logger
}

/** Who somebody is at a provider. Issuer and subject are the identity; nobody is recognised by the rest. */
export type Outside = {
  readonly issuer: string
  readonly subject: string
  /** Lower case. */
  readonly email: string | undefined
  /** The provider vouches for the address. */
  readonly verified: boolean
  readonly name: string
}

export type { Person }
