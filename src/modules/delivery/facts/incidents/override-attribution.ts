/** A person's word on what caused an incident: it beats every rule, and taking it back lets the rules decide again. */
import type { z } from 'zod'
import { audit } from '#kernel/audit/index.ts'
import { type Context, requirePermission } from '#kernel/context/index.ts'
import type { Database, TenantTx } from '#kernel/database/index.ts'
import { invalidRequest, notFound, Problem } from '#kernel/errors/index.ts'
import type { EventLog } from '#kernel/events/index.ts'
import { derive, lockAttribution } from '../derive/derive.ts'
import type { attributionOverride, incidentRow } from '../schemas.ts'
import {
  countedDeployment,
  deleteOverride,
  type IncidentRow,
  readIncident,
  readOverride,
  writeOverride,
} from './queries.ts'
import { incidentReply } from './read-incidents.ts'

export type AttributionDeps = { readonly database: Database; readonly eventLog: EventLog }
type Reply = z.output<typeof incidentRow>

export async function overrideAttribution(
  { database, eventLog }: AttributionDeps,
  ctx: Context,
  incidentId: number,
  input: z.output<typeof attributionOverride>,
): Promise<Reply> {
  requirePermission(ctx, 'delivery:write')
  const { deployment_id: deploymentId, reason } = input
  return database.tenantTx(ctx, async (tx) => {
    const before = await lockedIncident(tx, ctx, incidentId)
    if (deploymentId !== null) await requireCounted(tx, ctx, deploymentId)
    const { tenantId } = tx
    await tx.run(writeOverride, { tenantId, incidentId, deploymentId, reason, actorName: ctx.actor.name })
    return settle(tx, ctx, eventLog, before, 'delivery.attribution-overridden')
  })
}

/** Does nothing where there is no override. */
export async function withdrawOverride(
  { database, eventLog }: AttributionDeps,
  ctx: Context,
  incidentId: number,
): Promise<Reply> {
  requirePermission(ctx, 'delivery:write')
  return database.tenantTx(ctx, async (tx) => {
    const before = await lockedIncident(tx, ctx, incidentId)
    if (!before.override) return incidentReply(before.incident)
    await tx.run(deleteOverride, { incidentId })
    return settle(tx, ctx, eventLog, before, 'delivery.attribution-override-withdrawn')
  })
}

export const noIncident = (id: number | string): Problem =>
  new Problem(notFound, `There is no incident ${String(id).slice(0, 20)}.`)

type Before = { incident: IncidentRow; override: Record<string, unknown> | null }

const streamsOf = (ctx: Context) => (ctx.streams ? [...ctx.streams] : null)

/** The incident as it is once nobody else is attributing. */
async function lockedIncident(tx: TenantTx, ctx: Context, id: number): Promise<Before> {
  await lockAttribution(tx)
  const incident = await tx.row(readIncident, { id, streams: streamsOf(ctx) })
  if (!incident) throw noIncident(id)
  return { incident, override: (await tx.row(readOverride, { incidentId: id })) ?? null }
}

async function requireCounted(tx: TenantTx, ctx: Context, id: number) {
  if (await tx.row(countedDeployment, { id, streams: streamsOf(ctx) })) return
  throw new Problem(invalidRequest, `No deployment ${id} counts here.`, {
    errors: [
      { pointer: '#/deployment_id', detail: 'expected the id of a deployment in GET /deployments, or null for none' },
    ],
  })
}

async function settle(
  tx: TenantTx,
  ctx: Context,
  eventLog: EventLog,
  { incident, override }: Before,
  action: string,
): Promise<Reply> {
  const { id, source, key } = incident
  await derive(tx, eventLog, [{ repositories: [], incidents: [{ source, key }] }])
  const after = (await tx.row(readIncident, { id, streams: null }))!
  await audit(tx, ctx, {
    action,
    subject: `incident:${id}`,
    before: { override, ...attributionOf(incident) },
    after: { override: (await tx.row(readOverride, { incidentId: id })) ?? null, ...attributionOf(after) },
  })
  return incidentReply(after)
}

const attributionOf = ({ deploymentId, method, confidence }: IncidentRow) => ({ deploymentId, method, confidence })
