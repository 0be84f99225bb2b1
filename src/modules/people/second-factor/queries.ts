import { z } from 'zod'
import { byteas, noRow, sql, statement, uuids } from '#kernel/sql/index.ts'

const zeroUuid = '00000000-0000-0000-0000-000000000000'
const none = Buffer.alloc(32)
/** Expired challenges that one new one sweeps away, so that nobody else has to. */
const swept = 20

export const factorsOf = statement({
  name: 'people.factors-of',
  row: z.object({ personId: z.string(), totp: z.boolean(), passkeys: z.number(), recoveryCodes: z.number() }),
  sample: { ids: [zeroUuid] },
  sql: ({ ids }: { ids: readonly string[] }) => sql`
    select w.id as "personId",
      exists (select from person_totp t where t.person_id = w.id and t.confirmed_at is not null) as "totp",
      (select count(*) from passkey p where p.person_id = w.id)::int as "passkeys",
      (select count(*) from recovery_code r where r.person_id = w.id and r.used_at is null)::int as "recoveryCodes"
    from unnest(${uuids(ids)}::uuid[]) as w(id)`,
})

const totpRow = z.object({
  secret: z.instanceof(Buffer),
  confirmedAt: z.date().nullable(),
  lastUsedAt: z.date().nullable(),
  lastStep: z.number(),
  failures: z.number(),
  locked: z.boolean(),
  /** Not confirmed in time: as if it had never been asked for. */
  stale: z.boolean(),
  /** Seconds since 1970 of the database's clock. */
  seconds: z.number(),
})

/** One try after another: parallel tries of one person wait here, so each is counted. */
export const lockTotp = statement({
  name: 'people.lock-totp',
  row: totpRow,
  sample: { personId: zeroUuid, minutes: 0 },
  sql: (p: { personId: string; minutes: number }) => sql`
    select t.secret as "secret", t.confirmed_at as "confirmedAt", t.last_used_at as "lastUsedAt", t.last_step as "lastStep",
      t.failures as "failures", coalesce(t.locked_until > app.now(), false) as "locked",
      t.confirmed_at is null and t.created_at < app.now() - ${p.minutes}::int * interval '1 minute' as "stale",
      floor(extract(epoch from app.now()))::bigint as "seconds"
    from person_totp t where t.person_id = ${p.personId}::uuid for update`,
})

/** Writes nothing where one is in force. */
export const startTotp = statement({
  name: 'people.start-totp',
  row: noRow,
  sample: { personId: zeroUuid, secret: none },
  sql: (p: { personId: string; secret: Buffer }) => sql`
    insert into person_totp as t (person_id, secret) values (${p.personId}::uuid, ${p.secret}::bytea)
    on conflict (person_id) do update set secret = excluded.secret, created_at = app.now() where t.confirmed_at is null`,
})

export const totpUsed = statement({
  name: 'people.totp-used',
  row: noRow,
  sample: { personId: zeroUuid, step: 0 },
  sql: (p: { personId: string; step: number }) => sql`
    update person_totp t set last_step = ${p.step}::bigint, last_used_at = app.now(), failures = 0, locked_until = null,
      confirmed_at = coalesce(t.confirmed_at, app.now())
    where t.person_id = ${p.personId}::uuid`,
})

export const totpFailed = statement({
  name: 'people.totp-failed',
  row: noRow,
  sample: { personId: zeroUuid, failures: 1, minutes: 0 },
  sql: (p: { personId: string; failures: number; minutes: number }) => sql`
    update person_totp t set failures = ${p.failures}::int,
      locked_until = case when ${p.minutes}::int > 0 then app.now() + ${p.minutes}::int * interval '1 minute' end
    where t.person_id = ${p.personId}::uuid`,
})

export const deleteTotp = statement({
  name: 'people.delete-totp',
  row: noRow,
  sample: { personId: zeroUuid },
  sql: ({ personId }: { personId: string }) => sql`delete from person_totp t where t.person_id = ${personId}::uuid`,
})

/** Of who can sign in, where a code confirmed it. */
export const totpSecrets = statement({
  name: 'people.totp-secrets',
  row: z.object({ personId: z.string(), secret: z.instanceof(Buffer) }),
  sample: undefined,
  sql: () => sql`
    select t.person_id as "personId", t.secret as "secret" from person_totp t join person p on p.id = t.person_id
    where t.confirmed_at is not null and p.status = 'active' order by t.person_id limit 1000`,
})

export const deleteFactors = statement({
  name: 'people.delete-factors',
  row: z.object({ removed: z.number() }),
  sample: { personId: zeroUuid },
  sql: ({ personId }: { personId: string }) => sql`
    with totp as (delete from person_totp t where t.person_id = ${personId}::uuid returning 1),
    keys as (delete from passkey p where p.person_id = ${personId}::uuid returning 1),
    codes as (delete from recovery_code r where r.person_id = ${personId}::uuid returning 1)
    select ((select count(*) from totp) + (select count(*) from keys) + (select count(*) from codes))::int as "removed"`,
})

