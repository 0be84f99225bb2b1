/**
 * One stream of news for the whole console: the server names what changed, and what shows it is asked again. While there is no
 * stream, every query renews itself at its own interval, as it does beside it.
 */
import { useEffect, useSyncExternalStore } from 'react'
import { queriesToRenew } from './live-topics.ts'
import { queryClient, sessionKey } from './query-client.ts'

const firstWaitMs = 1000
const longestWaitMs = 30_000
/** A browser has few connections to one host: a tab that nobody looks at gives its own back after this long. */
const hiddenMs = 10_000

let isLive = false
const listeners = new Set<() => void>()
function setLive(value: boolean) {
  isLive = value
  for (const listener of listeners) listener()
}
function subscribe(listener: () => void) {
  listeners.add(listener)
  return () => listeners.delete(listener)
}

/** Whether changes arrive as they happen. */
export const useIsLive = (): boolean => useSyncExternalStore(subscribe, () => isLive)

function hear(data: string) {
  const { topics } = JSON.parse(data) as { topics: string[] }
  if (topics.length === 0) return void queryClient.invalidateQueries()
  const renewed = queriesToRenew(topics)
  void queryClient.invalidateQueries({ predicate: ({ queryKey }) => renewed.has(String(queryKey[0])) })
}

/** Follows the news while the console is looked at; returns how to stop. */
function follow(): () => void {
  let source: EventSource | undefined
  let timer: ReturnType<typeof setTimeout> | undefined
  let failures = 0
  let missed = false

  function open() {
    clearTimeout(timer)
    if (source) return
    source = new EventSource('/api/v1/live')
    source.addEventListener('open', () => {
      failures = 0
      setLive(true)
      // What happened meanwhile was told to nobody. Rights are asked again with every stream: nothing else renews them.
      void queryClient.invalidateQueries(missed ? {} : { queryKey: sessionKey })
      missed = false
    })
    source.addEventListener('changed', (event: MessageEvent<string>) => hear(event.data))
    source.addEventListener('error', () => {
      close()
      failures += 1
      // The stream cannot say that access ended; the session can, and renews it.
      if (failures > 1) void queryClient.invalidateQueries({ queryKey: sessionKey })
      const waitMs = Math.min(longestWaitMs, firstWaitMs * 2 ** (failures - 1))
      timer = setTimeout(open, waitMs * (0.5 + Math.random() / 2))
    })
  }
  function close() {
    clearTimeout(timer)
    if (source) missed = true
    source?.close()
    source = undefined
    setLive(false)
  }
  function look() {
    clearTimeout(timer)
    if (document.visibilityState === 'visible') open()
    else timer = setTimeout(close, hiddenMs)
  }
  document.addEventListener('visibilitychange', look)
  // After the page's own requests, which somebody waits for.
  timer = setTimeout(look, 300)
  return () => {
    document.removeEventListener('visibilitychange', look)
    close()
  }
}

/** Keeps the console live while it is mounted. */
export const useLive = (): void => useEffect(follow, [])
