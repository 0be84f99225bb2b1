/** What a reply of the stand-in is made of. */
import type { z } from 'zod'

type Fault = { pointer: string; detail: string }
/** A body, faults of the request, or null for what does not exist. */
export type Reply = { status?: number; body: unknown } | { faults: Fault[] } | null

const pageSize = 50
/** A body that the schema accepts. */
export const as = (schema: z.ZodType, body: unknown): Reply => ({ body: schema.parse(body) })

/** A refusal, as the API words it. */
export const problem = (status: number, slug: string, title: string, detail: string, errors?: Fault[]) => ({
  status,
  body: {
    type: `/problems/${slug}`,
    title,
    status,
    detail,
    instance: '018f3c2a-7d1e-7c3a-9d5e-1a2b3c4d5e6f',
    ...(errors ? { errors } : {}),
  },
})

/** A keyset page, by id, descending. */
export function page<Row extends { id: number }>(rows: readonly Row[], cursor: string | null) {
  const start = cursor === null ? 0 : rows.findIndex(({ id }) => id === Number(cursor)) + 1
  const shown = rows.slice(start, start + pageSize)
  return { shown, next_cursor: start + pageSize < rows.length ? String(shown.at(-1)!.id) : null }
}

/** The reply to a body that is valid, or its faults. */
export function checked(schema: z.ZodType, body: unknown, reply: (value: unknown) => Reply): Reply {
  const parsed = schema.safeParse(body)
  if (parsed.success) return reply(parsed.data)
  return {
    faults: parsed.error.issues.map(({ path, message }) => ({ pointer: `#/${path.join('/')}`, detail: message })),
  }
}
