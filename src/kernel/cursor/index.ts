/**
 * Opaque cursors of lists that are sorted by more than an id. Apart from `kernel/paging`, which the console's bundle holds: this needs what only
 * the server has.
 */
import { invalidRequest, Problem } from '#kernel/errors/index.ts'

/** Where a page ended: what its last row is sorted by, as text. */
export type Place<Field extends string> = Readonly<Record<Field, string>>

/**
 * The cursors of one list: its fields in order, each with what it may look like. They are told apart by the dots between them, so only one of
 * them may hold dots.
 */
export function cursorsOf<Field extends string>(fields: Readonly<Record<Field, RegExp>>) {
  const names = Object.keys(fields) as Field[]
  const shape = new RegExp(`^${names.map((name) => `(?<${name}>${fields[name].source})`).join('\\.')}$`)
  return {
    give: (row: Readonly<Record<Field, string | number>>): string => encoded(names.map((name) => row[name]).join('.')),
    /** Null without a cursor: the list's beginning. */
    take(cursor: string | undefined): Place<Field> | null {
      if (cursor === undefined) return null
      const text = Buffer.from(cursor, 'base64url').toString('latin1')
      const match = shape.exec(text)
      // Decoding skips what is not base64url, so the text must also encode to the same cursor.
      if (!match || encoded(text) !== cursor)
        throw new Problem(invalidRequest, 'The cursor is not one that this list gave out.', {
          errors: [{ pointer: 'query/cursor', detail: 'send next_cursor of the page before, unchanged' }],
        })
      return match.groups as Place<Field>
    },
  }
}

const encoded = (text: string) => Buffer.from(text).toString('base64url')
