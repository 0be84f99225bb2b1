/**
 * What every list that goes by pages takes and how much it gives. The console's bundle holds it through the modules' schemas, so it
 * imports nothing but zod.
 */
import { z } from 'zod'

/** Rows a page when nobody says how many. */
export const defaultLimit = 50
const maxLimit = 200

/** The parameter `limit` of a list. */
export const limit = z
  .string()
  .regex(/^\d{1,3}$/, `a whole number from 1 to ${maxLimit}`)
  .transform(Number)
  .pipe(z.number().min(1).max(maxLimit))
  .optional()
  .describe(`Rows a page, at most ${maxLimit}. Default ${defaultLimit}.`)

/** What a cursor has to be, where it is refused. */
export const nextCursor = 'the `next_cursor` of the page before'

/** The parameter `cursor` of a list in the order of ids that count up; longer ones would not be safe numbers. */
export const numberCursor = z
  .string()
  .regex(/^\d{1,15}$/, nextCursor)
  .transform(Number)
  .optional()

/** Of a list in the order of ids that are UUIDs. */
export const uuidCursor = z.uuid(nextCursor).optional()

/**
 * The page of rows that were asked for with one more than fit, so that one query says whether there is a next page; `next` is what `cursorOf`
 * makes of the last row shown, null where nothing follows.
 */
export function pageOf<Row, Cursor>(
  rows: readonly Row[],
  shown: number,
  cursorOf: (last: Row) => Cursor,
): { page: Row[]; next: Cursor | null } {
  const page = rows.slice(0, shown)
  return { page, next: rows.length > shown ? cursorOf(page.at(-1)!) : null }
}
