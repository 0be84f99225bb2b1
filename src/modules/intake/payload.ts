/** Reading stored payloads back: decompress a segment once, cut out the events, parse them. */
import { zstdDecompressSync } from 'node:zlib'
import type { Tx } from '#kernel/database/index.ts'
import { Problem } from '#kernel/errors/index.ts'
import { unreadablePayload } from './problems.ts'
import { segmentsByIds } from './queries.ts'

export type PayloadPlace = { readonly segmentId: string; readonly offset: number; readonly length: number }

/** A segment holds at most one flush, so more than this is damage, not data. */
const maxSegmentBytes = 128 * 1024 * 1024

/** The raw bytes of each place, as they were signed; one segment is decompressed at a time. */
export async function readPayloads(tx: Tx, places: readonly PayloadPlace[]): Promise<Buffer[]> {
  const bodies = new Array<Buffer>(places.length)
  const wanted = Map.groupBy(places.keys(), (index) => places[index]!.segmentId)
  for (const { id, data } of await tx.rows(segmentsByIds, { ids: [...wanted.keys()] })) {
    const segment = zstdDecompressSync(data, { maxOutputLength: maxSegmentBytes })
    for (const index of wanted.get(id)!) {
      const { offset, length } = places[index]!
      // Copied, so that a few events of a large segment do not keep all of it in memory.
      bodies[index] = Buffer.from(segment.subarray(offset, offset + length))
    }
    wanted.delete(id)
  }
  for (const id of wanted.keys()) throw new Error(`payload segment ${id} is missing`)
  return bodies
}

const formType = 'application/x-www-form-urlencoded'

/** Parses what was signed; GitHub's form encoding carries the JSON in the field `payload`. Throws `intake/unreadable-payload`. */
export function parsePayload(body: Buffer, contentType: string): unknown {
  const text = body.toString('utf8')
  const json = contentType.startsWith(formType) ? (new URLSearchParams(text).get('payload') ?? '') : text
  try {
    return JSON.parse(json)
  } catch (error) {
    throw new Problem(unreadablePayload, `Malformed payload: ${(error as Error).message}`, { cause: error })
  }
}
