/** Looking at the queue: list, one event with its payload as it was signed, and its lineage both ways. */
import type { Database } from '#kernel/database/index.ts'
import { notFound, Problem } from '#kernel/errors/index.ts'
import { contextOf, type Http } from '#kernel/http/index.ts'
import { defaultLimit, pageOf } from '#kernel/paging/index.ts'
import type { DaysOfFacts } from './processor.ts'
import { activity, eventById, eventsOfFact, lineageOfEvent, listEvents, queueCounts } from './queries.ts'
import { eventList, eventQuery, eventReply, factEvents, factQuery, numericId } from './schemas.ts'
import { showPayload } from './show-payload.ts'

const maxShownCharacters = 200_000
const maxShownFacts = 500

type Row = {
  requeuedCount: number
  lastError: string | null
  errorClass: string | null
  enqueuedAt: Date
  finishedAt: Date | null
}
const toReply = <R extends Row>({ requeuedCount, lastError, errorClass, enqueuedAt, finishedAt, ...rest }: R) => ({
  ...rest,
  requeued_count: requeuedCount,
  last_error: lastError,
  error_class: errorClass,
  enqueued_at: enqueuedAt.toISOString(),
  finished_at: finishedAt?.toISOString() ?? null,
})

export const eventRoutes =
  (database: Database, daysOfFacts: DaysOfFacts) =>
  (http: Http): void => {
    const config = { permission: 'queue:read' }

    http.get(
      '/events',
      {
        config,
        schema: {
          tags: ['intake'],
          summary: 'The event queue, newest first',
          querystring: eventQuery,
          response: { 200: eventList },
        },
      },
      async (request) => {
        const { status = null, source = null, cursor = null, limit = defaultLimit } = request.query
        return database.tenantTx(contextOf(request), async (tx) => {
          const rows = await tx.rows(listEvents, { status, source, before: cursor, limit: limit + 1 })
          const counts = { pending: 0, processing: 0, completed: 0, dead_lettered: 0 }
          for (const row of await tx.rows(queueCounts, undefined)) counts[row.status] = row.count
          for (const row of await tx.rows(activity, undefined)) counts.completed += row.total
          const { page, next } = pageOf(rows, limit, ({ id }) => String(id))
          return {
            counts,
            events: page.map(toReply),
            next_cursor: next,
          }
        })
      },
    )

    http.get(
      '/events/:id',
      {
        config,
        schema: {
          tags: ['intake'],
          summary: 'One event, its payload, the facts it caused and the days they count on',
          params: numericId,
          response: { 200: eventReply },
        },
      },
      async (request) =>
        database.tenantTx(contextOf(request), async (tx) => {
          const event = await tx.row(eventById, { id: request.params.id })
          if (!event) throw new Problem(notFound, 'No event has this id.')
          const payload = (await showPayload(tx, event)) ?? ''
          const facts = await tx.rows(lineageOfEvent, { eventId: event.id })
          return {
            ...toReply(event),
            delivery_id: event.deliveryId,
            content_type: event.contentType,
            payload: payload.slice(0, maxShownCharacters),
            payload_bytes: event.length,
            connection_id: event.connectionId,
            request_id: event.requestId,
            origin: event.origin,
            facts: facts.slice(0, maxShownFacts),
            days: await daysOfFacts(tx, facts),
          }
        }),
    )

    http.get(
      '/lineage',
      {
        config,
        schema: {
          tags: ['intake'],
          summary: 'The events a fact came from',
          querystring: factQuery,
          response: { 200: factEvents },
        },
      },
      async (request) => {
        const rows = await database.tenantTx(contextOf(request), (tx) => tx.rows(eventsOfFact, request.query))
        return { events: rows.map(({ eventId }) => eventId) }
      },
    )
  }
