/**
 * Plain SQL as named statements. The name is the prepared name, the metric label and a leading comment, so that
 * `pg_stat_statements` reads well. A test has the server describe every registered statement and compares its columns
 * with the row schema, which is why each carries sample arguments.
 */
import { createHash } from 'node:crypto'
import type { Sql } from 'sql-template-tag'
import type { z } from 'zod'

export type Statement<A, R> = {
  /** `<module>.<verb-noun>` */
  readonly name: string
  /** Shape of one row, parsed on every read; `noRow` for writes that return nothing. */
  readonly row: z.ZodType<R>
  readonly sql: (args: A) => Sql
  /** Arguments with which the text can be described. */
  readonly sample: A
}

const registered = new Map<string, Statement<never, unknown>>()

export function statement<A, S extends z.ZodType>(definition: {
  name: string
  row: S
  sql: (args: A) => Sql
  sample: NoInfer<A>
}): Statement<A, z.output<S>> {
  const known = registered.get(definition.name)
  // Statements built per work exist once per composed application; the same text under one name is the same statement.
  if (known && known.sql(known.sample).text !== definition.sql(definition.sample).text)
    throw new Error(`two statements are called ${definition.name}`)
  const made = Object.freeze(definition) as unknown as Statement<A, z.output<S>>
  registered.set(definition.name, made as unknown as Statement<never, unknown>)
  return made
}

/** All statements defined by the modules loaded so far. */
export const statements = (): Statement<never, unknown>[] => [...registered.values()]

const preparedNames = new Map<string, string>()
/** A statement with optional fragments has a few texts; more than this means that values leak into the text. */
const maxTexts = 2000

/** Prepared statements are keyed by name, so each distinct text needs its own: the name and a digest of the text. */
export function preparedName(name: string, text: string): string {
  const known = preparedNames.get(text)
  if (known) return known
  if (preparedNames.size >= maxTexts) throw new Error(`more than ${maxTexts} distinct statement texts; last: ${name}`)
  const digest = createHash('sha1').update(text).digest('base64url').slice(0, 6)
  // PostgreSQL cuts names at 63 bytes.
  const prepared = `${name.slice(0, 56)}:${digest}`
  preparedNames.set(text, prepared)
  return prepared
}
