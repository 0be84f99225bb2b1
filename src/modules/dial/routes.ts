/** `/dial-allowances`. */
import { z } from 'zod'
import type { Database } from '#kernel/database/index.ts'
import { contextOf, type Http } from '#kernel/http/index.ts'
import { allow, endAllowance, listAllowances } from './allowances.ts'
import type { AllowanceRecord } from './queries.ts'
import { allowanceId, allowanceList, allowanceQuery, allowanceRow, newAllowance } from './schemas.ts'

type Deps = { readonly database: Database; readonly ofInstallation: readonly string[] }

const toReply = ({ id, tenantId, target, reason, createdAt, createdBy }: AllowanceRecord) => ({
  id,
  tenant_id: tenantId,
  target,
  reason,
  created_at: createdAt.toISOString(),
  created_by: createdBy,
})

export const allowanceRoutes =
  ({ database, ofInstallation }: Deps) =>
  (http: Http): void => {
    http.get(
      '/dial-allowances',
      {
        config: { permission: 'dial:read' },
        schema: {
          tags: ['dial'],
          summary: "Which private networks tenants' targets may be in",
          querystring: allowanceQuery,
          response: { 200: allowanceList },
        },
      },
      async (request) => ({
        allowances: (await listAllowances(database, contextOf(request), request.query.tenant_id)).map(toReply),
        of_installation: [...ofInstallation],
      }),
    )

    http.post(
      '/dial-allowances',
      {
        config: { permission: 'dial:write', idempotency: 'replay' },
        schema: {
          tags: ['dial'],
          summary: "Let a tenant's targets be in a private network",
          body: newAllowance,
          response: { 201: allowanceRow },
        },
      },
      async (request, reply) => {
        const { tenant_id: tenantId, target, reason } = request.body
        const made = await allow(database, contextOf(request), { tenantId, target, reason })
        return reply.status(201).send(toReply(made))
      },
    )

    http.delete(
      '/dial-allowances/:id',
      {
        config: { permission: 'dial:write' },
        schema: { tags: ['dial'], summary: 'Allow it no longer', params: allowanceId, response: { 204: z.null() } },
      },
      async (request, reply) => {
        await endAllowance(database, contextOf(request), request.params.id)
        return reply.status(204).send(null)
      },
    )
  }
