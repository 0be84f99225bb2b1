/** What follows every way of signing in: the second factor where one is needed, then the page that was wanted. */
import { useQueryClient } from '@tanstack/react-query'
import { useRouter } from '@tanstack/react-router'
import { useState } from 'react'
import type { z } from 'zod'
import { secondFactorNeededReply, type signInReply } from '#modules/people/schemas.ts'
import { secondFactorFragment } from '#modules/sso/schemas.ts'
import { noteSignedIn } from '~/api/session.ts'
import { safeReturnTo } from '~/app/return-to.ts'
import type { SecondFactorNeeded } from './queries.ts'

/** `enter` takes the reply of a way in; `needed` is the second step, while it is needed. */
export function useEntering(returnTo?: string) {
  const router = useRouter()
  const queryClient = useQueryClient()
  const [needed, setNeeded] = useState(takeFragment)
  const arrive = () => {
    noteSignedIn()
    // What was asked while nobody was signed in is worth nothing now.
    queryClient.clear()
    router.history.push(safeReturnTo(returnTo))
  }
  return {
    needed,
    arrive,
    enter: (reply: z.output<typeof signInReply>) => (reply.status === 'signed-in' ? arrive() : setNeeded(reply)),
    startAgain: () => setNeeded(null),
  }
}

/** Whoever comes back from a provider with a second factor still to give has its reply in the fragment; it is read once. */
function takeFragment(): SecondFactorNeeded | null {
  const { hash, pathname, search } = globalThis.location
  const said = new URLSearchParams(hash.slice(1)).get(secondFactorFragment)
  if (said === null) return null
  globalThis.history.replaceState(globalThis.history.state, '', `${pathname}${search}`)
  try {
    return secondFactorNeededReply.parse(JSON.parse(said))
  } catch {
    return null
  }
}
