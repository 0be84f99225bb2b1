/** The whole API on a test database, without a network: requests go through `http.inject`. */
import { after } from 'node:test'
import { type Composed, compose } from '#app/compose.ts'
import { makeHttpApp } from '#app/http-app.ts'
import { randomId } from '#kernel/clock/index.ts'
import { type Config, readConfig } from '#kernel/config/index.ts'
import { defaultTenantId, type PlatformRole, type TenantRole } from '#kernel/context/index.ts'
import { openDatabase } from '#kernel/database/index.ts'
import type { Http } from '#kernel/http/index.ts'
import { drainAll, makeEngine } from '#kernel/work/index.ts'
import { silentLog, type TestDatabase, testContext, testDatabase, testSecret } from './database.ts'

export const githubSecret = 'a GitHub secret of the tests'
export const jiraSecret = 'a Jira secret of the tests'

export type TestApp = TestDatabase & {
  config: Config
  composed: Composed
  http: Http
  /** Makes a key and returns the headers that carry it. */
  key(options?: { tenantId?: string; scopes?: string[]; streams?: string[] }): Promise<{ authorization: string }>
  /**
   * Makes a person with a role of that tenant (the default one), of the platform, or with neither where `tenantId` is null, signs
   * them in with their password, and returns the headers of their browser.
   */
  person(options?: NewTestPerson): Promise<TestPerson>
  /** Runs all due work, derived work included, until nothing is due. */
  settle(): Promise<void>
}

export type NewTestPerson = {
  tenantId?: string | null
  role?: TenantRole
  platformRole?: PlatformRole
  email?: string
  name?: string
}
export type TestPerson = {
  id: string
  email: string
  password: string
  /** As a browser sends them from a page of the instance. */
  headers: { cookie: string; 'sec-fetch-site': string }
}
export const testPassword = 'violet harbour lantern orchard'
/** Hashing takes its time; all test persons have one password. */
let testPasswordHash: Promise<string> | undefined

export async function testApp(environment: Record<string, string> = {}): Promise<TestApp> {
  const db = await testDatabase()
  const config = readConfig(
    {
      NODE_ENV: 'test',
      DATABASE_URL: db.url,
      APP_KEY: testSecret,
      GITHUB_WEBHOOK_SECRET: githubSecret,
      JIRA_WEBHOOK_SECRET: jiraSecret,
      LOG_DIR: '-',
      // Far above what a test file sends; the limits have a test of their own.
      RATE_LIMIT_READS: '100000',
      RATE_LIMIT_WRITES: '100000',
      RATE_LIMIT_TENANT: '100000',
      RATE_LIMIT_ANONYMOUS: '100000',
      RATE_LIMIT_SIGN_IN: '100000',
      RATE_LIMIT_FAILURES: '100000',
      ...environment,
    },
    { folder: '/nonexistent', generate: false },
  )
  const composed = compose(config, db.database, silentLog)
  const http = await makeHttpApp(config, composed, silentLog, [])
  await http.ready()
  after(() => http.close())
  const engines = composed.work
    .filter(({ table }) => table !== 'schedule')
    .map((work) => makeEngine(work, db.database, silentLog))
  return {
    ...db,
    config,
    composed,
    http,
    async key({ tenantId, scopes = ['*'], streams } = {}) {
      const { key } = await composed.access.createApiKey(testContext(tenantId), { name: 'test', scopes, streams })
      return { authorization: `Bearer ${key}` }
    },
    async person({
      tenantId = defaultTenantId,
      role = 'owner',
      platformRole,
      email = `p-${randomId()}@example.com`,
      name = 'Maria Example',
    } = {}) {
      const { people, tenants } = composed
      testPasswordHash ??= people.hashNewPassword(testPassword, [])
      const passwordHash = await testPasswordHash
      const { id } = await db.database.platformTx('test person', async (tx) => {
        const made = await people.create(tx, { email, name, passwordHash, platformRole })
        if (tenantId) await tenants.addMember(tx, { tenantId, personId: made.id, role, source: 'command' })
        return made
      })
      const headers = await signIn(http, email, testPassword)
      return { id, email, password: testPassword, headers }
    },
    settle: () => drainAll(engines),
  }
}

/** A second API process's worth of the same installation: an app of its own, with its own connections and memory, on the same database. */
export async function anotherProcess(app: TestApp): Promise<Http> {
  const database = openDatabase({ url: app.url, poolMax: 5, name: 'another', log: silentLog })
  const http = await makeHttpApp(app.config, compose(app.config, database, silentLog), silentLog, [])
  await http.ready()
  after(async () => {
    await http.close()
    await database.close()
  })
  return http
}

/** Signs in as a browser does, and returns what it sends from then on. */
export async function signIn(
  http: Http,
  email: string,
  password: string,
  jar = '',
): Promise<{ cookie: string; 'sec-fetch-site': string }> {
  const reply = await http.inject({
    method: 'POST',
    url: '/auth/login',
    headers: { 'sec-fetch-site': 'same-origin', ...(jar ? { cookie: jar } : {}) },
    payload: { email, password },
  })
  if (reply.statusCode !== 200) throw new Error(`signing in: ${reply.statusCode} ${reply.body}`)
  return { cookie: jarOf(reply), 'sec-fetch-site': 'same-origin' }
}

/** The cookies of a reply as a browser sends them back. */
export const jarOf = (reply: { cookies: readonly { name: string; value: string }[] }): string =>
  reply.cookies.map(({ name, value }) => `${name}=${value}`).join('; ')
