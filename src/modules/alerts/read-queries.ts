import { z } from 'zod'
import { severities } from '#kernel/alerts/index.ts'
import { noRow, sql, statement } from '#kernel/sql/index.ts'
import { alertSteps } from './schemas.ts'

const zeroUuid = '00000000-0000-0000-0000-000000000000'

const alertColumns = sql`a.id as "id", a.condition as "condition", a.severity as "severity", a.state as "state",
  a.subject as "subject", a.detail as "detail", a.value as "value", a.threshold as "threshold", a.visible_to as "visibleTo",
  a.raised_at as "raisedAt", a.last_found_at as "lastFoundAt", a.acknowledged_at as "acknowledgedAt",
  a.acknowledged_by as "acknowledgedBy", a.resolved_at as "resolvedAt"`
const row = z.object({
  id: z.string(),
  condition: z.string(),
  severity: z.enum(severities),
  state: z.enum(['raised', 'acknowledged', 'resolved']),
  subject: z.string(),
  detail: z.string(),
  value: z.number(),
  threshold: z.number(),
  visibleTo: z.enum(['tenant', 'platform']),
  raisedAt: z.date(),
  lastFoundAt: z.date(),
  acknowledgedAt: z.date().nullable(),
  acknowledgedBy: z.string().nullable(),
  resolvedAt: z.date().nullable(),
})
export type AlertRecord = z.output<typeof row>

/** Newest first: ids grow with the time they were raised first. */
export const listAlerts = statement({
  name: 'alerts.list',
  row,
  sample: { state: 'open', before: null, limit: 1 },
  sql: (p: { state: 'open' | 'resolved' | 'all'; before: string | null; limit: number }) => sql`
    select ${alertColumns} from alert a
    where (${p.state}::text = 'all' or (a.state = 'resolved') = (${p.state}::text = 'resolved'))
      and (${p.before}::uuid is null or a.id < ${p.before}::uuid)
    order by a.id desc limit ${p.limit}::int`,
})

export const alertById = statement({
  name: 'alerts.by-id',
  row,
  sample: { id: zeroUuid },
  sql: ({ id }: { id: string }) => sql`select ${alertColumns} from alert a where a.id = ${id}::uuid`,
})

/** The same for a change that follows: nobody else, the evaluation included, moves it meanwhile. */
export const lockAlert = statement({
  name: 'alerts.lock',
  row,
  sample: { id: zeroUuid },
  sql: ({ id }: { id: string }) => sql`select ${alertColumns} from alert a where a.id = ${id}::uuid for update`,
})

export const historyOf = statement({
  name: 'alerts.history',
  row: z.object({
    at: z.date(),
    what: z.enum(alertSteps),
    by: z.string().nullable(),
    note: z.string().nullable(),
    value: z.number().nullable(),
  }),
  sample: { alertId: zeroUuid },
  sql: ({ alertId }: { alertId: string }) => sql`
    select h.at as "at", h.what as "what", h.actor as "by", h.note as "note", h.value as "value"
    from alert_history h where h.alert_id = ${alertId}::uuid order by h.id desc limit 500`,
})

export const acknowledge = statement({
  name: 'alerts.acknowledge',
  row: noRow,
  sample: { id: zeroUuid, by: '' },
  sql: (p: { id: string; by: string }) => sql`
    update alert a set state = 'acknowledged', acknowledged_at = app.now(), acknowledged_by = ${p.by}::text
    where a.id = ${p.id}::uuid`,
})

export const openByCondition = statement({
  name: 'alerts.open-by-condition',
  row: z.object({ condition: z.string(), open: z.number() }),
  sample: undefined,
  sql: () => sql`
    select a.condition as "condition", count(*) as "open" from alert a where a.state <> 'resolved' group by a.condition`,
})

export const conditionStates = statement({
  name: 'alerts.condition-states',
  row: z.object({ name: z.string(), lastEvaluatedAt: z.date().nullable(), error: z.string().nullable() }),
  sample: undefined,
  sql: () => sql`
    select c.name as "name", c.last_evaluated_at as "lastEvaluatedAt", c.error as "error" from alert_condition c`,
})
