/** What is asked once and shared: renewed when the window is looked at again; retried only where that may help. */
import { MutationCache, QueryCache, QueryClient } from '@tanstack/react-query'
import { isForbidden, isSignedOut, mayPass } from '~/api/failure.ts'

/** Key of the session's request; a 401 or 403 anywhere asks it again, and the gate then shows what is in the way. */
export const sessionKey = ['session'] as const

const onError = (error: unknown) => {
  if (isSignedOut(error) || isForbidden(error)) void queryClient.invalidateQueries({ queryKey: sessionKey })
}

export const queryClient: QueryClient = new QueryClient({
  queryCache: new QueryCache({
    onError: (error, query) => {
      if (query.queryKey[0] !== sessionKey[0]) onError(error)
    },
  }),
  mutationCache: new MutationCache({ onError }),
  defaultOptions: {
    queries: {
      staleTime: 5000,
      // The browser's idea of being offline says nothing about a server on this very machine.
      networkMode: 'always',
      retry: (failures, error) => failures < 2 && mayPass(error),
      retryDelay: (failures) => 400 * 2 ** failures,
    },
    mutations: { networkMode: 'always' },
  },
})
