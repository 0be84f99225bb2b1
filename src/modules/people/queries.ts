/** Statements on persons, their links, and attempts to sign in. */
import { z } from 'zod'
import { platformRoles } from '#kernel/context/index.ts'
import { noRow, raw, sql, statement } from '#kernel/sql/index.ts'

export const zeroUuid = '00000000-0000-0000-0000-000000000000'
export const noBytes = Buffer.alloc(0)

const personRow = z.object({
  id: z.string(),
  email: z.string(),
  name: z.string(),
  status: z.enum(['active', 'disabled']),
  platformRole: z.enum(platformRoles).nullable(),
})
const personColumns = raw(
  `p.id as "id", p.email as "email", p.name as "name", p.status as "status", p.platform_role as "platformRole"`,
)
const withSecret = personRow.extend({
  passwordHash: z.string().nullable(),
  passwordChangedAt: z.date().nullable(),
  /** The same moment to the microsecond: which password that is. */
  passwordSince: z.string().nullable(),
  createdAt: z.date(),
})
const secretColumns = raw(
  `p.password_hash as "passwordHash", p.password_changed_at as "passwordChangedAt", p.created_at as "createdAt",
    extract(epoch from p.password_changed_at)::text as "passwordSince"`,
)

export const personByEmail = statement({
  name: 'people.by-email',
  row: withSecret,
  sample: { email: '' },
  sql: ({ email }: { email: string }) => sql`
    select ${personColumns}, ${secretColumns} from person p where p.email = lower(${email}::text)`,
})

export const personById = statement({
  name: 'people.by-id',
  row: withSecret,
  sample: { id: zeroUuid },
  sql: ({ id }: { id: string }) => sql`
    select ${personColumns}, ${secretColumns} from person p where p.id = ${id}::uuid`,
})

/** Locked, so that what is decided on what it says stays true until the commit. */
export const lockPerson = statement({
  name: 'people.lock',
  row: personRow,
  sample: { id: zeroUuid },
  sql: ({ id }: { id: string }) => sql`select ${personColumns} from person p where p.id = ${id}::uuid for update`,
})

export const listPeople = statement({
  name: 'people.list',
  row: personRow.extend({ hasPassword: z.boolean(), createdAt: z.date(), lastSeenAt: z.date().nullable() }),
  sample: undefined,
  sql: () => sql`
    select ${personColumns}, p.password_hash is not null as "hasPassword", p.created_at as "createdAt",
      p.last_seen_at as "lastSeenAt"
    from person p order by p.email limit 1000`,
})

type NewPersonRow = {
  id: string
  email: string
  name: string
  passwordHash: string | null
  platformRole: string | null
}
/** No row when the address is taken. */
export const insertPerson = statement({
  name: 'people.insert',
  row: personRow,
  sample: { id: zeroUuid, email: 'a@b.c', name: 'a', passwordHash: null, platformRole: null } as NewPersonRow,
  sql: (p: NewPersonRow) => sql`
    insert into person as p (id, email, name, password_hash, password_changed_at, platform_role)
    values (${p.id}::uuid, lower(${p.email}::text), ${p.name}::text, ${p.passwordHash}::text,
      case when ${p.passwordHash}::text is not null then app.now() end, ${p.platformRole}::text)
    on conflict (email) do nothing
    returning ${personColumns}`,
})

type Change = { id: string; name: string; status: string; platformRole: string | null }
export const updatePerson = statement({
  name: 'people.update',
  row: personRow,
  sample: { id: zeroUuid, name: '', status: '', platformRole: null } as Change,
  sql: (p: Change) => sql`
    update person p set name = ${p.name}::text, status = ${p.status}::text, platform_role = ${p.platformRole}::text
    where p.id = ${p.id}::uuid returning ${personColumns}`,
})

/** Whatever it was before. */
export const setPassword = statement({
  name: 'people.set-password',
  row: noRow,
  sample: { id: zeroUuid, hash: '' },
  sql: (p: { id: string; hash: string }) => sql`
    update person p set password_hash = ${p.hash}::text, password_changed_at = app.now() where p.id = ${p.id}::uuid`,
})

