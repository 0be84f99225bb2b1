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
