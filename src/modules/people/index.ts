import type { Context } from '#kernel/context/index.ts'
import type { Database } from '#kernel/database/index.ts'
import { notFound, Problem } from '#kernel/errors/index.ts'
import { defineModule } from '#kernel/module.ts'
import type { Logger } from '#kernel/telemetry/index.ts'
import { requireFreshProof } from './account.ts'
import { accountRoutes } from './account-routes.ts'
import { cookiesFor } from './cookies.ts'
import { peopleChecks } from './doctor.ts'
import { makeDoor } from './door.ts'
import { listSigningKeys, revokeSigningKeys, rotateSigningKey } from './keys.ts'
import { hashPassword } from './password-hash.ts'
import { requireGoodPassword } from './password-rules.ts'
import { changePerson, createPerson } from './persons.ts'
import type { Later, PeoplePort, Person } from './ports.ts'
import { peopleProblems } from './problems.ts'
import { purgeEnded } from './purge.ts'
import { listPeople, personByEmail, personById } from './queries.ts'
import { createResetLink, makeResets } from './reset.ts'
import { repeatedCookie } from './same-origin.ts'
import {
  requireSecondFactor,
  type SecondFactorPort,
  secondFactorProblems,
  startSecondFactors,
  trustProviderFactor,
} from './second-factor/index.ts'
import { touchSession } from './session-queries.ts'
import { endSessionsOf } from './sessions.ts'
import { createSetupUrl, ensureFirstAdmin, wasSetUp } from './set-up.ts'
import { signsInHere } from './sign-in.ts'
import { signInRoutes } from './sign-in-routes.ts'
import { makeThrottle } from './throttle.ts'
import { makeTokens } from './tokens.ts'

export type * from './ports.ts'

/** What the command line and the start of a process do with people. */
export type PeopleAdmin = {
  /** A one-time link that makes an administrator; `further` one more. */
  createSetupUrl(purpose: 'first' | 'further'): Promise<string>
  wasSetUp(): Promise<boolean>
  /** Makes the administrator that the environment names, when there never was one; returns whether it did. */
  ensureFirstAdmin(admin: { email: string; password: string }): Promise<boolean>
  list(): Promise<Awaited<ReturnType<typeof listOf>>>
  /** Throws `not-found`. */
  setStatus(ctx: Context, email: string, status: Person['status']): Promise<Person>
  /** Throws `not-found`, and `forbidden` for somebody whom a password does not let in. */
  createResetLink(ctx: Context, email: string): Promise<string>
  /** For who lost them all: the password alone signs in again. Undefined where there were none. Throws `not-found`. */
  removeSecondFactors(ctx: Context, email: string): ReturnType<SecondFactorPort['removeAllFactors']>
  signingKeys: () => ReturnType<typeof listSigningKeys>
  rotateSigningKey(ctx: Context): Promise<string>
  /** Returns how many sessions ended. */
  revokeSigningKeys(ctx: Context): Promise<number>
  /** Resolves when every mail that was asked for is written. */
  settled(): Promise<void>
}
type FullPort = PeoplePort & PeopleAdmin & Pick<SecondFactorPort, 'secondFactorOf' | 'openChallenge'>

type Needs = {
  database: Database
  log: Logger
  appKey: string
  jwtSecret: string
  /** Where people open the console. */
  baseUrl: string
  /** Every address at which they may, `baseUrl` last. */
  addresses: readonly string[]
  /** Without a mail server the outbox page of a development instance shows what would have been sent. */
  production: boolean
  passwordsFor: 'everybody' | 'platform-admins'
  later: Later
}

const listOf = (database: Database) => database.platformTx('list people', (tx) => tx.rows(listPeople, undefined))

