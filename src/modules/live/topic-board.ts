/** Who waits for news of which tenant; news come from PostgreSQL, so that every process tells its own listeners. */
import type { Database } from '#kernel/database/index.ts'

/** Told the topic, or undefined when some may have been missed. */
export type HearTopic = (topic: string | undefined) => void

export type TopicBoard = { watch(tenantId: string, hear: HearTopic): () => void }

export function topicBoard(database: Database): TopicBoard {
  const listeners = new Map<string, Set<HearTopic>>()
  let listening = false

  /** With the first listener: a process that nobody watches has no connection for it. */
  function listen() {
    if (listening) return
    listening = true
    database
      .listen('daytwo_live', (payload) => {
        if (payload === undefined) {
          for (const all of listeners.values()) for (const hear of all) hear(undefined)
          return
        }
        const colon = payload.indexOf(':')
        for (const hear of listeners.get(payload.slice(0, colon)) ?? []) hear(payload.slice(colon + 1))
      })
      .catch(() => {
        listening = false
      })
  }

  return {
    watch(tenantId, hear) {
      listen()
      const all = listeners.get(tenantId) ?? new Set()
      listeners.set(tenantId, all.add(hear))
      return () => {
        all.delete(hear)
        if (all.size === 0 && listeners.get(tenantId) === all) listeners.delete(tenantId)
      }
    },
  }
}
