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
