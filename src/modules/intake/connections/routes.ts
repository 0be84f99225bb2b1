import { z } from 'zod'
import type { Database } from '#kernel/database/index.ts'
import { contextOf, type Http } from '#kernel/http/index.ts'
import { events, github, jira } from '../protocols.ts'
import { activity } from '../queries.ts'
import {
  connectionId,
  connectionList,
  connectReply,
  madeConnection,
  newConnection,
  secretRotation,
} from '../schemas.ts'
import type { SenderKind, Source } from '../senders.ts'
import { createConnection, removeConnection, rotateConnectionSecret } from './connections.ts'
import { listConnections } from './queries.ts'

type Deps = {
  database: Database
  key: Buffer
  baseUrl: string
  /** Where the bare URL's secret is to be found, per source. */
  secretHints: Record<Source, string | null>
}

const ownProtocol = ['github', 'jira'] as const
const signatures: Record<SenderKind, string> = {
  github: github.signature,
  jira: jira.signature,
  events: events.signature,
}

export const connectionRoutes =
  ({ database, key, baseUrl, secretHints }: Deps) =>
  (http: Http): void => {
    const read = { permission: 'connections:read' }
    const write = { permission: 'connections:write' }
    const address = (kind: SenderKind, eventSource?: string | null, id?: string) =>
      [`${baseUrl}/api/v1/webhooks/${kind}`, eventSource, id].filter((part) => part).join('/')

    http.get(
      '/connect',
      {
        config: read,
        schema: {
          tags: ['intake'],
          summary: 'What to paste into GitHub and Jira, other sources, and the last event of each',
          response: { 200: connectReply },
        },
      },
      async (request) => {
        const { seen, connected } = await database.tenantTx(contextOf(request), async (tx) => ({
          seen: new Map((await tx.rows(activity, undefined)).map((row) => [row.source, row])),
          connected: await tx.rows(listConnections, { id: null }),
        }))
        const heard = (source: string) => ({
          source,
          last_event_at: seen.get(source)?.lastEventAt.toISOString() ?? null,
          events_last_day: seen.get(source)?.lastDay ?? 0,
        })
        const urls = new Map(
          connected
            .filter(({ eventSource, disabledAt }) => eventSource !== null && disabledAt === null)
            .map(({ source, eventSource, id }) => [eventSource!, address(source, eventSource, id)]),
        )
        const others = new Set([...urls.keys(), ...seen.keys()]).difference(new Set<string>(ownProtocol))
        return {
          webhooks: ownProtocol.map((source) => ({
            ...heard(source),
            source,
            url: address(source),
            secret_hint: secretHints[source],
          })),
          sources: [...others].sort().map((source) => ({
            ...heard(source),
            url: urls.get(source) ?? (source === 'api' ? `${baseUrl}/api/v1/deployments` : null),
          })),
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
            event_source: row.eventSource,
            name: row.name,
            url: address(row.source, row.eventSource, row.id),
            signature: `${signatures[row.source]}.`,
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
        config: { ...write, idempotency: 'secret' },
        schema: {
          tags: ['intake'],
          summary: 'Make a connection with a secret of its own',
          body: newConnection,
          response: { 201: madeConnection },
        },
      },
      async (request, reply) => {
        const { source, event_source: eventSource, name, secret } = request.body
        const input = { source, eventSource, name, secret }
        const made = await createConnection(database, key, contextOf(request), input)
        return reply.status(201).send({ ...made, url: address(source, eventSource, made.id) })
      },
    )

    http.post(
      '/connections/:id/rotate',
      {
        config: { ...write, idempotency: 'secret' },
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
