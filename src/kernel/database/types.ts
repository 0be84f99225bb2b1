/**
 * How PostgreSQL's values become JavaScript's: 64-bit integers as safe numbers, dates as text, instants as Date. Results come
 * in text format: `pg` decodes every field as UTF-8, which destroys binary ones.
 */
import pg from 'pg'

const oid = { int8: 20, date: 1082, int8s: 1016 }

function safeInteger(text: string): number {
  const value = Number(text)
  if (!Number.isSafeInteger(value)) throw new RangeError(`${text} is beyond 2^53 and cannot be a number`)
  return value
}

/** `pg`'s own parsers but for int8 and date. */
export const textTypes: pg.CustomTypesConfig = {
  getTypeParser: ((id: number, format?: string) => {
    if (id === oid.int8) return safeInteger
    if (id === oid.int8s) return (text: string) => text.slice(1, -1).split(',').filter(Boolean).map(safeInteger)
    if (id === oid.date) return (text: string) => text
    return pg.types.getTypeParser(id, format as 'text')
  }) as pg.CustomTypesConfig['getTypeParser'],
}
