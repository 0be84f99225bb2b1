/** The steps with their requests, renewed while they are looked at. */
import { queryOptions, useQuery } from '@tanstack/react-query'
import { connectReply } from '#modules/intake/schemas.ts'
import { call } from '~/api/client.ts'
import { streamsQuery } from '~/features/delivery/queries.ts'
import { type Connect, type Step, stepsOf } from './steps.ts'
import { useHomeDora } from './use-home-dora.ts'

const everyMs = 5000

/** What to paste where, and the last event of each source. */
const connectQuery = queryOptions({
  queryKey: ['connect'],
  queryFn: ({ signal }) => call(connectReply, '/connect', { signal }),
})

export type Steps =
  | { state: 'waiting' }
  | { state: 'failed'; error: unknown; retry: () => void }
  | { state: 'open' | 'complete'; steps: Step[]; connect: Connect }

/** Where this tenant stands; asks nothing when `wanted` is false. */
export function useSteps(wanted: boolean): Steps {
  const options = { enabled: wanted, refetchInterval: everyMs }
  const connect = useQuery({ ...connectQuery, ...options })
  const streams = useQuery({ ...streamsQuery, ...options })
  const dora = useHomeDora({ enabled: wanted })
  if (connect.data && streams.data && dora.data) {
    const steps = stepsOf({ connect: connect.data, streams: streams.data, dora: dora.data })
    return { state: steps.every(({ done }) => done) ? 'complete' : 'open', steps, connect: connect.data }
  }
  const error = connect.error ?? streams.error ?? dora.error
  const retry = () => {
    for (const query of [connect, streams, dora]) if (query.error) void query.refetch()
  }
  return error ? { state: 'failed', error, retry } : { state: 'waiting' }
}
