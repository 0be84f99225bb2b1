/** Channels are made, changed and removed by whoever administers the tenant. */

import type { z } from 'zod'
import { audit } from '#kernel/audit/index.ts'
import { uuidv7 } from '#kernel/clock/index.ts'
import { type Context, requirePermission } from '#kernel/context/index.ts'
import type { TenantTx } from '#kernel/database/index.ts'
import { invalidRequest, notFound, Problem } from '#kernel/errors/index.ts'
import { hastenChannel, reviveSkipped } from '../plan-queries.ts'
import { policyOf } from '../providers/outward.ts'
import {
  type ChannelRecord,
  channelById,
  insertChannel,
  lockChannel,
  removeChannel as removeRow,
  updateChannel,
} from '../queries.ts'
import type { channelChange, newChannel, quietHours } from '../schemas.ts'
import type { Deps } from './deps.ts'
import { type Fields, type Kind, newSigningSecret, refuseFaults, store } from './fields.ts'
import { openSecrets, sealSecrets } from './secrets.ts'

type Quiet = z.output<typeof quietHours> | null

const everyDay = [1, 2, 3, 4, 5, 6, 7]
const quietColumns = (quiet: Quiet) => ({
  quietFrom: quiet?.from ?? null,
  quietTo: quiet?.to ?? null,
  quietDays: quiet ? quiet.days.toSorted() : everyDay,
  quietLetsThrough: quiet?.lets_through ?? null,
})

/** What the audit says of a channel: nothing that is secret. */
const told = ({ name, target, minimumSeverity, quietFrom, quietTo, enabled }: Omit<ChannelRecord, 'id'>) => ({
  name,
  target,
  minimumSeverity,
  quiet: quietFrom === null ? null : `${quietFrom}–${quietTo}`,
  enabled,
})

/** An address is checked when it is given; each time it is used, the dial checks it again. */
async function checkUrl({ dial, plain, slackHosts }: Deps, ctx: Context, kind: Kind, { url }: Fields) {
  if (url === undefined) return
  await dial.checkTarget(url, policyOf(ctx.tenantId, plain), '#/url')
  if (kind !== 'slack_webhook' || slackHosts.includes(new URL(url).host)) return
  const detail = `expected an address of ${slackHosts.join(' or ')}; other systems take the kind webhook`
  throw new Problem(invalidRequest, 'This is no address of a Slack webhook.', {
    errors: [{ pointer: '#/url', detail, code: 'host' }],
  })
}

export async function createChannel(
  deps: Deps,
  ctx: Context,
  input: z.output<typeof newChannel>,
): Promise<{ channel: ChannelRecord; secret: string | null }> {
  requirePermission(ctx, 'notifications:write')
  const { kind, name, minimum_severity: minimumSeverity, quiet, enabled, ...given } = input
  refuseFaults(kind, given, true)
  await checkUrl(deps, ctx, kind, given)
  const made = kind === 'webhook' && given.secret === undefined ? newSigningSecret() : null
  const stored = store(kind, made === null ? given : { ...given, secret: made })
  const id = uuidv7()
  const values = {
    name,
    target: stored.target,
    secret: sealSecrets(deps.key, id, stored.secret),
    secretHint: stored.hint,
    minimumSeverity,
    ...quietColumns(quiet),
    enabled,
  }
  const channel = await deps.database.tenantTx(ctx, async (tx) => {
    await tx.run(insertChannel, { tenantId: tx.tenantId, id, kind, ...values })
    const row = (await tx.row(channelById, { id }))!
    await audit(tx, ctx, {
      action: 'notifications.channel-created',
      subject: `notification_channel:${id}`,
      after: { kind, ...told(row) },
    })
    return row
  })
  return { channel, secret: made }
}

export async function changeChannel(
  deps: Deps,
  ctx: Context,
  id: string,
  input: z.output<typeof channelChange>,
): Promise<ChannelRecord> {
  requirePermission(ctx, 'notifications:write')
  const { name, minimum_severity: minimumSeverity, quiet, enabled, ...given } = input
  const { kind } = await deps.database.tenantTx(ctx, (tx) => find(tx, id))
  refuseFaults(kind, given, false)
  await checkUrl(deps, ctx, kind, given)
  return deps.database.tenantTx(ctx, async (tx) => {
    const before = await tx.row(lockChannel, { id })
    if (!before) throw new Problem(notFound, 'No channel has this id.')
    const secret = openSecrets(deps.key, id, before.secret)
    const stored = store(kind, given, { target: before.target, secret, hint: before.secretHint })
    const { tenantId } = tx
    await tx.run(updateChannel, {
      ...before,
      tenantId,
      name: name ?? before.name,
      target: stored.target,
      secret: sealSecrets(deps.key, id, stored.secret),
      secretHint: stored.hint,
      minimumSeverity: minimumSeverity ?? before.minimumSeverity,
      ...(quiet === undefined ? {} : quietColumns(quiet)),
      enabled: enabled ?? before.enabled,
    })
    await tx.run(hastenChannel, { tenantId, channelId: id })
    await tx.run(reviveSkipped, { tenantId, alertIds: null, channelId: id })
    const row = (await tx.row(channelById, { id }))!
    const secretChanged = ['token', 'url', 'routing_key', 'secret'].some((field) => given[field as keyof typeof given])
    await audit(tx, ctx, {
      action: 'notifications.channel-changed',
      subject: `notification_channel:${id}`,
      before: told(before),
      after: { ...told(row), ...(secretChanged ? { secret: 'changed' } : {}) },
    })
    return row
  })
}

export async function removeChannel({ database }: Deps, ctx: Context, id: string): Promise<void> {
  requirePermission(ctx, 'notifications:write')
  await database.tenantTx(ctx, async (tx) => {
    const before = await tx.row(lockChannel, { id })
    if (!before) throw new Problem(notFound, 'No channel has this id.')
    const { tenantId } = tx
    await tx.run(removeRow, { tenantId, id })
    await tx.run(hastenChannel, { tenantId, channelId: id })
    await audit(tx, ctx, {
      action: 'notifications.channel-removed',
      subject: `notification_channel:${id}`,
      before: { kind: before.kind, ...told(before) },
    })
  })
}

export async function find(tx: TenantTx, id: string): Promise<ChannelRecord> {
  const channel = await tx.row(channelById, { id })
  if (!channel) throw new Problem(notFound, 'No channel has this id.')
  return channel
}
