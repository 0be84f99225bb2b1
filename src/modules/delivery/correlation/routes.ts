import type { Database } from '#kernel/database/index.ts'
import { contextOf, type Http } from '#kernel/http/index.ts'
import { readRelation, readRelations } from './read-relations.ts'
import { crossStreamPairQuery, crossStreamPairReply, crossStreamQuery, crossStreamReply } from './schemas.ts'

export const correlationRoutes =
  (database: Database) =>
  (http: Http): void => {
    const config = { permission: 'metrics:read' }
    const tags = ['metrics']
    http.get(
      '/metrics/cross-stream',
      {
        config,
        schema: {
          tags,
          summary: 'Which streams move together',
          querystring: crossStreamQuery,
          response: { 200: crossStreamReply },
        },
      },
      (request) => readRelations(database, contextOf(request), request.query),
    )
    http.get(
      '/metrics/cross-stream/pair',
      {
        config,
        schema: {
          tags,
          summary: 'Two measures of two streams week by week, and at each lag',
          querystring: crossStreamPairQuery,
          response: { 200: crossStreamPairReply },
        },
      },
      (request) => readRelation(database, contextOf(request), request.query),
    )
  }
