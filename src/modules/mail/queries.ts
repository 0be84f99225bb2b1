import { z } from 'zod'
import { defaultTenantId } from '#kernel/context/index.ts'
import { noRow, sql, statement } from '#kernel/sql/index.ts'
import { mailStates } from './schemas.ts'

const zeroUuid = '00000000-0000-0000-0000-000000000000'
const none = Buffer.alloc(0)

type Written = {
  tenantId: string
  messageId: string
  purpose: string
  to: string
  subject: string
  data: Buffer
  confidential: boolean
}
export const insertMail = statement({
  name: 'mail.insert',
  row: z.object({ id: z.number() }),
  sample: {
    tenantId: defaultTenantId,
    messageId: zeroUuid,
    purpose: 'x',
    to: '',
    subject: '',
    data: none,
    confidential: false,
  } as Written,
  sql: (p: Written) => sql`
    insert into mail (tenant_id, message_id, purpose, to_address, subject, data, confidential)
    values (${p.tenantId}::uuid, ${p.messageId}::uuid, ${p.purpose}::text, ${p.to}::text, ${p.subject}::text, ${p.data}::bytea,
      ${p.confidential}::bool)
    returning id as "id"`,
})

/** Afterwards the text is gone for good, and of a confidential mail whom it went to, also as the server's answers may say it. */
export const markSent = statement({
  name: 'mail.mark-sent',
  row: noRow,
  sample: { tenantId: zeroUuid, id: 0, answer: '' },
  sql: ({ tenantId, id, answer }: { tenantId: string; id: number; answer: string }) => sql`
    update mail m set data = null, sent_at = app.now(),
      to_address = case when m.confidential then '' else m.to_address end,
      subject = case when m.confidential then '' else m.subject end,
      purpose = case when m.confidential then 'confidential' else m.purpose end,
      answer = case when not m.confidential then ${answer}::text end,
      last_error = case when not m.confidential then m.last_error end
    where m.tenant_id = ${tenantId}::uuid and m.id = ${id}::bigint and m.sent_at is null`,
})

/** Makes a finished mail due again; a trigger counts it and wakes the workers. */
export const makeDue = statement({
  name: 'mail.make-due',
  row: noRow,
  sample: { tenantId: zeroUuid, id: 0 },
  sql: ({ tenantId, id }: { tenantId: string; id: number }) => sql`
    update mail m set status = 'pending'
    where m.tenant_id = ${tenantId}::uuid and m.id = ${id}::bigint and m.finished_at is not null and m.data is not null`,
})

const row = z.object({
  id: z.number(),
  tenantId: z.string(),
  messageId: z.string(),
  purpose: z.string(),
  to: z.string(),
  subject: z.string(),
  data: z.instanceof(Buffer).nullable(),
  state: z.enum(mailStates),
  attempts: z.number(),
  answer: z.string().nullable(),
  lastError: z.string().nullable(),
  createdAt: z.date(),
  sentAt: z.date().nullable(),
  dueAt: z.date(),
  finishedAt: z.date().nullable(),
  confidential: z.boolean(),
})
export type MailRecord = z.output<typeof row>

/** In a tenant's transaction its own, in the platform's everybody's; newest first. */
export const mails = statement({
  name: 'mail.list',
  row,
  sample: { id: null, state: null, before: null, limit: 1 },
  sql: (p: { id: number | null; state: string | null; before: number | null; limit: number }) => sql`
    select x.* from (
      select m.id as "id", m.tenant_id as "tenantId", m.message_id as "messageId", m.purpose as "purpose",
        m.to_address as "to", m.subject as "subject", m.data as "data",
        case when m.sent_at is not null then 'sent' when m.status = 'dead_lettered' then 'failed'
          when m.status = 'completed' then 'kept' else 'waiting' end as "state",
        m.attempt_count as "attempts", m.answer as "answer", m.last_error as "lastError", m.created_at as "createdAt",
        m.sent_at as "sentAt", m.due_at as "dueAt", m.finished_at as "finishedAt", m.confidential as "confidential"
      from mail m
      where (${p.id}::bigint is null or m.id = ${p.id}::bigint) and (${p.before}::bigint is null or m.id < ${p.before}::bigint)
    ) x
    where ${p.state}::text is null or x."state" = ${p.state}::text
    order by x."id" desc limit ${p.limit}::int`,
})

/** Mails of the last `hours` that failed for good, that failed and wait, and that were sent. */
export const standing = statement({
  name: 'mail.standing',
  row: z.object({
    failed: z.number(),
    retrying: z.number(),
    sent: z.number(),
    kept: z.number(),
    lastError: z.string().nullable(),
  }),
  sample: { hours: 1 },
  sql: ({ hours }: { hours: number }) => sql`
    select count(*) filter (where m.status = 'dead_lettered' and m.sent_at is null) as "failed",
      count(*) filter (where m.finished_at is null and m.error_class is not null) as "retrying",
      count(*) filter (where m.sent_at is not null) as "sent",
      count(*) filter (where m.status = 'completed' and m.sent_at is null) as "kept",
      (array_agg(m.last_error order by m.id desc) filter (where m.last_error is not null and m.sent_at is null))[1] as "lastError"
    from mail m where coalesce(m.finished_at, m.created_at) > app.now() - ${hours}::int * interval '1 hour'`,
})
