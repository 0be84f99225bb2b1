import { z } from 'zod'
import { noRow, sql, statement } from '#kernel/sql/index.ts'

const zeroUuid = '00000000-0000-0000-0000-000000000000'
const none = Buffer.alloc(0)

/** Hours that an answer is kept; published in docs/api.md. */
export const keptHours = 24

type Place = { tenantId: string; hash: Buffer }
type Held = Place & { owner: string }
const place: Place = { tenantId: zeroUuid, hash: none }
const held: Held = { ...place, owner: zeroUuid }

export type NewReservation = Held & {
  fingerprint: Buffer
  route: string
  actorType: string
  actorId: string
  requestId: string | null
  leaseMs: number
}

/**
 * Takes a key that is free: never used, used more than a day ago, or held by a request that is gone and changed nothing. Writes one
 * row when it was taken, none when somebody else has it.
 */
export const reserveKey = statement({
  name: 'idempotency.reserve',
  row: noRow,
  sample: { ...held, fingerprint: none, route: '', actorType: '', actorId: '', requestId: null, leaseMs: 1 },
  sql: (p: NewReservation) => sql`
    insert into idempotency_key as k
      (tenant_id, hash, fingerprint, route, actor_type, actor_id, request_id, owner, lease_until)
    values (${p.tenantId}::uuid, ${p.hash}::bytea, ${p.fingerprint}::bytea, ${p.route}::text, ${p.actorType}::text,
      ${p.actorId}::text, ${p.requestId}::text, ${p.owner}::uuid, app.now() + ${p.leaseMs}::int * interval '1 millisecond')
    on conflict (tenant_id, hash) do update set fingerprint = excluded.fingerprint, route = excluded.route,
      request_id = excluded.request_id, owner = excluded.owner, lease_until = excluded.lease_until,
      created_at = case when k.created_at < app.now() - ${keptHours}::int * interval '1 hour' then app.now() else k.created_at end,
      effect_at = null, answered_at = null, status = null, headers = null, body = null, secret = false
    where k.created_at < app.now() - ${keptHours}::int * interval '1 hour'
      or (k.answered_at is null and k.effect_at is null and k.lease_until < app.now() and k.fingerprint = excluded.fingerprint)`,
})

export const readKey = statement({
  name: 'idempotency.read',
  row: z.object({
    fingerprint: z.custom<Buffer>(Buffer.isBuffer),
    actorType: z.string(),
    actorId: z.string(),
    requestId: z.string().nullable(),
    leaseMs: z.number(),
    createdAt: z.date(),
    effectAt: z.date().nullable(),
    answeredAt: z.date().nullable(),
    status: z.number().nullable(),
    headers: z.record(z.string(), z.unknown()).nullable(),
    body: z.string().nullable(),
    secret: z.boolean(),
  }),
  sample: place,
  sql: (p: Place) => sql`
    select k.fingerprint as "fingerprint", k.actor_type as "actorType", k.actor_id as "actorId", k.request_id as "requestId",
      ceil(extract(epoch from k.lease_until - app.now()) * 1000)::bigint as "leaseMs", k.created_at as "createdAt",
      k.effect_at as "effectAt", k.answered_at as "answeredAt", k.status as "status", k.headers as "headers", k.body as "body",
      k.secret as "secret"
    from idempotency_key k where k.tenant_id = ${p.tenantId}::uuid and k.hash = ${p.hash}::bytea`,
})

/**
 * Run last in a transaction of the request: when that transaction wrote something, it marks the key in the same commit, and says
 * whether the request still holds the key. A transaction that only read marks nothing.
 */
export const markEffect = statement({
  name: 'idempotency.mark-effect',
  row: z.object({ wrote: z.boolean(), held: z.boolean() }),
  sample: held,
  sql: (p: Held) => sql`
    with tx as materialized (select pg_current_xact_id_if_assigned() is not null as wrote),
    marked as (
      update idempotency_key k set effect_at = coalesce(k.effect_at, app.now()) from tx
      where tx.wrote and k.tenant_id = ${p.tenantId}::uuid and k.hash = ${p.hash}::bytea and k.owner = ${p.owner}::uuid
      returning k.hash
    )
    select tx.wrote as "wrote", exists (select from marked) as "held" from tx`,
})

export const answerKey = statement({
  name: 'idempotency.answer',
  row: noRow,
  sample: { ...held, status: 200, headers: '{}', body: null, secret: false },
  sql: (p: Held & { status: number; headers: string; body: string | null; secret: boolean }) => sql`
    update idempotency_key k set answered_at = app.now(), status = ${p.status}::int, headers = ${p.headers}::jsonb,
      body = ${p.body}::text, secret = ${p.secret}::boolean
    where k.tenant_id = ${p.tenantId}::uuid and k.hash = ${p.hash}::bytea and k.owner = ${p.owner}::uuid`,
})

export const releaseKey = statement({
  name: 'idempotency.release',
  row: noRow,
  sample: held,
  sql: (p: Held) => sql`
    delete from idempotency_key k where k.tenant_id = ${p.tenantId}::uuid and k.hash = ${p.hash}::bytea
      and k.owner = ${p.owner}::uuid and k.effect_at is null`,
})

/** The request is over and its answer will not come: whoever asks need not wait for the lease. */
export const endLease = statement({
  name: 'idempotency.end-lease',
  row: noRow,
  sample: held,
  sql: (p: Held) => sql`
    update idempotency_key k set lease_until = app.now()
    where k.tenant_id = ${p.tenantId}::uuid and k.hash = ${p.hash}::bytea and k.owner = ${p.owner}::uuid`,
})

/** What a request changed, from the audit it wrote; for a request whose answer was lost. */
export const subjectsOf = statement({
  name: 'idempotency.subjects-of',
  row: z.object({ subject: z.string() }),
  sample: { tenantId: zeroUuid, requestId: '', actorType: '', actorId: '', from: new Date(0), to: new Date(0) },
  sql: (p: { tenantId: string; requestId: string; actorType: string; actorId: string; from: Date; to: Date }) => sql`
    select distinct a.subject as "subject" from audit_events a
    where a.tenant_id = ${p.tenantId}::uuid and a.request_id = ${p.requestId}::text
      and a.actor_type = ${p.actorType}::text and a.actor_id = ${p.actorId}::text
      and a.created_at between ${p.from}::timestamptz - interval '1 minute' and ${p.to}::timestamptz + interval '10 minutes'
    order by 1 limit 20`,
})

/** Old rows in pieces, so that no purge is a long transaction. */
export const purgeKeys = statement({
  name: 'idempotency.purge',
  row: noRow,
  sample: { limit: 1 },
  sql: ({ limit }: { limit: number }) => sql`
    delete from idempotency_key k where (k.tenant_id, k.hash) in (
      select o.tenant_id, o.hash from idempotency_key o
      where o.created_at < app.now() - ${keptHours}::int * interval '1 hour' order by o.created_at limit ${limit}::int)`,
})
