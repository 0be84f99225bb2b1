/** `/streams`: what belongs to which team, product, platform or language. */
import { z } from 'zod'
import type { Database } from '#kernel/database/index.ts'
import type { EventLog } from '#kernel/events/index.ts'
import { contextOf, type Http } from '#kernel/http/index.ts'
import { newStream, streamChange, streamList, streamReply } from './schemas.ts'
import { changeStream } from './streams/change-stream.ts'
import { createStream } from './streams/create-stream.ts'
import { deleteStream } from './streams/delete-stream.ts'
import { listStreams, readStream } from './streams/list-streams.ts'

const tags = ['delivery']
const params = z.object({ id: z.string().max(63) })
const read = { permission: 'delivery:read' }
const write = { permission: 'delivery:write' }

export const streamRoutes =
  (database: Database, eventLog: EventLog) =>
  (http: Http): void => {
    const deps = { database, eventLog }

    http.get('/streams', { config: read, schema: { tags, response: { 200: streamList } } }, (request) =>
      listStreams(database, contextOf(request)),
    )

    http.post(
      '/streams',
      {
        config: { ...write, idempotency: 'replay' },
        schema: { tags, body: newStream, response: { 201: streamReply } },
      },
      async (request, reply) => reply.status(201).send(await createStream(deps, contextOf(request), request.body)),
    )

    http.get('/streams/:id', { config: read, schema: { tags, params, response: { 200: streamReply } } }, (request) =>
      readStream(database, contextOf(request), request.params.id),
    )

    http.patch(
      '/streams/:id',
      { config: write, schema: { tags, params, body: streamChange, response: { 200: streamReply } } },
      (request) => changeStream(deps, contextOf(request), request.params.id, request.body),
    )

    http.delete(
      '/streams/:id',
      { config: write, schema: { tags, params, response: { 204: z.null() } } },
      async (request, reply) => {
        await deleteStream(deps, contextOf(request), request.params.id)
        return reply.status(204).send(null)
      },
    )
  }
