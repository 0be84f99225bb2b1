/** The whole API on a test database, without a network: requests go through `http.inject`. */
import { after } from 'node:test'
import { type Composed, compose } from '#app/compose.ts'
import { makeHttpApp } from '#app/http-app.ts'
import { type Config, readConfig } from '#kernel/config/index.ts'
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
  /** Runs all due work, derived work included, until nothing is due. */
  settle(): Promise<void>
}

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
    settle: () => drainAll(engines),
  }
}