/** Whether an identity provider says that it asked for a second factor when the session was opened. */
export const provedElsewhere = statement({
  name: 'people.session-proved-elsewhere',
  row: z.object({ proved: z.boolean() }),
  sample: { sessionId: zeroUuid },
  sql: ({ sessionId }: { sessionId: string }) => sql`
    select s.method = 'oidc' and s.second_factor as "proved" from person_session s where s.id = ${sessionId}::uuid`,
})

export const insertRecoveryCodes = statement({
  name: 'people.insert-recovery-codes',
  row: noRow,
  sample: { personId: zeroUuid, hashes: [none] },
  sql: (p: { personId: string; hashes: readonly Buffer[] }) => sql`
    insert into recovery_code (hash, person_id)
    select g.hash, ${p.personId}::uuid from unnest(${byteas(p.hashes)}::bytea[]) as g(hash)`,
})

export const deleteRecoveryCodes = statement({
  name: 'people.delete-recovery-codes',
  row: noRow,
  sample: { personId: zeroUuid },
  sql: ({ personId }: { personId: string }) => sql`delete from recovery_code r where r.person_id = ${personId}::uuid`,
})

/** Of many uses of one code at the same moment one finds it unused. */
export const useRecoveryCode = statement({
  name: 'people.use-recovery-code',
  row: noRow,
  sample: { personId: zeroUuid, hash: none },
  sql: (p: { personId: string; hash: Buffer }) => sql`
    update recovery_code r set used_at = app.now()
    where r.hash = ${p.hash}::bytea and r.person_id = ${p.personId}::uuid and r.used_at is null`,
})

export const recoveryCodesMadeAt = statement({
  name: 'people.recovery-codes-made-at',
  row: z.object({ madeAt: z.date().nullable() }),
  sample: { personId: zeroUuid },
  sql: ({ personId }: { personId: string }) => sql`
    select max(r.created_at) as "madeAt" from recovery_code r where r.person_id = ${personId}::uuid`,
})

export const insertChallenge = statement({
  name: 'people.insert-second-factor-challenge',
  row: noRow,
  sample: { hash: none, personId: zeroUuid, how: '{}', minutes: 5 },
  sql: (p: { hash: Buffer; personId: string; how: string; minutes: number }) => sql`
    with swept as (
      delete from second_factor_challenge c where c.hash in (
        select o.hash from second_factor_challenge o where o.expires_at < app.now() order by o.expires_at
        limit ${swept}::int for update skip locked)
    )
    insert into second_factor_challenge (hash, person_id, how, expires_at)
    values (${p.hash}::bytea, ${p.personId}::uuid, ${p.how}::jsonb, app.now() + ${p.minutes}::int * interval '1 minute')`,
})

const challengeRow = z.object({ personId: z.string(), how: z.unknown() })

/** Counts a try; none left, spent, expired and unknown are all one. Parallel tries of one challenge wait for each other here. */
export const tryChallenge = statement({
  name: 'people.try-second-factor-challenge',
  row: challengeRow,
  sample: { hash: none, tries: 5 },
  sql: (p: { hash: Buffer; tries: number }) => sql`
    update second_factor_challenge c set tries = c.tries + 1
    where c.hash = ${p.hash}::bytea and c.used_at is null and c.expires_at > app.now() and c.tries < ${p.tries}::int
    returning c.person_id as "personId", c.how as "how"`,
})

export const readChallenge = statement({
  name: 'people.read-second-factor-challenge',
  row: challengeRow,
  sample: { hash: none, tries: 5 },
  sql: (p: { hash: Buffer; tries: number }) => sql`
    select c.person_id as "personId", c.how as "how" from second_factor_challenge c
    where c.hash = ${p.hash}::bytea and c.used_at is null and c.expires_at > app.now() and c.tries < ${p.tries}::int`,
})

export const spendChallenge = statement({
  name: 'people.spend-second-factor-challenge',
  row: noRow,
  sample: { hash: none },
  sql: ({ hash }: { hash: Buffer }) => sql`
    update second_factor_challenge c set used_at = app.now() where c.hash = ${hash}::bytea and c.used_at is null`,
})

export const confirmSession = statement({
  name: 'people.confirm-session',
  row: noRow,
  sample: { sessionId: zeroUuid },
  sql: ({ sessionId }: { sessionId: string }) => sql`
    insert into session_confirmation (session_id) values (${sessionId}::uuid)
    on conflict (session_id) do update set confirmed_at = app.now()`,
})
