/** What processes tell one another about clients that use a noticeable part of a limit, by minute. */
import { z } from 'zod'
import type { Database } from '#kernel/database/index.ts'
import { int4s, int8s, noRow, sql, statement, texts } from '#kernel/sql/index.ts'

export type Count = {
  readonly minute: number
  readonly policy: string
  readonly client: string
  readonly hits: number
  readonly refused: number
}

const addCounts = statement({
  name: 'limits.add-counts',
  row: z.object({ minute: z.number(), policy: z.string(), client: z.string(), hits: z.number() }),
  sample: { counts: [{ minute: 1, policy: 'x', client: 'x', hits: 1, refused: 0 }] },
  sql: ({ counts }: { counts: readonly Count[] }) => sql`
    insert into rate_window as w (minute, policy, client, hits, refused)
    select * from unnest(${int8s(counts.map(({ minute }) => minute))}::bigint[], ${texts(counts.map(({ policy }) => policy))}::text[],
      ${texts(counts.map(({ client }) => client))}::text[], ${int4s(counts.map(({ hits }) => hits))}::int[],
      ${int4s(counts.map(({ refused }) => refused))}::int[])
    on conflict (minute, policy, client) do update set hits = w.hits + excluded.hits, refused = w.refused + excluded.refused
    returning w.minute as "minute", w.policy as "policy", w.client as "client", w.hits as "hits"`,
})

/** Adds this process's counts and returns the sums of all processes for the same minutes and clients. */
export const shareCounts = (database: Database, counts: readonly Count[]) =>
  database.platformTx('share rate limits', (tx) => tx.rows(addCounts, { counts }))

const purge = statement({
  name: 'limits.purge',
  row: noRow,
  sample: undefined,
  sql: () => sql`
    delete from rate_window w where w.minute < floor(extract(epoch from app.now()) / 60)::bigint - 24 * 60`,
})

/** Counts are kept for a day. Returns how many rows were deleted. */
export const purgeRateWindows = (database: Database): Promise<number> =>
  database.platformTx('purge rate windows', (tx) => tx.run(purge, undefined))
