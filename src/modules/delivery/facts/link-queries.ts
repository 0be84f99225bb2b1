/** Statements of linking pull requests to streams by ticket. */
import { z } from 'zod'
import { int4s, type Sql, sql, statement, texts } from '#kernel/sql/index.ts'

const zeroUuid = '00000000-0000-0000-0000-000000000000'
const touchedRepository = z.object({ repository: z.string() })

/** A branch is followed so many commits back from its head. */
const maxBranchCommits = 100

/**
 * What a pull request names now is what its latest event names, and what its commits name: those that say its number, and those of
 * its branch. A branch ends where a commit is another pull request's, or was shipped without this one. `touched` is a select of
 * (repository, pr_number). Returns repositories in which a link came or went.
 */
const relink = (tenantId: string, touched: Sql): Sql => sql`
  with recursive touched as (${touched}),
  heads as (
    select distinct on (e.repository, e.pr_number) e.repository, e.pr_number, e.head_sha
    from pr_events e join touched t on t.repository = e.repository and t.pr_number = e.pr_number
    where e.head_sha is not null
    order by e.repository, e.pr_number, e.occurred_at desc, e.action desc
  ),
  branch as (
    select h.repository, h.pr_number, c.sha, c.parents, c.ticket_keys, 1 as depth
    from heads h join commits c on c.repository = h.repository and c.sha = h.head_sha
    union
    select b.repository, b.pr_number, c.sha, c.parents, c.ticket_keys, b.depth + 1
    from branch b cross join unnest(b.parents) as parent(sha)
    join commits c on c.repository = b.repository and c.sha = parent.sha
    where b.depth < ${maxBranchCommits}::int and coalesce(c.pr_number, b.pr_number) = b.pr_number
      and not exists (select from pr_events m where m.repository = c.repository and m.merged and m.merge_commit_sha = c.sha
        and m.pr_number <> b.pr_number)
      and not exists (select from changes s
        where s.repository = c.repository and s.sha = c.sha and s.pr_number is distinct from b.pr_number)
  ),
  latest as (
    select distinct on (e.repository, e.pr_number) e.repository, e.pr_number, e.ticket_keys
    from pr_events e join touched t on t.repository = e.repository and t.pr_number = e.pr_number
    order by e.repository, e.pr_number, e.occurred_at desc, e.action desc
  ),
  named as (
    select l.repository, l.pr_number, unnest(l.ticket_keys) as key from latest l
    union
    select c.repository, c.pr_number, unnest(c.ticket_keys)
    from commits c join touched t on t.repository = c.repository and t.pr_number = c.pr_number
    union
    select b.repository, b.pr_number, unnest(b.ticket_keys) from branch b
    union
    select p.repository, p.pr_number, p.ticket_key
    from pr_streams p join touched t on t.repository = p.repository and t.pr_number = p.pr_number
    where p.sealed
  ),
  wanted as (
    select n.repository, n.pr_number, s.stream_id, min(n.key) as ticket_key
    from named n join stream_source s on s.kind = 'jira_project' and s.value = lower(split_part(n.key, '-', 1))
    group by n.repository, n.pr_number, s.stream_id
  ),
  gone as (
    delete from pr_streams p using touched t
    where p.repository = t.repository and p.pr_number = t.pr_number
      and not exists (select from wanted w
        where w.repository = p.repository and w.pr_number = p.pr_number and w.stream_id = p.stream_id)
    returning p.repository
  ),
  come as (
    insert into pr_streams as p (tenant_id, repository, pr_number, stream_id, ticket_key)
    select ${tenantId}::uuid, w.repository, w.pr_number, w.stream_id, w.ticket_key from wanted w
    order by w.repository, w.pr_number, w.stream_id
    on conflict (tenant_id, repository, pr_number, stream_id) do update set ticket_key = excluded.ticket_key
      where p.ticket_key <> excluded.ticket_key
    returning p.repository
  )
  select g.repository as "repository" from gone g union select c.repository from come c order by 1`

type These = {
  tenantId: string
  repositories: readonly string[]
  numbers: readonly number[]
  /** Commits that may be the head of a pull request. */
  headRepositories: readonly string[]
  heads: readonly string[]
}

export const relinkThese = statement({
  name: 'delivery.relink-pull-requests',
  row: touchedRepository,
  sample: { tenantId: zeroUuid, repositories: [''], numbers: [1], headRepositories: [''], heads: [''] },
  sql: (p: These) =>
    relink(
      p.tenantId,
      sql`select u.repository, u.pr_number
        from unnest(${texts(p.repositories)}::text[], ${int4s(p.numbers)}::int[]) as u(repository, pr_number)
        union
        select e.repository, e.pr_number
        from unnest(${texts(p.headRepositories)}::text[], ${texts(p.heads)}::text[]) as h(repository, sha)
        join pr_events e on e.repository = h.repository and e.head_sha = h.sha`,
    ),
})

export const relinkAll = statement({
  name: 'delivery.relink-all-pull-requests',
  row: touchedRepository,
  sample: { tenantId: zeroUuid },
  sql: ({ tenantId }: { tenantId: string }) =>
    relink(
      tenantId,
      sql`select e.repository, e.pr_number from pr_events e
        union select c.repository, c.pr_number from commits c where c.pr_number is not null
        union select p.repository, p.pr_number from pr_streams p`,
    ),
})

/** Whether there is anything to link to or to unlink: most tenants without Jira have neither. */
export const hasTicketStreams = statement({
  name: 'delivery.has-ticket-streams',
  row: z.object({ any: z.boolean() }),
  sample: undefined,
  sql: () => sql`
    select exists (select from stream_source s where s.kind = 'jira_project') or exists (select from pr_streams p) as "any"`,
})
