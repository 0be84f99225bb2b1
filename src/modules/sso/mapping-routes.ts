import { z } from 'zod'
import type { Database } from '#kernel/database/index.ts'
import { contextOf, type Http } from '#kernel/http/index.ts'
import { addMapping, listMappings, removeMapping } from './mappings.ts'
import type { OidcProvider } from './provider.ts'
import type { Mapping } from './queries.ts'
import { mappingId, mappingList, mappingQuery, mappingReply, newMapping } from './schemas.ts'

export const mappingRoutes =
  (database: Database, provider: OidcProvider | undefined) =>
  (http: Http): void => {
    const tags = ['sso']

    http.get(
      '/oidc-mappings',
      {
        config: { permission: 'sso:read' },
        schema: {
          tags,
          summary: 'List what groups of the identity provider may do, newest mapping first',
          querystring: mappingQuery,
          response: { 200: mappingList },
        },
      },
      async (request) => {
        const { page, next } = await listMappings(database, contextOf(request), request.query)
        return {
          mappings: page.map(shown),
          provider: provider
            ? {
                label: provider.label,
                issuer: provider.issuer,
                client_id: provider.clientId,
                redirect_uri: provider.redirectUri,
                group_claim: provider.groupClaim,
                allowed_tenants: [...provider.allowedTenants],
              }
            : null,
          next_cursor: next,
        }
      },
    )

    http.post(
      '/oidc-mappings',
      {
        config: {
          permission: 'sso:write',
          idempotency: { none: 'a mapping is one by its group and target: the same again is the same mapping' },
        },
        schema: { tags, summary: 'Map a group to a role', body: newMapping, response: { 201: mappingReply } },
      },
      async (request, reply) => {
        const { platform_role: platformRole, tenant_id: tenantId, ...body } = request.body
        const mapping = await addMapping(database, contextOf(request), { ...body, platformRole, tenantId })
        return reply.status(201).send(shown(mapping))
      },
    )

    http.delete(
      '/oidc-mappings/:id',
      {
        config: { permission: 'sso:write' },
        schema: { tags, summary: 'Delete a mapping', params: mappingId, response: { 204: z.null() } },
      },
      async (request, reply) => {
        await removeMapping(database, contextOf(request), request.params.id)
        return reply.status(204).send(null)
      },
    )
  }

const shown = ({ platformRole, tenantId, tenantName, createdAt, ...mapping }: Mapping) => ({
  ...mapping,
  platform_role: platformRole,
  tenant_id: tenantId,
  tenant_name: tenantName,
  created_at: createdAt.toISOString(),
})
