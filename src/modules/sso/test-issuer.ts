/** An identity provider that can be made to lie in every part of what it says; truthful unless told otherwise. */
import { createHash } from 'node:crypto'
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http'
import type { AddressInfo } from 'node:net'
import { after } from 'node:test'
import { base64url, exportJWK, generateKeyPair, SignJWT } from 'jose'
import { randomToken } from '#kernel/clock/index.ts'

type Json = Record<string, unknown>
type Answer = (request: IncomingMessage, response: ServerResponse) => void

/** What is wrong with one sign-in. */
export type Lie = {
  claims?: (claims: Json) => Json
  header?: Json
  /** Who signs: the published key, another one under the same name, the client's secret, or nobody. */
  signer?: 'own' | 'other' | 'secret' | 'public-key' | 'none' | 'embedded'
  /** The finished ID token. */
  idToken?: (token: string) => string | undefined
  /** In place of the token endpoint's answer. */
  token?: Answer
  tokenBody?: (body: Json) => Json
  userinfo?: Answer | Json
  /** Accepts any verifier and any code again. */
  careless?: boolean
}
type Grant = { params: URLSearchParams; lie: Lie; clientId: string; used: boolean }

export const clientId = 'daytwo-client'
export const clientSecret = 'a client secret that is long enough for HS256 to use it'

export const json =
  (body: unknown, status = 200): Answer =>
  (_, response) =>
    void response.writeHead(status, { 'content-type': 'application/json' }).end(JSON.stringify(body))
export const html: Answer = (_, response) =>
  void response.writeHead(200, { 'content-type': 'text/html' }).end('<h1>Sign in to the hotel network</h1>')
export const broken: Answer = (_, response) => void response.writeHead(500).end('oops')
export const silent: Answer = () => undefined
export const huge: Answer = (_, response) => {
  response.writeHead(200, { 'content-type': 'application/json' })
  response.write('{"keys":[],"padding":"')
  for (let megabyte = 0; megabyte < 10; megabyte++) response.write('x'.repeat(1024 * 1024))
  response.end('"}')
}
export const redirectTo =
  (url: string): Answer =>
  (_, response) =>
    void response.writeHead(302, { location: url }).end()

