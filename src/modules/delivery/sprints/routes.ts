import { z } from 'zod'
import type { Database } from '#kernel/database/index.ts'
import { contextOf, type Http } from '#kernel/http/index.ts'
import { readSprint } from './read-sprint.ts'
import { readVelocity } from './read-velocity.ts'
import { sprintQuery, sprintReply, velocityQuery, velocityReply } from './schemas.ts'

const params = z.object({ id: z.string().max(63) })

export const sprintRoutes =
  ({ database }: { database: Database }) =>
  (http: Http): void => {
    const config = { permission: 'metrics:read' }
    const tags = ['metrics']

    http.get(
      '/metrics/velocity',
      {
        config,
        schema: {
          tags,
          summary: 'Velocity, say-do and scope change of sprints',
          querystring: velocityQuery,
          response: { 200: velocityReply },
        },
      },
      (request) => readVelocity(database, contextOf(request), request.query),
    )
    http.get(
      '/sprints/:id',
      {
        config,
        schema: {
          tags,
          summary: 'A sprint: what happened to each item, and its revisions',
          params,
          querystring: sprintQuery,
          response: { 200: sprintReply },
        },
      },
      (request) => readSprint(database, contextOf(request), request.params.id, request.query),
    )
  }
