import { z } from 'zod'
import { empty, raw, sql, statement } from '#kernel/sql/index.ts'

export type AuditFilters = {
  readonly module?: string | undefined
  readonly action?: string | undefined
  readonly actor?: string | undefined
  readonly subject?: string | undefined
  readonly q?: string | undefined
  readonly from?: string | undefined
  readonly to?: string | undefined
}

const row = z.object({
  seq: z.number(),
  id: z.number(),
  createdAt: z.date(),
  micros: z.string(),
  module: z.string(),
  action: z.string(),
  actorType: z.string(),
  actorId: z.string(),
  actorName: z.string(),
  subject: z.string(),
  delta: z.object({ before: z.unknown(), after: z.unknown() }).partial(),
  requestId: z.string().nullable(),
  hash: z.string(),
})
export type AuditRow = z.output<typeof row>

const columns = sql`a.seq as "seq", a.id as "id", a.created_at as "createdAt",
  (extract(epoch from a.created_at) * 1000000)::bigint::text as "micros", a.module as "module", a.action as "action",
  a.actor_type as "actorType", a.actor_id as "actorId", a.actor_name as "actorName", a.subject as "subject", a.delta as "delta",
  a.request_id as "requestId", encode(a.hash, 'hex') as "hash"`

/** `%`, `_` and `\` stand for themselves. */
const literally = (text: string) => `%${text.replaceAll(/[\\%_]/g, '\\$&')}%`

/** Newest first. Each filter is an equality on the second column of an index that begins with the tenant; `q` filters what they leave. */
export const searchEvents = statement({
  name: 'audit.search',
  row,
  sample: {
    filters: { module: '', action: '', actor: '', subject: '', q: '' },
    before: { micros: '0', id: '0' },
    limit: 1,
  },
  sql: (p: { filters: AuditFilters; before: { micros: string; id: string } | null; limit: number }) => {
    const { module, action, actor, subject, q, from = null, to = null } = p.filters
    const where = [
      // Said only where there is a place: row-level security keeps a `coalesce` around it off the index, and every page would read
      // all that came before it.
      p.before === null
        ? empty
        : sql`and (a.created_at, a.id) < ('epoch'::timestamptz + ${p.before.micros}::bigint * interval '1 microsecond', ${p.before.id}::bigint)`,
      module === undefined ? empty : sql`and a.module = ${module}::text`,
      action === undefined ? empty : sql`and a.action = ${action}::text`,
      actor === undefined ? empty : sql`and a.actor_id = ${actor}::text`,
      subject === undefined ? empty : sql`and a.subject = ${subject}::text`,
      q === undefined
        ? empty
        : sql`and (a.subject ilike ${literally(q)}::text or a.action ilike ${literally(q)}::text or a.actor_name ilike ${literally(q)}::text)`,
    ]
    return sql`
    select ${columns} from audit_events a
    where a.tenant_id = app.tenant_id() and a.seq is not null
      and a.created_at >= coalesce(${from}::timestamptz, '-infinity') and a.created_at < coalesce(${to}::timestamptz, 'infinity')
      ${where[0]!} ${where[1]!} ${where[2]!} ${where[3]!} ${where[4]!} ${where[5]!}
    order by a.created_at desc, a.id desc limit ${p.limit}::int`
  },
})

/** In the order of the chain, for who follows it. */
export const eventsAfter = statement({
  name: 'audit.events-after',
  row,
  sample: { seq: 0, limit: 1 },
  sql: (p: { seq: number; limit: number }) => sql`
    select ${columns} from audit_events a where a.tenant_id = app.tenant_id() and a.seq > ${p.seq}::bigint
    order by a.seq limit ${p.limit}::int`,
})

/** Distinct values by one step through the index each, not by reading all events. */
const distinct = (column: 'module' | 'action' | 'actor_id', days: number) => {
  const name = raw(column)
  return sql`
    with recursive step (v) as (
      (select a.${name} from audit_events a where a.tenant_id = app.tenant_id() order by a.${name} limit 1)
      union all
      select (select a.${name} from audit_events a where a.tenant_id = app.tenant_id() and a.${name} > s.v order by a.${name} limit 1)
      from step s where s.v is not null
    )
    select s.v as "value" from step s
    where s.v is not null and exists (
      select from audit_events a where a.tenant_id = app.tenant_id() and a.${name} = s.v
        and a.created_at > app.now() - make_interval(days => ${days}::int))
    limit 1000`
}
const facet = (column: 'module' | 'action') =>
  statement({
    name: `audit.facet-${column}`,
    row: z.object({ value: z.string() }),
    sample: { days: 1 },
    sql: ({ days }: { days: number }) => distinct(column, days),
  })
export const moduleFacet = facet('module')
export const actionFacet = facet('action')

/** Each with the name that it had last. */
export const actorFacet = statement({
  name: 'audit.facet-actor',
  row: z.object({ id: z.string(), type: z.string(), name: z.string() }),
  sample: { days: 1 },
  sql: ({ days }: { days: number }) => sql`
    select x.value as "id", l.actor_type as "type", l.actor_name as "name" from (${distinct('actor_id', days)}) x
    cross join lateral (
      select a.actor_type, a.actor_name from audit_events a where a.tenant_id = app.tenant_id() and a.actor_id = x.value
      order by a.created_at desc, a.id desc limit 1
    ) l
    order by l.actor_name, x.value`,
})

export const newestSeq = statement({
  name: 'audit.newest-seq',
  row: z.object({ seq: z.number() }),
  sample: undefined,
  sql: () => sql`select h.seq as "seq" from audit_chain h where h.tenant_id = app.tenant_id()`,
})
