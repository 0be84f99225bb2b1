/** Statements on sessions, their refresh tokens, and the keys that sign access tokens. */
import { z } from 'zod'
import { noRow, raw, sql, statement } from '#kernel/sql/index.ts'
import { noBytes, zeroUuid } from './queries.ts'

const live = raw(`s.revoked_at is null and least(s.expires_at, s.ends_at) > app.now()`)

/** What a pair of tokens is made of; `now` is the database's, in seconds. */
const issued = z.object({
  sessionId: z.string(),
  personId: z.string(),
  tenantId: z.string().nullable(),
  now: z.number(),
})
const issuedColumns = raw(
  `s.id as "sessionId", s.person_id as "personId", s.tenant_id as "tenantId", extract(epoch from app.now())::float8 as "now"`,
)

type NewSession = {
  id: string
  personId: string
  tenantId: string | null
  method: string
  passwordSince: string | null
  passkeyId: string | null
  secondFactor: boolean
  refreshHash: Buffer
  refreshDays: number
  absoluteDays: number
  client: string | null
  userAgent: string | null
}
/**
 * No row when the person is not (any more) active, or has another password than the one that was proved, or not the passkey. The
 * person's row is written, so that whoever disables them or replaces the password comes before this, and is seen, or after it, and
 * ends it. A passkey is another row: for one the person must be locked before, by a statement of its own.
 */
export const insertSession = statement({
  name: 'people.insert-session',
  row: issued,
  sample: {
    id: zeroUuid,
    personId: zeroUuid,
    tenantId: null,
    method: '',
    passwordSince: null,
    passkeyId: null,
    secondFactor: false,
    refreshHash: noBytes,
    refreshDays: 7,
    absoluteDays: 30,
    client: null,
    userAgent: null,
  } as NewSession,
  sql: (p: NewSession) => sql`
    with seen as (
      update person p set last_seen_at = app.now()
      where p.id = ${p.personId}::uuid and p.status = 'active' and (${p.method}::text <> 'password'
        or extract(epoch from p.password_changed_at)::text is not distinct from ${p.passwordSince}::text)
        and (${p.method}::text <> 'passkey' or exists (
          select from passkey k where k.id = ${p.passkeyId}::uuid and k.person_id = p.id))
      returning p.id
    )
    insert into person_session as s (id, person_id, tenant_id, method, second_factor, refresh_hash, expires_at, ends_at, client, user_agent)
    select ${p.id}::uuid, seen.id, ${p.tenantId}::uuid, ${p.method}::text, ${p.secondFactor}::boolean, ${p.refreshHash}::bytea,
      app.now() + ${p.refreshDays}::int * interval '1 day', app.now() + ${p.absoluteDays}::int * interval '1 day',
      ${p.client}::text, ${p.userAgent}::text
    from seen
    returning ${issuedColumns}`,
})

type Rotation = { old: Buffer; fresh: Buffer; refreshDays: number }
/** Of many at the same moment one finds the token unspent: the row's lock makes the others look again. */
export const rotateRefreshToken = statement({
  name: 'people.rotate-refresh-token',
  row: issued,
  sample: { old: noBytes, fresh: noBytes, refreshDays: 7 } as Rotation,
  sql: (p: Rotation) => sql`
    with rotated as (
      update person_session s set refresh_hash = ${p.fresh}::bytea, refreshed_at = app.now(), last_seen_at = app.now(),
        expires_at = least(app.now() + ${p.refreshDays}::int * interval '1 day', s.ends_at)
      from person p
      where s.refresh_hash = ${p.old}::bytea and ${live} and p.id = s.person_id and p.status = 'active'
      returning s.id, s.person_id, s.tenant_id
    ), spent as (
      insert into spent_refresh_token (hash, session_id) select ${p.old}::bytea, r.id from rotated r
    )
    select ${issuedColumns} from rotated s`,
})

