/** Statements of the repositories that GitHub lists. */
import { z } from 'zod'
import { bools, noRow, sql, statement, texts, timestamps } from '#kernel/sql/index.ts'
import type { GitHubRepository } from './api.ts'

const zeroUuid = '00000000-0000-0000-0000-000000000000'

export const upsertSeen = statement({
  name: 'polling.upsert-seen-repositories',
  row: noRow,
  sample: { tenantId: zeroUuid, seen: [] },
  sql: ({ tenantId, seen }: { tenantId: string; seen: readonly GitHubRepository[] }) => sql`
    insert into source_repository (tenant_id, source, external_id, name, default_branch, archived, private, pushed_at)
    select distinct on (s.external_id) ${tenantId}::uuid, 'github', s.external_id, s.name, s.default_branch, s.archived, s.private,
      s.pushed_at
    from unnest(${texts(seen.map(({ id }) => id))}::text[], ${texts(seen.map((s) => s.full_name))}::text[],
      ${texts(seen.map((s) => s.default_branch ?? null))}::text[], ${bools(seen.map((s) => s.archived))}::bool[],
      ${bools(seen.map((s) => s.private))}::bool[],
      ${timestamps(seen.map((s) => (s.pushed_at ? new Date(s.pushed_at) : null)))}::timestamptz[])
      as s(external_id, name, default_branch, archived, private, pushed_at)
    order by s.external_id
    on conflict (tenant_id, source, external_id) do update set name = excluded.name, default_branch = excluded.default_branch,
      archived = excluded.archived, private = excluded.private, pushed_at = excluded.pushed_at, seen_at = app.now(), gone_at = null`,
})

/** Those that a whole look did not see. */
export const unseen = statement({
  name: 'polling.unseen-repositories',
  row: z.object({ id: z.string(), name: z.string() }),
  sample: { before: new Date(0) },
  sql: ({ before }: { before: Date }) => sql`
    select r.external_id as "id", r.name as "name" from source_repository r
    where r.source = 'github' and r.gone_at is null and r.seen_at < ${before}::timestamptz order by r.seen_at, r.external_id limit 200`,
})

export const markGone = statement({
  name: 'polling.mark-repositories-gone',
  row: noRow,
  sample: { ids: [''] },
  sql: ({ ids }: { ids: readonly string[] }) => sql`
    update source_repository set gone_at = app.now()
    where source = 'github' and external_id = any(${texts(ids)}::text[]) and gone_at is null`,
})

/** What was connected or is a source of a stream, and with `listed` what GitHub listed and is alive; without what is archived or gone. */
export const repositoriesToAsk = statement({
  name: 'polling.repositories-to-ask',
  row: z.object({ name: z.string() }),
  sample: { listed: true },
  sql: ({ listed }: { listed: boolean }) => sql`
    select distinct on (lower(n.name)) n.name as "name"
    from (
      select c.name from repositories_v_connected c
      union all select s.value from delivery_v_stream_source s where s.kind = 'repository'
      union all select r.name from source_repository r where ${listed}::boolean and r.source = 'github'
    ) n
    where not exists (select from source_repository r where r.source = 'github' and lower(r.name) = lower(n.name)
      and (r.archived or r.gone_at is not null)
      and not exists (select from source_repository a where a.source = 'github' and lower(a.name) = lower(n.name)
        and not a.archived and a.gone_at is null))
    order by lower(n.name), n.name desc`,
})

const listedRow = z.object({
  id: z.string(),
  name: z.string(),
  defaultBranch: z.string().nullable(),
  archived: z.boolean(),
  private: z.boolean(),
  pushedAt: z.date().nullable(),
  seenAt: z.date(),
  goneAt: z.date().nullable(),
  streams: z.array(z.string()),
})

type Listing = {
  readonly after: { readonly name: string; readonly id: string } | null
  readonly limit: number
  readonly unassigned: boolean
  readonly gone: boolean
  /** Those of whoever may see only some streams. */
  readonly streams: readonly string[] | null
}

/** By name; expects the index of names. */
export const listRepositories = statement({
  name: 'polling.list-repositories',
  row: listedRow,
  sample: { after: null, limit: 1, unassigned: false, gone: false, streams: null },
  sql: ({ after, limit, unassigned, gone, streams }: Listing) => sql`
    select r.external_id as "id", r.name as "name", r.default_branch as "defaultBranch", r.archived as "archived",
      r.private as "private", r.pushed_at as "pushedAt", r.seen_at as "seenAt", r.gone_at as "goneAt", o.streams as "streams"
    from source_repository r cross join lateral (
      select coalesce(array_agg(distinct s.stream_id order by s.stream_id)
          filter (where ${streams === null ? null : texts(streams)}::text[] is null
            or s.stream_id = any(${streams === null ? null : texts(streams)}::text[])), '{}') as streams,
        count(*) as n
      from delivery_v_stream_source s where s.kind in ('repository', 'service') and s.value = lower(r.name)
    ) o
    where (${gone}::boolean or r.gone_at is null) and (not ${unassigned}::boolean or o.n = 0)
      and (${streams === null ? null : texts(streams)}::text[] is null or cardinality(o.streams) > 0)
      and (${after?.name ?? null}::text is null or (lower(r.name), r.external_id) > (${after?.name ?? null}::text, ${after?.id ?? null}::text))
    order by lower(r.name), r.external_id limit ${limit}::int`,
})
