/** Entra ID as it behaves with many directories: its address is fixed, so its answers are brought to it here. */
import assert from 'node:assert/strict'
import { test } from 'node:test'
import { readConfig } from '#kernel/config/index.ts'
import type { Problem } from '#kernel/errors/index.ts'
import { makeOidcClient } from './oidc-client.ts'
import type { FetchInit } from './outbound.ts'
import { oidcOf } from './provider.ts'
import { clientId, clientSecret, type Lie, startIssuer } from './test-issuer.ts'

const issuer = await startIssuer()
const microsoft = 'https://login.microsoftonline.com'
const ours = '0b9c1f0e-1111-4222-8333-444455556666'
const foreign = '0b9c1f0e-1111-4222-8333-ffffffffffff'
const secrets = { state: 's'.repeat(43), nonce: 'n'.repeat(43), verifier: 'v'.repeat(43) }

function client(environment: Record<string, string>) {
  const config = readConfig(
    {
      AUTH_METHOD: 'oidc',
      OIDC_CLIENT_ID: clientId,
      OIDC_CLIENT_SECRET: clientSecret,
      OIDC_REDIRECT_URI: 'https://d.example/auth/social/callback',
      ...environment,
    },
    { folder: '/nonexistent', generate: false },
  )
  const provider = oidcOf(config)!
  const asked: string[] = []
  const there = (url: string) => url.replaceAll(issuer.issuer, microsoft)
  const made = makeOidcClient(provider, async (url: string, init: FetchInit) => {
    asked.push(url)
    if (url.startsWith('https://graph.microsoft.com/'))
      return Response.json({ value: [{ id: 'g-9', '@odata.type': '#microsoft.graph.group' }] })
    const reply = await fetch(url.replace(microsoft, issuer.issuer), init as RequestInit)
    const type = reply.headers.get('content-type') ?? ''
    return new Response(there(await reply.text()), { status: reply.status, headers: { 'content-type': type } })
  })
  return { asked, provider, made }
}
const many = { OIDC_TENANT_ID: 'common', OIDC_ALLOWED_TENANTS: ours.toUpperCase() }
const document = (of: string) =>
  issuer.document({ issuer: `${microsoft}/${of}/v2.0`, authorization_response_iss_parameter_supported: false })
const serve = (of: string) => {
  issuer.answers.discovery = (_, response) =>
    void response.writeHead(200, { 'content-type': 'application/json' }).end(JSON.stringify(document(of)))
}
const token = (tid: unknown, more: object = {}): Lie => ({
  claims: (claims) => ({ ...claims, iss: `${microsoft}/${tid}/v2.0`, tid, groups: ['g-1'], ...more }),
})
async function finish(made: ReturnType<typeof client>['made'], lie: Lie) {
  const back = issuer.agree((await made.startUrl(secrets)).href, lie)
  back.searchParams.delete('iss')
  return made.finish(back.search.slice(1), secrets)
}
const slug = (wanted: string) => (error: Problem) => error.type?.slug === wanted

test('[P2] `common`: people of an allowed directory, under their own directory’s issuer, and of no other', async () => {
  serve('{tenantid}')
  const { made, asked } = client(many)
  const start = await made.startUrl(secrets)
  assert.equal(start.searchParams.get('scope'), 'openid profile email User.Read')
  assert.equal(asked[0], `${microsoft}/common/v2.0/.well-known/openid-configuration`)
  const told = await finish(made, token(ours))
  assert.deepEqual([told.issuer, told.groups], [`${microsoft}/${ours}/v2.0`, ['g-1']])
  await assert.rejects(finish(made, token(foreign)), slug('sso/wrong-directory'))
  await assert.rejects(finish(made, token(undefined)), slug('sso/wrong-directory'))
  // Says it is of ours, and is issued by another.
  await assert.rejects(finish(made, token(foreign, { tid: ours })), slug('sso/token-invalid'))
  await assert.rejects(finish(made, token(ours, { iss: `${microsoft}/{tenantid}/v2.0` })), slug('sso/token-invalid'))
})

test('[P2] an issuer that stands for every directory is refused where none is listed', async () => {
  serve('{tenantid}')
  await assert.rejects(client({ OIDC_TENANT_ID: ours }).made.startUrl(secrets), slug('sso/issuer-mismatch'))
})

test('[P2] one directory: its own issuer alone, and Graph with the person’s token when groups are too many', async () => {
  serve(ours)
  const { made, asked, provider } = client({ OIDC_TENANT_ID: ours })
  assert.equal(provider.issuer, `${microsoft}/${ours}/v2.0`)
  assert.deepEqual((await finish(made, token(ours))).groups, ['g-1'])
  await assert.rejects(finish(made, token(foreign)), slug('sso/token-invalid'))
  const over = {
    groups: undefined,
    _claim_names: { groups: 's' },
    _claim_sources: { s: { endpoint: 'https://evil.example' } },
  }
  assert.deepEqual((await finish(made, token(ours, over))).groups, ['g-9'])
  assert.ok(asked.some((url) => url.startsWith('https://graph.microsoft.com/v1.0/me/transitiveMemberOf')))
  assert.ok(!asked.some((url) => url.includes('evil') || url.includes('userinfo')))
})
