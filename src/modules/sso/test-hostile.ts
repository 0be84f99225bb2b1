/** An instance whose identity provider lies, and a place next to it that nobody may be led to. */
import assert from 'node:assert/strict'
import { createServer } from 'node:http'
import type { AddressInfo } from 'node:net'
import { after } from 'node:test'
import { monotonicMs } from '#kernel/clock/index.ts'
import { testApp } from '#test/support/app.ts'
import { openBrowser, type TestBrowser } from './test-browser.ts'
import { clientId, clientSecret, type Lie, startIssuer } from './test-issuer.ts'

export const redirectUri = 'http://127.0.0.1:3333/auth/social/callback'

export async function hostileApp() {
  const canary = { reached: 0 }
  const server = createServer((_, response) => {
    canary.reached++
    response.writeHead(200, { 'content-type': 'application/json' }).end('{"keys":[]}')
  })
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  after(() => {
    server.closeAllConnections()
    server.close()
  })
  const issuer = await startIssuer()
  issuer.is({ sub: 'sub-1', email: 'ada@example.com', email_verified: true, name: 'Ada', groups: ['g'] })
  const app = await testApp({
    AUTH_METHOD: 'oidc',
    OIDC_ISSUER: issuer.issuer,
    OIDC_CLIENT_ID: clientId,
    OIDC_CLIENT_SECRET: clientSecret,
    OIDC_REDIRECT_URI: redirectUri,
    GITHUB_CLIENT_ID: 'gh',
    GITHUB_CLIENT_SECRET: 'gh-secret',
    // The provider's own port and no other.
    DIAL_ALLOW: `127.0.0.1:${issuer.port}`,
  })
  const headers = await app.key()
  const payload = { group: 'g', platform_role: 'platform_admin' }
  const reply = await app.http.inject({ method: 'POST', url: '/api/v1/oidc-mappings', headers, payload })
  assert.equal(reply.statusCode, 201, reply.body)
  const sessions = async () => Number((await app.sql('select count(*)::int as n from person_session'))[0]!.n)

  return {
    app,
    issuer,
    sessions,
    canaryUrl: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    /** Runs `attack`; whatever it does, it ends at the sign-in page with one of `slugs`, in 5 s, and nobody is signed in. */
    async refused(name: string, slugs: string | string[], attack: (browser: TestBrowser) => Promise<string | null>) {
      const before = await sessions()
      const browser = openBrowser(app.http)
      const started = monotonicMs()
      const slug = await attack(browser)
      const took = monotonicMs() - started
      assert.ok([slugs].flat().includes(String(slug)), `${name}: ${slug}`)
      assert.ok(took <= 5000, `${name} took ${Math.round(took)} ms`)
      assert.equal(await browser.session(), undefined, name)
      assert.equal(await sessions(), before, name)
      assert.equal(canary.reached, 0, name)
    },
    /** Signs in with a provider that lies, after `change` to what the browser comes back with. */
    lied:
      (lie: Lie, change: (back: URL) => void = () => undefined) =>
      async (browser: TestBrowser) => {
        const { location } = await browser.start('/auth/oidc/start')
        const back = issuer.agree(location, lie)
        change(back)
        return (await browser.comeBack(back)).problem
      },
    atStart: async (browser: TestBrowser) => {
      const { location } = await browser.start('/auth/oidc/start')
      return new URL(location, 'http://x').searchParams.get('problem')
    },
  }
}
