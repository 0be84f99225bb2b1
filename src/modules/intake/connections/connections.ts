/** A tenant's own links to sources: an address and a secret each, rotated with overlap. */
import { audit } from '#kernel/audit/index.ts'
import { randomToken, uuidv7 } from '#kernel/clock/index.ts'
import { type Context, requirePermission } from '#kernel/context/index.ts'
import { seal, unseal } from '#kernel/crypto/index.ts'
import type { Database, TenantTx } from '#kernel/database/index.ts'
import { invalidRequest, notFound, Problem } from '#kernel/errors/index.ts'
import { sourceTaken, weakSecret } from '../problems.ts'
import type { SenderKind } from '../senders.ts'
import { maxSecretBytes, minSecretBytes, newSecret, secretKey } from '../standard-webhooks.ts'
import {
  disableConnection,
  insertConnection,
  listConnections,
  lockGitHubConnection,
  oldestGitHubConnection,
  rotateConnection,
} from './queries.ts'

const minTextBytes = 24

/** The secret is shown once, in this reply. */
export type MadeConnection = { readonly id: string; readonly secret: string }

/** The secret given, checked, or a new one. GitHub and Jira take any text, Standard Webhooks `whsec_` and base64. */
function strongSecret(kind: SenderKind, given: string | undefined): string {
  if (given === undefined) return kind === 'events' ? newSecret() : randomToken(32)
  if (kind !== 'events') return refuseShort(given, Buffer.byteLength(given), minTextBytes)
  const key = secretKey(given)
  if (!key || key.length > maxSecretBytes) {
    const errors = [
      { pointer: '#/secret', detail: `whsec_ and the base64 of ${minSecretBytes} to ${maxSecretBytes} bytes` },
    ]
    throw new Problem(invalidRequest, 'The secret has another form than Standard Webhooks gives it.', { errors })
  }
  return refuseShort(given, key.length, minSecretBytes)
}

function refuseShort(secret: string, bytes: number, atLeast: number): string {
  if (bytes >= atLeast) return secret
  const errors = [{ pointer: '#/secret', detail: `${bytes} bytes, need at least ${atLeast}` }]
  throw new Problem(weakSecret, 'A short secret can be guessed.', { errors })
}

export type NewConnection = {
  readonly source: SenderKind
  /** The name of a source of the kind `events`; undefined for the others. */
  readonly eventSource: string | undefined
  readonly name: string
  readonly secret: string | undefined
}

/** Throws `intake/source-taken` where the tenant has a connection of this event source. */
export async function createConnection(
  database: Database,
  key: Buffer,
  ctx: Context,
  { source, eventSource, name, secret: given }: NewConnection,
): Promise<MadeConnection> {
  requirePermission(ctx, 'connections:write')
  const secret = strongSecret(source, given)
  return database.tenantTx(ctx, (tx) => insert(tx, key, ctx, { source, eventSource, name, secret }))
}

async function insert(
  tx: TenantTx,
  key: Buffer,
  ctx: Context,
  { source, eventSource, name, secret }: NewConnection & { readonly secret: string },
): Promise<MadeConnection> {
  const id = uuidv7()
  const sealed = seal(key, secret, id)
  const row = { tenantId: ctx.tenantId, id, source, eventSource: eventSource ?? null, name, secret: sealed }
  if ((await tx.run(insertConnection, row)) === 0)
    throw new Problem(sourceTaken, `A connection receives events of ${eventSource} already.`)
  await audit(tx, ctx, {
    action: 'intake.connection-created',
    subject: `connection:${id}`,
    after: { source, name, ...(eventSource === undefined ? {} : { eventSource }) },
  })
  return { id, secret }
}

/** The tenant's oldest connection of GitHub; makes one when there is none. However many ask at once, it is the same for all. */
export async function ensureGitHubConnection(database: Database, key: Buffer, ctx: Context): Promise<MadeConnection> {
  requirePermission(ctx, 'connections:write')
  return database.tenantTx(ctx, async (tx) => {
    await tx.run(lockGitHubConnection, { tenantId: ctx.tenantId })
    const known = await tx.row(oldestGitHubConnection, undefined)
    if (known) return { id: known.id, secret: unseal(key, known.secret, known.id) }
    return insert(tx, key, ctx, {
      source: 'github',
      eventSource: undefined,
      name: 'GitHub repositories',
      secret: strongSecret('github', undefined),
    })
  })
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
  return database.tenantTx(ctx, async (tx) => {
    const { source } = await find(tx, id)
    const secret = strongSecret(source, input.secret)
    await tx.run(rotateConnection, { id, secret: seal(key, secret, id), hours: input.overlapHours })
    await audit(tx, ctx, {
      action: 'intake.connection-rotated',
      subject: `connection:${id}`,
      after: { overlapHours: input.overlapHours },
    })
    return { id, secret }
  })
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
