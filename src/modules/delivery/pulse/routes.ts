/** `/metrics/pulse`, `/pulse-surveys`, and what a mailed link may do without a session. */
import { z } from 'zod'
import { contextOf, type Http } from '#kernel/http/index.ts'
import { readPaper, recordAnswer } from './answer.ts'
import type { PulseDeps } from './deps.ts'
import { readPulse } from './read-pulse.ts'
import {
  newSurvey,
  pulseAnswer,
  pulsePaper,
  pulseQuery,
  pulseReply,
  pulseThanks,
  pulseToken,
  surveyChange,
  surveyDetail,
  surveyList,
} from './schemas.ts'
import { changeSurvey, closeSurvey, createSurvey, listSurveys, readSurvey } from './surveys.ts'

const params = z.strictObject({ id: z.uuid() })
const write = { permission: 'pulse:write' }
const open = { public: 'the mailed token is the credential', limit: 'anonymous' as const }

export const pulseRoutes =
  (deps: PulseDeps) =>
  (http: Http): void => {
    http.get(
      '/metrics/pulse',
      {
        config: { permission: 'metrics:read' },
        schema: {
          tags: ['metrics'],
          summary: 'How people find their work',
          querystring: pulseQuery,
          response: { 200: pulseReply },
        },
      },
      (request) => readPulse(deps.database, contextOf(request), request.query),
    )

    const tags = ['pulse surveys']
    http.get(
      '/pulse-surveys',
      {
        config: { permission: 'pulse:read' },
        schema: { tags, summary: 'Pulse surveys', response: { 200: surveyList } },
      },
      async (request) => ({ surveys: await listSurveys(deps, contextOf(request)) }),
    )
    http.post(
      '/pulse-surveys',
      {
        config: { ...write, idempotency: 'replay' },
        schema: { tags, summary: 'Make a pulse survey', body: newSurvey, response: { 201: surveyDetail } },
      },
      async (request, reply) => reply.status(201).send(await createSurvey(deps, contextOf(request), request.body)),
    )
    http.get(
      '/pulse-surveys/:id',
      {
        config: write,
        schema: { tags, summary: 'A pulse survey and whom it asks', params, response: { 200: surveyDetail } },
      },
      (request) => readSurvey(deps, contextOf(request), request.params.id),
    )
    http.patch(
      '/pulse-surveys/:id',
      {
        config: write,
        schema: { tags, summary: 'Change a pulse survey', params, body: surveyChange, response: { 200: surveyDetail } },
      },
      (request) => changeSurvey(deps, contextOf(request), request.params.id, request.body),
    )
    http.post(
      '/pulse-surveys/:id/close',
      {
        config: { ...write, idempotency: 'replay' },
        schema: {
          tags,
          summary: 'Close a pulse survey: no further period begins',
          params,
          response: { 200: surveyDetail },
        },
      },
      (request) => closeSurvey(deps, contextOf(request), request.params.id),
    )

    http.post(
      '/pulse/invitation',
      {
        config: open,
        schema: { tags, summary: 'What a mailed link asks', body: pulseToken, response: { 200: pulsePaper } },
      },
      (request) => readPaper(deps, request.body.token),
    )
    http.post(
      '/pulse/answer',
      {
        config: open,
        schema: {
          tags,
          summary: 'Answer, or answer again, until the period ends',
          body: pulseAnswer,
          response: { 200: pulseThanks },
        },
      },
      (request) => recordAnswer(deps, request.body),
    )
  }
