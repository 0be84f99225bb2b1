import { z } from 'zod'
import { noRow, sql, statement } from '#kernel/sql/index.ts'

const zeroUuid = '00000000-0000-0000-0000-000000000000'
const nothing = Buffer.alloc(0)

const authorizationRow = z.object({
  id: z.string(),
  login: z.string(),
  seesPrivate: z.boolean(),
  sealedToken: z.instanceof(Buffer),
  expiresAt: z.date(),
})
export type AuthorizationRow = z.output<typeof authorizationRow>

type NewAuthorization = {
  readonly tenantId: string
  readonly id: string
  readonly personId: string
  readonly login: string
  readonly seesPrivate: boolean
  readonly sealedToken: Buffer
  readonly seconds: number
}

export const insertAuthorization = statement({
  name: 'repositories.insert-authorization',
  row: noRow,
  sample: {
    tenantId: zeroUuid,
    id: zeroUuid,
    personId: zeroUuid,
    login: '',
    seesPrivate: false,
    sealedToken: nothing,
    seconds: 1,
  },
  sql: (p: NewAuthorization) => sql`
    insert into github_authorization (tenant_id, id, person_id, login, sees_private, sealed_token, expires_at)
    values (${p.tenantId}::uuid, ${p.id}::uuid, ${p.personId}::uuid, ${p.login}::text, ${p.seesPrivate}::boolean,
      ${p.sealedToken}::bytea, app.now() + ${p.seconds}::int * interval '1 second')`,
})

/** The one with this id, or the newest; of this person and alive. */
export const liveAuthorization = statement({
  name: 'repositories.live-authorization',
  row: authorizationRow,
  sample: { id: null, personId: zeroUuid },
  sql: ({ id, personId }: { id: string | null; personId: string }) => sql`
    select a.id as "id", a.login as "login", a.sees_private as "seesPrivate", a.sealed_token as "sealedToken",
      a.expires_at as "expiresAt"
    from github_authorization a
    where a.person_id = ${personId}::uuid and a.expires_at > app.now() and (${id}::uuid is null or a.id = ${id}::uuid)
    order by a.created_at desc, a.id desc limit 1`,
})

const endedRow = z.object({
  tenantId: z.string(),
  id: z.string(),
  login: z.string(),
  sealedToken: z.instanceof(Buffer),
})
export type EndedRow = z.output<typeof endedRow>

/** The one with this id, or all of the person. */
export const deleteAuthorizations = statement({
  name: 'repositories.delete-authorizations',
  row: endedRow,
  sample: { id: null, personId: zeroUuid },
  sql: ({ id, personId }: { id: string | null; personId: string }) => sql`
    delete from github_authorization a where a.person_id = ${personId}::uuid and (${id}::uuid is null or a.id = ${id}::uuid)
    returning a.tenant_id as "tenantId", a.id as "id", a.login as "login", a.sealed_token as "sealedToken"`,
})

/** Of all tenants, a few at a time. */
export const deleteExpired = statement({
  name: 'repositories.delete-expired',
  row: endedRow,
  sample: { most: 1 },
  sql: ({ most }: { most: number }) => sql`
    delete from github_authorization a using (
      select x.tenant_id, x.id from github_authorization x where x.expires_at <= app.now()
      order by x.expires_at limit ${most}::int for update skip locked) gone
    where a.tenant_id = gone.tenant_id and a.id = gone.id
    returning a.tenant_id as "tenantId", a.id as "id", a.login as "login", a.sealed_token as "sealedToken"`,
})

const repositoryRow = z.object({
  name: z.string(),
  hookId: z.number(),
  address: z.string(),
  connectedAt: z.date(),
  connectedBy: z.string(),
})
export type RepositoryRow = z.output<typeof repositoryRow>

export const selectRepositories = statement({
  name: 'repositories.select-repositories',
  row: repositoryRow,
  sample: { name: null },
  sql: ({ name }: { name: string | null }) => sql`
    select r.name as "name", r.hook_id as "hookId", r.address as "address", r.connected_at as "connectedAt",
      r.connected_by as "connectedBy"
    from github_repository r where ${name}::text is null or r.key = lower(${name}::text) order by r.key`,
})

type Connected = {
  readonly tenantId: string
  readonly name: string
  readonly hookId: number
  readonly address: string
  readonly by: string
}

/** Keeps who connected it and when, as long as the webhook is the same. */
export const upsertRepository = statement({
  name: 'repositories.upsert-repository',
  row: noRow,
  sample: { tenantId: zeroUuid, name: 'a/b', hookId: 1, address: '', by: '' },
  sql: (p: Connected) => sql`
    insert into github_repository as r (tenant_id, name, hook_id, address, connected_by)
    values (${p.tenantId}::uuid, ${p.name}::text, ${p.hookId}::bigint, ${p.address}::text, ${p.by}::text)
    on conflict (tenant_id, key) do update set name = excluded.name, hook_id = excluded.hook_id, address = excluded.address,
      connected_at = case when r.hook_id = excluded.hook_id then r.connected_at else excluded.connected_at end,
      connected_by = case when r.hook_id = excluded.hook_id then r.connected_by else excluded.connected_by end`,
})

export const deleteRepository = statement({
  name: 'repositories.delete-repository',
  row: noRow,
  sample: { name: '' },
  sql: ({ name }: { name: string }) => sql`delete from github_repository r where r.key = lower(${name}::text)`,
})
