/** A setting's value between JSON and a form's field. Pure. */
import { z } from 'zod'
import type { Setting } from '../queries.ts'

const jsonSchema = z.looseObject({
  type: z.string().optional(),
  enum: z.array(z.unknown()).optional(),
  minimum: z.number().optional(),
  maximum: z.number().optional(),
  exclusiveMinimum: z.number().optional(),
})

/** Which control a value is typed into: JSON where no simple one fits. */
export type Control =
  | { kind: 'number'; whole: boolean; min: number | undefined; max: number | undefined }
  | { kind: 'switch' }
  | { kind: 'choice'; options: string[] }
  | { kind: 'text' }
  | { kind: 'json' }

/** The control that a JSON schema asks for. */
export function controlOf(schema: unknown): Control {
  const { data } = jsonSchema.safeParse(schema)
  if (data?.enum?.every((option) => typeof option === 'string')) return { kind: 'choice', options: data.enum }
  if (data?.type === 'number' || data?.type === 'integer') {
    // Zod bounds every integer by what a double can hold; that is no limit worth telling.
    const said = (limit: number | undefined) =>
      limit === undefined || Math.abs(limit) >= Number.MAX_SAFE_INTEGER ? undefined : limit
    const min = said(data.minimum) ?? said(data.exclusiveMinimum)
    return { kind: 'number', whole: data.type === 'integer', min, max: said(data.maximum) }
  }
  if (data?.type === 'boolean') return { kind: 'switch' }
  if (data?.type === 'string') return { kind: 'text' }
  return { kind: 'json' }
}

/** The value as the text of its field. */
export const toText = (value: unknown, { kind }: Control): string =>
  kind === 'json' ? JSON.stringify(value, null, 2) : String(value)

/** The field's text as a value; throws a sentence where it is none. */
export function fromText(text: string, { kind }: Control): unknown {
  if (kind === 'text' || kind === 'choice') return text
  if (kind === 'switch') return text === 'true'
  if (kind === 'number') {
    if (text.trim() === '' || !Number.isFinite(Number(text))) throw new Error('State a number.')
    return Number(text)
  }
  try {
    return JSON.parse(text)
  } catch {
    throw new Error('This is not JSON.')
  }
}

/** A value in a line of text. */
export const inWords = (value: unknown): string => (typeof value === 'string' ? value : JSON.stringify(value))

/** Nobody set it, or set it to what it would be anyway. */
export const isDefault = ({ value, default: fallback }: Setting): boolean => inWords(value) === inWords(fallback)
