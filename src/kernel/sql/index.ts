import { z } from 'zod'

export { default as sql, empty, join, raw, type Sql } from 'sql-template-tag'
export { bools, byteas, dates, int4s, int8s, texts, timestamps, uuids } from './arrays.ts'
export { preparedName, type Statement, statement, statements } from './statement.ts'

/** Row schema of a statement that returns no rows. */
export const noRow = z.never()
