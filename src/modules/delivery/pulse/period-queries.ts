/** Statements of the schedule: periods begin, people are asked and reminded, periods end. */
import { z } from 'zod'
import { byteas, noRow, sql, statement, texts } from '#kernel/sql/index.ts'
import { cadences, leastAnswers } from './schemas.ts'
import { questionList } from './survey-queries.ts'

const zeroUuid = '00000000-0000-0000-0000-000000000000'

/** Tenants with a survey that is open, or a period that is. */
export const tenantsWithWork = statement({
  name: 'pulse.tenants-with-work',
  row: z.object({ id: z.string() }),
  sample: undefined,
  sql: () => sql`
    select t.id as "id" from tenant t where t.status = 'ready'
      and (exists (select from pulse_survey s where s.tenant_id = t.id and s.closed_at is null)
        or exists (select from pulse_period p where p.tenant_id = t.id and p.closed_at is null))
    order by t.id`,
})

export const openSurveys = statement({
  name: 'pulse.open-surveys',
  row: z.object({
    id: z.string(),
    cadence: z.enum(cadences),
    startsOn: z.string(),
    today: z.string(),
    hasPeriod: z.boolean(),
  }),
  sample: undefined,
  sql: () => sql`
    select s.id as "id", s.cadence as "cadence", s.starts_on as "startsOn",
      (app.now() at time zone t.time_zone)::date as "today",
      exists (select from pulse_period p where p.survey_id = s.id and p.closed_at is null) as "hasPeriod"
    from pulse_survey s cross join tenant t
    where s.closed_at is null and (s.stream_id = 'all' or exists (select from delivery_v_stream v where v.id = s.stream_id))
    order by s.id`,
})

type NewPeriod = { id: string; surveyId: string; startsOn: string; endsOn: string }
/** No row written: there was one that began on this day, or one is open. */
export const insertPeriod = statement({
  name: 'pulse.insert-period',
  row: noRow,
  sample: { id: zeroUuid, surveyId: zeroUuid, startsOn: '2026-01-01', endsOn: '2026-01-07' } as NewPeriod,
  sql: (p: NewPeriod) => sql`
    insert into pulse_period (tenant_id, id, survey_id, starts_on, ends_on, starts_at, ends_at, questions, comments, team_size)
    select s.tenant_id, ${p.id}::uuid, s.id, ${p.startsOn}::date, ${p.endsOn}::date,
      ${p.startsOn}::date::timestamp at time zone t.time_zone, (${p.endsOn}::date + 1)::timestamp at time zone t.time_zone,
      s.questions, s.comments, coalesce(s.team_size, 0)
    from pulse_survey s join tenant t on t.id = s.tenant_id
    where s.id = ${p.surveyId}::uuid and s.closed_at is null
    on conflict do nothing`,
})

const periodRow = z.object({
  id: z.string(),
  surveyId: z.string(),
  streamName: z.string().nullable(),
  organisation: z.string(),
  endsOn: z.string(),
  questions: questionList,
  remind: z.boolean(),
})
export type PeriodRow = z.output<typeof periodRow>

/** Periods that can be answered now, of streams that are there, locked in one order: whoever asks, answers or ends one comes after the other. */
export const runningPeriods = statement({
  name: 'pulse.running-periods',
  row: periodRow,
  sample: undefined,
  sql: () => sql`
    select p.id as "id", p.survey_id as "surveyId", v.name as "streamName", t.name as "organisation", p.ends_on as "endsOn",
      p.questions as "questions",
      p.reminded_at is null and app.now() >= p.starts_at + (p.ends_at - p.starts_at) / 2 as "remind"
    from pulse_period p
    join pulse_survey s on s.id = p.survey_id
    join tenant t on t.id = p.tenant_id
    left join delivery_v_stream v on v.id = s.stream_id
    where p.closed_at is null and p.ends_at > app.now() and (s.stream_id = 'all' or v.id is not null)
    order by p.id for no key update of p`,
})

export const endedPeriods = statement({
  name: 'pulse.ended-periods',
  row: z.object({ id: z.string() }),
  sample: undefined,
  sql: () => sql`
    select p.id as "id" from pulse_period p where p.closed_at is null and p.ends_at <= app.now() order by p.id for no key update of p`,
})

type OfPeriod = { periodId: string; limit: number }
export const notInvited = statement({
  name: 'pulse.not-invited',
  row: z.object({ address: z.string() }),
  sample: { periodId: zeroUuid, limit: 1 } as OfPeriod,
  sql: ({ periodId, limit }: OfPeriod) => sql`
    select a.address as "address" from pulse_period p join pulse_participant a on a.survey_id = p.survey_id
    where p.id = ${periodId}::uuid
      and not exists (select from pulse_invitation i where i.period_id = p.id and i.address = a.address)
    order by a.address limit ${limit}::int`,
})

type Sent = { tenantId: string; periodId: string; addresses: readonly string[]; hashes: readonly Buffer[] }
const noneSent: Sent = { tenantId: zeroUuid, periodId: zeroUuid, addresses: [], hashes: [] }

export const insertInvitations = statement({
  name: 'pulse.insert-invitations',
  row: noRow,
  sample: noneSent,
  sql: (p: Sent) => sql`
    insert into pulse_invitation (tenant_id, period_id, address, token_hash, sent_on)
    select ${p.tenantId}::uuid, ${p.periodId}::uuid, u.address, u.hash, (app.now() at time zone t.time_zone)::date
    from unnest(${texts(p.addresses)}::text[], ${byteas(p.hashes)}::bytea[]) as u(address, hash) cross join tenant t
    where t.id = ${p.tenantId}::uuid`,
})

