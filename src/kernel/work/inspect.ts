/**
 * Looking at a work table and requeueing its dead letters: the same statements for every work. They run in a `tenantTx`, so
 * that they see and touch one tenant's rows only.
 */
import { z } from 'zod'
import { empty, int8s, raw, type Sql, sql, statement } from '#kernel/sql/index.ts'
import type { Work } from './definition.ts'

/** Which dead letters: some by id, those that fit every stated part of a filter, or all. */
export type DeadLetterChoice =
  | { readonly ids: readonly number[] }
  | { readonly filter: DeadLetterFilter }
  | { readonly all: true }
/** At least one part is stated; times compare with when the row became a dead letter. */
type DeadLetterFilter = {
  readonly errorClass?: string | undefined
  readonly finishedBefore?: Date | undefined
  readonly finishedAfter?: Date | undefined
}

const shownSummary = 200
const zeroUuid = '00000000-0000-0000-0000-000000000000'

const inClass = (errorClass: string): Sql => sql`w.error_class = ${errorClass}::text`

/** The condition of a choice. An empty filter is refused here too: it must never come to mean all. */
function chosen(choice: DeadLetterChoice): Sql {
  if ('ids' in choice) return sql`and w.id = any(${int8s(choice.ids)}::bigint[])`
  if ('all' in choice) return empty
  const { errorClass, finishedBefore, finishedAfter } = choice.filter
  if (errorClass === undefined && !finishedBefore && !finishedAfter) throw new Error('an empty filter chooses nothing')
  return sql`${errorClass === undefined ? empty : sql`and ${inClass(errorClass)}`}
    ${finishedBefore ? sql`and w.finished_at < ${finishedBefore}::timestamptz` : empty}
    ${finishedAfter ? sql`and w.finished_at > ${finishedAfter}::timestamptz` : empty}`
}

const built = new WeakMap<Work, WorkInspection>()

/** The statements that inspect one work, built once. */
export function inspectWork(work: Work): WorkInspection {
  const known = built.get(work) ?? build(work)
  built.set(work, known)
  return known
}

const deadLetter = z.object({
  id: z.number(),
  summary: z.string(),
  attempts: z.number(),
  errorClass: z.string(),
  lastError: z.string(),
  finishedAt: z.date().nullable(),
  requeuedCount: z.number(),
})

function build(work: Work) {
  const table = raw(`"${work.table}"`)
  const only: Sql = work.filter ? sql`and ${work.filter}` : empty
  // As the partial indexes of dead letters say it.
  const dead = sql`w.finished_at is not null and w.error_class is not null and w.status = 'dead_lettered' ${only}`
  const columns = sql`w.id as "id", left(coalesce(${raw(work.summary ?? `''`)}, ''), ${raw(String(shownSummary))}) as "summary",
    w.attempt_count as "attempts", w.finished_at as "finishedAt", w.requeued_count as "requeuedCount"`

  return {
    /** How much waits, is held and has died, from the indexes of open rows and of dead letters: what is completed costs nothing. */
    standing: statement({
      name: `work.standing-${work.name}`,
      row: z.object({
        pending: z.number(),
        due: z.number(),
        processing: z.number(),
        deadLettered: z.number(),
        oldestDueAt: z.date().nullable(),
      }),
      sample: undefined,
      sql: () => sql`
        select o.pending as "pending", o.due as "due", o.processing as "processing", d.dead as "deadLettered",
          o.oldest as "oldestDueAt"
        from (
          select count(*) filter (where w.status = 'pending') as pending,
            count(*) filter (where w.status = 'pending' and w.due_at <= app.now()) as due,
            count(*) filter (where w.status = 'processing') as processing,
            min(w.due_at) filter (where w.status = 'pending' and w.due_at <= app.now()) as oldest
          from ${table} w where w.finished_at is null ${only}
        ) o, (select count(*) as dead from ${table} w where ${dead}) d`,
    }),

    /** How many dead letters there are of each class of error, most first. */
    groups: statement({
      name: `work.dead-letter-groups-${work.name}`,
      row: z.object({ errorClass: z.string(), count: z.number() }),
      sample: undefined,
      sql: () => sql`
        select w.error_class as "errorClass", count(*) as "count" from ${table} w where ${dead}
        group by w.error_class order by 2 desc, 1 limit 100`,
    }),

    /** A page of dead letters, newest row first; `before` is the last id of the page before. */
    deadLetters: statement({
      name: `work.dead-letters-${work.name}`,
      row: deadLetter,
      sample: { errorClass: null, before: null, limit: 1 },
      sql: (p: { errorClass: string | null; before: number | null; limit: number }) => sql`
        select ${columns}, w.error_class as "errorClass", coalesce(w.last_error, '') as "lastError"
        from ${table} w
        where ${dead} ${p.errorClass === null ? empty : sql`and ${inClass(p.errorClass)}`}
          ${p.before === null ? empty : sql`and w.id < ${p.before}::bigint`}
        order by w.id desc limit ${p.limit}::int`,
    }),

    /** One row, whatever its status. */
    row: statement({
      name: `work.inspect-${work.name}`,
      row: deadLetter.extend({
        status: z.string(),
        outcome: z.string().nullable(),
        errorClass: z.string().nullable(),
        lastError: z.string().nullable(),
        dueAt: z.date(),
        leaseUntil: z.date().nullable(),
      }),
      sample: { id: 1 },
      sql: ({ id }: { id: number }) => sql`
        select ${columns}, w.status as "status", w.outcome as "outcome", w.error_class as "errorClass",
          w.last_error as "lastError", w.due_at as "dueAt", c.lease_until as "leaseUntil"
        from ${table} w left join work_claim c on c.tenant_id = w.tenant_id and c.id = w.lease_owner
        where w.id = ${id}::bigint ${only}`,
    }),

    /** How many dead letters a choice has now, and the greatest id among them. */
    matched: statement({
      name: `work.match-${work.name}`,
      row: z.object({ count: z.number(), last: z.number().nullable() }),
      sample: { choice: { all: true } },
      sql: ({ choice }: { choice: DeadLetterChoice }) => sql`
        select count(*) as "count", max(w.id) as "last" from ${table} w where ${dead} ${chosen(choice)}`,
    }),

    /**
     * Makes the next dead letters of a choice due at once, from the lowest id after `after` up to `last`. Only rows that
     * are dead letters still are touched; rows that another transaction holds are being requeued there and left to it.
     * The ids go through an array, so that a plan made for few of them is good for all. A trigger resets the rows, counts
     * the requeue and wakes the workers.
     */
    requeue: statement({
      name: `work.requeue-${work.name}`,
      row: z.object({ count: z.number(), last: z.number().nullable() }),
      sample: { tenantId: zeroUuid, choice: { all: true }, after: 0, last: 0, limit: 1 },
      sql: (p: { tenantId: string; choice: DeadLetterChoice; after: number; last: number; limit: number }) => sql`
        with requeued as (
          update ${table} w set status = 'pending'
          where w.tenant_id = ${p.tenantId}::uuid and w.id = any(array(
            select w.id from ${table} w
            where ${dead} ${chosen(p.choice)} and w.id > ${p.after}::bigint and w.id <= ${p.last}::bigint
            order by w.id limit ${p.limit}::int for update skip locked
          ))
          returning w.id
        )
        select count(*) as "count", max(r.id) as "last" from requeued r`,
    }),
  }
}

export type WorkInspection = ReturnType<typeof build>
