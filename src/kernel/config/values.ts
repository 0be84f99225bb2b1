/** Schemas of values as they stand in an environment: text, with what was expected in words. */
import { z } from 'zod'

export const integer = (min: number, max: number) =>
  z
    .string()
    .regex(/^\d+$/, 'expected a whole number')
    .transform(Number)
    .refine((value) => value >= min && value <= max, `expected a whole number from ${min} to ${max}`)

export const flag = z
  .enum(['1', '0', 'true', 'false'], 'expected 1, 0, true or false')
  .transform((value) => value === '1' || value === 'true')

export const url = (protocols: readonly string[]) =>
  z.string().refine(
    (value) => {
      try {
        return protocols.includes(new URL(value).protocol.slice(0, -1))
      } catch {
        return false
      }
    },
    `expected a URL starting with ${protocols.map((protocol) => `${protocol}://`).join(' or ')}`,
  )

export const text = z.string()

/** At least `bytes` bytes, told with the length found, so that a cut-off paste is seen. */
export const secretText = (bytes: number) =>
  z.string().superRefine((value, ctx) => {
    const found = Buffer.byteLength(value)
    if (found < bytes) ctx.addIssue({ code: 'custom', message: `${found} bytes, need at least ${bytes}` })
  })
