/** Access tokens made by somebody else, or altered: each part of one is wrong once, and none of them is let in. */
import assert from 'node:assert/strict'
import { createHmac, generateKeyPairSync, sign as signature } from 'node:crypto'
import { test } from 'node:test'
import { randomId } from '#kernel/clock/index.ts'
import { deriveKey } from '#kernel/crypto/index.ts'
import { testApp, testPassword } from '#test/support/app.ts'

const jwtSecret = 'a secret of the tests for access tokens'
const app = await testApp({ JWT_SECRET: jwtSecret })
const { email, id: personId } = await app.person()
const other = await app.person()

const login = async (of: string) =>
  (
    await app.http.inject({
      method: 'POST',
      url: '/auth/login',
      payload: { email: of, password: testPassword, transport: 'bearer' },
    })
  ).json()
const { access_token: good, refresh_token: refreshToken } = await login(email)
const { access_token: othersToken } = await login(other.email)

type Json = Record<string, unknown>
const [goodHeader, goodClaims] = String(good)
  .split('.')
  .slice(0, 2)
  .map((part) => JSON.parse(Buffer.from(part, 'base64url').toString())) as [Json, Json]
const encode = (value: unknown) =>
  Buffer.from(typeof value === 'string' ? value : JSON.stringify(value)).toString('base64url')

/** The instance's own key: what is tried with it is refused for what it says, not for its signature. */
const ownKey = deriveKey(jwtSecret, `access-token:${goodHeader.kid}`)
function forge(
  claims: Json | string,
  { header = {}, key = ownKey }: { header?: Json; key?: Uint8Array | string } = {},
) {
  const signed = `${encode({ ...goodHeader, ...header })}.${encode(claims)}`
  return `${signed}.${createHmac('sha256', key).update(signed).digest('base64url')}`
}
const without = (name: string) => Object.fromEntries(Object.entries(goodClaims).filter(([key]) => key !== name))

const ask = (token: string, by: 'header' | 'cookie' = 'header') =>
  app.http.inject({
    url: '/api/v1/session',
    headers: by === 'header' ? { authorization: `Bearer ${token}` } : { cookie: `daytwo_access=${token}` },
  })

/** Nobody is let in, by either way of carrying it, and nothing of the token comes back. */
async function refusedAll(tokens: Record<string, string>) {
  for (const [what, token] of Object.entries(tokens))
    for (const by of ['header', 'cookie'] as const) {
      const reply = await ask(token, by)
      assert.equal(reply.statusCode, 401, `${what} in the ${by}: ${reply.body}`)
      if (token.length > 20) assert.ok(!reply.body.includes(token), what)
    }
}

test('[P1] the forger of this test makes tokens that are let in when nothing is wrong with them', async () => {
  for (const token of [good, forge(goodClaims)]) {
    const reply = await ask(token)
    assert.equal(reply.statusCode, 200, reply.body)
    assert.equal(reply.json().person.id, personId)
  }
})

test('[P1] 85: an access token whose times are missing, past, of the wrong kind or too generous', async () => {
  const iat = Number(goodClaims.iat)
  const exp = Number(goodClaims.exp)
  await refusedAll({
    'no exp': forge(without('exp')),
    'exp null': forge({ ...goodClaims, exp: null }),
    'exp past': forge({ ...goodClaims, iat: iat - 3600, exp: exp - 3600 }),
    'exp a second ago': forge({ ...goodClaims, iat: iat - 901, exp: iat - 1 }),
    'exp 2^31': forge({ ...goodClaims, exp: 2 ** 31 }),
    'exp beyond safe numbers': forge(JSON.stringify(goodClaims).replace(String(exp), '99999999999999999999')),
    'exp a fraction': forge({ ...goodClaims, exp: exp + 0.5 }),
    'exp a text': forge({ ...goodClaims, exp: String(exp) }),
    'exp a list': forge({ ...goodClaims, exp: [exp] }),
    'exp negative': forge({ ...goodClaims, exp: -1 }),
    'a day long': forge({ ...goodClaims, exp: exp + 86_400 }),
    'no iat': forge(without('iat')),
    'iat a text': forge({ ...goodClaims, iat: String(iat) }),
    'issued tomorrow': forge({ ...goodClaims, iat: iat + 86_400, exp: exp + 86_400 }),
    'not before tomorrow': forge({ ...goodClaims, nbf: iat + 86_400 }),
  })
})

