import { contextOf, type Http } from '#kernel/http/index.ts'
import type { TopicBoard } from './topic-board.ts'

/** News are gathered this long: a busy tenant gets one message a second, not one a change. */
const gatherMs = 1000

/** `event: changed`, `data: {"topics": […]}`; an empty list says that anything may have changed. */
const message = (topics: readonly string[]) => `event: changed\ndata: ${JSON.stringify({ topics })}\n\n`

export const liveRoutes =
  (board: TopicBoard) =>
  (http: Http): void => {
    http.get(
      '/live',
      {
        config: { permission: 'session:read', stream: true },
        schema: {
          tags: ['live'],
          summary: 'What changes, as it changes (server-sent events)',
          description:
            'A message `changed` names topics: what changed is read again by the routes that show it. Ends when the caller’s rights end.',
        },
      },
      (request, reply) => {
        const { tenantId } = contextOf(request)
        const stream = http.openStream(request, reply, {
          contentType: 'text/event-stream; charset=utf-8',
          heartbeat: ': still here\n\n',
        })
        let gathered: Set<string> | 'all' | undefined
        let timer: NodeJS.Timeout | undefined
        const tell = () => {
          timer = undefined
          if (!gathered) return
          stream.write(message(gathered === 'all' ? [] : [...gathered].sort()))
          gathered = undefined
          timer = setTimeout(tell, gatherMs)
        }
        const forget = board.watch(tenantId, (topic) => {
          if (topic === undefined) gathered = 'all'
          else if (gathered !== 'all') gathered = (gathered ?? new Set()).add(topic)
          timer ??= setTimeout(tell, 0)
        })
        stream.signal.addEventListener('abort', () => {
          forget()
          clearTimeout(timer)
        })
        // At once, so that a client knows it is heard; what it shows is as old as its own requests.
        stream.write('retry: 2000\n\n')
        return reply
      },
    )
  }