export const people = defineModule({
  name: 'people',
  migrations: new URL('./migrations/', import.meta.url),
  problems: [...peopleProblems, ...secondFactorProblems],
  settings: [requireSecondFactor, trustProviderFactor],
  start: (needs: Needs) => {
    const { database, later, log, baseUrl, appKey } = needs
    const secure = baseUrl.startsWith('https:')
    const tokens = makeTokens(database, needs.jwtSecret, baseUrl)
    const cookies = cookiesFor(secure)
    const throttle = makeThrottle(database, appKey)
    const door = makeDoor({ database, tokens, cookies, throttle, later })
    const hashNewPassword: PeoplePort['hashNewPassword'] = async (password, context, pointer) => {
      await requireGoodPassword(password, context, pointer)
      return hashPassword(password)
    }
    const deps = {
      database,
      throttle,
      passwordsFor: () => needs.passwordsFor,
      hashNewPassword,
      later,
      tokens,
      cookies,
      door,
      baseUrl,
      log,
      mayReset: () => later.mail().deliverable || !needs.production,
    }
    const resets = makeResets(deps)
    const personNamed = async (email: string) => {
      const person = await database.platformTx('person by e-mail', (tx) => tx.row(personByEmail, { email }))
      if (!person) throw new Problem(notFound, `Nobody has the e-mail address "${email}".`)
      return person
    }

    const base: Omit<PeoplePort, 'afterFirstProof' | 'isDue'> = {
      byEmail: async (tx, email) => strip(await tx.row(personByEmail, { email })),
      byId: async (tx, id) => strip(await tx.row(personById, { id })),
      hasPassword: async (tx, id) => ((await tx.row(personById, { id }))?.passwordHash ?? null) !== null,
      provider: async () =>
        needs.passwordsFor === 'everybody' ? undefined : ((await later.methods()).oidc ?? undefined),
      create: createPerson,
      change: changePerson,
      hashNewPassword,
      signIn: door.signIn,
      moveSession: door.moveSession,
      endSessionsOf,
      requireSameOrigin: door.requireOwnCookies,
      requireFreshProof: (ctx, password) => requireFreshProof(deps, ctx, password),
      verifyAccessToken: tokens.verify,
      accessCookie: cookies.access.name,
      repeatedCookie: (request) => repeatedCookie(request, cookies.names),
      seen: (sessionId) => database.platformRun(touchSession, { id: sessionId }),
    }
    const factors = startSecondFactors({
      database,
      appKey,
      addresses: needs.addresses,
      people: base,
      signsInHere: (person) => signsInHere(deps, person),
      mail: later.mail,
    })
    const afterFirstProof: PeoplePort['afterFirstProof'] = async (request, reply, person, how) => {
      if ((await factors.port.methodsOf(person.id)).length > 0) return factors.port.openChallenge(person, how)
      return door.signIn(request, reply, person, { ...how, secondFactor: false })
    }
    const port: FullPort = {
      ...base,
      afterFirstProof,
      secondFactorOf: factors.port.secondFactorOf,
      isDue: factors.port.isDue,
      openChallenge: factors.port.openChallenge,
      createSetupUrl: (purpose) => createSetupUrl(database, baseUrl, purpose),
      wasSetUp: () => wasSetUp(database),
      ensureFirstAdmin: (admin) => ensureFirstAdmin(deps, admin),
      list: () => listOf(database),
      async setStatus(ctx, email, status) {
        const { id } = await personNamed(email)
        return database.platformTx('change a person', (tx) => changePerson(tx, ctx, id, { status }))
      },
      createResetLink: async (ctx, email) => createResetLink(deps, ctx, await personNamed(email)),
      removeSecondFactors: async (ctx, email) => factors.port.removeAllFactors(ctx, (await personNamed(email)).id),
      signingKeys: () => listSigningKeys(database),
      rotateSigningKey: (ctx) => rotateSigningKey(database, ctx),
      revokeSigningKeys: (ctx) => revokeSigningKeys(database, ctx),
      settled: resets.settled,
    }
    return {
      port,
      routes(http) {
        accountRoutes(deps)(http)
        factors.routes(http)
      },
      rootRoutes(http) {
        signInRoutes({ ...deps, resets, afterFirstProof })(http)
        factors.rootRoutes(http)
      },
      schedules: [purgeEnded(database)],
      doctor: [
        ...peopleChecks(database, { secure, production: needs.production, mail: later.mail }),
        ...factors.doctor,
      ],
      drain: resets.settled,
    }
  },
})

/** What others may know of a person: never the password's hash. */
const strip = (row: Person | undefined): Person | undefined =>
  row && { id: row.id, email: row.email, name: row.name, status: row.status, platformRole: row.platformRole }