test('[P1] 85: an access token for another audience, of another issuer, about somebody else', async () => {
  await refusedAll({
    'no aud': forge(without('aud')),
    'other aud': forge({ ...goodClaims, aud: 'other' }),
    'aud a list with extra': forge({ ...goodClaims, aud: ['daytwo', 'other'] }),
    'no iss': forge(without('iss')),
    'other iss': forge({ ...goodClaims, iss: 'https://evil.example' }),
    'iss with a slash more': forge({ ...goodClaims, iss: `${goodClaims.iss}/` }),
    'no sid': forge(without('sid')),
    'a session that does not exist': forge({ ...goodClaims, sid: randomId() }),
    'no sub': forge(without('sub')),
    'another person’s session': forge({ ...goodClaims, sub: other.id }),
    'sid an SQL text': forge({ ...goodClaims, sid: "x' or '1'='1" }),
    'claims a list': forge('[]'),
    'claims no JSON': forge('{'),
    'claims null': forge('null'),
  })
})

test('[P1] 86: an access token with no signature, another key or another algorithm', async () => {
  const [header, claims, tag] = String(good).split('.') as [string, string, string]
  const { privateKey, publicKey } = generateKeyPairSync('rsa', { modulusLength: 2048 })
  const pem = publicKey.export({ type: 'spki', format: 'pem' }).toString()
  const rsaPart = `${encode({ ...goodHeader, alg: 'RS256' })}.${claims}`
  const flipped = Buffer.from(tag, 'base64url')
  flipped.writeUInt8(flipped.readUInt8(0) ^ 1, 0)
  await refusedAll({
    'alg none': `${encode({ ...goodHeader, alg: 'none' })}.${claims}.`,
    'alg None, signed': forge(goodClaims, { header: { alg: 'None' } }),
    'alg HS512': forge(goodClaims, { header: { alg: 'HS512' } }),
    'alg RS256': `${rsaPart}.${signature('sha256', Buffer.from(rsaPart), privateKey).toString('base64url')}`,
    'alg HS256 under the text of a public key': forge(goodClaims, { key: pem }),
    'no alg': forge(goodClaims, { header: { alg: undefined } }),
    'no tag': `${header}.${claims}.`,
    'tag cut off': `${header}.${claims}`,
    'one bit of the tag': `${header}.${claims}.${flipped.toString('base64url')}`,
    'claims of another token': `${header}.${String(othersToken).split('.')[1]}.${tag}`,
    'another key': forge(goodClaims, { key: deriveKey('another secret', `access-token:${goodHeader.kid}`) }),
    'the secret itself': forge(goodClaims, { key: jwtSecret }),
    'an empty key': forge(goodClaims, { key: '' }),
    'a kid nobody made': forge(goodClaims, { header: { kid: randomId() } }),
    'a kid that is a path': forge(goodClaims, { header: { kid: '../../dev/null' }, key: '' }),
    'no kid': forge(goodClaims, { header: { kid: undefined } }),
    'a key in the header': forge(goodClaims, {
      header: { kid: undefined, jwk: { kty: 'oct', k: encode('mine') } },
      key: 'mine',
    }),
    'an unknown critical field': forge(goodClaims, { header: { crit: ['x'], x: 1 } }),
  })
})

test('[P1] 86: another kind of token is no access token, and an access token is no other', async () => {
  await refusedAll({
    'typ JWT, as an ID token': forge(goodClaims, { header: { typ: 'JWT' } }),
    'no typ': forge(goodClaims, { header: { typ: undefined } }),
    'a refresh token': String(refreshToken),
    'a refresh token dressed up': `eyJ${refreshToken}.${refreshToken}.${refreshToken}`,
  })
  const refreshed = await app.http.inject({ method: 'POST', url: '/auth/refresh', payload: { refresh_token: good } })
  // A JWT is longer than any refresh token: refused by its shape already.
  assert.ok([401, 422].includes(refreshed.statusCode), refreshed.body)
  assert.equal((await ask(good)).statusCode, 200, 'the session is unharmed')
})

test('[P1] 85: a key that was revoked signs nothing more, and a good token ends with its session', async () => {
  const mine = (await login(email)).access_token
  assert.equal((await ask(mine)).statusCode, 200)
  await app.sql('update signing_key set accepted_until = app.now() where id = $1', [goodHeader.kid])
  await new Promise((resolve) => setTimeout(resolve, 1600))
  await refusedAll({ 'signed with a revoked key': good, mine })
})
