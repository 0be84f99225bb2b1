/**
 * Sealing: days whose facts go get their final figures first and are never made again. Everything before a date is sealed, rows
 * or not, so that a late fact neither changes such a day nor makes one; a day after it (a clock that was ahead) by its rows.
 */
import { z } from 'zod'
import type { TenantTx } from '#kernel/database/index.ts'
import { dates, noRow, sql, statement, timestamps } from '#kernel/sql/index.ts'
import { listRolledUp } from './queries.ts'
import { rollUp } from './roll-up.ts'
import { lockStreams } from './roll-up-statement.ts'

const tenant = '00000000-0000-0000-0000-000000000000'

/** Days of the tenant on which the instants fall, and the date before which all is to be sealed. */
const daysToSeal = statement({
  name: 'dora.days-to-seal',
  row: z.object({ day: z.string(), sealBefore: z.string(), sealedBefore: z.string().nullable() }),
  sample: { instants: [], firstKeptDay: '2026-01-01' },
  sql: (p: { instants: readonly Date[]; firstKeptDay: string }) => sql`
    with fallen as (
      select distinct (i.at at time zone t.time_zone)::date as day
      from unnest(${timestamps(p.instants)}::timestamptz[]) as i(at) cross join tenant t
    ),
    kept as (
      -- The day of the tenant in which the first kept UTC day begins may have lost facts too.
      select ((${p.firstKeptDay}::date::timestamp at time zone 'UTC') at time zone t.time_zone)::date + 1 as first_whole from tenant t
    )
    select f.day as "day", least(max(f.day) over () + 1, k.first_whole) as "sealBefore",
      (select s.sealed_before from dora_seal s) as "sealedBefore"
    from fallen f cross join kept k order by 1`,
})

/** Days before a date that have facts or rows and are not sealed yet. */
const openDays = statement({
  name: 'dora.open-days',
  row: z.object({ day: z.string() }),
  sample: { from: null, before: '2026-01-01' },
  sql: (p: { from: string | null; before: string }) => sql`
    select x.day as "day" from (
      select (d.finished_at at time zone t.time_zone)::date as day from delivery_v_deployment d cross join tenant t
      where d.counted and d.finished_at < ((${p.before}::date + 2)::timestamp at time zone 'UTC')
        and d.finished_at >= (coalesce(${p.from}::date, date '0001-01-03') - 2)::timestamp at time zone 'UTC'
      union
      select (i.started_at at time zone t.time_zone)::date from delivery_v_incident i cross join tenant t
      where not i.withdrawn and i.started_at < ((${p.before}::date + 2)::timestamp at time zone 'UTC')
        and i.started_at >= (coalesce(${p.from}::date, date '0001-01-03') - 2)::timestamp at time zone 'UTC'
      union
      select r.day from dora_daily r where not r.sealed and r.day < ${p.before}::date
    ) x
    where x.day < ${p.before}::date and (${p.from}::date is null or x.day >= ${p.from}::date)
    order by 1`,
})

const sealBefore = statement({
  name: 'dora.seal-before',
  row: noRow,
  sample: { tenantId: tenant, before: '2026-01-01' },
  sql: (p: { tenantId: string; before: string }) => sql`
    with sealed as (update dora_daily d set sealed = true where d.day < ${p.before}::date and not d.sealed)
    insert into dora_seal as s (tenant_id, sealed_before) values (${p.tenantId}::uuid, ${p.before}::date)
    on conflict (tenant_id) do update set sealed_before = greatest(s.sealed_before, excluded.sealed_before)`,
})

const sealDays = statement({
  name: 'dora.seal-days',
  row: noRow,
  sample: { days: ['2026-01-01'] },
  sql: ({ days }: { days: readonly string[] }) => sql`
    update dora_daily d set sealed = true where d.day = any(${dates(days)}::date[]) and not d.sealed`,
})

/**
 * Makes the days final on which these instants fall, and all days before them, in the transaction that takes their facts.
 * Nothing from `firstKeptDay` (a UTC day) on is sealed but days named by an instant.
 */
export async function seal(tx: TenantTx, instants: readonly Date[], firstKeptDay: string): Promise<void> {
  const { tenantId } = tx
  const streams = (await tx.rows(listRolledUp, undefined)).map(({ stream }) => stream)
  await tx.rows(lockStreams, { tenantId, streams, days: [] })
  const fallen = await tx.rows(daysToSeal, { instants, firstKeptDay })
  if (fallen.length === 0) return
  const { sealBefore: before, sealedBefore: done } = fallen[0]!
  const ahead = fallen.map(({ day }) => day).filter((day) => day >= before)
  const open = done === null || done < before ? await tx.rows(openDays, { from: done, before }) : []
  const days = [...open.map(({ day }) => day), ...ahead]
  await rollUp(
    tx,
    days.flatMap((day) => streams.map((stream) => ({ stream, day }))),
  )
  if (done === null || done < before) await tx.run(sealBefore, { tenantId, before })
  if (ahead.length > 0) await tx.run(sealDays, { days: ahead })
}
