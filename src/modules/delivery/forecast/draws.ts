/** Drawing days of the past, and the seed of a question. */
import type { Random } from '#kernel/random/index.ts'

/**
 * Draws one of `values` after the other, each as likely as any other: some by less than their number / 2^32, which no forecast
 * can show.
 */
export function drawing(values: Int32Array, random: Random): () => number {
  const drawn = new Uint32Array(1024)
  let at = drawn.length
  return () => {
    if (at === drawn.length) {
      random(drawn)
      at = 0
    }
    return values[Math.floor((drawn[at++]! * values.length) / 0x1_0000_0000)]!
  }
}

/** A seed that is the same for the same words (FNV-1a), so that one question has one answer all day. */
export function seedOf(...words: readonly (string | number | null)[]): number {
  let hash = 0x811c9dc5
  for (const unit of words.join('\u001f')) hash = Math.imul(hash ^ unit.codePointAt(0)!, 0x01000193)
  return hash >>> 0
}