/**
 * Whoever was asked belongs to the team to the period's end, also where a smaller size was given and who was taken out since: a
 * size that counted them by whether they answered would tell that.
 */
export const raiseTeamSize = statement({
  name: 'pulse.raise-team-size',
  row: noRow,
  sample: { periodId: zeroUuid },
  sql: ({ periodId }: { periodId: string }) => sql`
    update pulse_period p set team_size = w.size from (
      select greatest((select coalesce(s.team_size, 0) from pulse_survey s join pulse_period q on q.survey_id = s.id
          where q.id = ${periodId}::uuid),
        (select count(*) from pulse_invitation i where i.period_id = ${periodId}::uuid))::integer as size) w
    where p.id = ${periodId}::uuid and p.team_size <> w.size`,
})

/** Who was asked before today, still is, and has not answered. */
export const notAnswered = statement({
  name: 'pulse.not-answered',
  row: z.object({ address: z.string() }),
  sample: { periodId: zeroUuid, limit: 1 } as OfPeriod,
  sql: ({ periodId, limit }: OfPeriod) => sql`
    select i.address as "address" from pulse_invitation i
    join pulse_period p on p.id = i.period_id
    join pulse_participant a on a.survey_id = p.survey_id and a.address = i.address
    cross join tenant t
    where i.period_id = ${periodId}::uuid and not i.answered and i.reminder_hash is null
      and i.sent_on < (app.now() at time zone t.time_zone)::date
    order by i.address limit ${limit}::int`,
})

export const setReminders = statement({
  name: 'pulse.set-reminders',
  row: noRow,
  sample: noneSent,
  sql: (p: Sent) => sql`
    update pulse_invitation i set reminder_hash = u.hash
    from unnest(${texts(p.addresses)}::text[], ${byteas(p.hashes)}::bytea[]) as u(address, hash)
    where i.tenant_id = ${p.tenantId}::uuid and i.period_id = ${p.periodId}::uuid and i.address = u.address`,
})

export const markReminded = statement({
  name: 'pulse.mark-reminded',
  row: noRow,
  sample: { periodId: zeroUuid },
  sql: ({ periodId }: { periodId: string }) => sql`
    update pulse_period set reminded_at = app.now() where id = ${periodId}::uuid`,
})

/** Adds the answers up by question; a question that fewer than five answered gets no row. */
export const addUp = statement({
  name: 'pulse.add-up',
  row: noRow,
  sample: { periodId: zeroUuid },
  sql: ({ periodId }: { periodId: string }) => sql`
    insert into pulse_result (tenant_id, period_id, question, counts)
    select p.tenant_id, p.id, q.question,
      array[count(*) filter (where a.scores[q.place] = 1), count(*) filter (where a.scores[q.place] = 2),
        count(*) filter (where a.scores[q.place] = 3), count(*) filter (where a.scores[q.place] = 4),
        count(*) filter (where a.scores[q.place] = 5)]::integer[]
    from pulse_period p
    cross join unnest(p.questions) with ordinality as q(question, place)
    join pulse_answer a on a.period_id = p.id
    where p.id = ${periodId}::uuid
    group by p.tenant_id, p.id, q.question
    having count(a.scores[q.place]) >= ${leastAnswers}::int`,
})

/** The comments, apart from their scores and in no order, where at least five answered. */
export const keepComments = statement({
  name: 'pulse.keep-comments',
  row: noRow,
  sample: { periodId: zeroUuid },
  sql: ({ periodId }: { periodId: string }) => sql`
    insert into pulse_comment (tenant_id, period_id, comment, ended_at)
    select p.tenant_id, p.id, a.comment, p.ends_at
    from pulse_period p join pulse_answer a on a.period_id = p.id
    where p.id = ${periodId}::uuid and a.comment is not null
      and (select count(*) from pulse_answer o where o.period_id = p.id) >= ${leastAnswers}::int
    order by random()`,
})

export const endPeriod = statement({
  name: 'pulse.end-period',
  row: z.object({ surveyId: z.string(), answers: z.number(), teamSize: z.number(), endsOn: z.string() }),
  sample: { periodId: zeroUuid },
  sql: ({ periodId }: { periodId: string }) => sql`
    update pulse_period p set closed_at = app.now(),
      answers = (select count(*) from pulse_answer a where a.period_id = ${periodId}::uuid)
    where p.id = ${periodId}::uuid and p.closed_at is null
    returning p.survey_id as "surveyId", p.answers as "answers", p.team_size as "teamSize", p.ends_on as "endsOn"`,
})

export const deleteAnswers = statement({
  name: 'pulse.delete-answers',
  row: noRow,
  sample: { periodId: zeroUuid },
  sql: ({ periodId }: { periodId: string }) => sql`delete from pulse_answer where period_id = ${periodId}::uuid`,
})

export const deleteInvitations = statement({
  name: 'pulse.delete-invitations',
  row: noRow,
  sample: { periodId: zeroUuid },
  sql: ({ periodId }: { periodId: string }) => sql`delete from pulse_invitation where period_id = ${periodId}::uuid`,
})

/** One that is over stays as it was at its end, also until the schedule notices. */
export const lockPeriodsOfSurvey = statement({
  name: 'pulse.lock-periods-of-survey',
  row: z.object({ periodId: z.string() }),
  sample: { id: zeroUuid },
  sql: ({ id }: { id: string }) => sql`
    select p.id as "periodId" from pulse_period p
    where p.survey_id = ${id}::uuid and p.closed_at is null and p.ends_at > app.now() order by p.id for no key update of p`,
})
