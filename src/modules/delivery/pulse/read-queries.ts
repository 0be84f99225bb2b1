/** What the metric is computed of: added-up results, and how many answered. */
import { z } from 'zod'
import { sql, statement } from '#kernel/sql/index.ts'
import { questionIds } from './schemas.ts'

type Window = { stream: string; from: string; to: string }
const aWindow: Window = { stream: 'all', from: '2026-01-01', to: '2026-01-02' }

const endedRow = z.object({
  id: z.string(),
  survey: z.string(),
  stream: z.string(),
  startsOn: z.string(),
  endsOn: z.string(),
  answers: z.number(),
  teamSize: z.number(),
  /** By question: how many gave 1, 2, 3, 4 and 5. */
  results: z.array(z.object({ question: z.enum(questionIds), counts: z.array(z.number()) })),
})
export type EndedPeriod = z.output<typeof endedRow>

/** Periods that ended in the window, newest first. */
export const endedInWindow = statement({
  name: 'pulse.ended-in-window',
  row: endedRow,
  sample: aWindow,
  sql: (p: Window) => sql`
    select p.id as "id", p.survey_id as "survey", s.stream_id as "stream", p.starts_on as "startsOn", p.ends_on as "endsOn",
      p.answers as "answers", p.team_size as "teamSize",
      coalesce((select jsonb_agg(jsonb_build_object('question', r.question, 'counts', r.counts) order by r.question)
        from pulse_result r where r.period_id = p.id), '[]') as "results"
    from pulse_period p join pulse_survey s on s.id = p.survey_id
    where p.closed_at is not null and p.ends_on between ${p.from}::date and ${p.to}::date
      and (${p.stream}::text = 'all' or s.stream_id = ${p.stream}::text)
    order by p.ends_on desc, p.id desc`,
})

/** Comments of those periods: the newest periods' first, within one in another order at each reading. */
export const commentsInWindow = statement({
  name: 'pulse.comments-in-window',
  row: z.object({ stream: z.string(), endsOn: z.string(), comment: z.string() }),
  sample: { ...aWindow, limit: 1 },
  sql: (p: Window & { limit: number }) => sql`
    select s.stream_id as "stream", p.ends_on as "endsOn", c.comment as "comment"
    from pulse_comment c join pulse_period p on p.id = c.period_id join pulse_survey s on s.id = p.survey_id
    where p.ends_on between ${p.from}::date and ${p.to}::date and (${p.stream}::text = 'all' or s.stream_id = ${p.stream}::text)
    order by p.ends_on desc, p.id desc, random() limit ${p.limit}::int`,
})

export const openNow = statement({
  name: 'pulse.open-now',
  row: z.object({
    survey: z.string(),
    stream: z.string(),
    startsOn: z.string(),
    endsOn: z.string(),
    teamSize: z.number(),
    answers: z.number(),
  }),
  sample: { stream: 'all' },
  sql: ({ stream }: { stream: string }) => sql`
    select p.survey_id as "survey", s.stream_id as "stream", p.starts_on as "startsOn", p.ends_on as "endsOn",
      p.team_size as "teamSize", (select count(*) from pulse_answer a where a.period_id = p.id) as "answers"
    from pulse_period p join pulse_survey s on s.id = p.survey_id
    where p.closed_at is null and p.ends_at > app.now() and (${stream}::text = 'all' or s.stream_id = ${stream}::text)
    order by p.ends_on, p.id limit 500`,
})

/** For the alert, of every tenant: periods that are in their last third. */
export const lastThirds = statement({
  name: 'pulse.last-thirds',
  row: z.object({
    tenantId: z.string(),
    survey: z.string(),
    stream: z.string(),
    endsOn: z.string(),
    teamSize: z.number(),
    answers: z.number(),
  }),
  sample: undefined,
  sql: () => sql`
    select p.tenant_id as "tenantId", p.survey_id as "survey", s.stream_id as "stream", p.ends_on as "endsOn",
      p.team_size as "teamSize",
      (select count(*) from pulse_answer a where a.tenant_id = p.tenant_id and a.period_id = p.id) as "answers"
    from pulse_period p
    join tenant t on t.id = p.tenant_id and t.status = 'ready'
    join pulse_survey s on s.tenant_id = p.tenant_id and s.id = p.survey_id
    left join delivery_v_stream v on v.tenant_id = s.tenant_id and v.id = s.stream_id
    where p.closed_at is null and p.ends_at > app.now() and p.team_size > 0 and (s.stream_id = 'all' or v.id is not null)
      and app.now() >= p.starts_at + (p.ends_at - p.starts_at) * 2 / 3
    order by p.tenant_id, p.id`,
})
