/** Requests about the private networks that tenants' targets may be in. */
import { queryOptions } from '@tanstack/react-query'
import type { z } from 'zod'
import { allowanceList, type allowanceRow } from '#modules/dial/schemas.ts'
import { call } from '~/api/client.ts'

export type Allowance = z.output<typeof allowanceRow>

/** Of one tenant, or of all. */
export const allowancesQuery = (tenantId?: string) =>
  queryOptions({
    queryKey: ['dial-allowances', tenantId ?? 'all'],
    queryFn: ({ signal }) => call(allowanceList, '/dial-allowances', { query: { tenant_id: tenantId }, signal }),
  })
