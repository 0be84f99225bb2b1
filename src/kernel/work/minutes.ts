/** What the workers did, minute by minute: the history behind the queue's plots and alerts. */
import { monotonicMs } from '#kernel/clock/index.ts'
import type { Database } from '#kernel/database/index.ts'
import { noRow, sql, statement } from '#kernel/sql/index.ts'

/** Rows of one work by state, at the moment of counting. */
export type Levels = { readonly due: number; readonly active: number; readonly dead: number }
/** Rows settled since the last record; set back to 0 by recording. */
export type Tally = { completed: number; failed: number }

const keptDays = 30

/** Adds to the minute's row, and forgets minutes that are too old to matter. */
const addMinute = statement({
  name: 'work.add-minute',
  row: noRow,
  sample: { work: '', levels: { due: 0, active: 0, dead: 0 }, tally: { completed: 0, failed: 0 } },
  sql: ({ work, levels, tally }: { work: string; levels: Levels; tally: Tally }) => sql`
    with forgotten as (
      delete from work_minute m
      where m.work = ${work}::text and m.minute < app.now() - ${keptDays}::int * interval '1 day'
    )
    insert into work_minute as m (work, minute, completed, failed, due, active, dead)
    values (${work}::text, date_trunc('minute', app.now()), ${tally.completed}::int, ${tally.failed}::int, ${levels.due}::int,
      ${levels.active}::int, ${levels.dead}::int)
    on conflict (minute, work) do update set completed = m.completed + excluded.completed, failed = m.failed + excluded.failed,
      due = greatest(m.due, excluded.due), active = greatest(m.active, excluded.active), dead = greatest(m.dead, excluded.dead)`,
})

const recordEveryMs = 30_000

/** Records levels that rose and rows settled; idle work is recorded twice a minute only, so that its zero is seen too. */
export function minuteRecorder(database: Database) {
  const recordedAt = new Map<string, number>()
  return async (work: string, levels: Levels, tally: Tally): Promise<void> => {
    const busy = tally.completed + tally.failed + levels.due + levels.active > 0
    if (!busy && monotonicMs() - (recordedAt.get(work) ?? Number.NEGATIVE_INFINITY) < recordEveryMs) return
    recordedAt.set(work, monotonicMs())
    const recorded = { ...tally }
    await database.platformTx('record a minute of work', (tx) => tx.run(addMinute, { work, levels, tally: recorded }), {
      mayBeLost: true,
    })
    tally.completed -= recorded.completed
    tally.failed -= recorded.failed
  }
}
