import type { Database } from '#kernel/database/index.ts'
import { contextOf, type Http } from '#kernel/http/index.ts'
import { readFlow } from './read-flow.ts'
import { flowQuery, flowReply } from './schemas.ts'

export const flowRoutes =
  (database: Database) =>
  (http: Http): void => {
    http.get(
      '/metrics/flow',
      {
        config: { permission: 'metrics:read' },
        schema: {
          tags: ['metrics'],
          summary: 'Work in progress, throughput, cycle time, age and the service level expectation',
          querystring: flowQuery,
          response: { 200: flowReply },
        },
      },
      (request) => readFlow(database, contextOf(request), request.query),
    )
  }
