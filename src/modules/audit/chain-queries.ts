import { z } from 'zod'
import { int8s, noRow, sql, statement } from '#kernel/sql/index.ts'

const zeroUuid = '00000000-0000-0000-0000-000000000000'
const empty = Buffer.alloc(0)
const bytes = z.instanceof(Buffer)
/** Microseconds since 1970 as text: an instant that is signed must not lose its last digits. */
const micros = sql`(extract(epoch from c.at) * 1000000)::bigint::text`

/** The newest link of a chain; undefined where nothing was ever audited. */
export const chainHead = statement({
  name: 'audit.chain-head',
  row: z.object({ seq: z.number(), hash: bytes }),
  sample: { tenantId: zeroUuid },
  sql: ({ tenantId }: { tenantId: string }) => sql`
    select h.seq as "seq", h.hash as "hash" from audit_chain h where h.tenant_id = ${tenantId}::uuid`,
})

export const firstKept = statement({
  name: 'audit.first-kept',
  row: z.object({ seq: z.number() }),
  sample: { tenantId: zeroUuid },
  sql: ({ tenantId }: { tenantId: string }) => sql`
    select a.seq as "seq" from audit_events a where a.tenant_id = ${tenantId}::uuid and a.seq is not null order by a.seq limit 1`,
})

const pageResult = z.object({
  events: z.number(),
  lastSeq: z.number().nullable(),
  lastHash: bytes.nullable(),
  /** Places before which events are missing, or that occur twice. */
  gaps: z.array(z.number()),
  /** Events whose hash is not what follows from the event before and their columns. */
  wrong: z.array(z.number()),
})
export type ChainPage = z.output<typeof pageResult>

/**
 * Computes the hashes of a page of the chain again, where it lies: nothing but the result leaves the database. `seq` is the
 * place before the page and `hash` its hash. It does not call `app.audit_hash`, which whoever tampers may have replaced.
 */
export const verifyPage = statement({
  name: 'audit.verify-page',
  row: pageResult,
  sample: { tenantId: zeroUuid, seq: 0, hash: empty, upto: 1, limit: 1 },
  sql: (p: { tenantId: string; seq: number; hash: Buffer; upto: number; limit: number }) => sql`
    with page as materialized (
      select a.* from audit_events a
      where a.tenant_id = ${p.tenantId}::uuid and a.seq > ${p.seq}::bigint and a.seq <= ${p.upto}::bigint
      order by a.seq limit ${p.limit}::int
    ), looked as (
      select w.seq, w.hash, lag(w.seq, 1, ${p.seq}::bigint) over (order by w.seq) as before,
        sha256(lag(w.hash, 1, ${p.hash}::bytea) over (order by w.seq) || convert_to(jsonb_build_array(w.tenant_id, w.seq, w.id,
          w.module, w.action, extract(epoch from w.created_at), w.actor_type, w.actor_id, w.actor_name, w.subject, w.delta,
          w.request_id)::text, 'UTF8')) as expected
      from page w
    )
    select count(*) as "events", max(l.seq) as "lastSeq", (array_agg(l.hash order by l.seq desc))[1] as "lastHash",
      coalesce((array_agg(l.seq order by l.seq) filter (where l.seq <> l.before + 1))[1:50], '{}') as "gaps",
      coalesce((array_agg(l.seq order by l.seq) filter (where l.hash is distinct from l.expected))[1:50], '{}') as "wrong"
    from looked l`,
})

/** Hashes of these places; used to compare the chain with checkpoints. */
export const hashesAt = statement({
  name: 'audit.hashes-at',
  row: z.object({ seq: z.number(), hash: bytes.nullable() }),
  sample: { tenantId: zeroUuid, seqs: [0] },
  sql: (p: { tenantId: string; seqs: readonly number[] }) => sql`
    select a.seq as "seq", a.hash as "hash" from audit_events a
    where a.tenant_id = ${p.tenantId}::uuid and a.seq = any(${int8s(p.seqs)}::bigint[])`,
})

