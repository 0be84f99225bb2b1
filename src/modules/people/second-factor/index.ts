/** Second factors: authenticator apps, recovery codes and passkeys. The nested door of the module people. */
import type { Context, PlatformRole } from '#kernel/context/index.ts'
import { deriveKey } from '#kernel/crypto/index.ts'
import type { Database, PlatformTx } from '#kernel/database/index.ts'
import type { DoctorCheck } from '#kernel/doctor/index.ts'
import type { Http } from '#kernel/http/index.ts'
import { relyingParty } from '../passkeys/relying-party.ts'
import { passkeyRootRoutes, passkeyRoutes } from '../passkeys/routes.ts'
import type { PeoplePort, SecondFactors, SendsMail } from '../ports.ts'
import { methodsOf, openChallenge } from './challenge.ts'
import type { Deps } from './deps.ts'
import { secondFactorChecks } from './doctor.ts'
import { factorsOf } from './queries.ts'
import { type RemovedFactors, removeAllFactors } from './remove-all.ts'
import { makeRequirement } from './requirement.ts'
import { secondFactorRootRoutes, secondFactorRoutes } from './routes.ts'

export { secondFactorProblems } from './problems.ts'
export { requireSecondFactor, trustProviderFactor } from './settings.ts'

export type SecondFactorNeeds = {
  readonly database: Database
  readonly appKey: string
  /** Addresses at which people open the console; passkeys belong to their host name. */
  readonly addresses: readonly string[]
  readonly people: Pick<PeoplePort, 'byId' | 'signIn' | 'requireSameOrigin' | 'requireFreshProof'>
  readonly signsInHere: Deps['signsInHere']
  readonly mail: () => SendsMail
}

/** Which second factors somebody has. */
export type FactorsOfPerson = { readonly totp: boolean; readonly passkeys: number }

export type SecondFactorPort = SecondFactors & {
  /** For lists of people; who has none is missing. */
  secondFactorOf(tx: PlatformTx, personIds: readonly string[]): Promise<ReadonlyMap<string, FactorsOfPerson>>
  /**
   * Whether the installation demands a second factor of somebody who has none (`access.require_second_factor`). Such a session
   * may do no more than `session:read`: look at itself and the account, and add one. A factor used at the identity provider counts
   * only where `access.trust_provider_second_factor` says so, and for that session. Asked with every request, so the answer is
   * remembered for a moment.
   */
  isDue(person: { id: string; platformRole: PlatformRole | null }, sessionId: string | undefined): Promise<boolean>
  /** For who lost them all. Undefined where there are none. */
  removeAllFactors(ctx: Context, personId: string): Promise<RemovedFactors | undefined>
}

export type StartedSecondFactors = {
  readonly port: SecondFactorPort
  readonly doctor: readonly DoctorCheck[]
  /** Below `/api/v1`. */
  readonly routes: (http: Http) => void
  /** Below `/auth`. */
  readonly rootRoutes: (http: Http) => void
}

export function startSecondFactors(needs: SecondFactorNeeds): StartedSecondFactors {
  const { database, people, signsInHere, mail, addresses } = needs
  const requirement = makeRequirement(database)
  const deps: Deps = {
    database,
    people,
    signsInHere,
    mail,
    key: deriveKey(needs.appKey, 'second-factor'),
    party: relyingParty(addresses),
    changed: requirement.forget,
  }
  return {
    port: {
      methodsOf: (personId) => methodsOf(deps, personId),
      openChallenge: (person, how) => openChallenge(deps, person, how),
      isDue: requirement.isDue,
      removeAllFactors: (ctx, personId) => removeAllFactors(deps, ctx, personId),
      async secondFactorOf(tx, personIds) {
        const rows = await tx.rows(factorsOf, { ids: personIds })
        const having = rows.filter(({ totp, passkeys }) => totp || passkeys > 0)
        return new Map(having.map(({ personId, totp, passkeys }) => [personId, { totp, passkeys }]))
      },
    },
    doctor: secondFactorChecks(deps),
    routes(http) {
      secondFactorRoutes(deps, requirement.isDue)(http)
      passkeyRoutes(deps)(http)
    },
    rootRoutes(http) {
      secondFactorRootRoutes(deps)(http)
      passkeyRootRoutes(deps)(http)
    },
  }
}
