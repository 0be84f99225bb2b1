/** API keys: shown once, stored hashed, scoped, ended in every process within a second. */

import { audit } from '#kernel/audit/index.ts'
import { randomToken, uuidv7 } from '#kernel/clock/index.ts'
import { type Context, may, requirePermission } from '#kernel/context/index.ts'
import { sha256 } from '#kernel/crypto/index.ts'
import type { Database, TenantTx } from '#kernel/database/index.ts'
import { forbidden, invalidRequest, notFound, Problem } from '#kernel/errors/index.ts'
import { endKey, insertKey, keyById } from './queries.ts'

export const keyShape = /^d2_[A-Za-z0-9_-]{43}$/
const prefixLength = 9
export const hashKey = (key: string): Buffer => sha256(key)

export type NewKey = {
  readonly name: string
  readonly scopes: readonly string[]
  readonly streams?: readonly string[] | undefined
  readonly expiresInDays?: number | undefined
}
export type CreatedKey = { readonly id: string; readonly key: string }

/** Makes a key. Nobody can give away more than they hold: neither a scope nor a stream. */
export async function createApiKey(
  database: Database,
  ctx: Context,
  knownScopes: readonly string[],
  input: NewKey,
): Promise<CreatedKey> {
  requirePermission(ctx, 'keys:write')
  const unknown = input.scopes.findIndex((scope) => scope !== '*' && !knownScopes.includes(scope))
  if (unknown >= 0) {
    const detail = `unknown scope "${input.scopes[unknown]}"; known: ${knownScopes.join(', ')}`
    throw new Problem(invalidRequest, 'A scope does not exist.', {
      errors: [{ pointer: `#/scopes/${unknown}`, detail }],
    })
  }
  for (const scope of input.scopes)
    if (!may(ctx, scope))
      throw new Problem(forbidden, `A key cannot be given the scope ${scope}, which you do not have.`)
  if (!covers(ctx, input.streams)) throw new Problem(forbidden, 'A key cannot be given streams that you may not see.')
  return database.tenantTx(ctx, async (tx) => {
    const { after, ...created } = await insert(tx, ctx, input)
    await audit(tx, ctx, { action: 'access.key-created', subject: `api_key:${created.id}`, after })
    return created
  })
}

/** Whether the caller may see all these streams; undefined is every stream there is. */
const covers = ({ streams: own }: Context, streams: readonly string[] | undefined) =>
  own === undefined || (streams?.every((stream) => own.has(stream)) ?? false)

async function insert(tx: TenantTx, ctx: Context, input: NewKey) {
  const id = uuidv7()
  const key = `d2_${randomToken(32)}`
  const prefix = key.slice(0, prefixLength)
  const streams = input.streams ? [...input.streams] : null
  await tx.run(insertKey, {
    tenantId: ctx.tenantId,
    id,
    name: input.name,
    prefix,
    hash: hashKey(key),
    scopes: [...input.scopes],
    streams,
    days: input.expiresInDays ?? null,
  })
  const after = { name: input.name, prefix, scopes: input.scopes, streams, expiresInDays: input.expiresInDays ?? null }
  return { id, key, after }
}

export async function revokeApiKey(database: Database, ctx: Context, id: string): Promise<void> {
  requirePermission(ctx, 'keys:write')
  await database.tenantTx(ctx, async (tx) => {
    const before = await find(tx, id)
    if (before.revokedAt) return
    await tx.run(endKey, { id, hours: 0 })
    await audit(tx, ctx, {
      action: 'access.key-revoked',
      subject: `api_key:${id}`,
      before: { name: before.name, prefix: before.prefix },
    })
  })
}

/**
 * A new key with the same rights and the same time to live, counted from now; the old one works for `overlapHours` more. As with
 * a new key, nobody gets more than they hold.
 */
export async function rotateApiKey(
  database: Database,
  ctx: Context,
  id: string,
  overlapHours: number,
): Promise<CreatedKey> {
  requirePermission(ctx, 'keys:write')
  return database.tenantTx(ctx, async (tx) => {
    const old = await find(tx, id)
    if (old.revokedAt) throw new Problem(notFound, 'The key is revoked; make a new one.')
    if (old.expired) throw new Problem(notFound, 'The key has expired; make a new one.')
    for (const scope of old.scopes)
      if (!may(ctx, scope))
        throw new Problem(forbidden, `You cannot rotate a key with the scope ${scope}, which you do not have.`)
    const streams = old.streams ?? undefined
    if (!covers(ctx, streams)) throw new Problem(forbidden, 'You cannot rotate a key for streams that you may not see.')
    const ended = await tx.row(endKey, { id, hours: overlapHours })
    if (!ended) throw new Problem(notFound, 'The key was revoked meanwhile; make a new one.')
    const { name, prefix, scopes, expiresAt, lifeDays } = old
    const { after, ...created } = await insert(tx, ctx, { name, scopes, streams, expiresInDays: lifeDays ?? undefined })
    await audit(tx, ctx, {
      action: 'access.key-replaced',
      subject: `api_key:${id}`,
      before: { name, prefix, expiresAt },
      after: { replacedBy: created.id, overlapHours, endsAt: ended.endsAt },
    })
    await audit(tx, ctx, {
      action: 'access.key-rotated',
      subject: `api_key:${created.id}`,
      before: { id, prefix },
      after,
    })
    return created
  })
}

async function find(tx: TenantTx, id: string) {
  const key = await tx.row(keyById, { id })
  if (!key) throw new Problem(notFound, 'No key has this id.')
  return key
}
