import { z } from 'zod'
import type { Database } from '#kernel/database/index.ts'
import { contextOf, type Http } from '#kernel/http/index.ts'
import { activity } from '../queries.ts'
import {
  connectionId,
  connectionList,
  connectReply,
  madeConnection,
  newConnection,
  secretRotation,
} from '../schemas.ts'
import type { Source } from '../senders.ts'
import { createConnection, removeConnection, rotateConnectionSecret } from './connections.ts'
import { listConnections } from './queries.ts'

type Deps = {
  database: Database
  key: Buffer
  baseUrl: string
  /** Where the bare URL's secret is to be found, per source. */
  secretHints: Record<Source, string | null>
}

export const connectionRoutes =
  ({ database, key, baseUrl, secretHints }: Deps) =>
  (http: Http): void => {
    const read = { permission: 'connections:read' }
    const write = { permission: 'connections:write' }
    const address = (source: Source, id?: string) => `${baseUrl}/api/v1/webhooks/${source}${id ? `/${id}` : ''}`

    http.get(
      '/connect',
      {
        config: read,
        schema: {
          tags: ['intake'],
          summary: 'What to paste into GitHub and Jira, and the last event seen',
          response: { 200: connectReply },
        },
      },
      async (request) => {
        const seen = await database.tenantTx(contextOf(request), (tx) => tx.rows(activity, undefined))
        return {
          webhooks: (['github', 'jira'] as const).map((source) => {
            const row = seen.find((candidate) => candidate.source === source)
            return {
              source,
              url: address(source),
              secret_hint: secretHints[source],
              last_event_at: row?.lastEventAt.toISOString() ?? null,
              events_last_day: row?.lastDay ?? 0,
            }
          }),
        }
      },
    )

    http.get(
      '/connections',
      { config: read, schema: { tags: ['intake'], summary: 'List connections', response: { 200: connectionList } } },
      async (request) => {
        const rows = await database.tenantTx(contextOf(request), (tx) => tx.rows(listConnections, { id: null }))
        return {
          connections: rows.map((row) => ({
            id: row.id,
            source: row.source,
            name: row.name,
            url: address(row.source, row.id),
            created_at: row.createdAt.toISOString(),
            disabled_at: row.disabledAt?.toISOString() ?? null,
            previous_secret_until: row.previousValidUntil?.toISOString() ?? null,
          })),
        }
      },
    )

    http.post(
      '/connections',
      {
        config: write,
        schema: {
          tags: ['intake'],
          summary: 'Make a connection with a secret of its own',
          body: newConnection,
          response: { 201: madeConnection },
        },
      },
      async (request, reply) => {
        const made = await createConnection(database, key, contextOf(request), request.body)
        return reply.status(201).send({ ...made, url: address(request.body.source, made.id) })
      },
    )

    http.post(
      '/connections/:id/rotate',
      {
        config: write,
        schema: {
          tags: ['intake'],
          summary: "Change a connection's secret, with overlap",
          params: connectionId,
          body: secretRotation,
          response: { 200: madeConnection.omit({ url: true }) },
        },
      },
      async (request) => {
        const { secret, overlap_hours: overlapHours } = request.body
        return rotateConnectionSecret(database, key, contextOf(request), request.params.id, { secret, overlapHours })
      },
    )

    http.delete(
      '/connections/:id',
      {
        config: write,
        schema: {
          tags: ['intake'],
          summary: 'Stop accepting from a connection',
          params: connectionId,
          response: { 204: z.null() },
        },
      },
      async (request, reply) => {
        await removeConnection(database, contextOf(request), request.params.id)
        return reply.status(204).send(null)
      },
    )
  }
