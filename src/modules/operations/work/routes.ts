/** `/work`: every work table of the tenant, its dead letters, and requeueing them. */
import type { Database } from '#kernel/database/index.ts'
import { contextOf, type Http } from '#kernel/http/index.ts'
import {
  deadLetterList,
  deadLetterQuery,
  historyQuery,
  requeueReply,
  requeueRequest,
  workHistory,
  workList,
  workName,
  workRow,
  workRowParams,
} from '../schemas.ts'
import { listDeadLetters, readWorkRow } from './dead-letters.ts'
import { type AllWork, inspectable } from './find-work.ts'
import { listWork, readWorkHistory } from './list-work.ts'
import { requeueDeadLetters } from './requeue.ts'

const tags = ['operations']
const look = { permission: 'queue:read' }
const defaultMinutes = 180

export function workRoutes(database: Database, all: AllWork, http: Http): void {
  // Builds every work's statements at the start: a fault in one shows then, not when somebody looks.
  inspectable(all)

  http.get(
    '/work',
    {
      config: look,
      schema: { tags, summary: 'What waits and what has died, by work', response: { 200: workList } },
    },
    (request) => listWork(database, all, contextOf(request)),
  )

  http.get(
    '/work/history',
    {
      config: { permission: 'operations:read' },
      schema: {
        tags,
        summary: 'What the workers of the installation did, minute by minute',
        querystring: historyQuery,
        response: { 200: workHistory },
      },
    },
    (request) => readWorkHistory(database, contextOf(request), request.query.minutes ?? defaultMinutes),
  )

  http.get(
    '/work/:name/dead-letters',
    {
      config: look,
      schema: {
        tags,
        summary: 'Dead letters of a work, newest first, and their number by class of error',
        params: workName,
        querystring: deadLetterQuery,
        response: { 200: deadLetterList },
      },
    },
    (request) => listDeadLetters(database, all, contextOf(request), request.params.name, request.query),
  )

  http.get(
    '/work/:name/rows/:id',
    {
      config: look,
      schema: {
        tags,
        summary: 'One row of a work and what it carries',
        params: workRowParams,
        response: { 200: workRow },
      },
    },
    (request) => readWorkRow(database, all, contextOf(request), request.params.name, request.params.id),
  )

  http.post(
    '/work/:name/requeue',
    {
      config: { permission: 'queue:write', idempotency: 'replay' },
      schema: {
        tags,
        summary: 'Make dead letters due again: some by id, those a filter fits, or all',
        params: workName,
        body: requeueRequest,
        response: { 200: requeueReply },
      },
    },
    (request) => requeueDeadLetters(database, all, contextOf(request), request.params.name, request.body),
  )
}
