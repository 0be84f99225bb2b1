/** Statements of those who answer; they are known by a token alone, so these run over all tenants. */
import { z } from 'zod'
import { int4s, noRow, sql, statement } from '#kernel/sql/index.ts'
import { questionList } from './survey-queries.ts'

const zeroUuid = '00000000-0000-0000-0000-000000000000'
const none = Buffer.alloc(0)

/** Locked, because everything that happens to a period comes one after the other; what is read of the link is read after that. */
export const lockPeriodOfToken = statement({
  name: 'pulse.lock-period-of-token',
  row: z.object({ periodId: z.string() }),
  sample: { hash: none },
  sql: ({ hash }: { hash: Buffer }) => sql`
    select p.id as "periodId" from pulse_period p
    where (p.tenant_id, p.id) in (
      select i.tenant_id, i.period_id from pulse_invitation i
      where i.token_hash = ${hash}::bytea or i.reminder_hash = ${hash}::bytea)
    for no key update of p`,
})

const paperRow = z.object({
  tenantId: z.string(),
  periodId: z.string(),
  organisation: z.string(),
  stream: z.string().nullable(),
  endsOn: z.string(),
  questions: questionList,
  comments: z.boolean(),
  asked: z.number(),
  answered: z.boolean(),
})
export type PaperRow = z.output<typeof paperRow>

/**
 * What a link asks, while it does: of whoever was taken out only an answer that is there can be changed. The address it was sent to is
 * not read, and `asked` counts everybody who was.
 */
export const paperByToken = statement({
  name: 'pulse.paper-by-token',
  row: paperRow,
  sample: { hash: none },
  sql: ({ hash }: { hash: Buffer }) => sql`
    select p.tenant_id as "tenantId", p.id as "periodId", t.name as "organisation", v.name as "stream", p.ends_on as "endsOn",
      p.questions as "questions", p.comments as "comments",
      (select count(*) from pulse_invitation o where o.tenant_id = p.tenant_id and o.period_id = p.id) as "asked",
      i.answered as "answered"
    from pulse_invitation i
    join pulse_period p on p.tenant_id = i.tenant_id and p.id = i.period_id
    join pulse_survey s on s.tenant_id = p.tenant_id and s.id = p.survey_id
    join tenant t on t.id = p.tenant_id and t.status = 'ready'
    left join delivery_v_stream v on v.tenant_id = s.tenant_id and v.id = s.stream_id
    where (i.token_hash = ${hash}::bytea or i.reminder_hash = ${hash}::bytea) and p.closed_at is null and p.ends_at > app.now()
      and (s.stream_id = 'all' or v.id is not null)
      and (i.answered or exists (select from pulse_participant a
        where a.tenant_id = p.tenant_id and a.survey_id = p.survey_id and a.address = i.address))`,
})

type Answer = {
  tenantId: string
  periodId: string
  personHash: Buffer
  scores: readonly (number | null)[]
  comment: string | null
}
const noAnswer: Answer = { tenantId: zeroUuid, periodId: zeroUuid, personHash: none, scores: [], comment: null }

export const insertAnswer = statement({
  name: 'pulse.insert-answer',
  row: noRow,
  sample: noAnswer,
  sql: (p: Answer) => sql`
    insert into pulse_answer (tenant_id, period_id, person_hash, scores, comment)
    values (${p.tenantId}::uuid, ${p.periodId}::uuid, ${p.personHash}::bytea, ${int4s(p.scores)}::integer[]::smallint[], ${p.comment}::text)`,
})

/** No row written: the link is not the one that the person answered with. */
export const replaceAnswer = statement({
  name: 'pulse.replace-answer',
  row: noRow,
  sample: noAnswer,
  sql: (p: Answer) => sql`
    update pulse_answer set scores = ${int4s(p.scores)}::integer[]::smallint[], comment = ${p.comment}::text
    where tenant_id = ${p.tenantId}::uuid and period_id = ${p.periodId}::uuid and person_hash = ${p.personHash}::bytea`,
})

export const markAnswered = statement({
  name: 'pulse.mark-answered',
  row: noRow,
  sample: { hash: none },
  sql: ({ hash }: { hash: Buffer }) => sql`
    update pulse_invitation set answered = true where token_hash = ${hash}::bytea or reminder_hash = ${hash}::bytea`,
})

/**
 * Writes all answers of the period again, in no order. A row remembers the transaction that wrote it, and that one also marked the
 * link as answered; afterwards all answers come from the newest transaction, and none says by its place when it came.
 */
export const mixAnswers = statement({
  name: 'pulse.mix-answers',
  row: noRow,
  sample: { tenantId: zeroUuid, periodId: zeroUuid },
  sql: ({ tenantId, periodId }: { tenantId: string; periodId: string }) => sql`
    with taken as (
      delete from pulse_answer a where a.tenant_id = ${tenantId}::uuid and a.period_id = ${periodId}::uuid returning a.*
    )
    insert into pulse_answer (tenant_id, period_id, person_hash, scores, comment)
    select a.tenant_id, a.period_id, a.person_hash, a.scores, a.comment from taken a order by random()`,
})

/** The same for the links, whose newest change would tell who answered last. */
export const mixInvitations = statement({
  name: 'pulse.mix-invitations',
  row: noRow,
  sample: { tenantId: zeroUuid, periodId: zeroUuid },
  sql: ({ tenantId, periodId }: { tenantId: string; periodId: string }) => sql`
    update pulse_invitation set answered = answered where tenant_id = ${tenantId}::uuid and period_id = ${periodId}::uuid`,
})
