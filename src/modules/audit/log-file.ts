/**
 * The audit log: one line an event in the file `audit`, after its commit, whoever made it; what the operator did with SQL too. Of
 * all processes one writes at a time and remembers how far it came in the same transaction, so each event is written at least once.
 */
import { z } from 'zod'
import type { Database } from '#kernel/database/index.ts'
import { noRow, sql, statement } from '#kernel/sql/index.ts'
import type { Logger } from '#kernel/telemetry/index.ts'

const lockName = 4_823_011
const lookEveryMs = 1000
const pageSize = 500

const tryLock = statement({
  name: 'audit.log-lock',
  row: z.object({ mine: z.boolean() }),
  sample: undefined,
  sql: () => sql`select pg_try_advisory_xact_lock(${lockName}::bigint) as "mine"`,
})
const unwritten = statement({
  name: 'audit.unwritten',
  row: z.object({
    tenantId: z.string(),
    seq: z.number(),
    at: z.date(),
    action: z.string(),
    actorType: z.string(),
    actorId: z.string(),
    actorName: z.string(),
    subject: z.string(),
    delta: z.unknown(),
    requestId: z.string().nullable(),
  }),
  sample: { limit: 1 },
  sql: ({ limit }: { limit: number }) => sql`
    select a.tenant_id as "tenantId", a.seq as "seq", a.created_at as "at", a.action as "action", a.actor_type as "actorType",
      a.actor_id as "actorId", a.actor_name as "actorName", a.subject as "subject", a.delta as "delta", a.request_id as "requestId"
    from audit_chain h
    left join audit_log_position p on p.tenant_id = h.tenant_id
    cross join lateral (
      select x.* from audit_events x where x.tenant_id = h.tenant_id and x.seq > coalesce(p.seq, 0) order by x.seq limit ${limit}::int
    ) a
    where h.seq > coalesce(p.seq, 0) order by a.tenant_id, a.seq limit ${limit}::int`,
})
const remember = statement({
  name: 'audit.log-position',
  row: noRow,
  sample: { tenantId: '00000000-0000-0000-0000-000000000000', seq: 0 },
  sql: (p: { tenantId: string; seq: number }) => sql`
    insert into audit_log_position (tenant_id, seq) values (${p.tenantId}::uuid, ${p.seq}::bigint)
    on conflict (tenant_id) do update set seq = greatest(audit_log_position.seq, excluded.seq)`,
})

/** Writes what waits, at most a page; returns how many lines. */
export async function writeAuditLog(database: Database, log: Pick<Logger, 'info'>): Promise<number> {
  return database.platformTx('write the audit log', async (tx) => {
    if (!(await tx.row(tryLock, undefined))!.mine) return 0
    const rows = await tx.rows(unwritten, { limit: pageSize })
    const positions = new Map<string, number>()
    for (const { tenantId, seq, requestId, at, ...event } of rows) {
      const line = { file: 'audit', tenantId, seq, at: at.toISOString(), ...event }
      log.info(requestId === null ? line : { ...line, requestId }, 'audit')
      positions.set(tenantId, seq)
    }
    for (const [tenantId, seq] of positions) await tx.run(remember, { tenantId, seq })
    return rows.length
  })
}

/** Writes the log as long as the process runs; `stop` lets the last page end. */
export function keepAuditLog(database: Database, log: Logger): { start(): void; stop(): Promise<void> } {
  let timer: NodeJS.Timeout | undefined
  let writing: Promise<unknown> = Promise.resolve()
  let stopped = false
  function plan(ms: number) {
    if (stopped) return
    timer = setTimeout(() => {
      writing = writeAuditLog(database, log)
        .catch((error) => {
          log.warn({ err: error }, 'the audit log could not be written; it is tried again')
          return 0
        })
        .then((written) => plan(written === pageSize ? 0 : lookEveryMs))
    }, ms)
    timer.unref()
  }
  return {
    start: () => plan(lookEveryMs),
    async stop() {
      stopped = true
      clearTimeout(timer)
      await writing
    },
  }
}
