/** Work items for the tests of forecasts, at a time of the test's choice. */
import type { Context } from '#kernel/context/index.ts'
import { shiftClock } from '#test/support/clock.ts'
import type { TestDatabase } from '#test/support/database.ts'

/** The database's clock stands, but for the time the test takes, at this instant. */
export const clockAt = (db: TestDatabase, instant: string): Promise<void> =>
  shiftClock(db, `${Math.round((Date.parse(instant) - Date.now()) / 1000)} seconds`)

let items = 0

/** Items of a Jira project; `finished` null is open. Times are ISO 8601. */
export async function addItems(
  { sql }: TestDatabase,
  ctx: Context,
  project: string,
  rows: readonly { created: string; finished: string | null }[],
): Promise<void> {
  const first = items
  items += rows.length
  await sql(
    `insert into work_items (tenant_id, source, item_key, project_key, item_type, created_at, started_at, finished_at, status_category)
    select $1, 'jira', $2 || '-' || ($3::int + u.n), $2, 'Story', u.created, u.created, u.finished,
      case when u.finished is null then 'new' else 'done' end
    from unnest($4::timestamptz[], $5::timestamptz[]) with ordinality as u(created, finished, n)`,
    [ctx.tenantId, project, first, rows.map(({ created }) => created), rows.map(({ finished }) => finished)],
  )
}

/** A delivery stream that has the project's items. */
export const addStream = ({ sql }: TestDatabase, ctx: Context, id: string, project: string, kind = 'delivery') =>
  sql(
    `with s as (insert into stream (tenant_id, id, kind, name) values ($1, $2, $4, $2))
    insert into stream_source (tenant_id, stream_id, kind, value) values ($1, $2, 'jira_project', $3)`,
    [ctx.tenantId, id, project.toLowerCase(), kind],
  )
