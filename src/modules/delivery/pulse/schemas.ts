/** Requests and replies of pulse surveys; the console types and checks its end with the same schemas. */
import { z } from 'zod'

const day = z.iso.date().describe("A day of the tenant's time zone, `YYYY-MM-DD`.")

export const cadences = ['weekly', 'biweekly', 'monthly'] as const
export type Cadence = (typeof cadences)[number]

/** What may be asked; every statement is answered from 1, not at all, to 5, wholly. The words of an id never change. */
export const questionTexts = {
  fear: 'I can ship a change without fear.',
  tools: 'My tools and builds let me work.',
  load: 'My workload is sustainable.',
  focus: 'I get enough time without interruption.',
  clarity: 'I know what matters most, and why.',
} as const
export const questionIds = [
  'fear',
  'tools',
  'load',
  'focus',
  'clarity',
] as const satisfies (keyof typeof questionTexts)[]
export type QuestionId = (typeof questionIds)[number]
const question = z.enum(questionIds)

/** Fewer answers than this are shown in no form. */
export const leastAnswers = 5
const maxAddresses = 500
export const longestComment = 1000

const address = z.string().trim().toLowerCase().max(254).pipe(z.email())
const streamId = z.string().regex(/^[a-z0-9][a-z0-9-]{0,62}$/, 'the id of a stream, or `all`')
const questions = z
  .array(question)
  .min(3)
  .max(5)
  .refine((ids) => new Set(ids).size === ids.length, 'each question once')
  .describe('Three to five, in the order in which they are asked.')
const addresses = z
  .array(address)
  .min(leastAnswers, `at least ${leastAnswers}: fewer answers are never shown`)
  .max(maxAddresses)
  .refine((list) => new Set(list).size === list.length, 'each address once')
  .describe('Who is asked, by mail.')
const teamSize = z
  .number()
  .int()
  .min(1)
  .max(100_000)
  .nullable()
  .describe('Whom the response rate is measured against, at least those who are asked; null is just those.')

export const newSurvey = z.strictObject({
  stream: streamId.default('all').describe('Whom it is about; `all` is the whole tenant.'),
  questions: questions.default([...questionIds]),
  comments: z.boolean().default(true).describe('Whether there is room for a comment.'),
  cadence: z.enum(cadences).default('monthly'),
  starts_on: day.optional().describe('First day of the first period, today or later. Default: today.'),
  addresses,
  team_size: teamSize.default(null),
})
export const surveyChange = z
  .strictObject({
    questions: questions.optional(),
    comments: z.boolean().optional(),
    addresses: addresses.optional(),
    team_size: teamSize.optional(),
  })
  .refine((change) => Object.keys(change).length > 0, 'something to change is needed')

/** A period that people can answer now: how many did, and nothing of what they said. */
const openPeriod = z.object({
  starts_on: day,
  ends_on: day,
  answers: z.number(),
  team_size: z.number(),
  response_rate: z.number().nullable(),
})
export const surveyReply = z.object({
  id: z.string(),
  stream: z.string(),
  /** The stream's name; null when there is no such stream any more, and then nobody is asked. */
  stream_name: z.string().nullable(),
  questions: z.array(question),
  comments: z.boolean(),
  cadence: z.enum(cadences),
  starts_on: day,
  /** How many are asked. */
  asked: z.number(),
  team_size: z.number().nullable(),
  closed_at: z.iso.datetime().nullable(),
  period: openPeriod.nullable(),
})
export type Survey = z.output<typeof surveyReply>
export const surveyList = z.object({ surveys: z.array(surveyReply) })
export const surveyDetail = surveyReply.extend({ addresses: z.array(z.string()) })

export const pulseQuery = z.strictObject({
  stream: z
    .string()
    .max(63)
    .optional()
    .describe("A delivery stream's id; without it (and without tech_stream), every survey."),
  tech_stream: z.string().max(63).optional().describe("A tech stream's id."),
  from: day.optional().describe('First day, included. Default: 89 days before `to`.'),
  to: day.optional().describe('Last day, included. Default: today. A period belongs to the day on which it ends.'),
  interval: z.enum(['week', 'month']).optional().describe('Width of the points of the series. Default: month.'),
})

const figures = {
  /** Mean of all scores, 1 to 5; null when nothing can be shown. */
  score: z.number().nullable(),
  /** Share (0–1) of the scores that are 4 or 5. */
  favourable: z.number().nullable(),
  /** Answers that the figures rest on: those of periods with at least five. */
  n: z.number(),
}
const questionFigures = z.object({ id: question, text: z.string(), ...figures })
const responses = {
  /** Everybody who answered, shown or not. */
  answers: z.number(),
  team_size: z.number(),
  /** Answers / team size; null without a team. */
  response_rate: z.number().nullable(),
}
export const pulseReply = z.object({
  stream: z.string().describe("The stream's id, or `all`."),
  from: day,
  to: day,
  interval: z.enum(['week', 'month']),
  time_zone: z.string(),
  definition: z.string().describe('Version of the definition, kept with the number.'),
  summary: z.string(),
  least_answers: z.number(),
  state: z.enum(['ok', 'insufficient_data']),
  ...figures,
  ...responses,
  /** Share (0–1) of the answers that the figures rest on; the rest came from periods with fewer than five. */
  coverage: z.number().nullable(),
  periods_ended: z.number(),
  /** Of those, how many had too few answers to be shown: what is missing. */
  periods_hidden: z.number(),
  questions: z.array(questionFigures),
  series: z.array(
    z.object({
      from: day,
      to: day,
      ...figures,
      ...responses,
      questions: z.array(z.object({ id: question, score: z.number().nullable() })),
    }),
  ),
  /** Newest first, at most 100. */
  periods: z.array(
    z.object({
      survey: z.string(),
      stream: z.string(),
      starts_on: day,
      ends_on: day,
      shown: z.boolean(),
      ...figures,
      ...responses,
    }),
  ),
  /** In no order within a period; of the newest periods first, at most 100. */
  comments: z.array(z.object({ stream: z.string(), ends_on: day, comment: z.string() })),
  open: z.array(openPeriod.extend({ survey: z.string(), stream: z.string() })),
})
export type PulseReply = z.output<typeof pulseReply>

const token = z.string().min(20).max(200)
export const pulseToken = z.strictObject({ token })
export const pulsePaper = z.object({
  organisation: z.string(),
  stream: z.string().describe("The stream's name; empty when the whole organisation is asked."),
  ends_on: day,
  asked: z.number().describe('How many people were asked in this period.'),
  least_answers: z.number(),
  questions: z.array(z.object({ id: question, text: z.string() })),
  comments: z.boolean(),
  /** Whether the holder of this link answered; sending again replaces it. */
  answered: z.boolean(),
})
const score = z.number().int().min(1).max(5)
export const pulseAnswer = z.strictObject({
  token,
  scores: z
    .partialRecord(question, score)
    .refine((scores) => Object.keys(scores).length > 0, 'at least one answer')
    .describe('1 (not at all) to 5 (wholly) by question; what is left out is not answered.'),
  comment: z.string().trim().max(longestComment).optional(),
})
export const pulseThanks = z.object({ status: z.literal('recorded'), ends_on: day })
