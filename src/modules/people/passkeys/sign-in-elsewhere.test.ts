/** Passkeys where an identity provider signs people in. */
import assert from 'node:assert/strict'
import { test } from 'node:test'
import { softwareAuthenticator } from '#test/support/authenticator.ts'
import { factorBench, isSignedIn, slugOf } from '../second-factor/test-bench.ts'

test('[P2] where an identity provider signs people in, a passkey alone lets platform administrators in and nobody else', async () => {
  const bench = await factorBench({
    AUTH_METHOD: 'oidc',
    OIDC_ISSUER: 'http://127.0.0.1:9',
    OIDC_CLIENT_ID: 'x',
    OIDC_CLIENT_SECRET: 'x'.repeat(20),
    OIDC_REDIRECT_URI: 'http://127.0.0.1:3333/auth/social/callback',
  })
  const { anonymous, sql } = bench
  const who = await bench.signedIn('platform_admin')
  const key = softwareAuthenticator('http://localhost:3333')
  const made = await who.post('/api/v1/account/passkeys/options')
  const added = await who.post('/api/v1/account/passkeys', { response: key.create(made.json) })
  assert.equal(added.status, 201, added.text)
  const options = async (challenge?: string) =>
    (await anonymous.post('/auth/passkey/options', challenge ? { challenge } : {})).json
  const signIn = async () =>
    anonymous.post('/auth/passkey', { response: key.get(await options()), transport: 'bearer' })
  isSignedIn(await signIn())
  for (const role of ['support', null]) {
    await sql('update person set platform_role = $2 where id = $1', [who.id, role])
    assert.equal(slugOf(await signIn()), 'people/passkey-refused', `${role}`)
    const { json } = await anonymous.get('/auth/methods')
    assert.deepEqual([json.password, json.passkey], [true, false], 'and it is not offered')
  }
  // What the identity provider proved first, a passkey still completes.
  const challenge = await bench.challengeOf(who.id)
  const response = key.get(await options(challenge))
  isSignedIn(await bench.prove(who.id, { method: 'passkey', response }, challenge))
})