/** Committed events without a place: none, unless somebody switched the trigger off. */
export const unchained = statement({
  name: 'audit.unchained',
  row: z.object({ tenantId: z.string(), id: z.number() }),
  sample: { tenantId: null },
  sql: (p: { tenantId: string | null }) => sql`
    select a.tenant_id as "tenantId", min(a.id) as "id" from audit_events a
    where a.seq is null and a.tenant_id = coalesce(${p.tenantId}::uuid, a.tenant_id) group by a.tenant_id`,
})

const checkpointRow = z.object({
  tenantId: z.string(),
  seq: z.number(),
  kind: z.enum(['daily', 'purge']),
  hash: bytes,
  micros: z.string(),
  signature: bytes,
  copied: z.boolean(),
})
const checkpointColumns = sql`c.tenant_id as "tenantId", c.seq as "seq", c.kind as "kind", c.hash as "hash", ${micros} as "micros",
  c.signature as "signature", c.copied_at is not null as "copied"`

export const checkpointsOf = statement({
  name: 'audit.checkpoints',
  row: checkpointRow,
  sample: { tenantId: zeroUuid },
  sql: ({ tenantId }: { tenantId: string }) => sql`
    select ${checkpointColumns} from audit_checkpoint c where c.tenant_id = ${tenantId}::uuid order by c.seq, c.kind`,
})

export const newestCheckpoint = statement({
  name: 'audit.newest-checkpoint',
  row: checkpointRow,
  sample: { tenantId: zeroUuid },
  sql: ({ tenantId }: { tenantId: string }) => sql`
    select ${checkpointColumns} from audit_checkpoint c where c.tenant_id = ${tenantId}::uuid order by c.seq desc, c.kind limit 1`,
})

/** Where a purge ended. */
export const purgeCheckpoint = statement({
  name: 'audit.purge-checkpoint',
  row: checkpointRow,
  sample: { tenantId: zeroUuid, seq: 1 },
  sql: (p: { tenantId: string; seq: number }) => sql`
    select ${checkpointColumns} from audit_checkpoint c
    where c.tenant_id = ${p.tenantId}::uuid and c.seq = ${p.seq}::bigint and c.kind = 'purge'`,
})

export const uncopied = statement({
  name: 'audit.uncopied-checkpoints',
  row: checkpointRow,
  sample: undefined,
  sql: () => sql`
    select ${checkpointColumns} from audit_checkpoint c where c.copied_at is null order by c.tenant_id, c.seq limit 10000`,
})

export const markCopied = statement({
  name: 'audit.mark-copied',
  row: noRow,
  sample: { tenantId: zeroUuid, seq: 1, kind: 'daily' },
  sql: (p: { tenantId: string; seq: number; kind: string }) => sql`
    update audit_checkpoint set copied_at = app.now()
    where tenant_id = ${p.tenantId}::uuid and seq = ${p.seq}::bigint and kind = ${p.kind}::text`,
})

export const insertCheckpoint = statement({
  name: 'audit.insert-checkpoint',
  row: noRow,
  sample: { tenantId: zeroUuid, seq: 1, kind: 'daily', hash: empty, micros: '0', signature: empty },
  sql: (p: { tenantId: string; seq: number; kind: string; hash: Buffer; micros: string; signature: Buffer }) => sql`
    insert into audit_checkpoint (tenant_id, seq, kind, hash, at, signature)
    values (${p.tenantId}::uuid, ${p.seq}::bigint, ${p.kind}::text, ${p.hash}::bytea,
      'epoch'::timestamptz + ${p.micros}::bigint * interval '1 microsecond', ${p.signature}::bytea)
    on conflict do nothing`,
})

export const nowMicros = statement({
  name: 'audit.now',
  row: z.object({ micros: z.string() }),
  sample: undefined,
  sql: () => sql`select (extract(epoch from app.now()) * 1000000)::bigint::text as "micros"`,
})

