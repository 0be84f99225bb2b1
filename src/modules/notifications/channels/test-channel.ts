/** Sends a test now, and tells what the other side answered. */
import { audit } from '#kernel/audit/index.ts'
import { now, randomId } from '#kernel/clock/index.ts'
import { type Context, requirePermission } from '#kernel/context/index.ts'
import type { Message } from '../message.ts'
import { type Step, shorten } from '../providers/provider.ts'
import { noteAnswer } from '../queries.ts'
import { find } from './change-channels.ts'
import type { Deps } from './deps.ts'
import { openSecrets } from './secrets.ts'

export type Tested = { readonly ok: boolean; readonly steps: readonly (Step & { readonly ok: boolean })[] }

/** Beyond this the request itself would be given up. */
const testMs = 25_000

/** A channel that is off is tested too. What fails is the result and no error: the other side's answer is what was asked for. */
export async function testChannel(deps: Deps, ctx: Context, id: string): Promise<Tested> {
  requirePermission(ctx, 'notifications:write')
  const { database, key, providers, pages } = deps
  const { tenantId } = ctx
  const { kind, target, secret, name } = await database.tenantTx(ctx, (tx) => find(tx, id))
  const steps: (Step & { ok: boolean })[] = []
  const failure = await within(
    providers[kind].test(
      { id, tenantId, target, secret: openSecrets(key, id, secret) },
      testMessage(name, ctx.actor.name, pages),
      (step) => steps.push({ ...step, ok: true }),
    ),
  ).then(
    () => null,
    (error: unknown) => shorten(error instanceof Error ? error.message : String(error)),
  )
  if (failure !== null) steps.push({ what: 'answer', ok: false, answer: failure })
  await database.tenantTx(ctx, async (tx) => {
    await tx.run(noteAnswer, { tenantId, id, failure })
    await audit(tx, ctx, {
      action: 'notifications.channel-tested',
      subject: `notification_channel:${id}`,
      after: { name, ok: failure === null },
    })
  })
  return { ok: failure === null, steps }
}

function testMessage(channel: string, by: string, pages: Deps['pages']): Message {
  const id = randomId()
  return {
    key: randomId(),
    change: 'raised',
    alert: {
      id,
      condition: 'test_of_notifications',
      subject: channel,
      severity: 'LOW',
      detail: `${by} tries this channel. Nothing is wrong, and nothing is to be done.`,
      value: 0,
      threshold: 0,
      raisedAt: now(),
      resolvedAt: null,
    },
    url: pages.alert(''),
    runbookUrl: pages.runbook('notifications'),
    writtenAt: now(),
  }
}

async function within(work: Promise<void>): Promise<void> {
  const { promise: late, reject } = Promise.withResolvers<never>()
  const timer = setTimeout(() => reject(new Error(`No answer within ${testMs / 1000} s.`)), testMs)
  return Promise.race([work, late]).finally(() => clearTimeout(timer))
}
