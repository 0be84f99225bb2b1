import { z } from 'zod'
import { noRow, sql, statement, texts } from '#kernel/sql/index.ts'

const zeroUuid = '00000000-0000-0000-0000-000000000000'
const none = Buffer.alloc(32)
/** Expired challenges that one new one sweeps away, so that nobody else has to. */
const swept = 20

export const passkeyPurposes = ['registration', 'sign-in', 'second-factor'] as const
export type PasskeyPurpose = (typeof passkeyPurposes)[number]

export const insertPasskeyChallenge = statement({
  name: 'people.insert-passkey-challenge',
  row: noRow,
  sample: { hash: none, purpose: 'sign-in' as PasskeyPurpose, personId: null, minutes: 5 },
  sql: (p: { hash: Buffer; purpose: PasskeyPurpose; personId: string | null; minutes: number }) => sql`
    with swept as (
      delete from passkey_challenge c where c.hash in (
        select o.hash from passkey_challenge o where o.expires_at < app.now() order by o.expires_at limit ${swept}::int
        for update skip locked)
    )
    insert into passkey_challenge (hash, purpose, person_id, expires_at)
    values (${p.hash}::bytea, ${p.purpose}::text, ${p.personId}::uuid, app.now() + ${p.minutes}::int * interval '1 minute')`,
})

/** Takes a challenge: of many at the same moment one gets it. */
export const takePasskeyChallenge = statement({
  name: 'people.take-passkey-challenge',
  row: z.object({ purpose: z.enum(passkeyPurposes), personId: z.string().nullable(), live: z.boolean() }),
  sample: { hash: none },
  sql: ({ hash }: { hash: Buffer }) => sql`
    delete from passkey_challenge c where c.hash = ${hash}::bytea
    returning c.purpose as "purpose", c.person_id as "personId", c.expires_at > app.now() as "live"`,
})

const passkeyRow = z.object({
  id: z.string(),
  personId: z.string(),
  credentialId: z.instanceof(Buffer),
  name: z.string(),
  synced: z.boolean(),
  transports: z.array(z.string()),
  createdAt: z.date(),
  lastUsedAt: z.date().nullable(),
})
export type PasskeyRow = z.output<typeof passkeyRow>

const columns = sql`p.id as "id", p.person_id as "personId", p.credential_id as "credentialId", p.name as "name",
  p.synced as "synced", p.transports as "transports", p.created_at as "createdAt", p.last_used_at as "lastUsedAt"`

export const passkeysOf = statement({
  name: 'people.passkeys-of',
  row: passkeyRow,
  sample: { personId: zeroUuid },
  sql: ({ personId }: { personId: string }) => sql`
    select ${columns} from passkey p where p.person_id = ${personId}::uuid order by p.created_at, p.id`,
})

export const lockPasskey = statement({
  name: 'people.lock-passkey',
  row: passkeyRow,
  sample: { id: zeroUuid, personId: zeroUuid },
  sql: (p: { id: string; personId: string }) => sql`
    select ${columns} from passkey p where p.id = ${p.id}::uuid and p.person_id = ${p.personId}::uuid for update`,
})

export const passkeyByCredential = statement({
  name: 'people.passkey-by-credential',
  row: passkeyRow.extend({ publicKey: z.instanceof(Buffer), counter: z.number() }),
  sample: { credentialId: none },
  sql: ({ credentialId }: { credentialId: Buffer }) => sql`
    select ${columns}, p.public_key as "publicKey", p.counter as "counter"
    from passkey p where p.credential_id = ${credentialId}::bytea for update`,
})

export type StoredPasskey = {
  readonly id: string
  readonly personId: string
  readonly credentialId: Buffer
  readonly publicKey: Buffer
  readonly counter: number
  readonly transports: readonly string[]
  readonly synced: boolean
  readonly name: string
}

/** Writes nothing when the credential is known already, whoever it belongs to. */
export const insertPasskey = statement({
  name: 'people.insert-passkey',
  row: noRow,
  sample: {
    id: zeroUuid,
    personId: zeroUuid,
    credentialId: none,
    publicKey: none,
    counter: 0,
    transports: [],
    synced: false,
    name: 'n',
  },
  sql: (p: StoredPasskey) => sql`
    insert into passkey (id, person_id, credential_id, public_key, counter, transports, synced, name)
    values (${p.id}::uuid, ${p.personId}::uuid, ${p.credentialId}::bytea, ${p.publicKey}::bytea, ${p.counter}::bigint,
      ${texts(p.transports)}::text[], ${p.synced}::boolean, ${p.name}::text)
    on conflict (credential_id) do nothing`,
})

export const passkeyUsed = statement({
  name: 'people.passkey-used',
  row: noRow,
  sample: { id: zeroUuid, counter: 0, synced: false },
  sql: (p: { id: string; counter: number; synced: boolean }) => sql`
    update passkey p set counter = ${p.counter}::bigint, synced = ${p.synced}::boolean, last_used_at = app.now()
    where p.id = ${p.id}::uuid`,
})

export const renamePasskey = statement({
  name: 'people.rename-passkey',
  row: noRow,
  sample: { id: zeroUuid, name: 'n' },
  sql: (p: { id: string; name: string }) => sql`
    update passkey p set name = ${p.name}::text where p.id = ${p.id}::uuid`,
})

export const deletePasskey = statement({
  name: 'people.delete-passkey',
  row: noRow,
  sample: { id: zeroUuid },
  sql: ({ id }: { id: string }) => sql`delete from passkey p where p.id = ${id}::uuid`,
})
