/** The statements by which rows of one table are found, read as JSON text, and deleted. Table and columns come from policies. */
import { z } from 'zod'
import type { RetentionPolicy } from '#kernel/retention/index.ts'
import { empty, noRow, raw, sql, statement, texts } from '#kernel/sql/index.ts'

const tenant = '00000000-0000-0000-0000-000000000000'

/** A row where it lies, its time of recording to the microsecond, and itself as JSON text. */
const placedRow = z.object({ place: z.string(), at: z.string(), line: z.string() })
export type PlacedRow = z.output<typeof placedRow>

/** Where a page ended. */
export type Cursor = { readonly at: string; readonly place: string }
export const fromTheStart: Cursor = { at: '-infinity', place: '(0,0)' }

/** JSON text shows instants in the session's zone, and archived text must not depend on it. */
export const inUtc = statement({
  name: 'retention.in-utc',
  row: z.object({ zone: z.string() }),
  sample: undefined,
  sql: () => sql`select set_config('TimeZone', 'UTC', true) as "zone"`,
})

type OfDay = { tenantId: string; day: string }

function build(policy: RetentionPolicy) {
  const table = raw(`"${policy.table}"`)
  const at = raw(`w."${policy.recordedAt}"`)
  const only = raw(policy.only ? `and (${policy.only})` : '')
  const left = (policy.leaveOut ?? []).map((name) => `'${name}'`).join(', ')
  const json = left === '' ? 'row_to_json(w)' : `(to_jsonb(w) - array[${left}])`
  const columns = raw(`w.ctid::text as "place", w."${policy.recordedAt}"::text as "at", ${json}::text as "line"`)
  // Appended rows that no role may change cannot be locked either; they do not change meanwhile.
  const lock = raw(policy.remove ? '' : 'for update')
  return {
    /** The first day at or after `from` and before `before` that has rows which may go. */
    nextDay: statement({
      name: `retention.next-day-${policy.table}`,
      row: z.object({ day: z.string().nullable() }),
      sample: { tenantId: tenant, from: '2000-01-01', before: '2000-01-02' },
      sql: (p: { tenantId: string; from: string; before: string }) => sql`
        select (min(${at}) at time zone 'UTC')::date as "day" from ${table} w
        where w.tenant_id = ${p.tenantId}::uuid and ${at} >= (${p.from}::date::timestamp at time zone 'UTC')
          and ${at} < (${p.before}::date::timestamp at time zone 'UTC') ${only}`,
    }),

    page: statement({
      name: `retention.page-${policy.table}`,
      row: placedRow,
      sample: { tenantId: tenant, day: '2000-01-01', after: fromTheStart, limit: 1 },
      sql: (p: OfDay & { after: Cursor; limit: number }) => sql`
        select ${columns} from ${table} w
        where w.tenant_id = ${p.tenantId}::uuid and ${at} >= (${p.day}::date::timestamp at time zone 'UTC')
          and ${at} < ((${p.day}::date + 1)::timestamp at time zone 'UTC') ${only}
          ${policy.ofDay ? sql`and ${policy.ofDay(p)}` : empty}
          and (${at}, w.ctid) > (${p.after.at}::timestamptz, ${p.after.place}::tid)
        order by ${at}, w.ctid limit ${p.limit}::int`,
    }),

    /** The rows as they are now, held to the end of the transaction; one that moved or went is left out. */
    hold: statement({
      name: `retention.hold-${policy.table}`,
      row: placedRow,
      sample: { tenantId: tenant, places: ['(0,0)'] },
      sql: (p: { tenantId: string; places: readonly string[] }) => sql`
        select ${columns} from ${table} w
        where w.tenant_id = ${p.tenantId}::uuid and w.ctid = any(${texts(p.places)}::text[]::tid[]) ${only}
        ${lock}`,
    }),

    remove: statement({
      name: `retention.remove-${policy.table}`,
      row: noRow,
      sample: { tenantId: tenant, places: ['(0,0)'] },
      sql: (p: { tenantId: string; places: readonly string[] }) => sql`
        delete from ${table} w
        where w.tenant_id = ${p.tenantId}::uuid and w.ctid = any(${texts(p.places)}::text[]::tid[])`,
    }),

    oldest: statement({
      name: `retention.oldest-${policy.table}`,
      row: z.object({ at: z.date().nullable() }),
      sample: undefined,
      sql: () => sql`select min(${at}) as "at" from ${table} w where true ${only}`,
    }),
  }
}

export type TableStatements = ReturnType<typeof build>
const built = new WeakMap<RetentionPolicy, TableStatements>()

export function tableStatements(policy: RetentionPolicy): TableStatements {
  const known = built.get(policy) ?? build(policy)
  built.set(policy, known)
  return known
}
