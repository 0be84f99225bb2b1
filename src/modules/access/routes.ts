import { z } from 'zod'
import type { Database } from '#kernel/database/index.ts'
import { contextOf, type Http } from '#kernel/http/index.ts'
import type { Permission } from '#kernel/module.ts'
import type { TenantsPort } from '#modules/tenants/index.ts'
import { createApiKey, revokeApiKey, rotateApiKey } from './api-keys.ts'
import { listKeys } from './queries.ts'
import { createdKey, keyId, keyList, newKey, rotation, sessionReply } from './schemas.ts'
import { closeSession, openSession, sessionCookie, sessionHours } from './sessions.ts'

type Deps = { database: Database; tenants: TenantsPort; permissions: readonly Permission[]; secureCookies: boolean }

export const accessRoutes =
  ({ database, tenants, permissions }: Deps) =>
  (http: Http): void => {
    const write = { permission: 'keys:write' }

    http.get(
      '/api-keys',
      { config: write, schema: { tags: ['access'], summary: 'List API keys', response: { 200: keyList } } },
      async (request) => {
        const keys = await database.tenantTx(contextOf(request), (tx) => tx.rows(listKeys, { id: null }))
        return {
          keys: keys.map(({ createdAt, expiresAt, lastUsedAt, revokedAt, ...key }) => ({
            ...key,
            created_at: createdAt.toISOString(),
            expires_at: expiresAt?.toISOString() ?? null,
            last_used_at: lastUsedAt?.toISOString() ?? null,
            revoked_at: revokedAt?.toISOString() ?? null,
          })),
          scopes: [...permissions],
        }
      },
    )

    http.post(
      '/api-keys',
      {
        config: { ...write, idempotency: 'secret' },
        schema: { tags: ['access'], summary: 'Create an API key', body: newKey, response: { 201: createdKey } },
      },
      async (request, reply) => {
        const { expires_in_days: expiresInDays, ...body } = request.body
        const known = permissions.map(({ name }) => name)
        const created = await createApiKey(database, contextOf(request), known, { ...body, expiresInDays })
        return reply.status(201).send(created)
      },
    )

    http.delete(
      '/api-keys/:id',
      {
        config: write,
        schema: { tags: ['access'], summary: 'Revoke an API key', params: keyId, response: { 204: z.null() } },
      },
      async (request, reply) => {
        await revokeApiKey(database, contextOf(request), request.params.id)
        return reply.status(204).send(null)
      },
    )

    http.post(
      '/api-keys/:id/rotate',
      {
        config: { ...write, idempotency: 'secret' },
        schema: {
          tags: ['access'],
          summary: 'Replace an API key, with overlap',
          params: keyId,
          body: rotation,
          response: { 201: createdKey },
        },
      },
      async (request, reply) => {
        const created = await rotateApiKey(database, contextOf(request), request.params.id, request.body.overlap_hours)
        return reply.status(201).send(created)
      },
    )

    http.get(
      '/session',
      {
        config: { permission: 'session:read' },
        schema: { tags: ['access'], summary: 'Who am I', response: { 200: sessionReply } },
      },
      async (request) => {
        const ctx = contextOf(request)
        const { id, name, timeZone } = await tenants.own(ctx)
        return {
          tenant: { id, name, time_zone: timeZone },
          actor: { type: ctx.actor.type, name: ctx.actor.name },
          permissions: [...ctx.permissions],
        }
      },
    )
  }

/** `/auth/*`: opening a session with the one-time URL, and closing it. */
export const authRoutes =
  ({ database, secureCookies }: Deps) =>
  (http: Http): void => {
    const cookie = { path: '/', httpOnly: true, sameSite: 'lax' as const, secure: secureCookies }
    const token = z.strictObject({ token: z.string().min(20).max(200) })

    // A link preview must not spend the token, so opening is a POST that the page makes by itself.
    http.get(
      '/auth/setup',
      { config: { public: 'the token is the credential' }, schema: { hide: true, querystring: token } },
      (_, reply) =>
        reply.header('content-security-policy', setupPolicy).type('text/html; charset=utf-8').send(setupPage),
    )
    http.post(
      '/auth/setup',
      { config: { public: 'the token is the credential', limit: 'sign-in' }, schema: { hide: true, body: token } },
      async (request, reply) => {
        const secret = await openSession(database, request.body.token)
        return reply
          .setCookie(sessionCookie, secret, { ...cookie, maxAge: sessionHours * 3600 })
          .status(204)
          .send()
      },
    )
    http.post(
      '/auth/sign-out',
      {
        config: { permission: 'session:read', idempotency: { none: 'ending a session twice is ending it' } },
        schema: { hide: true },
      },
      async (request, reply) => {
        await closeSession(database, contextOf(request))
        return reply.clearCookie(sessionCookie, cookie).status(204).send()
      },
    )
    http.get('/auth/setup.js', { config: { public: 'a script without data' }, schema: { hide: true } }, (_, reply) =>
      reply.type('text/javascript; charset=utf-8').send(setupScript),
    )
  }

const setupPolicy =
  "default-src 'none'; script-src 'self'; connect-src 'self'; base-uri 'none'; form-action 'none'; frame-ancestors 'none'"
const setupPage = `<!doctype html><html lang="en"><meta charset="utf-8"><meta name="viewport" content="width=device-width">
<title>daytwo — set up</title><main><h1>Opening the console …</h1><p id="state">One moment.</p></main><script type="module" src="/auth/setup.js"></script></html>`

const setupScript = `
const token = new URLSearchParams(location.search).get('token')
const answer = await fetch('/auth/setup', { method: 'POST', headers: { 'content-type': 'application/json' }, body: JSON.stringify({ token }) })
if (answer.ok) location.replace('/')
else {
  const problem = await answer.json().catch(() => ({ title: 'The console could not be opened', detail: '' }))
  document.querySelector('h1').textContent = problem.title
  document.querySelector('#state').textContent = problem.detail + ' Run "bin/daytwo setup:url" for a new link.'
}`
