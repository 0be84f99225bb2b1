/** The database's clock, by which everything expires, moved for the connections of one test database. */
import type { TestDatabase } from './database.ts'

const connections = 5

/** `offset` as an interval: `15 minutes`, `0`. Resolves when every connection goes by the new time. */
export async function shiftClock({ url, sql, database }: TestDatabase, offset: string): Promise<void> {
  const name = new URL(url).pathname.slice(1)
  await sql(`alter database ${name} set app.clock_offset = '${offset}'`)
  await sql('select pg_terminate_backend(pid) from pg_stat_activity where datname = $1 and pid <> pg_backend_pid()', [
    name,
  ])
  // The pool notices one by one that its connections are gone.
  for (let good = 0; good < connections; ) {
    const answers = await Promise.allSettled(Array.from({ length: connections }, () => database.ping()))
    good = answers.filter(({ status }) => status === 'fulfilled').length
  }
}