type Replacement = { id: string; was: string | null; hash: string; changed: boolean }
/**
 * Writes nothing when it is not `was` any more: hashing takes its time, and whoever knew the old password must not undo a new one.
 * `changed: false`: the same password, hashed anew.
 */
export const replacePassword = statement({
  name: 'people.replace-password',
  row: noRow,
  sample: { id: zeroUuid, was: null, hash: '', changed: true } as Replacement,
  sql: (p: Replacement) => sql`
    update person p set password_hash = ${p.hash}::text,
      password_changed_at = case when ${p.changed}::boolean then app.now() else p.password_changed_at end
    where p.id = ${p.id}::uuid and p.password_hash is not distinct from ${p.was}::text`,
})

/** Held until the commit by whoever makes or unmakes administrators, so that two cannot both be the first, or both the last. */
export const lockAdmins = statement({
  name: 'people.lock-admins',
  row: z.object({ locked: z.boolean() }),
  sample: undefined,
  sql: () => sql`select pg_advisory_xact_lock(hashtextextended('people.platform-admins', 0)) is not null as "locked"`,
})

export const countAdmins = statement({
  name: 'people.count-admins',
  row: z.object({ ever: z.number(), active: z.number() }),
  sample: undefined,
  sql: () => sql`
    select count(*)::int as "ever", count(*) filter (where p.status = 'active')::int as "active"
    from person p where p.platform_role = 'platform_admin'`,
})

export const insertSetupToken = statement({
  name: 'people.insert-setup-token',
  row: noRow,
  sample: { hash: noBytes, hours: 1, purpose: 'first' },
  sql: (p: { hash: Buffer; hours: number; purpose: string }) => sql`
    insert into setup_link (hash, expires_at, purpose)
    values (${p.hash}::bytea, app.now() + ${p.hours}::int * interval '1 hour', ${p.purpose}::text)`,
})

const tokenIsGood = raw(`t.used_at is null and t.expires_at > app.now()`)
export const setupTokenIsGood = statement({
  name: 'people.setup-token-is-good',
  row: z.object({ good: z.boolean() }),
  sample: { hash: noBytes },
  sql: ({ hash }: { hash: Buffer }) => sql`
    select exists (select from setup_link t where t.hash = ${hash}::bytea and ${tokenIsGood}) as "good"`,
})

/** Spends the link, and with it every other link that was for the first administrator. */
export const useSetupToken = statement({
  name: 'people.use-setup-token',
  row: z.object({ purpose: z.enum(['first', 'further']) }),
  sample: { hash: noBytes },
  sql: ({ hash }: { hash: Buffer }) => sql`
    with used as (
      update setup_link t set used_at = app.now() where t.hash = ${hash}::bytea and ${tokenIsGood} returning t.purpose
    ), others as (
      update setup_link t set used_at = app.now()
      where t.purpose = 'first' and t.used_at is null and t.hash <> ${hash}::bytea and exists (select from used)
    )
    select u.purpose as "purpose" from used u`,
})

/** `replaces`: those before it are worth nothing any more. */
export const insertReset = statement({
  name: 'people.insert-reset',
  row: noRow,
  sample: { hash: noBytes, personId: zeroUuid, minutes: 10, replaces: true },
  sql: (p: { hash: Buffer; personId: string; minutes: number; replaces: boolean }) => sql`
    with older as (
      update password_reset r set used_at = app.now() where ${p.replaces}::boolean and r.person_id = ${p.personId}::uuid and r.used_at is null
    )
    insert into password_reset (hash, person_id, expires_at)
    values (${p.hash}::bytea, ${p.personId}::uuid, app.now() + ${p.minutes}::int * interval '1 minute')`,
})

/** Counts a try; no row when the link is spent, expired or tried too often. */
export const tryReset = statement({
  name: 'people.try-reset',
  row: z.object({ personId: z.string() }),
  sample: { hash: noBytes, maxTries: 5 },
  sql: (p: { hash: Buffer; maxTries: number }) => sql`
    update password_reset r set tries = r.tries + 1
    from person p
    where r.hash = ${p.hash}::bytea and r.used_at is null and r.expires_at > app.now() and r.tries < ${p.maxTries}::int
      and p.id = r.person_id and p.status = 'active'
    returning r.person_id as "personId"`,
})

