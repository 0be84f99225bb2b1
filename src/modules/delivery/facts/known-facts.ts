/** What the facts know already, for whoever asks a source what its webhooks did not tell. */
import { z } from 'zod'
import type { Context } from '#kernel/context/index.ts'
import type { Database } from '#kernel/database/index.ts'
import { int4s, sql, statement, texts, timestamps } from '#kernel/sql/index.ts'

/** The natural key of one of pr_events; `repository` in lower case. */
export type PullRequestEventKey = {
  readonly repository: string
  readonly prNumber: number
  readonly action: string
  readonly occurredAt: Date
}

const knownPullRequests = statement({
  name: 'delivery.known-pull-request-events',
  row: z.object({ n: z.number() }),
  sample: { keys: [] },
  sql: ({ keys }: { keys: readonly PullRequestEventKey[] }) => sql`
    select k.n as "n"
    from unnest(${texts(keys.map((k) => k.repository))}::text[], ${int4s(keys.map((k) => k.prNumber))}::int[],
      ${texts(keys.map((k) => k.action))}::text[], ${timestamps(keys.map((k) => k.occurredAt))}::timestamptz[])
      with ordinality as k(repository, pr_number, action, occurred_at, n)
    join pr_events e on e.repository = k.repository and e.pr_number = k.pr_number and e.action = k.action
      and e.occurred_at = k.occurred_at`,
})

const knownWorkItems = statement({
  name: 'delivery.known-work-item-events',
  row: z.object({ itemKey: z.string(), externalIds: z.array(z.string()) }),
  sample: { keys: [''] },
  sql: ({ keys }: { keys: readonly string[] }) => sql`
    select w.item_key as "itemKey", array_agg(w.external_id) as "externalIds" from work_item_events w
    where w.source = 'jira' and w.item_key = any(${texts(keys)}::text[]) group by w.item_key`,
})

/** Whether each is a fact, in their order. */
export async function knownPullRequestEvents(
  database: Database,
  ctx: Pick<Context, 'tenantId'>,
  keys: readonly PullRequestEventKey[],
): Promise<boolean[]> {
  if (keys.length === 0) return []
  const rows = await database.tenantTx(ctx, (tx) => tx.rows(knownPullRequests, { keys }))
  const known = new Set(rows.map(({ n }) => n))
  return keys.map((_, index) => known.has(index + 1))
}

/** The `external_id`s of what is known of each of Jira's issues and sprints (`sprint:<id>`). */
export async function knownWorkItemEvents(
  database: Database,
  ctx: Pick<Context, 'tenantId'>,
  keys: readonly string[],
): Promise<ReadonlyMap<string, ReadonlySet<string>>> {
  if (keys.length === 0) return new Map()
  const rows = await database.tenantTx(ctx, (tx) => tx.rows(knownWorkItems, { keys }))
  return new Map(rows.map(({ itemKey, externalIds }) => [itemKey, new Set(externalIds)]))
}
