/** A payload for a person to look at; whoever looks at a damaged event must see the rest of it all the same. */
import type { Tx } from '#kernel/database/index.ts'
import { type PayloadPlace, readPayloads } from './payload.ts'
import { segmentsByIds } from './queries.ts'

/** As it was signed, as text; undefined when its segment is gone. */
export async function showPayload(tx: Tx, place: PayloadPlace): Promise<string | undefined> {
  const segment = await tx.row(segmentsByIds, { ids: [place.segmentId] })
  if (!segment) return undefined
  const [body] = await readPayloads(tx, [place])
  return body!.toString('utf8')
}