/** Spends the link, and with it every other of that person, who must be locked; no row when it is not good any more. */
export const useReset = statement({
  name: 'people.use-reset',
  row: z.object({ personId: z.string() }),
  sample: { hash: noBytes },
  sql: ({ hash }: { hash: Buffer }) => sql`
    with used as (
      update password_reset r set used_at = app.now()
      where r.hash = ${hash}::bytea and r.used_at is null and r.expires_at > app.now()
      returning r.person_id
    ), others as (
      update password_reset r set used_at = app.now() from used u
      where r.person_id = u.person_id and r.used_at is null and r.hash <> ${hash}::bytea
    )
    select u.person_id as "personId" from used u`,
})

type Attempt = { key: Buffer; maxFailures: number; minutes: number }
/**
 * Counts an attempt before it is looked at, so that parallel ones cannot slip past the limit; success takes the count back.
 * `allowed` is false while locked, and then nothing is counted.
 */
export const takeAttempt = statement({
  name: 'people.take-attempt',
  row: z.object({ failures: z.number(), allowed: z.boolean(), waitSeconds: z.number() }),
  sample: { key: noBytes, maxFailures: 5, minutes: 15 } as Attempt,
  sql: (p: Attempt) => sql`
    with taken as (
      insert into sign_in_attempt as a (key, failures, locked_until)
      values (${p.key}::bytea, 1, case when ${p.maxFailures}::int <= 1 then app.now() + ${p.minutes}::int * interval '1 minute' end)
      on conflict (key) do update set
        failures = case when a.last_at <= app.now() - ${p.minutes}::int * interval '1 minute' then 1 else a.failures + 1 end,
        last_at = app.now(),
        locked_until = case when a.last_at > app.now() - ${p.minutes}::int * interval '1 minute' and a.failures + 1 >= ${p.maxFailures}::int
          then app.now() + ${p.minutes}::int * interval '1 minute' end
      where a.locked_until is null or a.locked_until <= app.now()
      returning a.failures
    )
    select t.failures as "failures", true as "allowed", 0 as "waitSeconds" from taken t
    union all
    select a.failures, false, coalesce(greatest(1, ceil(extract(epoch from a.locked_until - app.now())))::int, ${p.minutes}::int * 60)
    from sign_in_attempt a where a.key = ${p.key}::bytea and not exists (select from taken)
    limit 1`,
})

/** An attempt that was not looked at after all. */
export const giveAttemptBack = statement({
  name: 'people.give-attempt-back',
  row: noRow,
  sample: { key: noBytes },
  sql: ({ key }: { key: Buffer }) => sql`
    update sign_in_attempt a set failures = greatest(0, a.failures - 1), locked_until = null where a.key = ${key}::bytea`,
})

export const forgetAttempts = statement({
  name: 'people.forget-attempts',
  row: noRow,
  sample: { key: noBytes },
  sql: ({ key }: { key: Buffer }) => sql`delete from sign_in_attempt a where a.key = ${key}::bytea`,
})

/** Attempts, links and signing keys that nobody asks for any more. */
export const purgeSigningIn = statement({
  name: 'people.purge-signing-in',
  row: z.object({ removed: z.number() }),
  sample: { days: 30 },
  sql: ({ days }: { days: number }) => sql`
    with old as (select app.now() - ${days}::int * interval '1 day' as day),
    attempts as (delete from sign_in_attempt a using old where a.last_at < app.now() - interval '1 day' returning 1),
    resets as (delete from password_reset r using old where r.expires_at < old.day returning 1),
    links as (delete from setup_link t using old where t.expires_at < old.day returning 1),
    keys as (delete from signing_key k using old where k.accepted_until < old.day returning 1)
    select ((select count(*) from attempts) + (select count(*) from resets) + (select count(*) from links)
      + (select count(*) from keys))::int as "removed"`,
})
