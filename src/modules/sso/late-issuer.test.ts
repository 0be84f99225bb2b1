/** An identity provider that never answers: a sign-in ends all the same, in words and in time. */
import { test } from 'node:test'
import { hostileApp } from './test-hostile.ts'
import { silent } from './test-issuer.ts'

test('[P2] 88: whatever never answers ends the sign-in within 5 s', async () => {
  const [discovery, keys, rest] = await Promise.all([hostileApp(), hostileApp(), hostileApp()])
  discovery.issuer.answers.discovery = silent
  keys.issuer.answers.keys = silent
  const withoutAddress = ({ email: _, ...claims }: Record<string, unknown>) => claims
  await Promise.all([
    discovery.refused('discovery', 'sso/issuer-unreachable', discovery.atStart),
    keys.refused('keys', 'sso/issuer-unreachable', keys.lied({})),
    rest.refused('token', 'sso/issuer-unreachable', rest.lied({ token: silent })),
    rest.refused('user info', 'sso/issuer-unreachable', rest.lied({ claims: withoutAddress, userinfo: silent })),
  ])
})
