/** The five statements of the engine for one table. */
import { z } from 'zod'
import { empty, int8s, noRow, raw, type Sql, sql, statement, texts, timestamps } from '#kernel/sql/index.ts'
import { leaseSeconds, type Work } from './definition.ts'

const zeroUuid = '00000000-0000-0000-0000-000000000000'
const noTenant = zeroUuid
export type Failure = {
  id: number
  tenantId: string
  error: string
  errorClass: string
  dead: boolean
  waitSeconds: number
}

const built = new WeakMap<Work, WorkStatements>()

/** The statements of one work, built once; all of them read and write only that work's rows. */
export function workStatements(work: Work): WorkStatements {
  const known = built.get(work) ?? build(work)
  built.set(work, known)
  return known
}

function build(work: Work) {
  const table = raw(`"${work.table}"`)
  const tenant = work.table === 'schedule' ? raw(`'${noTenant}'::uuid`) : raw('w.tenant_id')
  const sameRow = work.table === 'schedule' ? empty : sql`w.tenant_id = due.tenant_id and`
  const dueTenant = work.table === 'schedule' ? empty : sql`w.tenant_id,`
  const only: Sql = work.filter ? sql`and ${work.filter}` : empty
  const base = z.object({ tenantId: z.uuid(), id: z.number(), attempt: z.number() })

  return {
    /**
     * Takes due rows. Rows that already cost an attempt are claimed alone: one of them may be what kills the process, and
     * its neighbours must not pay for it.
     */
    claim: statement({
      name: `work.claim-${work.name}`,
      row: base.and(work.row as z.ZodType<object>),
      sample: { claim: zeroUuid, limit: 1, retried: false },
      sql: ({ claim, limit, retried }: { claim: string; limit: number; retried: boolean }) => sql`
        update ${table} w
        set status = 'processing', attempt_count = w.attempt_count + 1, lease_owner = ${claim}::uuid,
          lease_until = app.now() + ${leaseSeconds}::int * interval '1 second'
        from (
          select ${dueTenant} w.id from ${table} w
          where w.status = 'pending' and w.due_at <= app.now() ${only}
            and ${retried ? sql`w.attempt_count > 0` : sql`w.attempt_count = 0`}
          order by w.due_at, w.id limit ${limit}::int for update skip locked
        ) due
        where ${sameRow} w.id = due.id
        returning ${tenant} as "tenantId", w.id as "id", w.attempt_count as "attempt"${raw(work.columns ? `, ${work.columns}` : '')}`,
    }),

    /** Locks those rows that this claim still holds; a late owner finds none and changes nothing. */
    fence: statement({
      name: `work.fence-${work.name}`,
      row: z.object({ id: z.number() }),
      sample: { claim: zeroUuid, tenantId: zeroUuid, ids: [0] },
      sql: ({ claim, tenantId, ids }: { claim: string; tenantId: string; ids: number[] }) => sql`
        select w.id as "id" from ${table} w
        where ${tenant} = ${tenantId}::uuid and w.id = any(${int8s(ids)}::bigint[])
          and w.lease_owner = ${claim}::uuid and w.status = 'processing'
        for update`,
    }),

    complete: statement({
      name: `work.complete-${work.name}`,
      row: noRow,
      sample: { claim: zeroUuid, tenantId: zeroUuid, ids: [0], outcomes: [''], dueAgain: [null] },
      sql: (p: {
        claim: string
        tenantId: string
        ids: number[]
        outcomes: string[]
        dueAgain: (Date | null)[]
      }) => sql`
        update ${table} w
        set status = case when done.due_again is null then 'completed' else 'pending' end, outcome = done.outcome,
          due_at = coalesce(done.due_again, w.due_at), finished_at = app.now(), lease_owner = null, lease_until = null,
          last_error = null, error_class = null,
          attempt_count = case when done.due_again is null then w.attempt_count else 0 end
        from unnest(${int8s(p.ids)}::bigint[], ${texts(p.outcomes)}::text[], ${timestamps(p.dueAgain)}::timestamptz[])
          as done(id, outcome, due_again)
        where ${tenant} = ${p.tenantId}::uuid and w.id = done.id
          and w.lease_owner = ${p.claim}::uuid and w.status = 'processing'`,
    }),

    /** Records a failed attempt: due again after a wait, or a dead letter with its reason. */
    fail: statement({
      name: `work.fail-${work.name}`,
      row: noRow,
      sample: {
        claim: zeroUuid,
        failure: { id: 0, tenantId: zeroUuid, error: '', errorClass: '', dead: false, waitSeconds: 1 },
      },
      sql: ({ claim, failure }: { claim: string; failure: Failure }) => sql`
        update ${table} w
        set status = ${failure.dead ? 'dead_lettered' : 'pending'}::text, last_error = ${failure.error}::text,
          error_class = ${failure.errorClass}::text,
          due_at = app.now() + ${failure.waitSeconds}::float8 * interval '1 second',
          finished_at = ${failure.dead ? sql`app.now()` : sql`null`}, lease_owner = null, lease_until = null
        where ${tenant} = ${failure.tenantId}::uuid and w.id = ${failure.id}::bigint
          and w.lease_owner = ${claim}::uuid and w.status = 'processing'`,
    }),

    /** Gives a claim back unused: the attempt was not the row's fault (the database went away, the worker stops). */
    release: statement({
      name: `work.release-${work.name}`,
      row: noRow,
      sample: { claim: zeroUuid },
      sql: ({ claim }: { claim: string }) => sql`
        update ${table} w
        set status = 'pending', attempt_count = w.attempt_count - 1, lease_owner = null, lease_until = null
        where w.lease_owner = ${claim}::uuid and w.status = 'processing'`,
    }),

    prolong: statement({
      name: `work.prolong-${work.name}`,
      row: noRow,
      sample: { claim: zeroUuid },
      sql: ({ claim }: { claim: string }) => sql`
        update ${table} w set lease_until = app.now() + ${leaseSeconds}::int * interval '1 second'
        where w.lease_owner = ${claim}::uuid and w.status = 'processing'`,
    }),

    /** Takes back what a dead or stuck owner holds; the attempt counts, for the row may be what killed it. */
    reclaim: statement({
      name: `work.reclaim-${work.name}`,
      row: noRow,
      sample: { maxAttempts: 3 },
      sql: ({ maxAttempts }: { maxAttempts: number }) => sql`
        update ${table} w
        set status = case when w.attempt_count >= ${maxAttempts}::int then 'dead_lettered' else 'pending' end,
          finished_at = case when w.attempt_count >= ${maxAttempts}::int then app.now() end,
          last_error = 'The worker died or hung while it held this row; the lease ran out.', error_class = 'crash',
          due_at = app.now(), lease_owner = null, lease_until = null
        where w.status = 'processing' and w.lease_until < app.now() ${only}`,
    }),

    counts: statement({
      name: `work.counts-${work.name}`,
      row: z.object({ status: z.string(), count: z.number(), due: z.number() }),
      sample: undefined,
      sql: () => sql`
        select w.status as "status", count(*) as "count", count(*) filter (where w.due_at <= app.now()) as "due"
        from ${table} w where w.status in ('pending', 'processing', 'dead_lettered') ${only} group by w.status`,
    }),
  }
}

export type WorkStatements = ReturnType<typeof build>
