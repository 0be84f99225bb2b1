import { z } from 'zod'
import { platformRoles, tenantRoles } from '#kernel/context/index.ts'
import { noRow, sql, statement, texts } from '#kernel/sql/index.ts'

const zeroUuid = '00000000-0000-0000-0000-000000000000'
const none = Buffer.alloc(0)

export const keyByHash = statement({
  name: 'access.key-by-hash',
  row: z.object({
    tenantId: z.string(),
    id: z.string(),
    name: z.string(),
    scopes: z.array(z.string()),
    streams: z.array(z.string()).nullable(),
    state: z.enum(['active', 'revoked', 'expired', 'suspended']),
    lastUsedAt: z.date().nullable(),
  }),
  sample: { hash: none },
  sql: ({ hash }: { hash: Buffer }) => sql`
    select k.tenant_id as "tenantId", k.id as "id", k.name as "name", k.scopes as "scopes", k.streams as "streams",
      k.state as "state", k.last_used_at as "lastUsedAt" from app.api_key_by_hash(${hash}::bytea) k`,
})

/** An access token lives 15 minutes; one that claims more than a minute beyond was made for another day. */
const longestSeconds = 16 * 60

/** Whose session an access token names, as of now; `unexpired` is about the token. */
export const callerOfSession = statement({
  name: 'access.caller-of-session',
  row: z.object({
    personId: z.string(),
    name: z.string(),
    email: z.string(),
    platformRole: z.enum(platformRoles).nullable(),
    tenantId: z.string().nullable(),
    role: z.enum(tenantRoles).nullable(),
    support: z.boolean(),
    state: z.enum(['active', 'revoked', 'expired', 'disabled']),
    unexpired: z.boolean(),
  }),
  sample: { id: zeroUuid, expiresAt: 0 },
  sql: (p: { id: string; expiresAt: number }) => sql`
    select c.person_id as "personId", c.name as "name", c.email as "email", c.platform_role as "platformRole",
      c.tenant_id as "tenantId", c.role as "role", c.support as "support", c.state as "state",
      ${p.expiresAt}::float8 > extract(epoch from app.now())
        and ${p.expiresAt}::float8 <= extract(epoch from app.now()) + ${longestSeconds}::int as "unexpired"
    from app.caller_of_session(${p.id}::uuid) c`,
})

export const insertKey = statement({
  name: 'access.insert-key',
  row: noRow,
  sample: {
    tenantId: zeroUuid,
    id: zeroUuid,
    name: '',
    prefix: '',
    hash: none,
    scopes: ['x'],
    streams: null,
    days: null,
  },
  sql: (p: {
    tenantId: string
    id: string
    name: string
    prefix: string
    hash: Buffer
    scopes: string[]
    streams: string[] | null
    days: number | null
  }) => sql`
    insert into api_key (tenant_id, id, name, prefix, hash, scopes, streams, expires_at)
    values (${p.tenantId}::uuid, ${p.id}::uuid, ${p.name}::text, ${p.prefix}::text, ${p.hash}::bytea,
      ${texts(p.scopes)}::text[], ${p.streams && texts(p.streams)}::text[], app.now() + ${p.days}::int * interval '1 day')`,
})

const keyRow = z.object({
  id: z.string(),
  name: z.string(),
  prefix: z.string(),
  scopes: z.array(z.string()),
  streams: z.array(z.string()).nullable(),
  createdAt: z.date(),
  expiresAt: z.date().nullable(),
  lastUsedAt: z.date().nullable(),
  revokedAt: z.date().nullable(),
  expired: z.boolean(),
  /** Days from its making to its end. */
  lifeDays: z.number().nullable(),
})

const keyColumns = sql`
  k.id as "id", k.name as "name", k.prefix as "prefix", k.scopes as "scopes", k.streams as "streams",
  k.created_at as "createdAt", k.expires_at as "expiresAt", k.last_used_at as "lastUsedAt", k.revoked_at as "revokedAt",
  coalesce(k.expires_at <= app.now(), false) as "expired",
  ceil(extract(epoch from k.expires_at - k.created_at) / 86400)::int as "lifeDays"`

/** One of the transaction's tenant. */
export const keyById = statement({
  name: 'access.key-by-id',
  row: keyRow,
  sample: { id: zeroUuid },
  sql: ({ id }: { id: string }) => sql`select ${keyColumns} from api_key k where k.id = ${id}::uuid`,
})

/** A page of those of the transaction's tenant, newest first. */
export const pageOfKeys = statement({
  name: 'access.page-of-keys',
  row: keyRow,
  sample: { before: null, limit: 1 },
  sql: (p: { before: string | null; limit: number }) => sql`
    select ${keyColumns} from api_key k
    where ${p.before}::uuid is null or k.id < ${p.before}::uuid
    order by k.id desc limit ${p.limit}::integer`,
})

/** Ends a key now, or after an overlap; a key already ended earlier stays as it is. Says when it ends. */
export const endKey = statement({
  name: 'access.end-key',
  row: z.object({ endsAt: z.date() }),
  sample: { id: zeroUuid, hours: 0 },
  sql: ({ id, hours }: { id: string; hours: number }) => sql`
    update api_key k set
      revoked_at = case when ${hours}::int = 0 then app.now() else k.revoked_at end,
      expires_at = case when ${hours}::int = 0 then k.expires_at
        else least(k.expires_at, app.now() + ${hours}::int * interval '1 hour') end
    where k.id = ${id}::uuid and k.revoked_at is null
    returning coalesce(k.revoked_at, k.expires_at) as "endsAt"`,
})

export const touchKey = statement({
  name: 'access.touch-key',
  row: noRow,
  sample: { id: zeroUuid },
  sql: ({ id }: { id: string }) => sql`update api_key k set last_used_at = app.now() where k.id = ${id}::uuid`,
})
