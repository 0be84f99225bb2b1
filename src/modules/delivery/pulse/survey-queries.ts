/** Statements of surveys and of whom they ask. */
import { z } from 'zod'
import { noRow, sql, statement, texts } from '#kernel/sql/index.ts'
import { cadences, questionIds } from './schemas.ts'

const zeroUuid = '00000000-0000-0000-0000-000000000000'
export const questionList = z.array(z.enum(questionIds))

const surveyRow = z.object({
  id: z.string(),
  stream: z.string(),
  streamName: z.string().nullable(),
  questions: questionList,
  comments: z.boolean(),
  cadence: z.enum(cadences),
  startsOn: z.string(),
  asked: z.number(),
  teamSize: z.number().nullable(),
  closedAt: z.date().nullable(),
  periodStartsOn: z.string().nullable(),
  periodEndsOn: z.string().nullable(),
  periodTeamSize: z.number().nullable(),
  periodAnswers: z.number(),
})
export type SurveyRow = z.output<typeof surveyRow>

type Which = { id: string | null; only: readonly string[] | null }
/** One or all, open ones first; `only` are streams. */
export const selectSurveys = statement({
  name: 'pulse.select-surveys',
  row: surveyRow,
  sample: { id: null, only: null } as Which,
  sql: ({ id, only }: Which) => sql`
    select s.id as "id", s.stream_id as "stream",
      case when s.stream_id = 'all' then 'Everything' else v.name end as "streamName", s.questions as "questions",
      s.comments as "comments", s.cadence as "cadence", s.starts_on as "startsOn",
      (select count(*) from pulse_participant a where a.survey_id = s.id) as "asked", s.team_size as "teamSize",
      s.closed_at as "closedAt", p.starts_on as "periodStartsOn", p.ends_on as "periodEndsOn", p.team_size as "periodTeamSize",
      (select count(*) from pulse_answer a where a.period_id = p.id) as "periodAnswers"
    from pulse_survey s
    left join delivery_v_stream v on v.id = s.stream_id
    left join pulse_period p on p.survey_id = s.id and p.closed_at is null
    where (${id}::uuid is null or s.id = ${id}::uuid)
      and (${only && texts(only)}::text[] is null or s.stream_id = any (${only && texts(only)}::text[]))
    order by (s.closed_at is null) desc, s.id desc limit 500`,
})

/** Makes two changes of one survey, and its schedule, follow each other. */
export const lockSurvey = statement({
  name: 'pulse.lock-survey',
  row: z.object({ stream: z.string(), closed: z.boolean() }),
  sample: { id: zeroUuid },
  sql: ({ id }: { id: string }) => sql`
    select s.stream_id as "stream", s.closed_at is not null as "closed" from pulse_survey s where s.id = ${id}::uuid for update`,
})

/** The tenant's day now. */
export const today = statement({
  name: 'pulse.today',
  row: z.object({ today: z.string() }),
  sample: undefined,
  sql: () => sql`select (app.now() at time zone t.time_zone)::date as "today" from tenant t`,
})

type NewSurvey = {
  tenantId: string
  id: string
  stream: string
  teamSize: number | null
  questions: readonly string[]
  comments: boolean
  cadence: string
  startsOn: string
}
/** No row written: the stream has an open one. */
export const insertSurvey = statement({
  name: 'pulse.insert-survey',
  row: noRow,
  sample: {
    tenantId: zeroUuid,
    id: zeroUuid,
    stream: 'all',
    teamSize: null,
    questions: ['fear', 'tools', 'load'],
    comments: true,
    cadence: 'weekly',
    startsOn: '2026-01-01',
  } as NewSurvey,
  sql: (p: NewSurvey) => sql`
    insert into pulse_survey (tenant_id, id, stream_id, team_size, questions, comments, cadence, starts_on)
    values (${p.tenantId}::uuid, ${p.id}::uuid, ${p.stream}::text, ${p.teamSize}::integer, ${texts(p.questions)}::text[],
      ${p.comments}::boolean, ${p.cadence}::text, ${p.startsOn}::date)
    on conflict (tenant_id, stream_id) where closed_at is null do nothing`,
})

type Change = { id: string; teamSize: number | null; questions: readonly string[]; comments: boolean }
export const updateSurvey = statement({
  name: 'pulse.update-survey',
  row: noRow,
  sample: { id: zeroUuid, teamSize: null, questions: [], comments: true } as Change,
  sql: (p: Change) => sql`
    update pulse_survey set team_size = ${p.teamSize}::integer, questions = ${texts(p.questions)}::text[], comments = ${p.comments}::boolean
    where id = ${p.id}::uuid`,
})

export const closeSurveyRow = statement({
  name: 'pulse.close-survey',
  row: noRow,
  sample: { id: zeroUuid },
  sql: ({ id }: { id: string }) => sql`
    update pulse_survey set closed_at = app.now() where id = ${id}::uuid and closed_at is null`,
})

export const selectAddresses = statement({
  name: 'pulse.select-addresses',
  row: z.object({ address: z.string() }),
  sample: { id: zeroUuid },
  sql: ({ id }: { id: string }) => sql`
    select a.address as "address" from pulse_participant a where a.survey_id = ${id}::uuid order by a.address`,
})

type Asked = { tenantId: string; id: string; addresses: readonly string[] }
const noAsked: Asked = { tenantId: zeroUuid, id: zeroUuid, addresses: [] }

export const insertAddresses = statement({
  name: 'pulse.insert-addresses',
  row: noRow,
  sample: noAsked,
  sql: (p: Asked) => sql`
    insert into pulse_participant (tenant_id, survey_id, address)
    select ${p.tenantId}::uuid, ${p.id}::uuid, u.address from unnest(${texts(p.addresses)}::text[]) as u(address)
    on conflict (tenant_id, survey_id, address) do nothing`,
})

export const deleteOtherAddresses = statement({
  name: 'pulse.delete-other-addresses',
  row: noRow,
  sample: noAsked,
  sql: (p: Asked) => sql`
    delete from pulse_participant
    where tenant_id = ${p.tenantId}::uuid and survey_id = ${p.id}::uuid and address <> all (${texts(p.addresses)}::text[])`,
})
