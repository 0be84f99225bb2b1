/** The product with GitHub beside it, and people who connect repositories in a browser. */
import assert from 'node:assert/strict'
import { openBrowser } from '#modules/sso/test-browser.ts'
import { type NewTestPerson, testApp } from '#test/support/app.ts'
import { type GitHubTestAccount, startGitHub } from '#test/support/github.ts'

export const octo: GitHubTestAccount = { id: 7, login: 'octo' }

export async function startBench(environment: Record<string, string> = {}) {
  const github = await startGitHub()
  const app = await testApp({ ...github.environment, ...environment })

  async function admin(options: NewTestPerson = {}) {
    const { tenantId = (await app.tenant()).tenantId } = options
    const person = await app.person({ role: 'admin', ...options, tenantId })
    const browser = openBrowser(app.http)
    for (const pair of person.headers.cookie.split('; ')) {
      const at = pair.indexOf('=')
      browser.jar.set(pair.slice(0, at), pair.slice(at + 1))
    }
    const ask = async (method: 'GET' | 'POST' | 'DELETE', path: string, payload?: object) => {
      const headers = { accept: 'application/json', 'sec-fetch-site': 'same-origin' }
      const reply = await browser.send({ method, url: `/api/v1${path}`, headers, ...(payload ? { payload } : {}) })
      return { status: reply.statusCode, headers: reply.headers, json: reply.body === '' ? null : reply.json() }
    }
    const begin = async (wants: { private?: boolean } = {}): Promise<string> => {
      const { status, json } = await ask('POST', '/github/authorizations', wants)
      assert.equal(status, 201, JSON.stringify(json))
      return json.url
    }
    /** Comes back from GitHub to the console; returns what that finds behind the `#`. */
    const comeBack = async (path: string): Promise<string> => {
      const { location } = await browser.comeBack(path)
      return new URL(location, 'http://x').hash.slice(1)
    }
    const finish = (answer: string) => ask('POST', '/github/authorizations/finish', { answer })
    return {
      ...person,
      tenantId: tenantId!,
      browser,
      ask,
      begin,
      comeBack,
      finish,
      /** Agrees as `account`; returns the authorization's id. */
      async authorize(wants: { private?: boolean } = {}, account = octo): Promise<string> {
        const { status, json } = await finish(await comeBack(github.agree(await begin(wants), account)))
        assert.equal(status, 201, JSON.stringify(json))
        return json.id
      },
      connect: (id: string, ...repositories: string[]) =>
        ask('POST', `/github/authorizations/${id}/webhooks`, { repositories }),
    }
  }

  return {
    app,
    github,
    admin,
    rows: async (table: 'github_authorization' | 'github_repository' | 'connection', tenantId: string) =>
      app.sql(`select * from ${table} where tenant_id = $1`, [tenantId]),
    audited: async (tenantId: string) =>
      (
        await app.sql(
          `select action, delta from audit_events where tenant_id = $1 and module = 'repositories' order by seq`,
          [tenantId],
        )
      ).map(({ action, delta }) => ({ action: String(action), text: JSON.stringify(delta) })),
  }
}
export type Bench = Awaited<ReturnType<typeof startBench>>
