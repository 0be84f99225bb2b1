/**
 * What a caller with a key may say directly. It becomes an event of the source `api` and goes the way of all events: written
 * down first, then understood by a processor, with lineage, and again from the queue if need be.
 */
import { AsyncLocalStorage } from 'node:async_hooks'
import type { z } from 'zod'
import { type Context, requirePermission } from '#kernel/context/index.ts'
import { sha256 } from '#kernel/crypto/index.ts'
import type { Database, TenantTx } from '#kernel/database/index.ts'
import type { GroupCommit } from './group-commit.ts'
import { eventByDelivery } from './queries.ts'
import type { submitted } from './schemas.ts'

type Body = z.ZodType<Record<string, unknown>>

/** Declared by the module that understands it. */
export type Submission<S extends Body = Body> = {
  /** Below `/api/v1`. */
  readonly path: `/${string}`
  readonly tag: string
  readonly summary: string
  readonly body: S
  /** Throws `forbidden` when this caller may not say this. */
  authorize(tx: TenantTx, ctx: Context, body: z.output<S>): Promise<void>
  /** The payload as a webhook of a generic source would send it. */
  toEvent(body: z.output<S>): { readonly type: string; readonly data: object }
}

/** Forgets the body's type, which the route has checked. */
export const defineSubmission = <S extends Body>(submission: Submission<S>): Submission =>
  submission as unknown as Submission

type Deps = { readonly database: Database; readonly groupCommit: GroupCommit }
const source = 'api'

/** A flush is everybody's: it must not run in the context of the one request that set it off. */
const outsideRequests = AsyncLocalStorage.snapshot()

/**
 * Stores what was said. The same content is the same event: its delivery id is a digest of what was said and of
 * `idempotencyKey`, so a repeated request changes nothing, and another content is never swallowed.
 */
export async function submit(
  { database, groupCommit }: Deps,
  ctx: Context,
  submission: Submission,
  input: { body: Record<string, unknown>; requestId: string; idempotencyKey: string | undefined },
): Promise<z.output<typeof submitted>> {
  requirePermission(ctx, 'events:write')
  await database.tenantTx(ctx, (tx) => submission.authorize(tx, ctx, input.body))
  const { type, data } = submission.toEvent(input.body)
  const digest = sha256(JSON.stringify([type, data, input.idempotencyKey ?? null])).toString('hex')
  const deliveryId = `sha256:${digest}`
  const received = {
    tenantId: ctx.tenantId,
    source,
    type,
    deliveryId,
    connectionId: null,
    contentType: 'application/json',
    requestId: input.requestId,
    origin: null,
    body: Buffer.from(JSON.stringify({ type, data, reported_by: `${ctx.actor.type}:${ctx.actor.id}` })),
  }
  await outsideRequests(() => groupCommit.accept(received))
  const stored = await database.tenantTx(ctx, (tx) => tx.row(eventByDelivery, { source, deliveryId }))
  if (!stored) throw new Error(`the event ${deliveryId} was stored and is not there`)
  return {
    accepted: true,
    delivery_id: deliveryId,
    event_id: stored.id,
    duplicate: stored.requestId !== input.requestId,
  }
}
