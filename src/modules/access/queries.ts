import { z } from 'zod'
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

export const sessionByHash = statement({
  name: 'access.session-by-hash',
  row: z.object({ tenantId: z.string(), id: z.string() }),
  sample: { hash: none },
  sql: ({ hash }: { hash: Buffer }) => sql`
    select s.tenant_id as "tenantId", s.id as "id" from app.local_session_by_hash(${hash}::bytea) s`,
})

export const useSetupToken = statement({
  name: 'access.use-setup-token',
  row: z.object({ opened: z.boolean() }),
  sample: { tokenHash: none, sessionId: zeroUuid, sessionHash: none, hours: 1 },
  sql: (p: { tokenHash: Buffer; sessionId: string; sessionHash: Buffer; hours: number }) => sql`
    select app.use_setup_token(${p.tokenHash}::bytea, ${p.sessionId}::uuid, ${p.sessionHash}::bytea, ${p.hours}::int) as "opened"`,
})

export const insertSetupToken = statement({
  name: 'access.insert-setup-token',
  row: noRow,
  sample: { hash: none, hours: 1 },
  sql: ({ hash, hours }: { hash: Buffer; hours: number }) => sql`
    insert into setup_token (hash, expires_at) values (${hash}::bytea, app.now() + ${hours}::int * interval '1 hour')`,
})

export const anySessionEver = statement({
  name: 'access.any-session-ever',
  row: z.object({ found: z.boolean() }),
  sample: undefined,
  sql: () => sql`select exists (select from setup_token t where t.used_at is not null) as "found"`,
})

export const deleteSession = statement({
  name: 'access.delete-session',
  row: noRow,
  sample: { id: zeroUuid },
  sql: ({ id }: { id: string }) => sql`delete from local_session s where s.id = ${id}::uuid`,
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
})

export const listKeys = statement({
  name: 'access.list-keys',
  row: keyRow,
  sample: { id: null },
  sql: ({ id }: { id: string | null }) => sql`
    select k.id as "id", k.name as "name", k.prefix as "prefix", k.scopes as "scopes", k.streams as "streams",
      k.created_at as "createdAt", k.expires_at as "expiresAt", k.last_used_at as "lastUsedAt", k.revoked_at as "revokedAt"
    from api_key k where ${id}::uuid is null or k.id = ${id}::uuid order by k.created_at desc, k.id desc`,
})

/** Ends a key now, or after an overlap; a key already ended earlier stays as it is. */
export const endKey = statement({
  name: 'access.end-key',
  row: noRow,
  sample: { id: zeroUuid, hours: 0 },
  sql: ({ id, hours }: { id: string; hours: number }) => sql`
    update api_key k set
      revoked_at = case when ${hours}::int = 0 then app.now() else k.revoked_at end,
      expires_at = case when ${hours}::int = 0 then k.expires_at
        else least(k.expires_at, app.now() + ${hours}::int * interval '1 hour') end
    where k.id = ${id}::uuid and k.revoked_at is null`,
})

export const touchKey = statement({
  name: 'access.touch-key',
  row: noRow,
  sample: { id: zeroUuid },
  sql: ({ id }: { id: string }) => sql`update api_key k set last_used_at = app.now() where k.id = ${id}::uuid`,
})
