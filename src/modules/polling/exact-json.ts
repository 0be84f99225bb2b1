/** JSON whose whole numbers keep every digit: ids of deliveries may be larger than a number holds. */

type Reviver = (key: string, value: unknown, context: { readonly source?: string }) => unknown
const { rawJSON, isRawJSON } = JSON as unknown as {
  rawJSON(text: string): object
  isRawJSON(value: unknown): boolean
}
const parse = JSON.parse as (text: string, reviver: Reviver) => unknown

/** Numbers that a double would change come back as what `JSON.stringify` writes unchanged. */
export const parseExactly = (text: string): unknown =>
  parse(text, (_, value, { source }) =>
    typeof value === 'number' && !Number.isSafeInteger(value) && source !== undefined && /^-?\d+$/.test(source)
      ? rawJSON(source)
      : value,
  )

/** An id as text, however long; undefined for anything else. */
export function idText(value: unknown): string | undefined {
  if (isRawJSON(value)) return JSON.stringify(value)
  if (typeof value === 'number') return Number.isSafeInteger(value) && value > 0 ? String(value) : undefined
  return typeof value === 'string' && /^[A-Za-z0-9_-]{1,60}$/.test(value) ? value : undefined
}
