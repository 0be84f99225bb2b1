/** Repositories of GitHub, for looking at the console. The cookie `fixture` chooses more: `unready`, `begin`. */
import {
  authorizationAnswer,
  authorizationReply,
  beganAuthorization,
  gitHubReply,
  newAuthorization,
  repositoryList,
  webhooksMade,
  webhooksToMake,
} from '../../src/modules/repositories/schemas.ts'
import { dayMs, iso, now } from './fixture-data.ts'
import { as, checked, type Reply } from './fixture-reply.ts'

const authorization = {
  id: '018f3c2a-7777-7000-8000-000000000001',
  login: 'maria-acme',
  private: true,
  expires_at: iso(now + 52 * 60_000),
}
const names = ['shop', 'checkout', 'catalogue', 'payments', 'search', 'warehouse', 'storefront', 'docs', 'legacy-cart']
const listed = [
  ...names.map((name, index) => ({
    repository: `acme/${name}`,
    private: index % 3 === 1,
    archived: name === 'legacy-cart',
    administered: name !== 'docs',
    connected: index === 0 || index === 3,
  })),
  ...Array.from({ length: 128 }, (_, index) => ({
    repository: `acme-labs/experiment-${String(index + 1).padStart(3, '0')}`,
    private: false,
    archived: false,
    administered: index % 4 > 0,
    connected: false,
  })),
]
const connected = [
  { repository: 'acme/payments', address_valid: true, connected_by: 'Maria Lindqvist', days: 12 },
  { repository: 'acme/shop', address_valid: true, connected_by: 'Maria Lindqvist', days: 12 },
  { repository: 'acme/website', address_valid: false, connected_by: 'Grace Hopper', days: 140 },
].map(({ days, ...one }) => ({ ...one, connected_at: iso(now - days * dayMs) }))

/** The reply to a look, or null for what does not exist. */
export function lookAtRepositories(path: string, query: URLSearchParams, mode: string): Reply {
  if (path === '/github')
    return as(gitHubReply, {
      configured: mode !== 'unready',
      callback_url: 'http://127.0.0.1:3333/auth/github/callback',
      base_url: 'http://127.0.0.1:3333',
      unreachable: mode === 'unready' ? 'loopback' : null,
      authorization: ['unready', 'begin', 'reader'].includes(mode) ? null : authorization,
      repositories: mode === 'empty' || mode === 'begin' || mode === 'unready' ? [] : connected,
    })
  if (!/^\/github\/authorizations\/[^/]+\/repositories$/.test(path)) return null
  const page = Number(query.get('page') ?? 1)
  const shown = mode === 'empty' ? [] : listed.slice((page - 1) * 100, page * 100)
  const more = mode !== 'empty' && page * 100 < listed.length
  return as(repositoryList, { repositories: shown, next_page: more ? page + 1 : null, incomplete: false })
}

/** The reply to a change, or null when it is not about repositories. */
export function changeRepositories(method: string, path: string, body: unknown): Reply {
  if (method !== 'POST' || !path.startsWith('/github/')) return null
  if (path === '/github/authorizations')
    return checked(newAuthorization, body, () => as(beganAuthorization, { url: '/integrations/github#state=x&code=y' }))
  if (path === '/github/authorizations/finish')
    return checked(authorizationAnswer, body, () => as(authorizationReply, authorization))
  return checked(webhooksToMake, body, (value) => {
    const { repositories } = value as { repositories: string[] }
    return as(webhooksMade, { results: repositories.map(resultOf), retry_after_seconds: null })
  })
}

const resultOf = (repository: string) =>
  repository === 'acme/checkout'
    ? {
        repository,
        outcome: 'refused',
        reason: 'The organisation lets in only applications that it approved.',
        remedy:
          'Ask an owner of the organisation to approve daytwo there (Settings, Third-party access), then try again.',
      }
    : { repository, outcome: 'connected', reason: null, remedy: null }
