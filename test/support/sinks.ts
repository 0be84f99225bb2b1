/**
 * Every use of the dial, as something that can be led to an address. A use in `src` without a line here fails the test of the
 * sinks: whoever opens connections to what somebody else may name shows here that it cannot be led inside.
 */
import { createServer } from 'node:http'
import { after } from 'node:test'
import { z } from 'zod'
import { defaultTenantId } from '#kernel/context/index.ts'
import type { Dial } from '#kernel/dial/index.ts'
import { s3Store } from '#kernel/store/index.ts'
import { smtpTransport } from '#modules/mail/transport.ts'
import type { Message } from '#modules/notifications/message.ts'
import { ping, post } from '#modules/notifications/providers/outward.ts'
import { slackBot } from '#modules/notifications/providers/slack.ts'
import { webhook } from '#modules/notifications/providers/webhook.ts'
import { githubSource, jiraSource, makeReader } from '#modules/polling/reader.ts'
import { gitHubAccount } from '#modules/repositories/github-api.ts'
import { makeGitHubClient } from '#modules/sso/github-client.ts'
import { makeOidcClient } from '#modules/sso/oidc-client.ts'
import { outbound } from '#modules/sso/outbound.ts'
import { json, startIssuer } from '#modules/sso/test-issuer.ts'

/** Leads the product to `url` (`http` or `https`, host and port); rejects when it does not get there. */
export type Sink = { readonly name: string; lead(url: string, dial: Dial): Promise<unknown> }

const secrets = { state: 's'.repeat(43), nonce: 'n'.repeat(43), verifier: 'v'.repeat(64) }
const quick = { requests: 1, ms: 5000, waitMs: 0, retryMs: 1 }
const redirectUri = 'https://daytwo.example.com/callback'

const channelTo = (url: string) => ({
  id: 'x',
  tenantId: defaultTenantId,
  target: 'C024BE91L',
  secret: { url, token: 'x', secret: 'whsec_eA==' },
})
const alertMessage: Message = {
  key: 'x',
  change: 'raised',
  alert: {
    id: 'x',
    condition: 'x',
    subject: '',
    severity: 'LOW',
    detail: 'x',
    value: 1,
    threshold: 1,
    raisedAt: new Date(0),
    resolvedAt: null,
  },
  url: 'https://daytwo.example.com',
  runbookUrl: 'https://daytwo.example.com',
  writtenAt: new Date(0),
}

