import type { Database } from '#kernel/database/index.ts'
import { contextOf, type Http } from '#kernel/http/index.ts'
import type { Throughput } from './past.ts'
import { readForecast } from './read-forecast.ts'
import { forecastQuery, forecastReply } from './schemas.ts'

export const forecastRoutes =
  (deps: { database: Database; flow: Throughput }) =>
  (http: Http): void => {
    http.get(
      '/metrics/forecast',
      {
        config: { permission: 'metrics:read' },
        schema: {
          tags: ['metrics'],
          summary: 'When items will be finished, and how many by a day',
          querystring: forecastQuery,
          response: { 200: forecastReply },
        },
      },
      (request) => readForecast(deps, contextOf(request), request.query),
    )
  }
