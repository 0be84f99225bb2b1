/** Which stream a caller asks about, and whether it may: one rule for every read of delivery. */
import { z } from 'zod'
import type { Context } from '#kernel/context/index.ts'
import type { TenantTx } from '#kernel/database/index.ts'
import { forbidden, invalidRequest, notFound, Problem } from '#kernel/errors/index.ts'
import { sql, statement } from '#kernel/sql/index.ts'

export type StreamKind = 'delivery' | 'tech'

/** `?stream=` and `?tech_stream=`: two ways to name one stream. */
export type StreamQuery = { readonly stream?: string | undefined; readonly tech_stream?: string | undefined }

/**
 * The stream asked for, or `all` where none is. A key limited to some streams must name one of them; anything else is
 * `forbidden`, whether or not such a stream exists. Naming both kinds at once is an invalid request.
 */
export function requireStream(ctx: Context, requested: StreamQuery | string | undefined): string {
  const { stream, tech_stream: tech } = typeof requested === 'object' ? requested : { stream: requested }
  if (stream !== undefined && tech !== undefined)
    throw new Problem(invalidRequest, 'Ask for a delivery stream or a tech stream, not both.', {
      errors: [{ pointer: 'query/tech_stream', detail: 'leave out one of stream and tech_stream' }],
    })
  const asked = tech ?? stream ?? 'all'
  if (ctx.streams && !ctx.streams.has(asked)) {
    const allowed = [...ctx.streams].sort().join(', ') || 'none'
    throw new Problem(
      forbidden,
      `${ctx.actor.name} is limited to streams (${allowed}); name one of them with ?stream=.`,
    )
  }
  return asked
}

/** The kind of stream that a query names; undefined where either will do. */
export const kindAsked = ({ stream, tech_stream: tech }: StreamQuery): StreamKind | undefined =>
  tech !== undefined ? 'tech' : stream !== undefined ? 'delivery' : undefined

const findStream = statement({
  name: 'delivery.find-stream',
  row: z.object({ kind: z.enum(['delivery', 'tech']) }),
  sample: { id: '' },
  sql: ({ id }: { id: string }) => sql`select s.kind as "kind" from stream s where s.id = ${id}::text`,
})

/** Throws `not-found` unless the tenant has the stream, of this kind if one is given. `all` is always known. */
export async function knownStream(tx: TenantTx, id: string, kind?: StreamKind): Promise<void> {
  if (id === 'all') return
  const found = await tx.row(findStream, { id })
  if (!found || (kind !== undefined && found.kind !== kind))
    throw new Problem(notFound, `There is no ${kind === undefined ? '' : `${kind} `}stream "${id.slice(0, 63)}".`)
}