/** `trusted` are servers of the test that the product must be able to reach for a sink behind them to be reached at all. */
export async function makeSinks(): Promise<{ sinks: Readonly<Record<string, readonly Sink[]>>; trusted: string[] }> {
  const issuer = await startIssuer()
  const github = createServer((_, reply) => {
    reply.writeHead(200, { 'content-type': 'application/json' })
    reply.end(JSON.stringify({ access_token: 'x', token_type: 'bearer' }))
  })
  await new Promise<void>((resolve) => github.listen(0, '127.0.0.1', resolve))
  after(() => github.close())
  const githubUrl = `http://127.0.0.1:${(github.address() as { port: number }).port}`

  const oidcProvider = (over: { issuer?: string; graphUrl?: string }) => ({
    issuer: issuer.issuer,
    label: 'Test',
    clientId: 'daytwo-client',
    clientSecret: 'a client secret that is long enough for HS256 to use it',
    redirectUri,
    groupClaim: 'groups',
    graphUrl: 'https://graph.microsoft.com/v1.0',
    entra: false,
    allowedTenants: [],
    ...over,
  })
  /** A whole sign-in with a truthful provider whose document names `over` in place of its own. */
  async function signIn(dial: Dial, document: object, provider: { graphUrl?: string } = {}, lie: object = {}) {
    issuer.answers.discovery = json(issuer.document(document as never))
    const client = makeOidcClient(oidcProvider(provider), outbound(dial, true))
    const start = await client.startUrl(secrets)
    return client.finish(issuer.agree(start.href, lie as never).search, secrets)
  }
  const account = (baseUrl: string, apiUrl: string, dial: Dial) =>
    makeGitHubClient({ clientId: 'x', clientSecret: 'x', baseUrl, apiUrl, redirectUri }, outbound(dial, true)).finish(
      `?code=x&state=${secrets.state}`,
      secrets,
    )
  const complete = { claims: (claims: object) => ({ ...claims, groups: [] }) }
  const overage = {
    claims: (claims: object) => ({
      ...claims,
      _claim_names: { groups: 'src1' },
      _claim_sources: { src1: { endpoint: 'x' } },
    }),
  }

  return {
    trusted: [`127.0.0.1:${issuer.port}`, githubUrl.slice('http://'.length)],
    sinks: {
      'src/modules/mail/transport.ts': [
        {
          name: 'SMTP',
          lead: (url, dial) => {
            const { hostname, port, protocol } = new URL(url)
            const host = hostname.replace(/^\[|\]$/g, '')
            return smtpTransport(dial, { host, port: Number(port), secure: protocol === 'https:' }).verify()
          },
        },
      ],
      'src/kernel/store/s3.ts': [
        {
          name: 'S3',
          lead: (endpoint, dial) =>
            s3Store({
              dial,
              bucket: 'archives',
              prefix: '',
              region: 'eu-central-1',
              endpoint,
              forcePathStyle: true,
              credentials: { accessKeyId: 'x', secretAccessKey: 'y' },
            }).head('a'),
        },
      ],
      'src/modules/notifications/providers/outward.ts': [
        { name: 'Heartbeat', lead: (url, dial) => ping({ dial, plain: true }, url) },
        {
          name: 'Slack API',
          lead: (url, dial) => slackBot({ dial, plain: true }, url).send(channelTo(url), alertMessage),
        },
        {
          name: 'Alert webhook',
          lead: (url, dial) => webhook({ dial, plain: true }).send(channelTo(url), alertMessage),
        },
        {
          name: 'Slack webhook and PagerDuty',
          lead: (url, dial) => post({ dial, plain: true }, defaultTenantId, { url, headers: {}, body: '{}' }),
        },
      ],
      'src/modules/repositories/github-api.ts': [
        { name: 'GitHub repositories', lead: (url, dial) => gitHubAccount(dial, url, 'x').login() },
      ],
      'src/modules/polling/reader.ts': [
        {
          name: 'GitHub polling',
          lead: (url, dial) =>
            makeReader(dial, githubSource({ apiUrl: url, token: 'x', org: undefined }), quick).get(
              '/user',
              z.unknown(),
            ),
        },
        {
          name: 'Jira polling',
          lead: (url, dial) =>
            makeReader(dial, jiraSource({ baseUrl: url, email: 'x', token: 'x' }), quick).get('/x', z.unknown()),
        },
      ],
      'src/modules/sso/outbound.ts': [
        {
          name: 'OIDC discovery',
          lead: (url, dial) => makeOidcClient(oidcProvider({ issuer: url }), outbound(dial, true)).discover(),
        },
        { name: 'OIDC token endpoint', lead: (url, dial) => signIn(dial, { token_endpoint: `${url}/token` }) },
        { name: 'OIDC keys', lead: (url, dial) => signIn(dial, { jwks_uri: `${url}/keys` }, {}, complete) },
        { name: 'OIDC user info', lead: (url, dial) => signIn(dial, { userinfo_endpoint: `${url}/userinfo` }) },
        { name: 'Graph', lead: (url, dial) => signIn(dial, {}, { graphUrl: url }, overage) },
        { name: 'GitHub token', lead: (url, dial) => account(url, githubUrl, dial) },
        { name: 'GitHub API', lead: (url, dial) => account(githubUrl, url, dial) },
      ],
    },
  }
}