export async function startIssuer() {
  const [own, other] = await Promise.all([
    generateKeyPair('RS256', { extractable: true }),
    generateKeyPair('RS256', { extractable: true }),
  ])
  const jwk = { ...(await exportJWK(own.publicKey)), kid: 'k1', alg: 'RS256', use: 'sig' }
  const otherJwk = await exportJWK(other.publicKey)
  const grants = new Map<string, Grant>()
  const tokens = new Map<string, Grant>()
  /** In place of the truth, for everybody. */
  const answers: { discovery?: Answer | undefined; keys?: Answer | undefined } = {}
  const seen: { path: string; body: URLSearchParams }[] = []
  let identity: Json = { sub: 'sub-1', email: 'ada@example.com', email_verified: true, name: 'Ada' }

  const server = createServer(async (request, response) => {
    const path = new URL(request.url!, 'http://x').pathname
    let text = ''
    for await (const chunk of request) text += chunk
    const body = new URLSearchParams(text)
    seen.push({ path, body })
    if (path.endsWith('/.well-known/openid-configuration'))
      return (answers.discovery ?? json(document()))(request, response)
    if (path === '/keys') return (answers.keys ?? json({ keys: [jwk] }))(request, response)
    if (path === '/token') return token(body, request, response)
    if (path === '/userinfo') return userinfo(request, response)
    response.writeHead(404).end()
  })
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  after(() => {
    server.closeAllConnections()
    server.close()
  })
  const port = (server.address() as AddressInfo).port
  const issuer = `http://127.0.0.1:${port}`

  function document(over: Json = {}): Json {
    return {
      issuer,
      authorization_endpoint: `${issuer}/authorize`,
      token_endpoint: `${issuer}/token`,
      userinfo_endpoint: `${issuer}/userinfo`,
      jwks_uri: `${issuer}/keys`,
      response_types_supported: ['code'],
      subject_types_supported: ['public'],
      // As a careless one would say it.
      id_token_signing_alg_values_supported: ['RS256', 'HS256', 'none'],
      authorization_response_iss_parameter_supported: true,
      ...over,
    }
  }

  async function token(body: URLSearchParams, request: IncomingMessage, response: ServerResponse) {
    const grant = grants.get(body.get('code') ?? '')
    if (grant?.lie.token) return grant.lie.token(request, response)
    const [user = '', password = ''] = Buffer.from(
      (request.headers.authorization ?? '').replace('Basic ', ''),
      'base64',
    )
      .toString()
      .split(':')
      .map((part) => decodeURIComponent(part.replaceAll('+', ' ')))
    if (user !== clientId || password !== clientSecret) return json({ error: 'invalid_client' }, 401)(request, response)
    const challenge = createHash('sha256')
      .update(body.get('code_verifier') ?? '')
      .digest('base64url')
    const fair =
      grant &&
      !grant.used &&
      grant.clientId === user &&
      grant.params.get('code_challenge') === challenge &&
      grant.params.get('redirect_uri') === body.get('redirect_uri')
    if (!grant || !(fair || grant.lie.careless)) return json({ error: 'invalid_grant' }, 400)(request, response)
    grant.used = true
    const accessToken = randomToken(16)
    tokens.set(accessToken, grant)
    const idToken = await idTokenFor(grant)
    const said = {
      access_token: accessToken,
      token_type: 'Bearer',
      expires_in: 3600,
      ...(idToken === undefined ? {} : { id_token: idToken }),
    }
    json(grant.lie.tokenBody?.(said) ?? said)(request, response)
  }

  async function idTokenFor({ params, lie }: Grant): Promise<string | undefined> {
    const seconds = Math.floor(Date.now() / 1000)
    const truth: Json = {
      ...identity,
      iss: issuer,
      aud: clientId,
      iat: seconds,
      exp: seconds + 300,
      nonce: params.get('nonce'),
    }
    const claims = lie.claims?.(truth) ?? truth
    const { signer = 'own' } = lie
    const header = { alg: 'RS256', kid: 'k1', typ: 'JWT', ...lie.header }
    const sign = (key: Parameters<SignJWT['sign']>[0], more: Json) =>
      new SignJWT(claims)
        .setProtectedHeader({ ...header, ...more } as never)
        .sign(key, { crit: { 'urn:example': true } })
    let made: string
    if (signer === 'none')
      made = `${base64url.encode(JSON.stringify({ ...header, alg: 'none' }))}.${base64url.encode(JSON.stringify(claims))}.`
    else if (signer === 'secret') made = await sign(new TextEncoder().encode(clientSecret), { alg: 'HS256' })
    else if (signer === 'public-key') made = await sign(new TextEncoder().encode(JSON.stringify(jwk)), { alg: 'HS256' })
    else if (signer === 'embedded') made = await sign(other.privateKey, { jwk: otherJwk })
    else made = await sign(signer === 'other' ? other.privateKey : own.privateKey, {})
    return lie.idToken ? lie.idToken(made) : made
  }

  function userinfo(request: IncomingMessage, response: ServerResponse) {
    const grant = tokens.get((request.headers.authorization ?? '').replace(/^Bearer /, ''))
    if (!grant) return json({ error: 'invalid_token' }, 401)(request, response)
    const { userinfo: lie } = grant.lie
    if (typeof lie === 'function') return lie(request, response)
    return json(lie ?? identity)(request, response)
  }

  return {
    issuer,
    port,
    seen,
    answers,
    document,
    /** Who is signed in there. */
    is(claims: Json) {
      identity = claims
    },
    /** What the browser is sent back with: a code that stands for `lie`. */
    agree(authorize: string, lie: Lie = {}, more: { clientId?: string } = {}): URL {
      const params = new URL(authorize).searchParams
      const code = randomToken(16)
      grants.set(code, { params, lie, clientId: more.clientId ?? params.get('client_id')!, used: false })
      const back = new URL(params.get('redirect_uri')!)
      back.search = new URLSearchParams({ code, state: params.get('state')!, iss: issuer }).toString()
      return back
    },
  }
}
export type TestIssuer = Awaited<ReturnType<typeof startIssuer>>