/** Every tenant that has, or should have, a chain, as far as the database knows. */
export const chainedTenants = statement({
  name: 'audit.chained-tenants',
  row: z.object({ tenantId: z.string(), slug: z.string().nullable() }),
  sample: undefined,
  sql: () => sql`
    select k.tenant_id as "tenantId", t.slug as "slug"
    from (select tenant_id from audit_chain union select tenant_id from audit_checkpoint union select id from tenant) k
    left join tenant t on t.id = k.tenant_id order by k.tenant_id`,
})

/** The end of the segment that begins the chain and consists of these events alone. */
export const segmentEnd = statement({
  name: 'audit.segment-end',
  row: z.object({ seq: z.number(), hash: bytes }),
  sample: { tenantId: zeroUuid, ids: [0] },
  sql: (p: { tenantId: string; ids: readonly number[] }) => sql`
    select a.seq as "seq", a.hash as "hash" from audit_events a
    where a.tenant_id = ${p.tenantId}::uuid and a.seq < coalesce((
      select x.seq from audit_events x where x.tenant_id = ${p.tenantId}::uuid and x.id <> all(${int8s(p.ids)}::bigint[])
      order by x.seq limit 1), 9223372036854775807)
    order by a.seq desc limit 1`,
})

export const purgeAudit = statement({
  name: 'audit.purge',
  row: z.object({ removed: z.number() }),
  sample: { tenantId: zeroUuid, ids: [], before: '2000-01-01', file: 'x', rows: 0, sha256: '0'.repeat(64) },
  sql: (p: { tenantId: string; ids: readonly number[]; before: string; file: string; rows: number; sha256: string }) =>
    sql`select app.purge_audit_events(${p.tenantId}::uuid, ${int8s(p.ids)}::bigint[], ${p.before}::date, ${p.file}::text,
      ${p.rows}::bigint, ${p.sha256}::text) as "removed"`,
})

/** A verification of a part never takes back what one found before; one of the whole chain does. */
export const recordVerification = statement({
  name: 'audit.record-verification',
  row: noRow,
  sample: { tenantId: zeroUuid, whole: true, events: 0, uptoSeq: 0, faults: '[]' },
  sql: (p: { tenantId: string; whole: boolean; events: number; uptoSeq: number; faults: string }) => sql`
    insert into audit_verification (tenant_id, verified_at, whole, events, upto_seq, faults)
    values (${p.tenantId}::uuid, app.now(), ${p.whole}::bool, ${p.events}::bigint, ${p.uptoSeq}::bigint, ${p.faults}::jsonb)
    on conflict (tenant_id) do update set verified_at = excluded.verified_at, whole = excluded.whole, events = excluded.events,
      upto_seq = excluded.upto_seq,
      faults = case when excluded.whole or excluded.faults <> '[]' then excluded.faults else audit_verification.faults end`,
})

const faultList = z.array(z.object({ kind: z.string(), seq: z.number().nullable(), detail: z.string() }))
export const brokenChains = statement({
  name: 'audit.broken-chains',
  row: z.object({ tenantId: z.string(), slug: z.string().nullable(), faults: faultList }),
  sample: undefined,
  sql: () => sql`
    select v.tenant_id as "tenantId", t.slug as "slug", v.faults as "faults"
    from audit_verification v left join tenant t on t.id = v.tenant_id where v.faults <> '[]'`,
})

/** Chains with an event older than so many days that no checkpoint covers. */
export const uncheckedChains = statement({
  name: 'audit.unchecked-chains',
  row: z.object({ tenantId: z.string(), slug: z.string().nullable(), since: z.date() }),
  sample: { days: 1 },
  sql: ({ days }: { days: number }) => sql`
    select h.tenant_id as "tenantId", t.slug as "slug", a.created_at as "since"
    from audit_chain h left join tenant t on t.id = h.tenant_id
    cross join lateral (
      select coalesce(max(c.seq), 0) as seq from audit_checkpoint c where c.tenant_id = h.tenant_id
    ) c
    join audit_events a on a.tenant_id = h.tenant_id and a.seq = c.seq + 1
    where a.created_at < app.now() - ${days}::int * interval '1 day'`,
})
