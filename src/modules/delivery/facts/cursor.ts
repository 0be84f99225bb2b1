/** Places in lists sorted by an instant and an id, both descending. */
import { cursorsOf, type Place } from '#kernel/cursor/index.ts'

const digits = /[0-9]{1,16}/

/** Microseconds since 1970, as PostgreSQL keeps them, and the row's id. */
export type TimePlace = Place<'micros' | 'id'>
export const timeCursors = cursorsOf({ micros: digits, id: digits })
