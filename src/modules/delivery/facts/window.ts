/** Windows of days of the tenant's time zone, as reads ask for them. */
import { z } from 'zod'
import type { TenantTx } from '#kernel/database/index.ts'
import { invalidRequest, Problem } from '#kernel/errors/index.ts'
import { sql, statement } from '#kernel/sql/index.ts'

export type Window = {
  /** First and last day, both included, `YYYY-MM-DD`. */
  readonly from: string
  readonly to: string
  /** The first instant of `from`, and the first after `to`. */
  readonly startsAt: Date
  readonly endsAt: Date
  /** The last of these days that has begun; `from` where none has. */
  readonly lastBegun: string
  readonly timeZone: string
}

const defaultDays = 90
const maxDays = 3 * 366

type Asked = { from: string | null; to: string | null; now: Date | null }
const bounds = statement({
  name: 'delivery.window',
  row: z.object({
    from: z.string(),
    to: z.string(),
    days: z.number(),
    startsAt: z.date(),
    endsAt: z.date(),
    lastBegun: z.string(),
    timeZone: z.string(),
  }),
  sample: { from: null, to: null, now: null } as Asked,
  sql: ({ from, to, now }: Asked) => sql`
    select w.from_day as "from", w.to_day as "to", w.to_day - w.from_day + 1 as "days",
      w.from_day::timestamp at time zone w.time_zone as "startsAt", (w.to_day + 1)::timestamp at time zone w.time_zone as "endsAt",
      greatest(w.from_day, least(w.to_day, w.today)) as "lastBegun", w.time_zone as "timeZone"
    from (
      select t.time_zone, t.today, t.last as to_day, coalesce(${from}::date, t.last - ${defaultDays - 1}::int) as from_day
      from (
        select d.time_zone, d.today, coalesce(${to}::date, d.today) as last
        from (select t.time_zone, (coalesce(${now}::timestamptz, app.now()) at time zone t.time_zone)::date as today from tenant t) d
      ) t
    ) w`,
})

/**
 * The window asked for; without `to` it ends today (the day of `now`), without `from` it is 90 days long. At most three years.
 */
export async function resolveWindow(
  tx: TenantTx,
  query: { readonly from?: string | undefined; readonly to?: string | undefined },
  now: Date | null = null,
): Promise<Window> {
  for (const name of ['from', 'to'] as const) {
    const year = Number(query[name]?.slice(0, 4) ?? 2000)
    if (year < 1970 || year > 2200) throw refused(name, 'a day from 1970-01-01 to 2200-12-31')
  }
  const { days, ...window } = (await tx.row(bounds, { from: query.from ?? null, to: query.to ?? null, now }))!
  if (days < 1) throw refused('from', `a day not after ${window.to}`)
  if (days > maxDays) throw refused('from', 'at most three years before the last day')
  return window
}

const refused = (name: string, expected: string): Problem =>
  new Problem(invalidRequest, `The window cannot be used: ${name} must be ${expected}.`, {
    errors: [{ pointer: `query/${name}`, detail: `expected ${expected}` }],
  })