export const spentToken = statement({
  name: 'people.spent-token',
  row: z.object({
    sessionId: z.string(),
    personId: z.string(),
    name: z.string(),
    tenantId: z.string().nullable(),
    live: z.boolean(),
    lately: z.boolean(),
  }),
  sample: { hash: noBytes, graceSeconds: 10 },
  sql: (p: { hash: Buffer; graceSeconds: number }) => sql`
    select s.id as "sessionId", s.person_id as "personId", p.name as "name", s.tenant_id as "tenantId", ${live} as "live",
      t.spent_at > app.now() - ${p.graceSeconds}::int * interval '1 second' as "lately"
    from spent_refresh_token t join person_session s on s.id = t.session_id join person p on p.id = s.person_id
    where t.hash = ${p.hash}::bytea`,
})

type Move = { id: string; newId: string; tenantId: string | null; refreshHash: Buffer; refreshDays: number }
/** Everything a browser or a thief had of the session before is worth nothing; the family stays one. */
export const moveSession = statement({
  name: 'people.move-session',
  row: issued,
  sample: { id: zeroUuid, newId: zeroUuid, tenantId: null, refreshHash: noBytes, refreshDays: 7 } as Move,
  sql: (p: Move) => sql`
    with before as (
      select s.id, s.refresh_hash from person_session s where s.id = ${p.id}::uuid and ${live} for update
    ), moved as (
      update person_session s set id = ${p.newId}::uuid, tenant_id = ${p.tenantId}::uuid, refresh_hash = ${p.refreshHash}::bytea,
        refreshed_at = app.now(), last_seen_at = app.now(),
        expires_at = least(app.now() + ${p.refreshDays}::int * interval '1 day', s.ends_at)
      from before b where s.id = b.id
      returning s.id, s.person_id, s.tenant_id
    ), spent as (
      insert into spent_refresh_token (hash, session_id) select b.refresh_hash, m.id from before b, moved m
    )
    select ${issuedColumns} from moved s`,
})

export const sessionByRefreshHash = statement({
  name: 'people.session-by-refresh-hash',
  row: z.object({ id: z.string(), personId: z.string(), name: z.string(), tenantId: z.string().nullable() }),
  sample: { hash: noBytes, id: null } as { hash: Buffer; id: string | null },
  sql: (p: { hash: Buffer; id: string | null }) => sql`
    select s.id as "id", s.person_id as "personId", p.name as "name", s.tenant_id as "tenantId"
    from person_session s join person p on p.id = s.person_id
    where (s.refresh_hash = ${p.hash}::bytea or s.id = ${p.id}::uuid) and s.revoked_at is null`,
})

type Which = {
  personId: string | null
  tenantId: string | null
  id: string | null
  method: string | null
  except: string | null
  all: boolean
  why: string
}
/** Ends sessions: one of a person, all of a person but one, those opened in one way, all in a tenant, or all there are. */
export const revokeSessions = statement({
  name: 'people.revoke-sessions',
  row: noRow,
  sample: { personId: null, tenantId: null, id: null, method: null, except: null, all: false, why: '' } as Which,
  sql: (p: Which) => sql`
    update person_session s set revoked_at = app.now(), revoked_why = ${p.why}::text
    where s.revoked_at is null
      and (${p.all}::boolean or s.person_id = ${p.personId}::uuid or s.tenant_id = ${p.tenantId}::uuid)
      and (${p.id}::uuid is null or s.id = ${p.id}::uuid)
      and (${p.method}::text is null or s.method = ${p.method}::text)
      and (${p.except}::uuid is null or s.id <> ${p.except}::uuid)`,
})

