import type { Database } from '#kernel/database/index.ts'
import { contextOf, type Http } from '#kernel/http/index.ts'
import { readBands, readDora, readLeadTime, readOverview } from './read-metrics.ts'
import { readChanges } from './receipts/read-changes.ts'
import { readReceipt } from './receipts/read-receipt.ts'
import { changesQuery, changesReply, receiptQuery, receiptReply } from './receipts/schemas.ts'
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
      '/metrics/dora/receipt',
      {
        config,
        schema: {
          tags,
          summary: 'One number with its definition, inputs and facts, as of a time',
          querystring: receiptQuery,
          response: { 200: receiptReply },
        },
      },
      (request) => readReceipt(database, contextOf(request), request.query),
    )
    http.get(
      '/metrics/dora/changes',
      {
        config,
        schema: {
          tags,
          summary: 'Why a number is another one than it was',
          querystring: changesQuery,
          response: { 200: changesReply },
        },
      },
      (request) => readChanges(database, contextOf(request), request.query),
    )
    http.get(
      '/metrics/bands',
      { config, schema: { tags, summary: 'The benchmark bands in use', response: { 200: bandsReply } } },
      (request) => readBands(database, contextOf(request)),
    )
  }
