import { z } from 'zod'
import { type Context, noTenantId } from '#kernel/context/index.ts'
import type { Database } from '#kernel/database/index.ts'
import { contextOf, type Http } from '#kernel/http/index.ts'
import type { Permission } from '#kernel/module.ts'
import { defaultLimit, pageOf } from '#kernel/paging/index.ts'
import type { TenantsPort } from '#modules/tenants/index.ts'
import { createApiKey, revokeApiKey, rotateApiKey } from './api-keys.ts'
import type { PeopleOfAccess } from './authenticate.ts'
import { pageOfKeys } from './queries.ts'
import { createdKey, keyId, keyList, keyQuery, newKey, rotation, sessionReply } from './schemas.ts'

type Deps = {
  database: Database
  tenants: TenantsPort
  people: PeopleOfAccess
  permissions: readonly Permission[]
}

export const accessRoutes =
  ({ database, tenants, people, permissions }: Deps) =>
  (http: Http): void => {
    const write = { permission: 'keys:write' }

    /** Of a person, where they can be; a key has only its tenant. */
    async function whoIs({ actor }: Context) {
      if (actor.type !== 'person') return { person: undefined, memberships: [] }
      const [person, all] = await Promise.all([
        database.platformTx('who is signed in', (tx) => people.byId(tx, actor.id)),
        tenants.membershipsOf(actor.id),
      ])
      return { person, memberships: all.filter(({ status }) => status === 'active') }
    }

    http.get(
      '/api-keys',
      {
        config: write,
        schema: {
          tags: ['access'],
          summary: 'List API keys, newest first',
          querystring: keyQuery,
          response: { 200: keyList },
        },
      },
      async (request) => {
        const { cursor, limit = defaultLimit } = request.query
        const wanted = { before: cursor ?? null, limit: limit + 1 }
        const rows = await database.tenantTx(contextOf(request), (tx) => tx.rows(pageOfKeys, wanted))
        const { page, next } = pageOf(rows, limit, ({ id }) => id)
        return {
          keys: page.map(({ createdAt, expiresAt, lastUsedAt, revokedAt, ...key }) => ({
            ...key,
            created_at: createdAt.toISOString(),
            expires_at: expiresAt?.toISOString() ?? null,
            last_used_at: lastUsedAt?.toISOString() ?? null,
            revoked_at: revokedAt?.toISOString() ?? null,
          })),
          scopes: [...permissions],
          next_cursor: next,
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
        const own = ctx.tenantId === noTenantId ? undefined : await tenants.own(ctx)
        const { person, memberships } = await whoIs(ctx)
        const here = memberships.find(({ id }) => id === own?.id)
        return {
          actor: { type: ctx.actor.type, name: ctx.actor.name },
          person: person ? { id: person.id, email: person.email, name: person.name } : null,
          tenant: own
            ? {
                id: own.id,
                name: own.name,
                time_zone: own.timeZone,
                role: here?.role ?? null,
                support: here?.support ?? false,
              }
            : null,
          tenants: memberships.map(({ id, name, role }) => ({ id, name, role })),
          platform_role: person?.platformRole ?? null,
          second_factor_required: person ? await people.isDue(person, ctx.sessionId) : false,
          permissions: [...ctx.permissions],
        }
      },
    )
  }
