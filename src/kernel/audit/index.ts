/** Every change by anyone is written down with before and after, in the transaction that makes it. */
import type { Context } from '#kernel/context/index.ts'
import type { Tx } from '#kernel/database/index.ts'
import { noRow, sql, statement } from '#kernel/sql/index.ts'

export type AuditEntry = {
  /** `<module>.<what was done>`, for example `access.key-revoked`. */
  readonly action: string
  /** What it was done to: `api_key:…`. */
  readonly subject: string
  readonly before?: unknown
  readonly after?: unknown
}

const zeroUuid = '00000000-0000-0000-0000-000000000000'
const insertAudit = statement({
  name: 'audit.insert',
  row: noRow,
  sample: {
    tenantId: zeroUuid,
    module: '',
    action: '',
    type: '',
    id: '',
    actor: '',
    subject: '',
    delta: '{}',
    requestId: null,
  },
  sql: (p: {
    tenantId: string
    module: string
    action: string
    type: string
    id: string
    actor: string
    subject: string
    delta: string
    requestId: string | null
  }) => sql`
    insert into audit_events (tenant_id, module, action, actor_type, actor_id, actor_name, subject, delta, request_id)
    values (${p.tenantId}::uuid, ${p.module}::text, ${p.action}::text, ${p.type}::text, ${p.id}::text, ${p.actor}::text,
      ${p.subject}::text, ${p.delta}::jsonb, ${p.requestId}::text)`,
})

export async function audit(tx: Tx, ctx: Context, entry: AuditEntry): Promise<void> {
  const module = entry.action.slice(0, entry.action.indexOf('.'))
  const delta = JSON.stringify({ before: entry.before, after: entry.after })
  const { actor } = ctx
  await tx.run(insertAudit, {
    tenantId: ctx.tenantId,
    module,
    action: entry.action,
    type: actor.type,
    id: actor.id,
    actor: actor.name,
    subject: entry.subject,
    delta,
    requestId: ctx.requestId ?? null,
  })
}
