/** Opaque places in a receipt's facts: by when the deployment finished, its id, and the change's sha where facts are changes. */
import { invalidRequest, Problem } from '#kernel/errors/index.ts'

/** Microseconds since 1970 and the deployment's id, both as digits; the sha is empty where facts are deployments. */
export type FactPlace = { readonly micros: string; readonly id: string; readonly sha: string }

const shape = /^([0-9]{1,16})\.([0-9]{1,16})\.([0-9a-zA-Z._-]{0,100})$/

export const factCursor = ({ micros, id, sha }: { micros: number; id: number; sha: string }): string =>
  Buffer.from(`${micros}.${id}.${sha}`).toString('base64url')

export function factPlace(cursor: string | undefined): FactPlace | null {
  if (cursor === undefined) return null
  const text = Buffer.from(cursor, 'base64url').toString('latin1')
  const match = shape.exec(text)
  // Decoding skips what is not base64url, so the text must also encode to the same cursor.
  if (!match || Buffer.from(text).toString('base64url') !== cursor)
    throw new Problem(invalidRequest, 'The cursor is not one that this list gave out.', {
      errors: [{ pointer: 'query/cursor', detail: 'send next_cursor of the page before, unchanged' }],
    })
  return { micros: match[1]!, id: match[2]!, sha: match[3]! }
}
