/** Who waits for news of which tenant; news come from PostgreSQL, so that every process tells its own listeners. */
import type { Database } from '#kernel/database/index.ts'
import { believeMs } from '#kernel/remembered/index.ts'

/** Told the topic, or undefined when some may have been missed. */
export type HearTopic = (topic: string | undefined) => void

/** Changes that come together are told together. */
const gatherMs = 50
/** Who asks because of news must not be answered from what was looked up before them. */
const settleMs = believeMs + 50

export type TopicBoard = { watch(tenantId: string, hear: HearTopic): () => void }

export function topicBoard(database: Database): TopicBoard {
  const listeners = new Map<string, Set<HearTopic>>()
  let listening = false
  let gathered: Set<string | undefined> | undefined

  function tell(news: ReadonlySet<string | undefined>) {
    for (const payload of news) {
      if (payload === undefined) {
        for (const all of listeners.values()) for (const hear of all) hear(undefined)
        continue
      }
      const colon = payload.indexOf(':')
      for (const hear of listeners.get(payload.slice(0, colon)) ?? []) hear(payload.slice(colon + 1))
    }
  }

  /** Each gathering waits for itself: one wait for all would tell the last of them too early. */
  function gather(payload: string | undefined) {
    if (gathered) return void gathered.add(payload)
    const news = new Set([payload])
    gathered = news
    setTimeout(() => {
      gathered = undefined
      setTimeout(tell, settleMs, news).unref()
    }, gatherMs).unref()
  }

  /** With the first listener: a process that nobody watches has no connection for it. */
  function listen() {
    if (listening) return
    listening = true
    database.listen('daytwo_live', gather).catch(() => {
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
