/** The time that leases, due times, expiry and ages go by. */
import { z } from 'zod'
import { sql, statement } from '#kernel/sql/index.ts'
import type { Tx } from './transaction.ts'

const now = statement({
  name: 'database.now',
  row: z.object({ now: z.date() }),
  sample: undefined,
  sql: () => sql`select app.now() as "now"`,
})

/** `app.now()`: the same for everything within one transaction. */
export const databaseNow = async (tx: Tx): Promise<Date> => (await tx.row(now, undefined))!.now
