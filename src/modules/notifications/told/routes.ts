/** `/notifications`: who was told of what, and who was not. Failed ones are requeued as every work's dead letters are. */
import type { Database } from '#kernel/database/index.ts'
import { contextOf, type Http } from '#kernel/http/index.ts'
import { defaultLimit, pageOf } from '#kernel/paging/index.ts'
import { listNotifications } from '../queries.ts'
import { notificationList, notificationQuery } from '../schemas.ts'

/** `waiting:quiet-hours` is `quiet-hours`: the state says the rest. */
const reasonOf = ({ outcome, lastError }: { outcome: string | null; lastError: string | null }) =>
  lastError ?? outcome?.replace(/^[a-z]+:/, '') ?? null

export const notificationRoutes =
  (database: Database) =>
  (http: Http): void => {
    http.get(
      '/notifications',
      {
        config: { permission: 'notifications:read' },
        schema: {
          tags: ['notifications'],
          summary: 'Who was told of which alert and when, newest first',
          querystring: notificationQuery,
          response: { 200: notificationList },
        },
      },
      async (request) => {
        const { state, channel = null, alert = null, cursor = null, limit = defaultLimit } = request.query
        const wanted = { state: state === 'all' ? null : state, channel, alert, before: cursor, limit: limit + 1 }
        const rows = await database.tenantTx(contextOf(request), (tx) => tx.rows(listNotifications, wanted))
        const { page, next } = pageOf(rows, limit, ({ id }) => id)
        return {
          notifications: page.map((row) => ({
            id: row.id,
            key: row.key,
            channel: { id: row.channelId, name: row.channelName, kind: row.kind, removed: row.channelRemoved },
            alert_id: row.alertId,
            condition: row.condition,
            subject: row.subject,
            severity: row.severity,
            change: row.change,
            state: row.state,
            why: row.state === 'sent' ? null : reasonOf(row),
            attempts: row.attempts,
            answer: row.answer,
            created_at: row.createdAt.toISOString(),
            told_at: row.toldAt?.toISOString() ?? null,
            due_at: row.state === 'waiting' ? row.dueAt.toISOString() : null,
          })),
          next_cursor: next,
        }
      },
    )
  }
