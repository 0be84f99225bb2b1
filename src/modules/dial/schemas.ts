/** Requests and replies of the allowances; shared with the console. */
import { z } from 'zod'

export const allowanceRow = z.object({
  id: z.string(),
  tenant_id: z.string(),
  target: z.string().describe('A network, an address or a host name, each with or without a port.'),
  reason: z.string(),
  created_at: z.iso.datetime(),
  created_by: z.string(),
})
export const allowanceList = z.object({
  allowances: z.array(allowanceRow),
  of_installation: z.array(z.string()).describe('What DIAL_ALLOW opens for everybody.'),
})
export const allowanceQuery = z.strictObject({ tenant_id: z.uuid().optional() })
export const newAllowance = z.strictObject({
  tenant_id: z.uuid().describe('Whose targets may be there.'),
  target: z.string().trim().min(1).max(300),
  reason: z.string().trim().min(5).max(1000).describe('Why, for whoever reads the audit.'),
})
export const allowanceId = z.strictObject({ id: z.uuid() })
