/** A tenant's own links to sources: an address and a secret each, rotated with overlap. */
import { audit } from '#kernel/audit/index.ts'
import { randomToken, uuidv7 } from '#kernel/clock/index.ts'
import { type Context, requirePermission } from '#kernel/context/index.ts'
import { seal } from '#kernel/crypto/index.ts'
import type { Database, TenantTx } from '#kernel/database/index.ts'
import { notFound, Problem } from '#kernel/errors/index.ts'
import { weakSecret } from '../problems.ts'
import { disableConnection, insertConnection, listConnections, rotateConnection } from './queries.ts'

const minSecretBytes = 24

/** The secret is shown once, in this reply. */
export type MadeConnection = { readonly id: string; readonly secret: string }

function strongSecret(given: string | undefined): string {
  const secret = given ?? randomToken(32)
  const bytes = Buffer.byteLength(secret)
  if (bytes >= minSecretBytes) return secret
  const errors = [{ pointer: '#/secret', detail: `${bytes} bytes, need at least ${minSecretBytes}` }]
  throw new Problem(weakSecret, 'A short secret can be guessed.', { errors })
}

export async function createConnection(
  database: Database,
  key: Buffer,
  ctx: Context,
  input: { source: 'github' | 'jira'; name: string; secret?: string | undefined },
): Promise<MadeConnection> {
  requirePermission(ctx, 'connections:write')
  const secret = strongSecret(input.secret)
  const id = uuidv7()
  await database.tenantTx(ctx, async (tx) => {
    const sealed = seal(key, secret, id)
    await tx.run(insertConnection, {
      tenantId: ctx.tenantId,
      id,
      source: input.source,
      name: input.name,
      secret: sealed,
    })
    await audit(tx, ctx, {
      action: 'intake.connection-created',
      subject: `connection:${id}`,
      after: { source: input.source, name: input.name },
    })
  })
  return { id, secret }
}

/** A new secret; the old one is accepted for `overlapHours` more. */
export async function rotateConnectionSecret(
  database: Database,
  key: Buffer,
  ctx: Context,
  id: string,
  input: { secret?: string | undefined; overlapHours: number },
): Promise<MadeConnection> {
  requirePermission(ctx, 'connections:write')
  const secret = strongSecret(input.secret)
  await database.tenantTx(ctx, async (tx) => {
    await find(tx, id)
    await tx.run(rotateConnection, { id, secret: seal(key, secret, id), hours: input.overlapHours })
    await audit(tx, ctx, {
      action: 'intake.connection-rotated',
      subject: `connection:${id}`,
      after: { overlapHours: input.overlapHours },
    })
  })
  return { id, secret }
}

export async function removeConnection(database: Database, ctx: Context, id: string): Promise<void> {
  requirePermission(ctx, 'connections:write')
  await database.tenantTx(ctx, async (tx) => {
    const before = await find(tx, id)
    await tx.run(disableConnection, { id })
    await audit(tx, ctx, {
      action: 'intake.connection-removed',
      subject: `connection:${id}`,
      before: { source: before.source, name: before.name },
    })
  })
}

async function find(tx: TenantTx, id: string) {
  const connection = await tx.row(listConnections, { id })
  if (!connection || connection.disabledAt) throw new Problem(notFound, 'No connection has this id.')
  return connection
}
