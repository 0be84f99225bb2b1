/** Whether somebody is signed in in this browser, for pages that go without. */
import { queryOptions } from '@tanstack/react-query'
import { sessionReply } from '#modules/access/schemas.ts'
import { call } from '~/api/client.ts'
import { isSignedOut } from '~/api/failure.ts'

/** The session, or null for nobody. */
export const whoIsHereQuery = queryOptions({
  queryKey: ['who-is-here'],
  queryFn: async ({ signal }) => {
    try {
      return await call(sessionReply, '/session', { signal })
    } catch (error) {
      if (isSignedOut(error)) return null
      throw error
    }
  },
})
