/** Opaque places in a list sorted by an instant and an id, both descending. */
import { invalidRequest, Problem } from '#kernel/errors/index.ts'

/** Microseconds since 1970, as PostgreSQL keeps them, and the row's id; both as digits. */
export type Place = { readonly micros: string; readonly id: string }

const shape = /^([0-9]{1,16})\.([0-9]{1,16})$/

export const cursorOf = ({ micros, id }: { micros: number; id: number }): string =>
  Buffer.from(`${micros}.${id}`).toString('base64url')

export function placeOf(cursor: string | undefined): Place | null {
  if (cursor === undefined) return null
  const text = Buffer.from(cursor, 'base64url').toString('latin1')
  const match = shape.exec(text)
  // Decoding skips what is not base64url, so the text must also encode to the same cursor.
  if (!match || Buffer.from(text).toString('base64url') !== cursor)
    throw new Problem(invalidRequest, 'The cursor is not one that this list gave out.', {
      errors: [{ pointer: 'query/cursor', detail: 'send next_cursor of the page before, unchanged' }],
    })
  return { micros: match[1]!, id: match[2]! }
}
