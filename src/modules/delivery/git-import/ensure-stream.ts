/** The delivery stream that an imported repository belongs to. */
import { audit } from '#kernel/audit/index.ts'
import type { Context } from '#kernel/context/index.ts'
import type { TenantTx } from '#kernel/database/index.ts'
import { invalidRequest, Problem } from '#kernel/errors/index.ts'
import { streamId } from '../facts/schemas.ts'
import { insertStream } from '../facts/streams/queries.ts'
import { slug } from './names.ts'
import { insertStreamSource, streamOfRepository } from './queries.ts'

/**
 * Makes sure that a stream has the repository and returns its id: the stream asked for, else the one that has it already,
 * else one named after the folder.
 */
export async function ensureStream(
  tx: TenantTx,
  ctx: Context,
  input: { repository: string; stream: string | undefined; folderName: string },
): Promise<string> {
  const { repository, folderName } = input
  if (input.stream === undefined) {
    const owner = await tx.row(streamOfRepository, { repository })
    if (owner) return owner.id
  }
  const id = input.stream ?? slug(folderName)
  const { tenantId } = ctx
  const name = input.stream ?? (folderName.slice(0, 200) || id)
  const made = await tx.run(insertStream, { tenantId, id, kind: 'delivery', name })
  const added = await tx.run(insertStreamSource, { tenantId, repository, stream: id })
  const subject = `stream:${id}`
  const after = { repository }
  if (made > 0)
    await audit(tx, ctx, { action: 'delivery.stream-created', subject, after: { kind: 'delivery', name, ...after } })
  else if (added > 0) await audit(tx, ctx, { action: 'delivery.stream-changed', subject, after })
  return id
}

/** Throws unless a stream may have this id. */
export function checkStreamId(id: string): void {
  const parsed = streamId.safeParse(id)
  if (parsed.success) return
  const errors = parsed.error.issues.map((issue) => ({ pointer: '/stream', detail: issue.message }))
  throw new Problem(invalidRequest, `"${id}" cannot be the id of a stream.`, { errors })
}