export const listSessions = statement({
  name: 'people.list-sessions',
  row: z.object({
    id: z.string(),
    method: z.enum(['password', 'passkey', 'oidc', 'github', 'setup', 'invitation', 'reset', 'test']),
    secondFactor: z.boolean(),
    client: z.string().nullable(),
    userAgent: z.string().nullable(),
    createdAt: z.date(),
    lastSeenAt: z.date(),
    expiresAt: z.date(),
    endsAt: z.date(),
  }),
  sample: { personId: zeroUuid },
  sql: ({ personId }: { personId: string }) => sql`
    select s.id as "id", s.method as "method", s.second_factor as "secondFactor", s.client as "client",
      s.user_agent as "userAgent", s.created_at as "createdAt", s.last_seen_at as "lastSeenAt", s.expires_at as "expiresAt",
      s.ends_at as "endsAt"
    from person_session s where s.person_id = ${personId}::uuid and ${live} order by s.last_seen_at desc, s.id desc limit 200`,
})

/** Until when a session counts as just proved; the sign-in counts, and every proof since. */
export const freshUntil = statement({
  name: 'people.session-fresh-until',
  row: z.object({ until: z.date(), fresh: z.boolean() }),
  sample: { sessionId: zeroUuid, minutes: 10 },
  sql: (p: { sessionId: string; minutes: number }) => sql`
    select f.until as "until", f.until > app.now() as "fresh" from (
      select greatest(s.created_at, c.confirmed_at) + ${p.minutes}::int * interval '1 minute' as until
      from person_session s left join session_confirmation c on c.session_id = s.id
      where s.id = ${p.sessionId}::uuid and ${live}
    ) f`,
})

/** To the minute: exact would cost a write a request. */
export const touchSession = statement({
  name: 'people.touch-session',
  row: noRow,
  sample: { id: zeroUuid },
  sql: ({ id }: { id: string }) => sql`
    with s as (update person_session s set last_seen_at = app.now() where s.id = ${id}::uuid returning s.person_id)
    update person p set last_seen_at = app.now() from s where p.id = s.person_id`,
})

export const purgeSessions = statement({
  name: 'people.purge-sessions',
  row: z.object({ sessions: z.number(), tokens: z.number() }),
  sample: { days: 30 },
  sql: ({ days }: { days: number }) => sql`
    with old as (select app.now() - ${days}::int * interval '1 day' as day),
    tokens as (delete from spent_refresh_token t using old where t.spent_at < old.day returning 1),
    sessions as (
      delete from person_session s using old where least(s.revoked_at, s.expires_at, s.ends_at) < old.day returning 1
    )
    select (select count(*)::int from sessions) as "sessions", (select count(*)::int from tokens) as "tokens"`,
})

const keyRow = z.object({
  id: z.string(),
  signs: z.boolean(),
  accepted: z.boolean(),
  createdAt: z.date(),
  acceptedUntil: z.date().nullable(),
})
/** Newest first. */
export const signingKeys = statement({
  name: 'people.signing-keys',
  row: keyRow,
  sample: undefined,
  sql: () => sql`
    select k.id as "id", k.retired_at is null as "signs", k.accepted_until is null or k.accepted_until > app.now() as "accepted",
      k.created_at as "createdAt", k.accepted_until as "acceptedUntil"
    from signing_key k order by k.created_at desc, k.id desc limit 100`,
})

export const insertSigningKey = statement({
  name: 'people.insert-signing-key',
  row: noRow,
  sample: { id: zeroUuid },
  sql: ({ id }: { id: string }) => sql`insert into signing_key (id) values (${id}::uuid)`,
})

/** Those that sign stop; what they signed is accepted for some minutes more, or not at all. */
export const retireSigningKeys = statement({
  name: 'people.retire-signing-keys',
  row: noRow,
  sample: { minutes: 0 },
  sql: ({ minutes }: { minutes: number }) => sql`
    update signing_key k set retired_at = coalesce(k.retired_at, app.now()),
      accepted_until = least(k.accepted_until, app.now() + ${minutes}::int * interval '1 minute')
    where k.accepted_until is null or k.accepted_until > app.now()`,
})
