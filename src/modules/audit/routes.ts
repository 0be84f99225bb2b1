/** `/audit`: search, facets, export, following, verification, and the daily report. */
import { Readable } from 'node:stream'
import { now } from '#kernel/clock/index.ts'
import type { Database } from '#kernel/database/index.ts'
import { contextOf, type Http } from '#kernel/http/index.ts'
import { acknowledgeAnomaly, readAnomalies } from './anomalies/report.ts'
import type { Cursors } from './cursor.ts'
import { exportAudit } from './export-events.ts'
import { type Followers, heartbeat } from './follow.ts'
import {
  acknowledgement,
  anomalyId,
  anomalyPage,
  anomalyQuery,
  anomalyRow,
  auditFacets,
  auditPage,
  auditQuery,
  exportQuery,
  streamQuery,
  verificationReply,
} from './schemas.ts'
import { readFacets, searchAudit } from './search.ts'
import type { ChainDeps } from './verify.ts'
import { verifyTrail } from './verify-trail.ts'

type Deps = { database: Database; chain: ChainDeps; cursors: Cursors; followers: Followers }
const mediaTypes = {
  jsonl: 'application/x-ndjson; charset=utf-8',
  csv: 'text/csv; charset=utf-8; header=present',
} as const

export const auditRoutes =
  ({ database, chain, cursors, followers }: Deps) =>
  (http: Http): void => {
    const tags = ['audit']
    const read = { permission: 'audit:read' }

    http.get(
      '/audit',
      {
        config: read,
        schema: {
          tags,
          summary: 'Who changed what, newest first',
          querystring: auditQuery,
          response: { 200: auditPage },
        },
      },
      (request) => searchAudit({ database, cursors }, contextOf(request), request.query),
    )

    http.get(
      '/audit/facets',
      {
        config: read,
        schema: { tags, summary: 'Modules, actions and actors of the last days', response: { 200: auditFacets } },
      },
      (request) => readFacets(database, contextOf(request)),
    )

    http.get(
      '/audit/export',
      {
        config: { permission: 'audit:export', stream: true },
        schema: {
          tags,
          summary: 'The trail as JSON lines or CSV',
          description:
            'Newest first, as the filters say. An answer that breaks off is not whole. Text cells of CSV that a spreadsheet would run as a formula begin with a quote.',
          querystring: exportQuery,
        },
      },
      async (request, reply) => {
        const { format } = request.query
        const goesOn = () =>
          http.authorizeAgain(request).then(
            () => true,
            () => false,
          )
        const lines = await exportAudit(database, contextOf(request), request.query, goesOn)
        const name = `audit-${now().toISOString().slice(0, 10)}.${format}`
        return reply
          .header('content-disposition', `attachment; filename="${name}"`)
          .header('cache-control', 'no-store')
          .type(mediaTypes[format])
          .send(Readable.from(lines))
      },
    )

    http.get(
      '/audit/stream',
      {
        config: { ...read, stream: true },
        schema: {
          tags,
          summary: 'Events as they happen, as JSON lines',
          description:
            'A line is an event as the search answers it, or `{"heartbeat":true}`. Ends when the caller’s rights end; ask again with `after`, the `seq` that was seen last.',
          querystring: streamQuery,
        },
      },
      async (request, reply) => {
        await followers.follow(contextOf(request), request.query.after, () =>
          http.openStream(request, reply, { contentType: mediaTypes.jsonl, heartbeat }),
        )
        return reply
      },
    )

    http.post(
      '/audit/verify',
      {
        config: {
          permission: 'audit:verify',
          idempotency: { none: 'each verification is of the trail as it is then' },
        },
        schema: {
          tags,
          summary: 'Verify the whole chain of the trail',
          description: 'A trail too long for one request is verified by `daytwo audit:verify`.',
          response: { 200: verificationReply },
        },
      },
      (request) => verifyTrail(chain, contextOf(request)),
    )

    http.get(
      '/audit/anomalies',
      {
        config: read,
        schema: {
          tags,
          summary: 'What stood out, by day',
          querystring: anomalyQuery,
          response: { 200: anomalyPage },
        },
      },
      (request) => readAnomalies(database, contextOf(request), request.query),
    )

    http.post(
      '/audit/anomalies/:id/acknowledge',
      {
        config: { permission: 'audit:acknowledge', idempotency: 'replay' },
        schema: {
          tags,
          summary: 'Say what it was',
          params: anomalyId,
          body: acknowledgement,
          response: { 200: anomalyRow },
        },
      },
      (request) => acknowledgeAnomaly(database, contextOf(request), { ...request.params, ...request.body }),
    )
  }
