import type { Database } from '#kernel/database/index.ts'
import { contextOf, type Http } from '#kernel/http/index.ts'
import { readBands, readDora, readLeadTime, readOverview } from './read-metrics.ts'
import { bandsReply, doraQuery, doraReply, leadTimeReply, overviewQuery, overviewReply } from './schemas.ts'

export const doraRoutes =
  ({ database }: { database: Database }) =>
  (http: Http): void => {
    const config = { permission: 'metrics:read' }
    const tags = ['metrics']

    http.get(
      '/metrics/dora',
      {
        config,
        schema: { tags, summary: 'The five DORA metrics', querystring: doraQuery, response: { 200: doraReply } },
      },
      (request) => readDora(database, contextOf(request), request.query),
    )
    http.get(
      '/metrics/lead-time',
      {
        config,
        schema: { tags, summary: 'Lead time by stage', querystring: doraQuery, response: { 200: leadTimeReply } },
      },
      (request) => readLeadTime(database, contextOf(request), request.query),
    )
    http.get(
      '/metrics/dora/streams',
      {
        config,
        schema: {
          tags,
          summary: 'The five DORA metrics of every stream',
          querystring: overviewQuery,
          response: { 200: overviewReply },
        },
      },
      (request) => readOverview(database, contextOf(request), request.query),
    )
    http.get(
      '/metrics/bands',
      { config, schema: { tags, summary: 'The benchmark bands in use', response: { 200: bandsReply } } },
      (request) => readBands(database, contextOf(request)),
    )
  }
