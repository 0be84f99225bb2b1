/** How PostgreSQL's values become JavaScript's: 64-bit integers as safe numbers, dates as text, instants as Date. */
import pg from 'pg'

function safeInteger(text: string): number {
  const value = Number(text)
  if (!Number.isSafeInteger(value)) throw new RangeError(`${text} is beyond 2^53 and cannot be a number`)
  return value
}

const oid = {
  bool: 16,
  bytea: 17,
  int8: 20,
  int2: 21,
  int4: 23,
  float8: 701,
  date: 1082,
  timestamptz: 1184,
  int4s: 1007,
  uuid: 2950,
}
const epoch2000Ms = Date.UTC(2000, 0, 1)

/** Text format: `pg`'s own parsers but for int8 and date. */
export const textTypes: pg.CustomTypesConfig = {
  getTypeParser: ((id: number, format?: string) => {
    if (id === oid.int8) return safeInteger
    if (id === oid.date) return (text: string) => text
    return pg.types.getTypeParser(id, format as 'text')
  }) as pg.CustomTypesConfig['getTypeParser'],
}

function int4Array(value: Buffer): number[] {
  const length = value.readInt32BE(0) === 0 ? 0 : value.readInt32BE(12)
  const out = new Array<number>(length)
  // Every element is four bytes of length and four of value; nulls do not occur in aggregated counts.
  for (let index = 0, at = 24; index < length; index++, at += 8) out[index] = value.readInt32BE(at)
  return out
}

const binaryParsers: Record<number, (value: Buffer) => unknown> = {
  [oid.bool]: (value) => value[0] === 1,
  [oid.bytea]: (value) => Buffer.from(value),
  [oid.int2]: (value) => value.readInt16BE(0),
  [oid.int4]: (value) => value.readInt32BE(0),
  [oid.int8]: (value) => safeInteger(value.readBigInt64BE(0).toString()),
  [oid.float8]: (value) => value.readDoubleBE(0),
  [oid.date]: (value) => new Date(epoch2000Ms + value.readInt32BE(0) * 86_400_000).toISOString().slice(0, 10),
  [oid.timestamptz]: (value) => new Date(epoch2000Ms + Number(value.readBigInt64BE(0) / 1000n)),
  [oid.int4s]: int4Array,
  [oid.uuid]: (value) => value.toString('hex').replace(/^(.{8})(.{4})(.{4})(.{4})/, '$1-$2-$3-$4-'),
}

/** Binary format, for statements marked `binary`; anything not listed above is text. */
export const binaryTypes: pg.CustomTypesConfig = {
  getTypeParser: ((id: number) =>
    binaryParsers[id] ??
    ((value: Buffer) => value.toString('utf8'))) as unknown as pg.CustomTypesConfig['getTypeParser'],
}
