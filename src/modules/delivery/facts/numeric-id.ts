import { z } from 'zod'

/** Path parameters with a row's id: kept as text, for anything but an id is simply not found. */
export const idParams = z.object({ id: z.string().max(200) })

/** A positive safe integer, or undefined. */
export function numericId(text: string): number | undefined {
  const id = /^[1-9][0-9]{0,15}$/.test(text) ? Number(text) : Number.NaN
  return Number.isSafeInteger(id) ? id : undefined
}
