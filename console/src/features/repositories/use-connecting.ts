/** Connecting what was chosen, a few at a time, so that one sees it go on and can stop it. */
import { useQueryClient } from '@tanstack/react-query'
import { useRef, useState } from 'react'
import { connect, gitHubQuery, type Result } from './queries.ts'

const atOnce = 5

type State = {
  readonly busy: boolean
  readonly results: ReadonlyMap<string, Result>
  /** What was asked for the last time. */
  readonly wanted: number
  readonly since: string | null
  readonly failure: unknown
  /** Seconds after which GitHub wants to be asked again. */
  readonly wait: number | null
}

const nothing: State = { busy: false, results: new Map(), wanted: 0, since: null, failure: null, wait: null }

/** `start` connects; what GitHub or the time did not reach has the outcome `not_tried`. */
export function useConnecting(authorizationId: string) {
  const queryClient = useQueryClient()
  const [state, setState] = useState(nothing)
  const stopped = useRef(false)

  async function start(names: readonly string[]) {
    stopped.current = false
    const results = new Map<string, Result>()
    let wait: number | null = null
    const show = (more: Partial<State>) => setState((before) => ({ ...before, results: new Map(results), ...more }))
    show({ busy: true, wanted: names.length, since: new Date().toISOString(), failure: null, wait: null })
    try {
      for (let from = 0; from < names.length && !stopped.current && wait === null; from += atOnce) {
        const made = await connect(authorizationId, names.slice(from, from + atOnce))
        for (const result of made.results) results.set(result.repository, result)
        wait = made.retry_after_seconds
        show({})
      }
      show({ busy: false, wait })
    } catch (failure) {
      show({ busy: false, failure })
    }
    await queryClient.invalidateQueries({ queryKey: gitHubQuery.queryKey })
  }

  return {
    ...state,
    start,
    stop: () => {
      stopped.current = true
    },
  }
}
